// What the agent reads beside its own tree: the index of the documentation, and the project's other
// repositories.
#include "agent/prompt.hpp"
#include "agent_fixture.hpp"
#include "sources/sources.hpp"

namespace docent::agent {
namespace {

namespace json = boost::json;

class ResearchTest : public test::AgentTest {
protected:
    ResearchTest() {
        sources::Config config;
        config.data = settings.data;
        config.watch = false;
        sources = std::make_unique<sources::Sources>(loop.get_executor(), pools, *projects, http, config);
    }
    ~ResearchTest() override {
        close();
        test::run_to_end(loop, sources->stop());
    }
    Services make_services() override {
        auto out = AgentTest::make_services();
        out.sources = sources.get();
        return out;
    }
    void index() {
        ASSERT_TRUE(run(sources->start()).ok());
        const auto built = run(sources->rebuild(project_id, true));
        ASSERT_TRUE(built.ok()) << built.error().message << built.error().detail;
    }
    void connect_other(const std::string& name, bool enabled = true) {
        const auto place = folder.path() / name;
        write(name + "/api/retry.md", "# Retry\n\nWe retry three times.\n");
        const auto git = "git -c user.name=t -c user.email=t@localhost -C " + place.string() + " ";
        ASSERT_EQ(
            std::system((git + "init -q -b main && " + git + "add . && " + git + "commit -qm first").c_str()),
            0);
        auto own = run(repositories->find("", repository_id));
        ASSERT_TRUE(own.ok());
        store::Repository other;
        other.id = new_uuid(3);
        other.project_id = project_id;
        other.code_provider_id = own->code_provider_id;
        other.name = name;
        other.full_name = "zoo/" + name;
        other.clone_url = place.string();
        other.default_branch = "main";
        other.platform = "git";
        other.external_id = name;
        other.enabled = enabled;
        auto made = run(repositories->add(std::move(other)));
        ASSERT_TRUE(made.ok()) << made.error().message;
    }
    std::vector<json::object> payloads(const std::string& id, const std::string& type) {
        std::vector<json::object> out;
        for (const auto& event : events(id, type)) out.push_back(payload_of(event));
        return out;
    }
    std::string work(const std::string& turns) {
        script(turns);
        const auto id = new_session();
        EXPECT_TRUE(send(id, "Look").ok());
        until_idle();
        return id;
    }

    std::unique_ptr<sources::Sources> sources;
};

TEST_F(ResearchTest, TheDocumentationIsSearchedAndReadAsItsReadersSeeIt) {
    write("repo/docs/retries.md",
          "---\ntitle: Retries\n---\n\nIntro.\n\n## How often\n\nWebhooks are tried "
          "again nine times.\n");
    commit_repository("more");
    index();
    const auto id = work(
        R"([{"calls": [{"name": "search_documentation", "args": {"query": "how often are webhooks tried again"}},
                       {"name": "read_documentation", "args": {"path": "/docs/retries"}},
                       {"name": "read_documentation", "args": {"path": "/docs/nowhere"}}]}, {"text": "Read."}])");
    const auto found = payloads(id, "agent_search_files_v2");
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].at("error").is_null());
    EXPECT_TRUE(found[0].at("repository").is_null()) << "these are no files of a repository";
    const auto& best = found[0].at("files").at(0);
    EXPECT_EQ(best.at("path").as_string(), "docs/retries");
    EXPECT_GE(best.at("match_count").as_int64(), 1);
    EXPECT_NE(json::serialize(best.at("matches")).find("How often"), std::string::npos);
    const auto read = payloads(id, "agent_file_read_range");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read[0].at("path").as_string(), "docs/retries");
    EXPECT_NE(std::string(read[0].at("content").as_string()).find("nine times"), std::string::npos);
    EXPECT_EQ(read[0].at("start_line").as_int64(), 1);
    EXPECT_EQ(read[0].at("end_line"), read[0].at("total_lines"));
    EXPECT_EQ(read[1].at("error").at("code").as_string(), "not_found");
}

TEST_F(ResearchTest, WithoutAnIndexTheAgentIsToldSo) {
    const auto id = work(
        R"([{"calls": [{"name": "search_documentation", "args": {"query": "retries"}}]}, {"text": "No."}])");
    EXPECT_EQ(last(id, "agent_search_files_v2").at("error").at("code").as_string(), "not_found");
}

TEST_F(ResearchTest, OtherRepositoriesAreReadAndNothingElse) {
    connect_other("other");
    connect_other("off", false);
    const auto id = work(
        R"([{"calls": [{"name": "read_file", "args": {"path": "api/retry.md", "repository": "zoo/other"}},
                       {"name": "read_file", "args": {"path": "README.md", "repository": "repo"}},
                       {"name": "read_file", "args": {"path": "api/retry.md", "repository": "zoo/off"}},
                       {"name": "read_file", "args": {"path": "../../../secret.key", "repository": "zoo/other"}},
                       {"name": "search_files", "args": {"query": "three times", "repository": "zoo/other"}},
                       {"name": "browse_file_tree", "args": {"repository": "other"}},
                       {"name": "create_file", "args": {"path": "own.md", "content": "x\n", "repository": "zoo/other"}}]},
            {"text": "Read."}])");
    const auto read = payloads(id, "agent_file_read");
    ASSERT_EQ(read.size(), 4u);
    EXPECT_EQ(read[0].at("repository").as_string(), "zoo/other");
    EXPECT_NE(std::string(read[0].at("content").as_string()).find("three times"), std::string::npos);
    EXPECT_EQ(read[1].at("repository").as_string(), "repo") << "its own, by its name";
    EXPECT_TRUE(read[1].at("error").is_null());
    EXPECT_EQ(read[2].at("error").at("code").as_string(), "not_found");
    EXPECT_NE(std::string(read[2].at("error").at("message").as_string()).find("zoo/other"),
              std::string::npos);
    EXPECT_EQ(read[3].at("error").at("code").as_string(), "outside_repository");
    EXPECT_EQ(last(id, "agent_search_files_v2").at("total_matches").as_int64(), 1);
    EXPECT_EQ(last(id, "agent_file_tree_browse").at("repository").as_string(), "zoo/other");
    EXPECT_TRUE(std::filesystem::exists(tree(id) / "own.md")) << "a tool that writes knows one tree";
    const auto others = settings.data / "trees" / id / "others";
    EXPECT_FALSE(
        std::filesystem::exists(std::filesystem::directory_iterator(others)->path() / "tree" / "own.md"));
    ASSERT_TRUE(run(sessions->remove(id)).ok());
    EXPECT_FALSE(std::filesystem::exists(others));
}

TEST_F(ResearchTest, ThePromptNamesWhatThereIsToRead) {
    store::Session about;
    Tree tree;
    tree.path = folder.path() / "repo";
    Research research;
    EXPECT_EQ(blocking_system_prompt(about, tree).find("search_documentation"), std::string::npos);
    research.documentation = true;
    research.repositories = {"zoo/other", "zoo/third"};
    const auto said = blocking_system_prompt(about, tree, research);
    EXPECT_NE(said.find("search_documentation"), std::string::npos);
    EXPECT_NE(said.find("zoo/other zoo/third"), std::string::npos);
}

TEST_F(ResearchTest, ABranchIsNamedAsTheSettingsSay) {
    settings.branch_prefix = "bot/docs-";
    const auto id = work(R"([{"text": "Hello."}])");
    EXPECT_TRUE(session(id).branch_name.starts_with("bot/docs-look-")) << session(id).branch_name;
}

}  // namespace
}  // namespace docent::agent
