#include "api/sessions_fixture.hpp"

namespace docent::api {
namespace {

TEST_F(SessionsTest, CodeProvidersAndRepositoriesAreKeptAsPublished) {
    const auto made =
        object(call("POST", "code-providers",
                    R"({"platform":"gitlab","name":"ci","base_url":"https://gitlab.com/api/v4",)"
                    R"("metadata":{"type":"personal","token":"glpat-secret"}})"));
    EXPECT_EQ(json::serialize(made.at("metadata")), R"({"type":"personal","token":"********"})");
    const auto provider = text(made, "id");
    const auto path = "code-providers/" + provider;
    EXPECT_EQ(call("GET", path).body.find("glpat"), std::string::npos);
    EXPECT_EQ(*test::run(server.loop, server.providers->secret(provider)), "glpat-secret");
    call("PATCH", path, R"({"name":"build","metadata":{"type":"personal","token":"********"}})");
    EXPECT_EQ(*test::run(server.loop, server.providers->secret(provider)), "glpat-secret")
        << "what was read and sent back changes nothing";
    EXPECT_EQ(error(call("POST", "code-providers", R"({"platform":"gitlab","name":"x"})")),
              "400 validation_failed");
    EXPECT_EQ(error(call("POST", "code-providers", R"({"platform":"svn","name":"x","metadata":{}})")),
              "400 validation_failed");

    const auto body = [&](const std::string& url) {
        return R"({"code_provider_id":")" + provider +
               R"(","name":"repo","full_name":"zoo/repo","clone_url":")" + url +
               R"(","default_branch":"main","platform":"gitlab","external_id":"42"})";
    };
    const auto repository = object(call("POST", "repositories", body("https://gitlab.com/zoo/repo.git")));
    for (const auto* name :
         {"id", "workspace_id", "code_provider_id", "name", "full_name", "clone_url", "default_branch",
          "platform", "external_id", "enabled", "webhooks_registered", "webhook_secret", "analysis_status",
          "analysis_error", "last_analyzed_at", "created_at", "updated_at"})
        EXPECT_TRUE(repository.contains(name)) << name;
    EXPECT_EQ(repository.at("enabled"), json::value(true));
    EXPECT_EQ(text(repository, "webhook_secret").size(), 32u);
    EXPECT_EQ(error(call("POST", "repositories", body("https://gitlab.com/zoo/repo.git"))),
              "409 already_exists");
    for (const auto* url :
         {"https://user:token@gitlab.com/zoo/repo.git", "/etc", "file:///etc", "ext::sh -c id", "-u"})
        EXPECT_EQ(error(call("POST", "repositories", body(url))), "400 validation_failed") << url;
    const auto of = "repositories/" + text(repository, "id");
    EXPECT_EQ(text(object(call("GET", of)), "webhook_secret"), "********");
    const auto changed = object(call(
        "PATCH", of, R"({"enabled":false,"settings":{"commands":{"test":"make test"},"allow_push":true}})"));
    EXPECT_EQ(changed.at("enabled"), json::value(false));
    EXPECT_EQ(changed.at("settings").at("commands").at("test"), json::value("make test"));
    EXPECT_EQ(text(changed, "webhook_secret"), text(repository, "webhook_secret"));
    EXPECT_EQ(error(call("PATCH", of, R"({"settings":{"allow_push":"yes"}})")), "400 validation_failed");
    EXPECT_EQ(object(call("GET", "repositories")).at("items").as_array().size(), 1u);
    EXPECT_EQ(call("DELETE", of).status, 204);
    EXPECT_EQ(error(call("GET", of)), "404 not_found");
    EXPECT_EQ(call("DELETE", path).status, 204);
}

TEST_F(SessionsTest, TheBranchesOfARepositoryAreListedAsTheyAre) {
    const auto of = "repositories/" + repository() + "/branches";
    const auto names = [&](const std::string& query) {
        std::string out;
        const auto page = object(call("GET", of + query));
        for (const auto& one : page.at("items").as_array())
            out += text(one.as_object(), "name") + (one.at("is_default").as_bool() ? "* " : " ");
        return out + (page.at("next_cursor").is_null() ? "" : "> " + text(page, "next_cursor"));
    };
    EXPECT_EQ(names(""), "main* ");
    ASSERT_TRUE(server.shell("cd '" + (server.folder.path() / "repo").string() +
                             "' && git branch a/b && git branch z && git branch 'q?' ; true"));
    EXPECT_EQ(names(""), "a/b main* z ");
    EXPECT_EQ(names("?limit=2"), "a/b main* > main");
    EXPECT_EQ(names("?limit=2&cursor=main"), "z ");
    const auto page = object(call("GET", of));
    EXPECT_EQ(text(page.at("items").at(0).as_object(), "commit_sha").size(), 40u);
    EXPECT_EQ(error(call("GET", of + "?limit=0")), "400 validation_failed");
    EXPECT_EQ(error(call("GET", "repositories/" + std::string(some_id) + "/branches")), "404 not_found");
    // The remote is away: what was there last is shown.
    std::filesystem::rename(server.folder.path() / "repo", server.folder.path() / "away");
    EXPECT_EQ(names(""), "a/b main* z ");
}

TEST_F(SessionsTest, ModelsWorkspaceAlertsAndAttachmentsAreShown) {
    const auto models = object(call("GET", "models")).at("items").as_array();
    ASSERT_EQ(models.size(), 1u);
    EXPECT_EQ(text(models[0].as_object(), "code"), "m");
    EXPECT_EQ(models[0].at("is_default"), json::value(true));
    const auto workspace = object(call("GET", "workspace"));
    EXPECT_EQ(text(workspace, "id"), server.docs_id);
    EXPECT_EQ(text(workspace, "name"), "Acme");
    EXPECT_EQ(text(workspace, "default_model"), "m");

    const auto id = session();
    store::Alert alert;
    alert.id = new_uuid(1);
    alert.project_id = server.docs_id;
    alert.session_id = id;
    alert.severity = "high";
    alert.category = "bug";
    alert.title = "A gap in the fence";
    ASSERT_TRUE(test::run(server.loop, server.coding->alerts.add(alert)));
    EXPECT_EQ(object(call("GET", "alerts?status=open")).at("items").as_array().size(), 1u);
    EXPECT_EQ(text(object(call("PATCH", "alerts/" + alert.id, R"({"status":"resolved"})")), "status"),
              "resolved");
    EXPECT_EQ(error(call("PATCH", "alerts/" + alert.id, "{}")), "400 validation_failed");
    EXPECT_EQ(object(call("GET", "alerts?status=open")).at("items").as_array().size(), 0u);

    store::Attachment shot;
    shot.id = new_uuid(1);
    shot.session_id = id;
    shot.name = "page.html";
    shot.media_type = "text/html";
    shot.size = 6;
    shot.file = id + "/" + shot.id;
    server.folder.write("data/attachments/" + shot.file, "<b>x</b>");
    ASSERT_TRUE(test::run(server.loop, server.coding->attachments.add(shot)));
    EXPECT_EQ(object(call("GET", "sessions/" + id + "/attachments")).at("items").as_array().size(), 1u);
    const auto bytes = call("GET", "sessions/" + id + "/attachments/" + shot.id);
    EXPECT_EQ(bytes.body, "<b>x</b>");
    EXPECT_EQ(bytes.headers.at("content-type"), "application/octet-stream") << "a browser does not run it";
    EXPECT_EQ(error(call("GET", "sessions/" + id + "/attachments/" + std::string(some_id))), "404 not_found");
}

TEST_F(SessionsTest, AnAdministratorNamesTheWorkspace) {
    const auto admin = server.add_key(KeyKind::admin, "");
    const auto ask = [&](const std::string& name) {
        return server.call("GET", "/api/v1/workspace", "", {{"x-api-key", admin}, {"x-workspace-id", name}});
    };
    EXPECT_EQ(text(object(ask("other")), "id"), server.other_id);
    EXPECT_EQ(text(object(ask(server.docs_id)), "id"), server.docs_id);
    EXPECT_EQ(error(ask("nowhere")), "404 not_found");
    EXPECT_EQ(error(server.call("GET", "/api/v1/workspace", "", {{"x-api-key", admin}})),
              "400 validation_failed");
}

}  // namespace
}  // namespace docent::api
