#include "store/merge_requests.hpp"

#include "session_fixture.hpp"

namespace docent::store {
namespace {

class MergeRequestsTest : public test::SessionStoreTest {
protected:
    MergeRequestsTest() : stored(*db) {}

    MergeRequest wanted(const std::string& session) {
        MergeRequest out;
        out.id = new_uuid(system_clock().now());
        out.session_id = session;
        out.repository_id = "repository";
        out.external_id = "7";
        out.title = "Add a page";
        out.description = "With \"quotes\".";
        out.source_branch = "docent/page";
        out.target_branch = "main";
        out.head_sha = "abc";
        out.web_url = "https://gitlab.example/7";
        out.created = out.updated = now();
        return out;
    }
    EndedMergeRequest end(const std::string& id, const std::string& status) {
        MergeRequestEnd wanted;
        wanted.status = status;
        wanted.merge_commit_sha = status == "merged" ? "def" : "";
        wanted.event = event("merge_request_" + status);
        wanted.now = now();
        return must(run(stored.end(id, wanted)));
    }

    MergeRequests stored;
};

TEST_P(MergeRequestsTest, OneOfASessionIsOpenAtATime) {
    const auto session = new_session().id;
    EXPECT_EQ(run(stored.latest(session)).error().code, ErrorCode::not_found);
    const auto first = must(run(stored.add(wanted(session))));
    EXPECT_EQ(reason(run(stored.add(wanted(session)))), "already_exists");
    end(first.id, "closed");
    const auto second = must(run(stored.add(wanted(session))));
    EXPECT_EQ(must(run(stored.latest(session))).id, second.id);
    EXPECT_EQ(must(run(stored.find("repository", "7"))).id, second.id);
    EXPECT_EQ(run(stored.find("another", "7")).error().code, ErrorCode::not_found);
    EXPECT_EQ(must(run(stored.reopen(first.id, now()))).status, "closed") << "another one is open";
    EXPECT_EQ(run(stored.add(wanted("nobody"))).error().code, ErrorCode::not_found);
}

TEST_P(MergeRequestsTest, WhatIsSaidOfItIsKept) {
    const auto session = new_session().id;
    auto request = must(run(stored.add(wanted(session))));
    request.title = "Add two pages";
    request.head_sha = "123";
    request.draft = true;
    request.updated = now();
    const auto changed = must(run(stored.change(request)));
    EXPECT_EQ(changed.title, "Add two pages");
    EXPECT_EQ(changed.description, "With \"quotes\".");
    EXPECT_EQ(changed.head_sha, "123");
    EXPECT_TRUE(changed.draft);
    EXPECT_EQ(changed.web_url, "https://gitlab.example/7");
    EXPECT_GT(changed.updated, changed.created);
    ASSERT_TRUE(run(sessions.remove(project, session)));
    EXPECT_EQ(run(stored.change(request)).error().code, ErrorCode::not_found) << "it goes with its session";
}

TEST_P(MergeRequestsTest, AnEndIsWrittenOnceWithItsEvent) {
    const auto session = new_session().id;
    const auto id = must(run(stored.add(wanted(session)))).id;
    EXPECT_TRUE(end(id, "closed").appended);
    EXPECT_FALSE(end(id, "closed").appended);
    EXPECT_EQ(session_now(session).status, "active");
    EXPECT_EQ(must(run(stored.reopen(id, now()))).status, "open");
    const auto merged = end(id, "merged");
    ASSERT_TRUE(merged.appended);
    EXPECT_EQ(merged.request.merge_commit_sha, "def");
    EXPECT_EQ(merged.appended->session.status, "merged");
    EXPECT_EQ(merged.appended->session.merged, merged.request.merged);
    for (const auto* late : {"merged", "closed"}) {
        const auto again = end(id, late);
        EXPECT_FALSE(again.appended);
        EXPECT_EQ(again.request.status, "merged");
    }
    EXPECT_EQ(must(run(stored.reopen(id, now()))).status, "merged");
    EXPECT_EQ(shown(session), "merge_request_closed:completed merge_request_merged:completed");
    EXPECT_EQ(reason(run(timeline.add_message(session, message("More")))), "session_closed");
}

TEST_P(MergeRequestsTest, AMergeWithdrawsWhatWaitsAndLeavesAClosedSessionClosed) {
    const auto busy = new_session().id;
    send(busy, "One");
    send(busy, "Two");
    const auto of_busy = must(run(stored.add(wanted(busy)))).id;
    end(of_busy, "merged");
    EXPECT_EQ(session_now(busy).status, "merged");
    ASSERT_TRUE(run(timeline.end_turn(busy, session_now(busy).turn, TurnEnd(), now())));
    EXPECT_EQ(shown(busy), "user_message:completed user_message:canceled merge_request_merged:completed");

    const auto closed = new_session().id;
    const auto of_closed = must(run(stored.add(wanted(closed)))).id;
    SessionPatch close;
    close.status = "closed";
    ASSERT_TRUE(run(timeline.append(closed, 0, {}, close, now())));
    EXPECT_TRUE(end(of_closed, "merged").appended);
    EXPECT_EQ(session_now(closed).status, "closed");
    EXPECT_EQ(must(run(stored.latest(closed))).status, "merged");
}

ON_BOTH_ENGINES(MergeRequestsTest);

}  // namespace
}  // namespace docent::store
