// Merge requests that live on GitLab: a repository on this disk, and a GitLab that checks what it is asked.
#include "api/sessions_fixture.hpp"
#include "support/net_fake_gitlab.hpp"
#include "support/net_faulty_upstream.hpp"
#include "support/net_raw_client.hpp"

namespace docent::api {
namespace {

constexpr const char* writes =
    R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]}, {"text": "Wrote a page."}])";

class GitlabTest : public SessionsTest {
protected:
    GitlabTest() : SessionsTest(writes) { connect(test::FakeGitlab::token); }
    ~GitlabTest() override { EXPECT_EQ(gitlab.mistakes(), std::vector<std::string>()); }

    void connect(const std::string& token) {
        const auto provider =
            object(call("POST", "code-providers",
                        R"({"platform":"gitlab","name":"ours","base_url":")" + gitlab.api_url() +
                            R"(/","metadata":{"token":")" + token + "\"}}"));
        const auto made = object(
            call("POST", "repositories",
                 R"({"code_provider_id":")" + text(provider, "id") +
                     R"(","name":"repo","full_name":"zoo/repo","clone_url":")" +
                     (server.folder.path() / "repo").string() +
                     R"(","default_branch":"main","platform":"gitlab","external_id":"42","enabled":true})"));
        repository_id = text(made, "id");
        secret = text(made, "webhook_secret");
    }
    std::string worked() {
        const auto id = session(R"({"branch_name":"docent/page"})");
        send(id, "Write the page about cages");
        await_idle(id);
        return id;
    }
    net::Reply propose(const std::string& id) {
        return call("POST", "sessions/" + id + "/merge-request", "{}");
    }
    net::Reply ask(const std::string& id, const std::string& what = "") {
        return call(what.empty() ? "GET" : "POST", "sessions/" + id + "/merge-request" + what);
    }
    /// As GitLab sends it.
    std::string hook(const std::string& state, int iid = 1, const std::string& branch = "docent/page") {
        json::object about{{"iid", iid},
                           {"state", state},
                           {"title", "A page"},
                           {"source_branch", branch},
                           {"target_branch", "main"},
                           {"url", "https://gitlab.example/zoo/repo/-/merge_requests/1"}};
        about["merge_commit_sha"] = state == "merged" ? json::value("feed0123") : json::value();
        about["last_commit"] = json::object{{"id", "abc"}};
        json::object body{{"object_kind", "merge_request"}, {"user", json::object{{"username", "grace"}}}};
        body["object_attributes"] = about;
        return json::serialize(body);
    }
    net::Reply deliver(const std::string& body, const std::string& token) {
        return server.call("POST", "/api/v1/webhooks/gitlab/" + repository_id, body,
                           {{"X-Gitlab-Token", token}, {"Content-Type", "application/json"}});
    }
    net::Reply deliver(const std::string& body) { return deliver(body, secret); }
    int count(const std::string& id, const std::string& type) {
        int found = 0;
        for (const auto& event : events(id)) found += text(event.as_object(), "type") == type;
        return found;
    }
    std::string status(const std::string& id) {
        return text(object(call("GET", "sessions/" + id)), "status");
    }

    test::FakeGitlab gitlab;
    std::string repository_id, secret;
};

TEST_F(GitlabTest, AMergeRequestIsOpenedOnceAndMerged) {
    const auto id = worked();
    const auto made = object(propose(id));
    EXPECT_EQ(text(made, "external_id"), "1");
    EXPECT_EQ(text(made, "web_url"), "https://gitlab.example/zoo/repo/-/merge_requests/1");
    EXPECT_EQ(made.at("mergeable"), json::value(true));
    EXPECT_EQ(gitlab.newest().source_branch, "docent/page");
    EXPECT_EQ(gitlab.newest().description, "Wrote a page.");
    EXPECT_EQ(text(object(propose(id)), "id"), text(made, "id"));
    EXPECT_EQ(gitlab.made(), 1u);
    gitlab.set_head(text(made, "head_sha"));
    const auto merged = object(ask(id, "/merge"));
    EXPECT_EQ(text(merged, "status"), "merged");
    EXPECT_EQ(text(merged, "merge_commit_sha"), gitlab.newest().merge_sha);
    EXPECT_EQ(text(await(id, "merge_request_merged").at("payload").as_object(), "merged_by"), "grace");
    EXPECT_EQ(status(id), "merged");
}

TEST_F(GitlabTest, ADraftIsSaidByItsTitle) {
    const auto id = worked();
    object(call("POST", "sessions/" + id + "/merge-request", R"({"title":"A page","draft":true})"));
    EXPECT_EQ(gitlab.newest().title, "Draft: A page");
    const auto ready = object(call("PATCH", "sessions/" + id + "/merge-request", R"({"draft":false})"));
    EXPECT_EQ(text(ready, "title"), "A page");
    EXPECT_EQ(gitlab.newest().title, "A page");
    EXPECT_EQ(gitlab.made(), 1u);
}

TEST_F(GitlabTest, WhatGitlabRefusesIsToldInItsWords) {
    const auto id = worked();
    const auto made = object(propose(id));
    gitlab.refuse_merge(422);
    const auto refused = ask(id, "/merge");
    EXPECT_EQ(error(refused), "409 not_mergeable");
    EXPECT_NE(refused.body.find("Branch cannot be merged"), std::string::npos);
    gitlab.refuse_merge(0);
    gitlab.set_head("another");
    EXPECT_EQ(error(ask(id, "/merge")), "409 head_changed");
    gitlab.go_down(503);
    EXPECT_EQ(ask(id, "/merge").status, 502);
    EXPECT_EQ(text(object(ask(id)), "status"), "open") << "what was known last";
    gitlab.go_down(0);
    EXPECT_EQ(text(object(ask(id, "/close")), "status"), "closed");
    EXPECT_EQ(gitlab.newest().state, "closed");
    EXPECT_EQ(count(id, "merge_request_closed"), 1);
}

TEST_F(GitlabTest, AWebhookEndsIt) {
    const auto id = worked();
    object(propose(id));
    EXPECT_EQ(deliver(hook("closed")).body, R"({"accepted":true})");
    EXPECT_EQ(status(id), "active");
    deliver(hook("closed"));
    EXPECT_EQ(count(id, "merge_request_closed"), 1) << "a second delivery";
    deliver(hook("opened"));
    for (int i = 0; i < 20; ++i) deliver(hook("merged"));
    EXPECT_EQ(count(id, "merge_request_merged"), 1);
    EXPECT_EQ(status(id), "merged");
    deliver(hook("closed"));
    deliver(hook("opened"));
    EXPECT_EQ(status(id), "merged") << "late ones change nothing";
    EXPECT_EQ(count(id, "merge_request_closed"), 1);
}

TEST_F(GitlabTest, OnlyWhoKnowsTheSecretIsHeard) {
    const auto id = worked();
    object(propose(id));
    EXPECT_EQ(error(deliver(hook("merged"), "wrong")), "401 bad_signature");
    EXPECT_EQ(error(deliver(hook("merged"), "")), "401 bad_signature");
    EXPECT_EQ(error(server.call("POST", std::string("/api/v1/webhooks/gitlab/") + some_id, hook("merged"),
                                {{"X-Gitlab-Token", secret}})),
              "401 bad_signature");
    EXPECT_EQ(status(id), "active");
    EXPECT_EQ(error(deliver("{")), "400 invalid_json");
    for (const auto* body : {"{}", R"({"object_kind":"push"})", R"({"object_kind":"merge_request"})",
                             R"({"object_kind":"merge_request","object_attributes":{"iid":"x","state":7}})"})
        EXPECT_EQ(deliver(body).body, R"({"accepted":false})") << body;
    EXPECT_EQ(deliver(hook("merged", 9, "somebody/else")).body, R"({"accepted":false})");
}

TEST_F(GitlabTest, OneThatAPersonOpenedForTheBranchIsTheSessions) {
    const auto id = worked();
    EXPECT_EQ(deliver(hook("opened", 7)).body, R"({"accepted":true})");
    deliver(hook("merged", 7));
    EXPECT_EQ(status(id), "merged");
    const auto payload = await(id, "merge_request_merged").at("payload").as_object();
    EXPECT_EQ(text(payload, "external_id"), "7");
    EXPECT_EQ(text(payload, "merged_by"), "grace");
    EXPECT_EQ(text(payload, "merge_commit_sha"), "feed0123");
}

TEST_F(GitlabTest, AMergeThatIsToldOfBeforeItsOpeningCounts) {
    const auto id = worked();
    EXPECT_EQ(deliver(hook("merged", 7)).body, R"({"accepted":true})");
    EXPECT_EQ(status(id), "merged");
    deliver(hook("opened", 7));
    deliver(hook("closed", 7));
    EXPECT_EQ(status(id), "merged");
    EXPECT_EQ(count(id, "merge_request_merged"), 1);
    EXPECT_EQ(count(id, "merge_request_closed"), 0);
}

TEST_F(GitlabTest, AWebhookThatIsQuickerThanTheAnswerMakesNoSecondOne) {
    const auto id = worked();
    std::string answered;
    gitlab.when_made([&] {
        const auto body = hook("opened");
        test::RawClient client(server.server->port());
        client.send("POST /api/v1/webhooks/gitlab/" + repository_id +
                    " HTTP/1.1\r\nHost: localhost\r\nX-Gitlab-Token: " + secret +
                    "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
        answered = client.response().body;
    });
    const auto made = object(propose(id));
    EXPECT_NE(answered.find("{\"accepted\":true}"), std::string::npos) << answered;
    EXPECT_EQ(text(made, "external_id"), "1");
    EXPECT_EQ(text(made, "description"), "Wrote a page.");
    EXPECT_EQ(text(object(ask(id)), "id"), text(made, "id"));
}

TEST_F(GitlabTest, AMergeThatNoWebhookToldOfIsNoticed) {
    const auto id = worked();
    object(propose(id));
    gitlab.set_state("merged");
    EXPECT_EQ(text(object(ask(id)), "status"), "merged");
    EXPECT_EQ(status(id), "merged");
}

TEST_F(GitlabTest, ThePipelineOfAMergeRequestIsShownWhereItIsAskedFor) {
    const auto id = worked();
    const auto summary = [&](const std::string& path) {
        auto shown = object(call("GET", path + "?include=mr_pipeline_summary"));
        if (shown.contains("items")) shown = shown.at("items").at(0).as_object();
        return shown.at("mr_pipeline_summary");
    };
    EXPECT_TRUE(summary("sessions").is_null());
    EXPECT_EQ(gitlab.pipelines_asked(), 0u) << "there is no merge request";
    object(propose(id));
    EXPECT_TRUE(summary("sessions").is_null()) << "there is no pipeline";
    std::vector<std::string> jobs(120, "success");
    for (const char* one : {"failed", "running", "running", "pending", "manual"}) jobs.emplace_back(one);
    gitlab.set_pipeline("running", jobs);
    EXPECT_TRUE(summary("sessions").is_null()) << "remembered for some seconds";
    EXPECT_EQ(gitlab.pipelines_asked(), 1u);
    server.clock.advance(std::chrono::milliseconds(agent::Pipelines::remembered));
    const json::value expected{{"status", "running"},
                               {"total", 125},
                               {"success", 120},
                               {"failed", 1},
                               {"running", 2},
                               {"web_url", "https://gitlab.example/zoo/repo/-/pipelines/900"},
                               {"updated_at", "2026-11-22T03:24:57.123Z"}};
    EXPECT_EQ(summary("sessions"), expected);
    EXPECT_EQ(summary("sessions/" + id), expected);
    EXPECT_EQ(gitlab.pipelines_asked(), 2u);
    EXPECT_FALSE(object(call("GET", "sessions/" + id)).contains("mr_pipeline_summary"));
    for (const auto& [theirs, ours] :
         std::vector<std::pair<std::string, std::string>>{{"success", "success"},
                                                          {"failed", "failed"},
                                                          {"canceling", "canceled"},
                                                          {"skipped", "canceled"},
                                                          {"created", "pending"},
                                                          {"manual", "pending"}}) {
        gitlab.set_pipeline(theirs);
        server.clock.advance(std::chrono::milliseconds(agent::Pipelines::remembered));
        EXPECT_EQ(summary("sessions").at("status"), json::value(ours)) << theirs;
    }
}

TEST_F(GitlabTest, AGitlabThatFailsCostsAListItsPipelinesAndNothingElse) {
    object(propose(worked()));
    gitlab.set_pipeline("success", {"success"});
    gitlab.go_down(503);
    const auto listed = call("GET", "sessions?include=mr_pipeline_summary");
    EXPECT_EQ(listed.status, 200);
    const auto down = object(listed);
    EXPECT_TRUE(down.at("items").at(0).at("mr_pipeline_summary").is_null());
    gitlab.go_down(0);
    EXPECT_EQ(gitlab.pipelines_asked(), 0u);
    server.clock.advance(std::chrono::milliseconds(agent::Pipelines::remembered));
    const auto up = object(call("GET", "sessions?include=mr_pipeline_summary"));
    EXPECT_EQ(up.at("items").at(0).at("mr_pipeline_summary").at("total"), json::value(1));
}

TEST_F(GitlabTest, AGitlabThatDoesNotAnswerDelaysNobody) {
    const auto id = worked();
    object(propose(id));
    test::FaultyUpstream silent;
    silent.always({test::hold()});
    const auto providers = object(call("GET", "code-providers")).at("items").as_array();
    call("PATCH", "code-providers/" + text(providers[0].as_object(), "id"),
         R"({"base_url":")" + silent.url("/api/v4") + "\"}");
    const auto listed = call("GET", "sessions?include=mr_pipeline_summary");
    EXPECT_EQ(listed.status, 200);
    EXPECT_TRUE(object(listed).at("items").at(0).at("mr_pipeline_summary").is_null());
}

TEST_F(GitlabTest, AWrongTokenIsSaidAndShownNowhere) {
    const auto id = worked();
    const auto providers = object(call("GET", "code-providers")).at("items").as_array();
    call("PATCH", "code-providers/" + text(providers[0].as_object(), "id"),
         R"({"metadata":{"token":"glpat-wrong"}})");
    const auto refused = propose(id);
    EXPECT_EQ(refused.status, 502);
    EXPECT_NE(refused.body.find("token"), std::string::npos);
    EXPECT_EQ(refused.body.find("glpat"), std::string::npos);
    EXPECT_EQ(error(ask(id)), "404 not_found");
    EXPECT_EQ(gitlab.made(), 0u);
}

}  // namespace
}  // namespace docent::api
