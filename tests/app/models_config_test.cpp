#include <gtest/gtest.h>

#include "app/config.hpp"
#include "support/temp_dir.hpp"

using namespace docent;
using namespace docent::app;
using namespace std::chrono_literals;
using test::TempDir;

namespace {

Result<Config> load(const std::string& toml, const std::map<std::string, std::string>& environment = {}) {
    TempDir dir;
    dir.write("c.toml", toml);
    return load_config(dir.path() / "c.toml", environment);
}

std::string error_of(const std::string& toml, const std::map<std::string, std::string>& environment = {}) {
    auto config = load(toml, environment);
    return config ? "no error" : config.error().message;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr const char* two_models = R"(
[model]
provider = "anthropic"
name = "claude"
api_key = "secret-of-default"
[models]
order = ["zeta", "default"]
[models.zeta]
provider = "openai"
base_url = "http://127.0.0.1:8000/v1"
name = "qwen"
api_key = "secret-of-zeta"
first_token_limit = "3s"
input_price = 0.25
output_price = "1.50"
cached_input_price = 1
max_running = 4
[models.alpha-2]
provider = "openai-responses"
name = "gpt"
[caps]
day_money = 5
answer_tokens = 20000
)";

}  // namespace

TEST(ModelsConfig, TablesAreModelsInTheOrderOfTheFile) {
    auto config = load(two_models);
    ASSERT_TRUE(config) << config.error().message;
    const auto models = configured_models(*config);
    ASSERT_EQ(models.size(), 3u);
    EXPECT_EQ(models[0].name, "default");
    EXPECT_EQ(models[0].provider.kind, "anthropic");
    EXPECT_EQ(models[1].name, "zeta");
    EXPECT_EQ(models[1].provider.model, "qwen");
    EXPECT_EQ(models[1].provider.first_token_limit, 3s);
    EXPECT_EQ(models[1].prices.input.millionths, 250'000);
    EXPECT_EQ(models[1].prices.output.millionths, 1'500'000);
    EXPECT_EQ(models[1].prices.cached_input->millionths, 1'000'000);
    EXPECT_FALSE(models[1].prices.cache_write);
    EXPECT_EQ(models[1].max_running, 4u);
    EXPECT_EQ(models[2].name, "alpha-2");
    EXPECT_EQ(config->model_order, (std::vector<std::string>{"zeta", "default"}));
    EXPECT_EQ(configured_caps(*config).day_cost, 5'000'000);
    EXPECT_EQ(configured_caps(*config).answer_tokens, 20'000);
}

TEST(ModelsConfig, VariablesGoOverTheFileAndCanMakeAModel) {
    auto config = load(two_models, {{"DOCENT_MODELS_ALPHA_2_API_KEY", "from-the-environment"},
                                    {"DOCENT_MODELS_LOCAL_PROVIDER", "openai"},
                                    {"DOCENT_MODELS_LOCAL_BASE_URL", "http://127.0.0.1:1/v1"},
                                    {"DOCENT_MODELS_ORDER", "local,zeta"},
                                    {"DOCENT_MODEL_API_KEY", "other"}});
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_TRUE(config->warnings.empty()) << config->warnings.front();
    const auto models = configured_models(*config);
    ASSERT_EQ(models.size(), 4u);
    EXPECT_EQ(models[0].provider.api_key, "other");
    EXPECT_EQ(models[2].provider.api_key, "from-the-environment");
    EXPECT_EQ(models[3].name, "local");
    EXPECT_EQ(models[3].provider.base_url, "http://127.0.0.1:1/v1");
    EXPECT_EQ(config->model_order, (std::vector<std::string>{"local", "zeta"}));
}

TEST(ModelsConfig, KeysAreMaskedAndTheRestIsReadBackTheSame) {
    auto config = load(two_models, {{"DOCENT_MODELS_ZETA_NAME", "q2"}});
    ASSERT_TRUE(config) << config.error().message;
    const auto shown = show_config(*config);
    EXPECT_FALSE(has(shown, "secret-of")) << shown;
    EXPECT_TRUE(has(shown, "[models.zeta]\n")) << shown;
    EXPECT_TRUE(has(shown, "name = \"q2\"  # DOCENT_MODELS_ZETA_NAME\n")) << shown;
    EXPECT_TRUE(has(shown, "input_price = \"0.25\"  # file\n")) << shown;
    auto again = load(shown);
    ASSERT_TRUE(again) << again.error().message << shown;
    again->origins = config->origins;
    EXPECT_EQ(show_config(*again), shown);
}

TEST(ModelsConfig, MistakesNameFileLineAndTheNearestKey) {
    EXPECT_TRUE(has(error_of("[models.fast]\nprovider = \"openai\"\nbase_ulr = \"x\"\n"),
                    "c.toml:3: \"models.fast.base_ulr\" is no setting of a model; did you mean "
                    "\"models.fast.base_url\"?"))
        << error_of("[models.fast]\nprovider = \"openai\"\nbase_ulr = \"x\"\n");
    EXPECT_TRUE(has(error_of("[models.fast]\nretries = \"many\"\n"), "takes a whole number"));
    EXPECT_TRUE(has(error_of("[models.fast]\ninput_price = -1\n"), "takes an amount of money"));
    EXPECT_TRUE(has(error_of("[models.fast]\nreasoning = \"wild\"\n"), "takes one of"));
    EXPECT_TRUE(has(error_of("[models.\"Fast One\"]\nprovider = \"openai\"\n"), "is no name for a model"));
    EXPECT_TRUE(has(error_of("[models.none]\nprovider = \"openai\"\n"), "is no name for a model"));
    EXPECT_TRUE(has(error_of("[models]\nodrer = [\"fast\"]\n"), "did you mean \"models.order\"?"));
    EXPECT_TRUE(has(error_of("", {{"DOCENT_MODELS_FAST_RETRIES", "x"}}),
                    "the variable DOCENT_MODELS_FAST_RETRIES takes a whole number"));
    auto odd = load("", {{"DOCENT_MODELS_FAST_APIKEY", "x"}});
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->warnings.size(), 1u);
}

TEST(ModelsConfig, FlagsReachAModel) {
    Config config;
    ASSERT_TRUE(set_setting(config, "models.fast.name", "m", Origin::flag));
    ASSERT_EQ(config.models.size(), 1u);
    EXPECT_EQ(config.models[0].provider.model, "m");
    const auto refused = set_setting(config, "models.fast.nmae", "m", Origin::flag);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(has(refused.error().message, "did you mean \"models.fast.name\"?"))
        << refused.error().message;
}
