// Reviews of merge requests in Docent's own forge: a real repository that is not bare, its branch main
// checked out.
#include <algorithm>

#include "api/sessions_fixture.hpp"

namespace docent::api {
namespace {

/// Writes a page and changes one in its first turn, answers in the next ones.
constexpr const char* script =
    R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "---\ntitle: Apes\n---\n\nThey climb.\n"}},
                   {"name": "edit_file", "args": {"path": "README.md", "edits": [{"old_text": "# Cages", "new_text": "# Big cages"}]}}]},
        {"text": "Wrote a page."}, {"text": "I have seen it.", "repeat": true}])";

class ReviewsTest : public SessionsTest {
protected:
    ReviewsTest() : SessionsTest(script) { repository_id = repository(); }

    /// The id of a merge request that waits for its review.
    std::string proposed() {
        session_id = session();
        send(session_id, "Write the page about apes");
        await_idle(session_id);
        const auto made = object(call("POST", "sessions/" + session_id + "/merge-request",
                                      R"({"title":"Add apes","description":"They were missing."})"));
        web_url = text(made, "web_url");
        return text(made, "id");
    }
    json::object review(const std::string& id) {
        const auto reply = call("GET", "merge-requests/" + id);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return object(reply);
    }
    net::Reply act(const std::string& id, const std::string& what, const std::string& body = "{}") {
        return call("POST", "merge-requests/" + id + "/" + what, body);
    }
    net::Reply comment(const std::string& id, const std::string& body) { return act(id, "comments", body); }
    std::string in_repository(const std::string& git) {
        const auto done = server.shell("cd '" + (server.folder.path() / "repo").string() +
                                       "' && git -c user.name=t -c user.email=t@localhost " + git);
        EXPECT_TRUE(done && done->exit_code == 0) << git << (done ? done->err : "");
        return done ? done->out : "";
    }
    void person_commits(const std::string& file, const std::string& content) {
        server.folder.write("repo/" + file, content);
        in_repository("add .");
        in_repository("commit -qm theirs");
    }
    std::string repository_id, session_id, web_url;
};

TEST_F(ReviewsTest, AReviewerSeesWhatTheBranchBrings) {
    const auto id = proposed();
    EXPECT_EQ(web_url, server.origin + "/review/" + id);
    const auto seen = review(id);
    EXPECT_EQ(text(seen, "title"), "Add apes");
    EXPECT_EQ(text(seen, "web_url"), web_url);
    EXPECT_EQ(text(seen, "project_id"), server.docs_id);
    EXPECT_TRUE(seen.at("job_id").is_null());
    EXPECT_EQ(seen.at("commits"), 1);
    EXPECT_EQ(seen.at("files_changed"), 2);
    EXPECT_EQ(seen.at("additions"), 6);
    EXPECT_EQ(seen.at("deletions"), 1);
    EXPECT_EQ(seen.at("behind_by"), 0);
    EXPECT_EQ(seen.at("mergeable"), json::value(true));
    EXPECT_EQ(seen.at("has_newer_work"), json::value(false));
    EXPECT_EQ(text(seen.at("session").as_object(), "agent_status"), "idle");

    const auto commits = object(call("GET", "merge-requests/" + id + "/commits")).at("items").as_array();
    ASSERT_EQ(commits.size(), 1u);
    EXPECT_EQ(text(commits[0].as_object(), "subject"), "Add apes");
    EXPECT_EQ(text(commits[0].as_object(), "sha"), text(seen, "head_sha"));

    const auto files = object(call("GET", "merge-requests/" + id + "/files"));
    const auto& items = files.at("items").as_array();
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(text(items[0].as_object(), "path"), "README.md");
    EXPECT_EQ(text(items[0].as_object(), "change"), "modified");
    EXPECT_NE(text(items[0].as_object(), "diff").find("+# Big cages"), std::string::npos);
    EXPECT_EQ(text(items[1].as_object(), "change"), "added");
    EXPECT_EQ(items[1].as_object().at("page"), json::value(true));
    const auto one = object(call("GET", "merge-requests/" + id + "/files?path=a.md"));
    EXPECT_EQ(one.at("items").as_array().size(), 1u);
    EXPECT_EQ(error(call("GET", "merge-requests/" + id + "/files?path=b.md")), "404 not_found");

    const auto page = object(call("GET", "merge-requests/" + id + "/preview?path=a.md"));
    EXPECT_EQ(text(page, "title"), "Apes");
    EXPECT_NE(text(page, "markdown").find("They climb."), std::string::npos);
    const auto before = object(call("GET", "merge-requests/" + id + "/preview?path=README.md&side=before"));
    EXPECT_EQ(text(before, "title"), "Cages");
    EXPECT_EQ(error(call("GET", "merge-requests/" + id + "/preview?path=a.md&side=before")), "404 not_found");
    EXPECT_EQ(error(call("GET", "merge-requests/" + id + "/preview?path=a.png")), "400 not_a_page");
    EXPECT_EQ(error(call("GET", "merge-requests/" + id + "/preview?path=a.md&side=left")),
              "400 validation_failed");

    const auto list = object(call("GET", "merge-requests?status=open")).at("items").as_array();
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(text(list[0].as_object(), "id"), id);
    EXPECT_TRUE(object(call("GET", "merge-requests?status=merged")).at("items").as_array().empty());
    EXPECT_EQ(error(call("GET", "merge-requests?status=new")), "400 validation_failed");
}

TEST_F(ReviewsTest, ACommentOnALineReachesTheAgentOnceAndIsAnswered) {
    const auto id = proposed();
    const std::string said = R"({"body":"Say it louder","path":"README.md","line":1,"client_id":"c1"})";
    const auto first = object(comment(id, said));
    EXPECT_EQ(text(first, "author"), "owner");
    EXPECT_EQ(text(first, "quote"), "# Big cages");
    EXPECT_EQ(text(first, "side"), "after");
    EXPECT_FALSE(text(first, "message_id").empty());
    const auto again = object(comment(id, said));
    EXPECT_EQ(text(again, "id"), text(first, "id"));
    EXPECT_EQ(text(again, "message_id"), text(first, "message_id"));
    await_idle(session_id);
    int messages = 0;
    for (const auto& event : events(session_id, "?types=user_message")) {
        const auto message = text(event.as_object().at("payload").as_object(), "message");
        if (message.find("Say it louder") == std::string::npos) continue;
        ++messages;
        EXPECT_NE(message.find("`README.md`, line 1"), std::string::npos) << message;
    }
    EXPECT_EQ(messages, 1);
    const auto shown = object(call("GET", "merge-requests/" + id + "/comments")).at("items").as_array();
    ASSERT_EQ(shown.size(), 1u);
    EXPECT_EQ(text(shown[0].as_object().at("answer").as_object(), "message"), "I have seen it.");

    const auto note = object(comment(id, R"({"body":"For us","for_agent":false})"));
    EXPECT_TRUE(note.at("message_id").is_null());
    EXPECT_EQ(events(session_id, "?types=user_message").size(), 2u);
    const auto old =
        object(comment(id, R"({"body":"x","path":"README.md","line":1,"side":"before","for_agent":false})"));
    EXPECT_EQ(text(old, "quote"), "# Cages");
    EXPECT_EQ(object(call("GET", "merge-requests/" + id + "/comments?limit=1")).at("next_cursor"),
              first.at("id"));
}

TEST_F(ReviewsTest, ACommentThatNamesNothingIsRefused) {
    const auto id = proposed();
    EXPECT_EQ(error(comment(id, R"({})")), "400 validation_failed");
    EXPECT_EQ(error(comment(id, R"({"body":"  "})")), "400 validation_failed");
    EXPECT_EQ(error(comment(id, R"({"body":"x","line":3})")), "400 validation_failed");
    EXPECT_EQ(error(comment(id, R"({"body":"x","path":"nothing.md"})")), "400 validation_failed");
    EXPECT_EQ(error(comment(id, R"({"body":"x","path":"a.md","side":"before"})")), "400 validation_failed");
    EXPECT_EQ(error(comment(id, R"({"body":"x","path":"../../etc/passwd","line":1})")),
              "400 validation_failed");
    EXPECT_EQ(error(comment(id, R"({"body":"x","path":"README.md","line":2})")), "400 validation_failed");
    EXPECT_EQ(error(comment(id, R"({"body":")" + std::string(20'001, 'x') + "\"}")), "400 validation_failed");
    object(comment(id, R"({"body":"x","client_id":"c","for_agent":false})"));
    EXPECT_EQ(error(comment(id, R"({"body":"y","client_id":"c","for_agent":false})")),
              "409 client_id_conflict");
}

TEST_F(ReviewsTest, ASquashMergeIsOneCommitWithTitleBodyAndAuthors) {
    const auto id = proposed();
    in_repository("checkout -q " + text(review(id), "source_branch"));
    person_commits("person.md", "A person's\n");
    const auto head = in_repository("rev-parse HEAD");
    in_repository("checkout -q main");
    EXPECT_EQ(error(act(id, "merge", R"({"method":"squash"})")), "409 head_changed");
    in_repository("branch -f " + text(review(id), "source_branch") + " " + text(review(id), "head_sha"));
    person_commits("other.md", "Other\n");
    EXPECT_EQ(review(id).at("behind_by"), 1);
    EXPECT_EQ(error(act(id, "merge", R"({"method":"squash","head_sha":"0000"})")), "409 head_changed");
    EXPECT_EQ(error(act(id, "merge", R"({"method":"octopus"})")), "400 validation_failed");
    const auto merged =
        object(act(id, "merge", R"({"method":"squash","head_sha":")" + text(review(id), "head_sha") + "\"}"));
    EXPECT_EQ(text(merged, "status"), "merged");
    EXPECT_EQ(in_repository("rev-parse main"), text(merged, "merge_commit_sha") + "\n");
    EXPECT_EQ(in_repository("log -1 --format=%B"), "Add apes\n\nThey were missing.\n\n");
    EXPECT_EQ(in_repository("log --format=%s"), "Add apes\ntheirs\nfirst\n");
    EXPECT_EQ(server.folder.read("repo/README.md"), "# Big cages\n");
    EXPECT_EQ(server.folder.read("repo/other.md"), "Other\n");

    const auto seen = review(id);
    EXPECT_EQ(seen.at("files_changed"), 2) << "what was merged is still there to be seen";
    EXPECT_EQ(text(seen.at("session").as_object(), "status"), "merged");
    const auto late = object(comment(id, R"({"body":"Too late"})"));
    EXPECT_EQ(text(late, "not_sent"), "session_closed");
    EXPECT_EQ(error(act(id, "close")), "409 merge_request_merged");
    EXPECT_EQ(error(act(id, "reopen")), "409 merge_request_merged");
}

TEST_F(ReviewsTest, ARebaseMergeMakesTheCommitsAnew) {
    const auto id = proposed();
    person_commits("other.md", "Other\n");
    const auto merged = object(act(id, "merge", R"({"method":"rebase"})"));
    EXPECT_EQ(text(merged, "status"), "merged");
    EXPECT_NE(text(merged, "merge_commit_sha"), text(merged, "head_sha"));
    EXPECT_EQ(in_repository("log --format=%s"), "Add apes\ntheirs\nfirst\n");
    EXPECT_EQ(in_repository("log -1 --format=%cn"), "Docent\n");
    EXPECT_EQ(server.folder.read("repo/a.md"), "---\ntitle: Apes\n---\n\nThey climb.\n");
    EXPECT_EQ(review(id).at("files_changed"), 2);
}

TEST_F(ReviewsTest, AMergeCommitNamesBranchAndTitle) {
    const auto id = proposed();
    const auto merged = object(act(id, "merge"));
    EXPECT_EQ(in_repository("log -1 --format=%b"), "Add apes\n\n");
    EXPECT_EQ(in_repository("rev-list --count --min-parents=2 main"), "1\n");
    EXPECT_EQ(in_repository("rev-parse main"), text(merged, "merge_commit_sha") + "\n");
    EXPECT_EQ(review(id).at("files_changed"), 2);
}

TEST_F(ReviewsTest, ConflictsAreToldForEveryMethod) {
    const auto id = proposed();
    person_commits("README.md", "# Small cages\n");
    const auto seen = review(id);
    EXPECT_EQ(seen.at("mergeable"), json::value(false));
    EXPECT_EQ(seen.at("conflicting_files"), json::array({"README.md"}));
    for (const char* method : {"merge", "squash", "rebase"}) {
        const auto refused = act(id, "merge", R"({"method":")" + std::string(method) + "\"}");
        EXPECT_EQ(error(refused), "409 not_mergeable") << method;
        EXPECT_NE(refused.body.find("README.md"), std::string::npos) << refused.body;
    }
    EXPECT_EQ(server.folder.read("repo/README.md"), "# Small cages\n");
    EXPECT_EQ(in_repository("status --porcelain"), "");
    EXPECT_EQ(text(review(id), "status"), "open");
}

TEST_F(ReviewsTest, ASquashByHandIsNoticed) {
    const auto id = proposed();
    person_commits("other.md", "Other\n");
    in_repository("merge -q --squash " + text(review(id), "source_branch"));
    in_repository("commit -qm 'by hand'");
    const auto seen = review(id);
    EXPECT_EQ(text(seen, "status"), "merged");
    EXPECT_EQ(text(seen, "merge_commit_sha") + "\n", in_repository("rev-parse main"));
    EXPECT_EQ(seen.at("files_changed"), 2);
}

TEST_F(ReviewsTest, OfTwoMergesAtTheSameTimeOneDoesTheWork) {
    const auto id = proposed();
    const auto start = [&](const char* method) {
        net::Call wanted;
        wanted.method = "POST";
        wanted.url = server.origin + "/api/v1/merge-requests/" + id + "/merge";
        wanted.body = R"({"method":")" + std::string(method) + "\"}";
        wanted.headers = {{"x-api-key", settings_key}, {"Content-Type", "application/json"}};
        return wanted;
    };
    TaskGroup group(server.loop.get_executor());
    std::vector<int> statuses;
    const auto send_one = [](net::HttpClient& http, net::Call wanted, std::vector<int>& out) -> Task<> {
        auto reply = co_await http.fetch(std::move(wanted));
        out.push_back(reply ? reply->status : 0);
    };
    group.spawn("merge", send_one(*server.http, start("squash"), statuses));
    group.spawn("merge", send_one(*server.http, start("rebase"), statuses));
    while (statuses.size() < 2) server.loop.run_one();
    test::run_to_end(server.loop, group.stop());
    std::sort(statuses.begin(), statuses.end());
    EXPECT_EQ(statuses[0], 200);
    EXPECT_TRUE(statuses[1] == 200 || statuses[1] == 409) << statuses[1];
    EXPECT_EQ(in_repository("rev-list --count main"), "2\n");
    EXPECT_EQ(text(review(id), "status"), "merged");
}

TEST_F(ReviewsTest, AClosedOneIsOpenedAgain) {
    const auto id = proposed();
    EXPECT_EQ(text(object(act(id, "close")), "status"), "closed");
    EXPECT_EQ(text(object(act(id, "close")), "status"), "closed");
    EXPECT_EQ(error(act(id, "merge")), "409 merge_request_closed");
    EXPECT_EQ(review(id).at("files_changed"), 2);
    EXPECT_EQ(text(object(act(id, "reopen")), "status"), "open");
    EXPECT_EQ(text(object(act(id, "reopen")), "status"), "open");
    object(act(id, "close"));
    call("POST", "sessions/" + session_id + "/merge-request", "{}");
    EXPECT_EQ(error(act(id, "reopen")), "409 already_exists");
    EXPECT_EQ(text(object(act(id, "close")), "status"), "closed") << "it is not the newer one";
    EXPECT_EQ(object(call("GET", "merge-requests?status=open")).at("items").as_array().size(), 1u);
}

TEST_F(ReviewsTest, OnlyKeysOfTheProjectWithTheScopesGetIn) {
    const auto id = proposed();
    const auto own = settings_key;
    settings_key = key("sessions:read");
    EXPECT_EQ(text(review(id), "id"), id);
    EXPECT_EQ(error(act(id, "merge")), "403 insufficient_scope");
    EXPECT_EQ(error(comment(id, R"({"body":"x"})")), "403 insufficient_scope");
    settings_key = key("sessions:all", server.other_id);
    EXPECT_EQ(error(call("GET", "merge-requests/" + id)), "404 not_found");
    EXPECT_EQ(error(call("GET", "merge-requests/" + id + "/files")), "404 not_found");
    EXPECT_EQ(error(act(id, "merge")), "404 not_found");
    settings_key = server.add_key(KeyKind::admin, server.docs_id);
    EXPECT_EQ(text(review(id), "id"), id);
    settings_key = server.add_key(KeyKind::admin, "");
    EXPECT_EQ(text(review(id), "id"), id) << "the link says which project it is of";
    settings_key = server.add_key(KeyKind::admin, server.other_id);
    EXPECT_EQ(error(call("GET", "merge-requests/" + id)), "404 not_found");
    settings_key = server.key;
    EXPECT_EQ(error(call("GET", "merge-requests/" + id)), "403 insufficient_scope");
    settings_key = own;
    EXPECT_EQ(error(call("GET", std::string("merge-requests/") + some_id)), "404 not_found");
    EXPECT_EQ(error(call("GET", "merge-requests/7")), "404 not_found");
}

TEST_F(ReviewsTest, ThePageFindsItsFilesFromBothItsAddresses) {
    const auto list = server.call("GET", "/review");
    EXPECT_EQ(list.status, 200);
    EXPECT_NE(list.body.find("src=\"./assets/"), std::string::npos) << list.body;
    const auto one = server.call("GET", std::string("/review/") + some_id);
    EXPECT_EQ(one.status, 200);
    EXPECT_NE(one.body.find("src=\"../assets/"), std::string::npos) << one.body;
    EXPECT_EQ(one.body.find("\"./assets/"), std::string::npos);
    EXPECT_NE(one.headers.at("content-security-policy").find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(server.call("GET", "/review", "", {{"Host", "evil.example"}}).status, 403);
}

TEST_F(ReviewsTest, ThePublicAddressIsThatOfTheSettings) {
    server.settings.public_url = "https://docs.example/docent/";
    const auto id = proposed();
    EXPECT_EQ(web_url, "https://docs.example/docent/review/" + id);
}

}  // namespace
}  // namespace docent::api
