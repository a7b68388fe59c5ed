// The merge requests of sessions, with Docent's own forge: a real repository that is not bare, its branch
// main checked out.
#include "api/sessions_fixture.hpp"

namespace docent::api {
namespace {

/// Writes a page in its first turn, another one in its second.
constexpr const char* writes =
    R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]}, {"text": "Wrote a page."},
        {"calls": [{"name": "create_file", "args": {"path": "b.md", "content": "B\n"}}]}, {"text": "Another."}])";

class MergeRequestsTest : public SessionsTest {
protected:
    explicit MergeRequestsTest(const char* script = writes) : SessionsTest(script) {
        repository_id = repository();
    }

    std::string worked() {
        const auto id = session();
        send(id, "Write the page about cages");
        await_idle(id);
        return id;
    }
    json::object propose(const std::string& id, const std::string& body = "{}") {
        const auto reply = call("POST", "sessions/" + id + "/merge-request", body);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return object(reply);
    }
    net::Reply ask(const std::string& id, const std::string& what = "") {
        return call(what.empty() ? "GET" : "POST", "sessions/" + id + "/merge-request" + what);
    }
    std::string in_repository(const std::string& git) {
        const auto done = server.shell("cd '" + (server.folder.path() / "repo").string() +
                                       "' && git -c user.name=t -c user.email=t@localhost " + git);
        EXPECT_TRUE(done && done->exit_code == 0) << git << (done ? done->err : "");
        return done ? done->out : "";
    }
    int count(const std::string& id, const std::string& type) {
        int found = 0;
        for (const auto& event : events(id)) found += text(event.as_object(), "type") == type;
        return found;
    }
    std::string repository_id;
};

TEST_F(MergeRequestsTest, WhatASessionMadeIsPushedProposedAndMerged) {
    const auto id = worked();
    const auto made = propose(id, R"({"title":"Add a page"})");
    EXPECT_EQ(text(made, "status"), "open");
    EXPECT_EQ(text(made, "title"), "Add a page");
    EXPECT_EQ(text(made, "description"), "Wrote a page.");
    EXPECT_EQ(text(made, "target_branch"), "main");
    EXPECT_EQ(text(made, "session_id"), id);
    EXPECT_EQ(text(made, "repository_id"), repository_id);
    EXPECT_EQ(made.at("mergeable"), json::value(true));
    EXPECT_TRUE(made.at("external_id").is_null());
    EXPECT_EQ(in_repository("rev-parse " + text(made, "source_branch")), text(made, "head_sha") + "\n");
    EXPECT_EQ(in_repository("log -1 --format=%s " + text(made, "source_branch")), "Add a page\n");

    const auto merged = object(ask(id, "/merge"));
    EXPECT_EQ(text(merged, "id"), text(made, "id"));
    EXPECT_EQ(text(merged, "status"), "merged");
    EXPECT_EQ(in_repository("rev-parse main"), text(merged, "merge_commit_sha") + "\n");
    EXPECT_EQ(server.folder.read("repo/a.md"), "A\n") << "main is checked out: its files follow";
    const auto event = await(id, "merge_request_merged");
    EXPECT_EQ(text(event.at("payload").as_object(), "merged_by"), "owner");
    EXPECT_EQ(text(event.at("payload").as_object(), "merge_request_id"), text(made, "id"));
    const auto session = object(call("GET", "sessions/" + id));
    EXPECT_EQ(text(session, "status"), "merged");
    EXPECT_FALSE(text(session, "merged_at").empty());
    EXPECT_TRUE(session.at("sandbox_id").is_null());
    EXPECT_EQ(error(send(id, "More")), "409 session_closed");

    EXPECT_EQ(text(object(ask(id, "/merge")), "status"), "merged") << "a second time changes nothing";
    EXPECT_EQ(count(id, "merge_request_merged"), 1);
    EXPECT_EQ(error(ask(id, "/close")), "409 merge_request_merged");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/merge-request", "{}")), "409 session_closed");
}

TEST_F(MergeRequestsTest, TheOpenOneIsBroughtUpToDate) {
    const auto id = worked();
    const auto first = propose(id);
    send(id, "And another");
    await_idle(id);
    const auto second = propose(id, R"({"description":"Two pages."})");
    EXPECT_EQ(text(second, "id"), text(first, "id"));
    EXPECT_NE(text(second, "head_sha"), text(first, "head_sha"));
    EXPECT_EQ(text(second, "description"), "Two pages.");
    EXPECT_EQ(text(second, "title"), text(first, "title"));
    ask(id, "/merge");
    EXPECT_EQ(server.folder.read("repo/b.md"), "B\n");
}

TEST_F(MergeRequestsTest, ADraftIsNotMergedUntilItIsReady) {
    const auto id = worked();
    const auto path = "sessions/" + id + "/merge-request";
    EXPECT_EQ(error(call("PATCH", path, R"({"draft":true})")), "404 not_found");
    EXPECT_EQ(propose(id, R"({"draft":true})").at("draft"), json::value(true));
    EXPECT_EQ(propose(id).at("draft"), json::value(true)) << "it stays what it was";
    EXPECT_EQ(error(ask(id, "/merge")), "409 not_mergeable");
    EXPECT_EQ(error(call("PATCH", path, R"({"draft":"no"})")), "400 validation_failed");
    const auto ready = object(call("PATCH", path, R"({"draft":false,"title":"Ready"})"));
    EXPECT_EQ(ready.at("draft"), json::value(false));
    EXPECT_EQ(text(ready, "title"), "Ready");
    EXPECT_EQ(text(ready, "description"), "Wrote a page.");
    EXPECT_EQ(error(call("POST", path + "/merge", R"({"method":"octopus"})")), "400 validation_failed");
    EXPECT_EQ(text(object(ask(id, "/merge")), "status"), "merged");
    EXPECT_EQ(error(call("PATCH", path, R"({"title":"Late"})")), "409 merge_request_merged");
}

TEST_F(MergeRequestsTest, AClosedOneIsRecordedAndTheSessionGoesOn) {
    const auto id = worked();
    const auto first = propose(id);
    EXPECT_EQ(text(object(ask(id, "/close")), "status"), "closed");
    EXPECT_EQ(text(object(ask(id, "/close")), "status"), "closed");
    EXPECT_EQ(count(id, "merge_request_closed"), 1);
    EXPECT_EQ(text(await(id, "merge_request_closed").at("payload").as_object(), "closed_by"), "owner");
    EXPECT_EQ(text(object(call("GET", "sessions/" + id)), "status"), "active");
    EXPECT_EQ(error(ask(id, "/merge")), "409 merge_request_closed");
    const auto second = propose(id);
    EXPECT_NE(text(second, "id"), text(first, "id"));
    EXPECT_EQ(text(object(ask(id)), "id"), text(second, "id"));
}

TEST_F(MergeRequestsTest, ConflictsAreToldAndNothingIsMerged) {
    const auto id = worked();
    propose(id);
    server.folder.write("repo/a.md", "A person's\n");
    in_repository("add . ");
    in_repository("commit -qm theirs");
    EXPECT_EQ(object(ask(id)).at("mergeable"), json::value(false));
    const auto refused = ask(id, "/merge");
    EXPECT_EQ(error(refused), "409 not_mergeable");
    EXPECT_NE(refused.body.find("a.md"), std::string::npos);
    EXPECT_EQ(text(object(ask(id)), "status"), "open");
    EXPECT_EQ(server.folder.read("repo/a.md"), "A person's\n");
}

TEST_F(MergeRequestsTest, AMovedTargetIsMergedWithAndAPersonsEditsAreNeverOverwritten) {
    const auto id = worked();
    propose(id);
    server.folder.write("repo/other.md", "Other\n");
    in_repository("add . ");
    in_repository("commit -qm theirs");
    server.folder.write("repo/other.md", "Not committed\n");
    const auto refused = ask(id, "/merge");
    EXPECT_EQ(error(refused), "409 not_mergeable");
    EXPECT_NE(refused.body.find("not committed"), std::string::npos) << refused.body;
    in_repository("checkout -q other.md");
    EXPECT_EQ(text(object(ask(id, "/merge")), "status"), "merged");
    EXPECT_EQ(server.folder.read("repo/a.md"), "A\n");
    EXPECT_EQ(server.folder.read("repo/other.md"), "Other\n");
}

TEST_F(MergeRequestsTest, AMergeByHandIsNoticed) {
    const auto id = worked();
    const auto made = propose(id);
    in_repository("merge -q " + text(made, "source_branch"));
    EXPECT_EQ(text(object(ask(id)), "status"), "merged");
    EXPECT_EQ(text(object(call("GET", "sessions/" + id)), "status"), "merged");
    EXPECT_EQ(count(id, "merge_request_merged"), 1);
}

TEST_F(MergeRequestsTest, CommitsThatWereNotProposedAreNotMerged) {
    const auto id = worked();
    const auto made = propose(id);
    in_repository("checkout -q " + text(made, "source_branch"));
    server.folder.write("repo/extra.md", "Extra\n");
    in_repository("add .");
    in_repository("commit -qm extra");
    in_repository("checkout -q main");
    EXPECT_EQ(error(ask(id, "/merge")), "409 head_changed");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/merge-request", "{}")), "409 push_rejected");
}

TEST_F(MergeRequestsTest, WhatCannotBeProposedIsRefusedWithTheReason) {
    const auto id = session();
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/merge-request", "{}")), "409 no_changes");
    EXPECT_EQ(error(ask(id)), "404 not_found");
    EXPECT_EQ(error(ask(id, "/merge")), "404 not_found");
    EXPECT_EQ(error(ask(some_id)), "404 not_found");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/merge-request", R"({"title":7})")),
              "400 validation_failed");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/merge-request",
                         R"({"title":")" + std::string(201, 'x') + "\"}")),
              "400 validation_failed");
    settings_key = key("sessions:read");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/merge-request", "{}")), "403 insufficient_scope");
}

class BusyMergeRequestsTest : public MergeRequestsTest {
protected:
    BusyMergeRequestsTest() : MergeRequestsTest(thinks) {}
};

TEST_F(BusyMergeRequestsTest, NothingIsProposedWhileTheAgentWorks) {
    const auto id = session();
    send(id, "Think");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/merge-request", "{}")), "409 turn_running");
    EXPECT_EQ(error(ask(id, "/merge")), "409 turn_running");
    call("POST", "sessions/" + id + "/stop");
    await_idle(id);
}

}  // namespace
}  // namespace docent::api
