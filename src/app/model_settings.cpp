#include "app/model_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"

namespace docent::app {
namespace {

#define SETTING(key, member, ...)                                               \
    ModelSetting {                                                              \
        key, [](llm::ModelConfig& m) -> Slot { return &m.member; }, __VA_ARGS__ \
    }

// clang-format off
const std::vector<ModelSetting> table = {
    SETTING("provider", provider.kind, "Kind of model provider: openai (chat completions, spoken by most servers), openai-responses, anthropic, scripted."),
    SETTING("base_url", provider.base_url, "Address of the provider's API; empty is the provider's own."),
    SETTING("api_key", provider.api_key, "Key for the provider's API.", "", true),
    SETTING("name", provider.model, "Which model to ask."),
    SETTING("script", provider.script, "Provider scripted: the JSON file that it plays."),
    SETTING("reasoning", provider.reasoning, "How much the model is to think before it answers; empty leaves it to the provider.", "|minimal|low|medium|high"),
    SETTING("context_tokens", provider.context_tokens, "Tokens that prompt and answer may have together; 0 is not known."),
    SETTING("max_output_tokens", provider.max_output_tokens, "Most tokens of one reply; 0 leaves it to the provider."),
    SETTING("first_token_limit", provider.first_token_limit, "The first token must come within this time, or the next model is asked."),
    SETTING("idle_limit", provider.idle_limit, "Longest time between two tokens."),
    SETTING("retries", retries, "Further attempts after a failure that may pass, before the next model is asked."),
    SETTING("retry_wait", retry_wait, "Wait before the first of them; twice as long each time."),
    SETTING("longest_retry_wait", longest_retry_wait, "When the provider asks to wait longer, the next model is asked at once."),
    SETTING("max_running", max_running, "Calls of the model at the same time; more wait in line; 0 is any number."),
    SETTING("queue_limit", queue_limit, "Longest wait in that line."),
    SETTING("failures_to_rest", failures_to_rest, "After so many failures in a row the model is left alone for a while."),
    SETTING("rest", rest, "For how long at first; longer each time that it still fails."),
    SETTING("input_price", prices.input, "Price of a million tokens of the prompt."),
    SETTING("output_price", prices.output, "Price of a million tokens of the answer."),
    SETTING("cached_input_price", prices.cached_input, "Price of a million tokens that the provider has in its cache; empty is input_price."),
    SETTING("cache_write_price", prices.cache_write, "Price of a million tokens that the provider puts into its cache; empty is input_price."),
};
// clang-format on
#undef SETTING

llm::ModelConfig* find_model(Config& config, std::string_view name) {
    const auto it = std::ranges::find_if(config.models, [&](const auto& m) { return m.name == name; });
    return it == config.models.end() ? nullptr : &*it;
}

std::string as_variable(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c == '-' || c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

Status check_name(std::string_view name) {
    const bool plain = !name.empty() && name.size() <= 60 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    if (plain && name != "none" && name != "order" && name != "default") return {};
    return invalid(
        "is no name for a model: take lower-case letters, digits and hyphens, but not none, order and "
        "default "
        "([model] is the model named default)");
}

}  // namespace

const std::vector<ModelSetting>& model_settings() { return table; }

const ModelSetting* find_model_setting(std::string_view key) {
    const auto it = std::ranges::find_if(table, [&](const auto& s) { return s.key == key; });
    return it == table.end() ? nullptr : &*it;
}

bool split_model_setting(std::string_view name, std::string& model, std::string& key) {
    if (!name.starts_with("models.")) return false;
    name.remove_prefix(7);
    const auto dot = name.find('.');
    if (dot == name.npos) return false;
    model = name.substr(0, dot);
    key = name.substr(dot + 1);
    return true;
}

bool split_model_variable(const Config& config, std::string_view variable, std::string& model,
                          std::string& key) {
    constexpr std::string_view prefix = "DOCENT_MODELS_";
    if (!variable.starts_with(prefix)) return false;
    variable.remove_prefix(prefix.size());
    // The longest key that fits: API_KEY before KEY, were there one.
    const ModelSetting* found = nullptr;
    for (const auto& setting : table) {
        const auto end = "_" + as_variable(setting.key);
        if (variable.size() > end.size() && variable.ends_with(end) &&
            (!found || std::string_view(found->key).size() < std::string_view(setting.key).size()))
            found = &setting;
    }
    if (!found) return false;
    key = found->key;
    const auto name = variable.substr(0, variable.size() - key.size() - 1);
    for (const auto& known : config.models) {
        if (as_variable(known.name) == name) {
            model = known.name;
            return true;
        }
    }
    model = lower_ascii(name);
    return true;
}

Status set_model_setting(Config& config, const std::string& model, const std::string& key,
                         const std::string& text, Origin origin) {
    const auto* setting = find_model_setting(key);
    if (!setting) {
        std::vector<std::string> keys;
        for (const auto& known : table) keys.emplace_back(known.key);
        const auto near = nearest(key, keys);
        return invalid(
            "is no setting of a model" +
            (near.empty() ? std::string() : "; did you mean \"models." + model + "." + near + "\"?"));
    }
    auto* found = find_model(config, model);
    if (!found) {
        TRY_VOID(check_name(model));
        found = &config.models.emplace_back();
        found->name = model;
    }
    TRY_VOID(parse_slot(setting->slot(*found), setting->choices, false, text));
    config.origins["models." + model + "." + key] = origin;
    return {};
}

std::string show_models(const Config& config) {
    std::string out;
    Config copy = config;
    for (auto& model : copy.models) {
        out += fmt::format("\n[models.{}]\n", model.name);
        for (const auto& setting : table) {
            const auto name = fmt::format("models.{}.{}", model.name, setting.key);
            out += fmt::format("{} = {}  # {}\n", setting.key,
                               format_slot(setting.slot(model), false, setting.secret),
                               origin_name(config, name, "DOCENT_" + as_variable(name)));
        }
    }
    return out;
}

}  // namespace docent::app
