#pragma once
#include "app/settings.hpp"

namespace docent::app {

/// One key of [model] and of every [models.NAME].
struct ModelSetting {
    const char* key;
    Slot (*slot)(llm::ModelConfig&);
    const char* help;
    const char* choices = "";
    bool secret = false;
};
const std::vector<ModelSetting>& model_settings();
const ModelSetting* find_model_setting(std::string_view key);

/// "models.fast.api_key" in its parts. False when it is no name of that form.
bool split_model_setting(std::string_view name, std::string& model, std::string& key);

/// The model that variables DOCENT_MODELS_<MODEL>_<KEY> mean: one of `config` whose name is written so, or
/// a new one. False when the variable is no setting of a model.
bool split_model_variable(const Config& config, std::string_view variable, std::string& model,
                          std::string& key);

/// Sets one key of a model, which is added when it is new. The Error does not have the setting's name.
Status set_model_setting(Config& config, const std::string& model, const std::string& key,
                         const std::string& text, Origin origin);

/// The sections [models.NAME] as TOML.
std::string show_models(const Config& config);

}  // namespace docent::app
