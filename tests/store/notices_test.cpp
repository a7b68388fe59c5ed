#include "store/notices.hpp"

#include "session_fixture.hpp"
#include "store/deliveries.hpp"
#include "store/merge_requests.hpp"
#include "store/threads.hpp"
#include "store/webhooks.hpp"

namespace docent::store {
namespace {

class NoticesTest : public test::SessionStoreTest {
protected:
    NoticesTest() : deliveries(*db) {
        Webhook wanted;
        wanted.id = new_uuid(now());
        wanted.project_id = project;
        wanted.url = "https://example.com/";
        webhook = must(run(Webhooks(*db, "key").add(wanted, "whsec_x"))).id;
    }
    /// What was told since the last call, oldest first, without times.
    std::vector<std::string> told() {
        DeliveryQuery query;
        query.webhook_id = webhook;
        const auto all = must(run(deliveries.list(query)));
        std::vector<std::string> out;
        for (auto one = all.rbegin(); one != all.rend(); ++one) {
            const auto data = one->body.find("\"data\":");
            if (one->id > seen_) out.push_back(one->type + " " + one->body.substr(data + 7));
        }
        if (!all.empty()) seen_ = all[0].id;
        return out;
    }

    Deliveries deliveries;
    std::string webhook;

private:
    std::string seen_;
};

TEST_P(NoticesTest, DataIsJsonWhateverItIsMadeOf) {
    EXPECT_EQ(notice_data({{"a", "x\"y\\\n"}, {"b", ""}}), R"({"a":"x\"y\\\n","b":null})");
    EXPECT_EQ(notice_data({}), "{}");
}

TEST_P(NoticesTest, ASessionThatIsFinishedIsToldOnce) {
    const auto session = new_session().id;
    TurnEnd how;
    how.patch.status = "finished";
    send(session, "One");
    must(run(timeline.end_turn(session, session_now(session).turn, how, now())));
    EXPECT_EQ(told(), std::vector<std::string>{R"(session.finished {"sessionId":")" + session +
                                               R"(","status":"finished"}})"});
}

TEST_P(NoticesTest, PullRequestsAreToldOfWhenTheyOpenAndEnd) {
    MergeRequests requests(*db);
    MergeRequest wanted;
    wanted.id = new_uuid(now());
    wanted.session_id = new_session().id;
    wanted.repository_id = "r";
    wanted.web_url = "https://forge.example/7";
    wanted.created = wanted.updated = now();
    const auto data = [&](const std::string& status) {
        return R"({"pullRequestId":")" + wanted.id + R"(","sessionId":")" + wanted.session_id +
               R"(","repositoryId":"r","status":")" + status + R"(","url":"https://forge.example/7"}})";
    };
    must(run(requests.add(wanted)));
    EXPECT_EQ(told(), std::vector<std::string>{"pull_request.opened " + data("open")});
    MergeRequestEnd end;
    end.status = "closed";
    end.event = event("merge_request_closed");
    end.now = now();
    must(run(requests.end(wanted.id, end)));
    must(run(requests.end(wanted.id, end)));
    EXPECT_EQ(told(), std::vector<std::string>{"pull_request.closed " + data("closed")});
    must(run(requests.reopen(wanted.id, now())));
    must(run(requests.reopen(wanted.id, now())));
    EXPECT_EQ(told(), std::vector<std::string>{"pull_request.opened " + data("open")});
    end.status = "merged";
    end.event = event("merge_request_merged");
    end.now = now();
    must(run(requests.end(wanted.id, end)));
    must(run(requests.end(wanted.id, end)));
    EXPECT_EQ(told(), std::vector<std::string>{"pull_request.merged " + data("merged")});
}

TEST_P(NoticesTest, AQuestionThatIsLeftUnansweredIsTold) {
    Threads threads(*db);
    Thread thread;
    thread.id = new_ulid(now());
    thread.project_id = project;
    Turn turn;
    turn.id = new_ulid(now());
    turn.thread_id = thread.id;
    turn.project_id = project;
    turn.question = "How?";
    turn.state = "running";
    ASSERT_TRUE(run(threads.begin_turn(thread, turn)));
    turn.state = "complete";
    turn.resolution = "unanswered";
    turn.gap = "missing";
    turn.finished = now();
    ASSERT_TRUE(run(threads.end_turn(turn)));
    EXPECT_EQ(told(), std::vector<std::string>{R"(question.unanswered {"id":")" + turn.id +
                                               R"(","threadId":")" + thread.id + R"(","gap":"missing"}})"});
    turn.id = new_ulid(now());
    turn.state = "running";
    ASSERT_TRUE(run(threads.begin_turn({}, turn)));
    turn.state = "complete";
    turn.resolution = "answered";
    ASSERT_TRUE(run(threads.end_turn(turn)));
    EXPECT_TRUE(told().empty());
}

ON_BOTH_ENGINES(NoticesTest);

}  // namespace
}  // namespace docent::store
