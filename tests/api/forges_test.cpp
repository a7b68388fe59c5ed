// Sessions whose pull requests live on GitHub or Forgejo: git over HTTP with a token, calls that are checked
// against the published description, webhooks in.
#include "api/sessions_fixture.hpp"
#include "support/net_fake_forge.hpp"

namespace docent::api {
namespace {

using test::FakeForge;

/// Writes a page, and answers whatever is asked later.
constexpr const char* writes =
    R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]}, {"text": "Wrote a page."}, {"text": "Done.", "repeat": true}])";

class ForgesTest : public SessionsTest {
protected:
    explicit ForgesTest(FakeForge::Kind kind = FakeForge::Kind::github, const char* script = writes)
        : SessionsTest(script),
          forge(kind),
          platform(kind == FakeForge::Kind::github ? "github" : "forgejo") {
        connect(json::object{{"type", "token"}, {"token", FakeForge::token}});
    }
    ~ForgesTest() override { EXPECT_EQ(forge.mistakes(), std::vector<std::string>()); }

    void connect(json::object metadata) {
        const json::object provider{
            {"platform", platform}, {"name", "ours"}, {"base_url", forge.api_url()}, {"metadata", metadata}};
        const auto made = object(call("POST", "code-providers", json::serialize(provider)));
        const json::object wanted{{"code_provider_id", text(made, "id")},
                                  {"platform", platform},
                                  {"name", "repo"},
                                  {"full_name", "zoo/repo"},
                                  {"clone_url", forge.clone_url()},
                                  {"default_branch", "main"},
                                  {"external_id", "zoo/repo" + std::to_string(connected++)}};
        const auto repo = object(call("POST", "repositories", json::serialize(wanted)));
        repository_id = text(repo, "id");
        secret = text(repo, "webhook_secret");
    }
    std::string worked() {
        const auto id = session(R"({"branch_name":"docent/page","repository_id":")" + repository_id + "\"}");
        send(id, "Write the page about cages");
        await_idle(id);
        return id;
    }
    net::Reply propose(const std::string& id) {
        return call("POST", "sessions/" + id + "/merge-request", "{}");
    }
    json::object proposed(const std::string& id) {
        const auto reply = propose(id);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return object(reply);
    }
    net::Reply deliver(const std::string& event, const json::object& body, const std::string& key,
                       const std::string& delivery) {
        const auto sent = json::serialize(body);
        const auto signature = hmac_sha256_hex(key, sent);
        const bool github = platform == "github";
        return server.call(
            "POST", "/api/v1/webhooks/" + platform + "/" + repository_id, sent,
            {{github ? "X-GitHub-Event" : "X-Forgejo-Event", event},
             {github ? "X-GitHub-Delivery" : "X-Forgejo-Delivery", delivery},
             {github ? "X-Hub-Signature-256" : "X-Forgejo-Signature", (github ? "sha256=" : "") + signature},
             {"Content-Type", "application/json"}});
    }
    net::Reply deliver(const std::string& event, const json::object& body) {
        return deliver(event, body, secret, "d" + std::to_string(++deliveries));
    }
    json::object pull(const std::string& action, const std::string& state, bool merged, int minute,
                      int from = 1) {
        const auto at =
            "2026-11-23T10:" + std::string(minute < 10 ? "0" : "") + std::to_string(minute) + ":00Z";
        const json::object about{
            {"number", 1},
            {"title", "A page"},
            {"state", state},
            {"merged", merged},
            {"html_url", "https://forge.example/zoo/repo/pull/1"},
            {"merge_commit_sha", merged ? json::value("feed0123") : json::value()},
            {"head",
             json::object{{"ref", "docent/page"}, {"sha", "abc"}, {"repo", json::object{{"id", from}}}}},
            {"base", json::object{{"ref", "main"}, {"repo", json::object{{"id", 1}}}}},
            {"updated_at", at}};
        return {{"action", action}, {"pull_request", about}, {"sender", json::object{{"login", "grace"}}}};
    }
    json::object comment(const std::string& text, bool may_write = true, int id = 7) {
        const json::object said{{"id", id},
                                {"body", text},
                                {"user", json::object{{"login", "ada"}}},
                                {"author_association", may_write ? "COLLABORATOR" : "NONE"}};
        return {{"action", "created"},
                {"is_pull", true},
                {"issue", json::object{{"number", 1}, {"pull_request", json::object{}}}},
                {"comment", said},
                {"repository", json::object{{"permissions", json::object{{"push", may_write}}}}}};
    }
    int count(const std::string& id, const std::string& type) {
        int found = 0;
        for (const auto& event : events(id)) found += text(event.as_object(), "type") == type;
        return found;
    }
    std::string status(const std::string& id) {
        return text(object(call("GET", "sessions/" + id)), "status");
    }

    FakeForge forge;
    const std::string platform;
    std::string repository_id, secret;
    int deliveries = 0, connected = 0;
};

class ForgejoTest : public ForgesTest {
protected:
    ForgejoTest() : ForgesTest(FakeForge::Kind::forgejo) {}
};

TEST_F(ForgesTest, APullRequestIsPushedOpenedAndMerged) {
    const auto id = worked();
    const auto made = proposed(id);
    EXPECT_EQ(text(made, "external_id"), "1");
    EXPECT_EQ(made.at("mergeable"), json::value(true));
    EXPECT_EQ(forge.git("rev-parse docent/page"), text(made, "head_sha"));
    EXPECT_EQ(forge.pulls().at(0).body, "Wrote a page.");
    EXPECT_EQ(text(proposed(id), "id"), text(made, "id"));
    EXPECT_EQ(forge.pulls().size(), 1u);
    const auto merged =
        object(call("POST", "sessions/" + id + "/merge-request/merge", R"({"method":"squash"})"));
    EXPECT_EQ(text(merged, "status"), "merged");
    EXPECT_EQ(forge.git("show main:a.md"), "A");
    EXPECT_EQ(status(id), "merged");
}

TEST_F(ForgejoTest, APullRequestIsPushedOpenedAndMerged) {
    const auto id = worked();
    EXPECT_EQ(text(proposed(id), "external_id"), "1");
    EXPECT_EQ(text(object(call("POST", "sessions/" + id + "/merge-request/merge", "{}")), "status"),
              "merged");
    EXPECT_EQ(forge.git("show main:a.md"), "A");
}

TEST_F(ForgesTest, TheTokenIsInNoFileAndNoAnswer) {
    const auto id = worked();
    proposed(id);
    const auto found = server.shell("grep -rlF " + std::string(FakeForge::token) + " '" +
                                    (server.folder.path() / "data").string() + "'");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->out, "");
    for (const auto* path : {"code-providers", "repositories"})
        EXPECT_EQ(call("GET", path).body.find(FakeForge::token), std::string::npos);
    EXPECT_EQ(json::serialize(events(id)).find(FakeForge::token), std::string::npos);
}

TEST_F(ForgesTest, AGitHubAppsTokenIsRenewedWhenItExpiresHalfway) {
    const auto made = server.shell("openssl genrsa 2048 2>/dev/null");
    ASSERT_TRUE(made);
    forge.add_app("1234");
    connect({{"type", "app"}, {"app_id", "1234"}, {"installation_id", 99}, {"private_key", made->out}});
    const auto id = worked();
    forge.expire_tokens();
    EXPECT_EQ(text(proposed(id), "external_id"), "1");
    EXPECT_EQ(forge.tokens_made(), 2);
    const auto shown = call("GET", "code-providers").body;
    EXPECT_EQ(shown.find("PRIVATE KEY"), std::string::npos);
}

/// The agent pushes by itself in its second turn.
class PushingAgentTest : public ForgesTest {
protected:
    PushingAgentTest()
        : ForgesTest(
              FakeForge::Kind::github,
              R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]}, {"text": "Wrote a page."},
                  {"calls": [{"name": "commit", "args": {"message": "A page"}}, {"name": "push_to_remote", "args": {}}]},
                  {"text": "Pushed."}, {"text": "Done.", "repeat": true}])") {}
    void connect_app() {
        const auto made = server.shell("openssl genrsa 2048 2>/dev/null");
        ASSERT_TRUE(made);
        forge.add_app("1234");
        connect({{"type", "app"}, {"app_id", "1234"}, {"installation_id", 99}, {"private_key", made->out}});
    }
};

TEST_F(PushingAgentTest, ATokenThatExpiresUnderTheAgentIsRenewedWhereItPushes) {
    connect_app();
    const auto allowed =
        call("PATCH", "repositories/" + repository_id, R"({"settings":{"allow_push":true}})");
    ASSERT_EQ(allowed.status, 200) << allowed.body;
    const auto id = worked();
    EXPECT_EQ(forge.tokens_made(), 1);
    forge.expire_tokens();
    send(id, "Push it");
    await_idle(id);
    EXPECT_EQ(forge.tokens_made(), 2);
    const auto pushed = await(id, "agent_push_to_remote").at("payload").as_object();
    EXPECT_TRUE(pushed.at("error").is_null()) << json::serialize(pushed);
    EXPECT_EQ(text(pushed, "result"), "pushed");
    EXPECT_EQ(forge.git("show docent/page:a.md"), "A");
}

TEST_F(PushingAgentTest, ATokenThatExpiredBeforeASessionBeginsIsRenewed) {
    connect_app();
    worked();
    forge.expire_tokens();
    const auto id = session(R"({"branch_name":"docent/other","repository_id":")" + repository_id + "\"}");
    send(id, "More");
    await_idle(id);
    EXPECT_EQ(forge.tokens_made(), 2);
    EXPECT_EQ(json::serialize(events(id)).find("workspace_failed"), std::string::npos);
}

TEST_F(ForgesTest, CodeProvidersNameTheFieldThatIsWrong) {
    const auto refused = [&](const std::string& metadata, const std::string& more = "") {
        return call("POST", "code-providers",
                    R"({"platform":"github","name":"x")" + more + R"(,"metadata":)" + metadata + "}")
            .body;
    };
    EXPECT_NE(refused("{}").find("metadata.token"), std::string::npos);
    EXPECT_NE(refused(R"({"type":"app","installation_id":1,"private_key":"x"})").find("metadata.app_id"),
              std::string::npos);
    EXPECT_NE(refused(R"({"type":"app","app_id":1,"installation_id":1,"private_key":"x"})").find("PEM"),
              std::string::npos);
    EXPECT_NE(refused(R"({"token":"t"})", R"(,"base_url":"github.example.com")").find("base_url"),
              std::string::npos);
    const auto good = object(
        call("POST", "code-providers", R"({"platform":"github","name":"x","metadata":{"token":"t"}})"));
    EXPECT_EQ(text(good, "base_url"), "https://api.github.com");
}

TEST_F(ForgesTest, WebhooksEndItOnceAndInOrder) {
    const auto id = worked();
    proposed(id);
    EXPECT_EQ(deliver("pull_request", pull("closed", "closed", false, 5)).body, R"({"accepted":true})");
    deliver("pull_request", pull("synchronize", "open", false, 4));
    EXPECT_EQ(count(id, "merge_request_closed"), 1);
    EXPECT_EQ(text(object(call("GET", "sessions/" + id + "/merge-request")), "status"), "open")
        << "the forge has the last word";
    deliver("pull_request", pull("reopened", "open", false, 6));
    deliver("pull_request", pull("closed", "closed", false, 5), secret, "a late one");
    const auto merged = pull("closed", "closed", true, 7);
    for (int i = 0; i < 1'000; ++i) deliver("pull_request", merged, secret, "the same");
    EXPECT_EQ(count(id, "merge_request_merged"), 1);
    deliver("pull_request", pull("opened", "open", false, 1));
    deliver("pull_request", pull("reopened", "open", false, 8));
    EXPECT_EQ(status(id), "merged");
    EXPECT_EQ(count(id, "merge_request_closed"), 1);
}

TEST_F(ForgesTest, WhatIsForgedOrOfAForkIsNotHeard) {
    const auto id = worked();
    proposed(id);
    const auto merged = pull("closed", "closed", true, 5);
    for (const auto* key : {"", "wrong"})
        EXPECT_EQ(error(deliver("pull_request", merged, key, "d")), "401 bad_signature");
    const auto path = "/api/v1/webhooks/github/" + repository_id;
    EXPECT_EQ(error(server.call("POST", path, json::serialize(merged))), "401 bad_signature");
    repository_id = some_id;
    EXPECT_EQ(error(deliver("pull_request", merged)), "401 bad_signature");
    EXPECT_EQ(status(id), "active");
}

TEST_F(ForgesTest, ACommentThatMentionsTheAgentIsAMessageOnce) {
    const auto id = worked();
    proposed(id);
    EXPECT_EQ(deliver("issue_comment", comment("Nice.", true, 1)).body, R"({"accepted":false})");
    EXPECT_EQ(deliver("issue_comment", comment("@docents, mail@docent.example", true, 2)).body,
              R"({"accepted":false})");
    EXPECT_EQ(deliver("issue_comment", comment("> @docent\nno", true, 3)).body, R"({"accepted":false})");
    EXPECT_EQ(deliver("issue_comment", comment("@docent delete it", false, 4)).body, R"({"accepted":false})");
    for (int i = 0; i < 3; ++i) deliver("issue_comment", comment("Hey @Docent, add a title"));
    await_idle(id);
    EXPECT_EQ(count(id, "user_message"), 2);
    const auto said = json::serialize(events(id));
    EXPECT_NE(said.find("ada wrote under the merge request #1"), std::string::npos);
    EXPECT_NE(said.find("add a title"), std::string::npos);
}

TEST_F(ForgejoTest, ACommentOfSomebodyWhoMayPushIsAMessage) {
    const auto id = worked();
    proposed(id);
    EXPECT_EQ(deliver("issue_comment", comment("@docent no", false, 1)).body, R"({"accepted":false})");
    EXPECT_EQ(deliver("issue_comment", comment("@docent yes")).body, R"({"accepted":true})");
    await_idle(id);
    EXPECT_EQ(count(id, "user_message"), 2);
    EXPECT_EQ(deliver("pull_request", pull("closed", "closed", true, 5)).body, R"({"accepted":true})");
    EXPECT_EQ(status(id), "merged");
}

/// The pull requests of agent jobs.
class ForgeJobsTest : public ForgesTest {
protected:
    ForgeJobsTest() : admin(server.add_key(KeyKind::admin, server.docs_id)) {}

    json::object ask(const std::string& method, const std::string& path, const std::string& body = {}) {
        net::Headers headers{{"Authorization", "Bearer " + admin}};
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        return object(server.call(method, "/v2/agent/docs/job" + path, body, std::move(headers)));
    }
    void set(const std::string& settings) {
        server.must(test::run(server.loop, server.projects->set_settings(server.docs_id, settings)));
    }
    std::string proposed_job() {
        const json::object wanted{
            {"prompt", "Write"}, {"repository", repository_id}, {"branch", "docent/page"}};
        const auto id = text(ask("POST", "", json::serialize(wanted)), "id");
        rested(id);
        EXPECT_FALSE(text(ask("GET", "/" + id), "prLink").empty());
        return id;
    }
    json::object rested(const std::string& id) {
        for (int i = 0; i < 20'000; ++i) {
            auto now = ask("GET", "/" + id);
            if (text(now, "status") != "active" || !now.at("followUpUntil").is_null()) return now;
        }
        ADD_FAILURE() << "the job does not end";
        return {};
    }

    const std::string admin;
};

TEST_F(ForgeJobsTest, ACommentIsAFollowUpOfAnActiveJob) {
    const auto id = proposed_job();
    EXPECT_EQ(text(ask("GET", "/" + id), "status"), "active");
    EXPECT_EQ(deliver("issue_comment", comment("@docent and the locks")).body, R"({"accepted":true})");
    EXPECT_EQ(text(rested(id), "status"), "active");
    EXPECT_EQ(count(id, "user_message"), 2);
    EXPECT_TRUE(forge.comments().empty());
}

TEST_F(ForgeJobsTest, ACommentOnAJobThatHasEndedIsAnsweredOnceWithTheReason) {
    set(R"({"job_follow_up":"0"})");
    const auto id = proposed_job();
    EXPECT_EQ(text(ask("GET", "/" + id), "status"), "completed");
    EXPECT_EQ(deliver("issue_comment", comment("@docent and the locks")).body, R"({"accepted":false})");
    auto again = comment("@docent and the locks");
    again["sent"] = "again";
    deliver("issue_comment", again);
    EXPECT_EQ(count(id, "user_message"), 1);
    ASSERT_EQ(forge.comments().size(), 1u);
    EXPECT_NE(forge.comments()[0].body.find("the job is completed: it takes no more messages."),
              std::string::npos)
        << forge.comments()[0].body;
    EXPECT_EQ(deliver("issue_comment", comment(forge.comments()[0].body + " @docent", true, 8)).body,
              R"({"accepted":false})");
    EXPECT_EQ(forge.comments().size(), 1u) << "its own words are not heard";
}

TEST_F(ForgeJobsTest, ACommentAfterTheMergeIsAnswered) {
    const auto id = proposed_job();
    deliver("pull_request", pull("closed", "closed", true, 5));
    EXPECT_EQ(text(ask("GET", "/" + id), "status"), "completed");
    deliver("issue_comment", comment("@docent one more thing"));
    ASSERT_EQ(forge.comments().size(), 1u);
    EXPECT_NE(forge.comments()[0].body.find("the job is completed"), std::string::npos);
}

TEST_F(ForgeJobsTest, ACommentReopensACompletedJobWhereTheProjectAllowsIt) {
    set(R"({"job_follow_up":"0","job_reopen":true})");
    const auto id = proposed_job();
    const auto said = comment("@docent and the locks");
    EXPECT_EQ(deliver("issue_comment", said).body, R"({"accepted":true})");
    rested(id);
    EXPECT_EQ(count(id, "user_message"), 2);
    set(R"({"job_follow_up":"0"})");
    auto again = said;
    again["sent"] = "again";
    EXPECT_EQ(deliver("issue_comment", again).body, R"({"accepted":true})") << "it was heard before";
    EXPECT_EQ(count(id, "user_message"), 2);
    EXPECT_TRUE(forge.comments().empty());
}

TEST_F(ForgeJobsTest, ACommandInACommentIsRunAsOneAndAWrongOneIsAnswered) {
    const auto id = proposed_job();
    EXPECT_EQ(deliver("issue_comment", comment("@docent /check-links", true, 1)).body,
              R"({"accepted":true})");
    rested(id);
    EXPECT_EQ(json::serialize(events(id)).find("wrote under the merge request"), std::string::npos);
    EXPECT_EQ(deliver("issue_comment", comment("@docent /fix-lniks", true, 2)).body, R"({"accepted":false})");
    ASSERT_EQ(forge.comments().size(), 1u);
    EXPECT_NE(forge.comments()[0].body.find("/fix-links"), std::string::npos) << forge.comments()[0].body;
}

TEST_F(ForgesTest, ACommentOnAClosedSessionIsAnswered) {
    const auto id = worked();
    proposed(id);
    call("PATCH", "sessions/" + id, R"({"status":"closed"})");
    EXPECT_EQ(deliver("issue_comment", comment("@docent more")).body, R"({"accepted":false})");
    ASSERT_EQ(forge.comments().size(), 1u);
    EXPECT_NE(forge.comments()[0].body.find("the session is closed"), std::string::npos);
}

TEST_F(ForgesTest, AMovedBaseIsMergedIntoTheBranch) {
    const auto id = worked();
    const auto head = text(proposed(id), "head_sha");
    forge.commit("main", "b.md", "B\n");
    EXPECT_EQ(deliver("push", {{"ref", "refs/heads/main"}, {"after", "abc"}}).body, R"({"accepted":true})");
    for (int i = 0; i < 200 && count(id, "system_message") < 2; ++i)
        events(id, "?wait=1&after=" + text(events(id).back().as_object(), "id"));
    EXPECT_EQ(forge.git("show docent/page:b.md"), "B");
    EXPECT_EQ(forge.git("merge-base --is-ancestor " + head + " docent/page && echo kept"), "kept");
    const auto now = object(call("GET", "sessions/" + id + "/merge-request"));
    EXPECT_EQ(text(now, "head_sha"), forge.git("rev-parse docent/page"));
}

TEST_F(ForgesTest, AConflictWithAMovedBaseIsToldOnce) {
    const auto id = worked();
    proposed(id);
    forge.commit("main", "a.md", "A person's\n");
    deliver("push", {{"ref", "refs/heads/main"}, {"after", "abc"}});
    for (int i = 0; i < 200 && forge.comments().empty(); ++i)
        events(id, "?wait=1&after=" + text(events(id).back().as_object(), "id"));
    forge.commit("main", "c.md", "C\n");
    deliver("push", {{"ref", "refs/heads/main"}, {"after", "def"}});
    ASSERT_EQ(forge.comments().size(), 1u);
    EXPECT_NE(forge.comments()[0].body.find("`a.md`"), std::string::npos);
    const auto timeline = json::serialize(events(id));
    EXPECT_NE(timeline.find("base_branch_conflicts"), std::string::npos);
}

TEST_F(ForgesTest, ABranchOfAnotherWithTheSameNameIsLeftAlone) {
    const auto id = worked();
    forge.commit("docent/page", "theirs.md", "Theirs\n");
    const auto theirs = forge.git("rev-parse docent/page");
    const auto made = proposed(id);
    EXPECT_EQ(text(made, "source_branch"), "docent/page-2");
    EXPECT_EQ(forge.git("rev-parse docent/page"), theirs);
    EXPECT_EQ(text(object(call("GET", "sessions/" + id)), "branch_name"), "docent/page-2");
}

TEST_F(ForgesTest, ACommitOfAPersonOnTheBranchIsNotPushedOver) {
    const auto id = worked();
    proposed(id);
    forge.commit("docent/page", "theirs.md", "Theirs\n");
    server.folder.write("data/trees/" + id + "/tree/b.md", "B\n");
    EXPECT_EQ(error(propose(id)), "409 push_rejected");
}

TEST_F(ForgesTest, ARuleAgainstThePushIsSaid) {
    const auto id = worked();
    const auto hook = forge.git_dir() / "hooks/pre-receive";
    std::filesystem::create_directories(hook.parent_path());
    ASSERT_EQ(server
                  .shell("printf '#!/bin/sh\\nexit 1\\n' > '" + hook.string() + "' && chmod +x '" +
                         hook.string() + "'")
                  ->exit_code,
              0);
    const auto refused = propose(id);
    EXPECT_EQ(error(refused), "409 push_rejected");
    EXPECT_NE(refused.body.find("a rule of the remote refuses the push"), std::string::npos);
    EXPECT_TRUE(forge.pulls().empty());
}

}  // namespace
}  // namespace docent::api
