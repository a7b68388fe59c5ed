#include "app/config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "app/settings.hpp"
#include "support/temp_dir.hpp"

using namespace docent;
using namespace docent::app;
using test::TempDir;

namespace {

std::string error_of(const TempDir& dir, std::string_view toml) {
    dir.write("c.toml", toml);
    auto config = load_config(dir.path() / "c.toml", {});
    return config ? "no error" : config.error().message;
}

}  // namespace

TEST(Config, TheFileThenTheEnvironmentThenFlagsWin) {
    TempDir dir;
    dir.write(
        "c.toml",
        "[server]\nlisten = \"127.0.0.1:1\"\nmax_body = \"1MiB\"\ndrain = 3\n[log]\nlevel = \"warn\"\n");
    auto config = load_config(dir.path() / "c.toml",
                              {{"DOCENT_SERVER_LISTEN", "127.0.0.1:2"}, {"DOCENT_LOG_LEVEL", "debug"}});
    ASSERT_TRUE(config) << config.error().message;
    ASSERT_TRUE(set_setting(*config, "log.level", "error", Origin::flag));
    EXPECT_EQ(config->listen, "127.0.0.1:2");
    EXPECT_EQ(config->server.max_body, std::size_t{1} << 20);
    EXPECT_EQ(config->server.drain, std::chrono::seconds(3));
    EXPECT_EQ(config->log_level, "error");
    const std::string shown = show_config(*config);
    EXPECT_NE(shown.find("listen = \"127.0.0.1:2\"  # DOCENT_SERVER_LISTEN"), std::string::npos) << shown;
    EXPECT_NE(shown.find("max_body = \"1MiB\"  # file"), std::string::npos) << shown;
    EXPECT_NE(shown.find("level = \"error\"  # flag"), std::string::npos) << shown;
    EXPECT_NE(shown.find("idle_timeout = \"75s\"  # default"), std::string::npos) << shown;
}

TEST(Config, WhatIsShownCanBeReadBackAndSaysTheSame) {
    TempDir dir;
    const std::string shown = show_config(Config());
    dir.write("c.toml", shown);
    auto config = load_config(dir.path() / "c.toml", {});
    ASSERT_TRUE(config) << config.error().message;
    config->origins.clear();
    EXPECT_EQ(show_config(*config), shown);
}

TEST(Config, AnUnknownKeyNamesFileLineAndTheNearestKey) {
    TempDir dir;
    const std::string said = error_of(dir, "[server]\n\nmax_boddy = \"1MiB\"\n");
    EXPECT_NE(
        said.find("c.toml:3: there is no setting \"server.max_boddy\"; did you mean \"server.max_body\"?"),
        std::string::npos)
        << said;
    EXPECT_NE(error_of(dir, "[sever]\nlisten = \"x\"\n").find("\"sever\""), std::string::npos);
    EXPECT_NE(error_of(dir, "max_body = 5\n").find("did you mean \"server.max_body\"?"), std::string::npos);
}

TEST(Config, AWrongTypeSaysWhatIsTaken) {
    TempDir dir;
    EXPECT_NE(error_of(dir, "[server]\nmax_body = true\n").find(":2: \"server.max_body\" takes a text"),
              std::string::npos);
    EXPECT_NE(error_of(dir, "[server]\nidle_timeout = \"soon\"\n").find("takes a duration such as"),
              std::string::npos);
    EXPECT_NE(error_of(dir, "[sources]\nwatch = \"yes\"\n").find("takes true or false"), std::string::npos);
    EXPECT_NE(error_of(dir, "[server]\nmax_connections = -1\n").find("takes a whole number"),
              std::string::npos);
    EXPECT_NE(error_of(dir, "[server]\nallowed_hosts = [1]\n").find("takes a list of texts"),
              std::string::npos);
    EXPECT_NE(error_of(dir, "[log]\nlevel = \"loud\"\n").find("takes one of debug, info, warn, error, off"),
              std::string::npos);
    EXPECT_NE(error_of(dir, "[server\n").find("c.toml:1: this is no TOML"), std::string::npos);
    auto config = load_config({}, {{"DOCENT_SERVER_MAX_BODY", "much"}}, dir.path().string());
    ASSERT_FALSE(config);
    EXPECT_NE(config.error().message.find("DOCENT_SERVER_MAX_BODY takes a size"), std::string::npos);
}

TEST(Config, ASettingsFileInTheDataDirectoryIsReadByItself) {
    TempDir dir;
    dir.write("docent.toml", "[log]\nlevel = \"warn\"\n");
    auto config = load_config({}, {}, dir.path().string());
    ASSERT_TRUE(config);
    EXPECT_EQ(config->log_level, "warn");
    EXPECT_EQ(config->data, dir.path());
    EXPECT_FALSE(load_config(dir.path() / "missing.toml", {}));
}

TEST(Config, SecretsAreMasked) {
    Config config;
    config.model.provider.api_key = "sk-very-secret";
    config.store_url = "postgres://docent:hunter2@db/docent";
    const std::string shown = show_config(config);
    EXPECT_EQ(shown.find("very-secret"), std::string::npos);
    EXPECT_EQ(shown.find("hunter2"), std::string::npos);
    EXPECT_NE(shown.find("postgres://docent:***@db/docent"), std::string::npos);
}

TEST(Config, AVariableThatLooksLikeASettingIsWarnedAboutAndKubernetesIsNot) {
    auto config = load_config(
        {}, {{"DOCENT_SERVER_LISTN", "x"}, {"DOCENT_PORT_8080_TCP", "tcp://1"}, {"DOCENT_SERVICE_HOST", "1"}},
        TempDir().path().string());
    ASSERT_TRUE(config);
    ASSERT_EQ(config->warnings.size(), 1u);
    EXPECT_EQ(config->warnings[0],
              "the variable DOCENT_SERVER_LISTN is no setting; did you mean DOCENT_SERVER_LISTEN?");
}

TEST(Config, EverySettingHasAHelpSentenceAndANameOfItsOwn) {
    std::set<std::string> names, variables;
    for (const auto& setting : settings()) {
        EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
        EXPECT_TRUE(variables.insert(environment_name(setting)).second) << setting.name;
        EXPECT_EQ(std::string(setting.help).back(), '.') << setting.name;
    }
}

TEST(Config, TheReferencePageIsTheTable) {
    std::ifstream in(std::string(DOCENT_SOURCE_DIR) + "/docs/reference/settings.mdx");
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(page, settings_page()) << "run: docent config --reference > docs/reference/settings.mdx";
}

TEST(Config, WhatCommitsCannotBeMadeWithIsNamed) {
    const auto complaint = [](const std::string& setting, const std::string& value) {
        Config config;
        auto set = parse_value(*find_setting(setting), config, value);
        if (!set) return set.error().message;
        const auto fine = blocking_check_commits(config);
        return fine ? std::string("fine") : fine.error().message;
    };
    EXPECT_EQ(complaint("agent.author_name", "Ada"), "fine");
    EXPECT_TRUE(complaint("agent.author_name", "<>").starts_with("\"agent.author_name\" is empty or has"));
    EXPECT_TRUE(complaint("agent.author_email", "").starts_with("\"agent.author_email\" is empty or has"));
    EXPECT_EQ(complaint("agent.branch_prefix", ""), "fine");
    EXPECT_EQ(complaint("agent.branch_prefix", "bot-"), "fine");
    EXPECT_TRUE(complaint("agent.branch_prefix", "a b/").starts_with("\"agent.branch_prefix\" begins no"));
    TempDir dir;
    EXPECT_TRUE(complaint("agent.signing_key", (dir.path() / "nowhere").string())
                    .starts_with("\"agent.signing_key\" names no file"));
    dir.write("text", "no key\n");
    EXPECT_TRUE(complaint("agent.signing_key", (dir.path() / "text").string())
                    .starts_with("\"agent.signing_key\" is no SSH private key"));
}
