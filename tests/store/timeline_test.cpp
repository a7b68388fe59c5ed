#include "store/timeline.hpp"

#include <map>
#include <set>

#include "session_fixture.hpp"
#include "store/goals.hpp"

namespace docent::store {
namespace {

Task<Status> script(Store& db, std::string sql) {
    co_return co_await db.write([&](Db& c) { return c.script(sql); });
}

Task<> send_and_keep(Timeline& timeline, std::string session, NewMessage message,
                     std::vector<Result<Accepted>>& out) {
    auto accepted = co_await timeline.add_message(std::move(session), std::move(message));
    out.push_back(std::move(accepted));
}

class TimelineTest : public test::SessionStoreTest {
protected:
    /// What readers get when they follow every change: numbers 1, 2, 3, ... without a gap.
    void expect_gap_free(const std::string& session) {
        const auto changes = must(run(timeline.changes(session, 0, 10'000)));
        std::int64_t number = 0;
        for (const auto& change : changes) EXPECT_EQ(change.change, ++number);
        EXPECT_EQ(session_now(session).last_change, number);
    }
    Appended end(const std::string& session, TurnEnd how = {}) {
        return must(run(timeline.end_turn(session, session_now(session).turn, std::move(how), now())));
    }
    /// All at once, in one loop: the engine orders them.
    std::vector<Result<Accepted>> send_at_once(const std::string& session, std::vector<NewMessage> messages) {
        std::vector<Result<Accepted>> out;
        TaskGroup group(loop.get_executor());
        for (auto& message : messages)
            group.spawn("send", send_and_keep(timeline, session, std::move(message), out));
        test::run_all(loop, group);
        return out;
    }
    void leave_session_to_a_process_that_is_gone(const std::string& session) {
        EXPECT_TRUE(run(script(*db, "UPDATE sessions SET owner = 'gone' WHERE id = '" + session + "'")));
    }
};

TEST_P(TimelineTest, TheFirstMessageBeginsATurnAndTheNextOnesWaitInOrder) {
    const auto session = new_session();
    const auto first = send(session.id, "one");
    EXPECT_EQ(first.event.status, "processing");
    EXPECT_EQ(first.event.position, 1);
    EXPECT_EQ(first.event.goal_id, first.event.id);
    ASSERT_TRUE(first.next);
    EXPECT_EQ(first.next->id, first.event.id);
    EXPECT_EQ(first.session.title, "one");
    EXPECT_EQ(first.session.agent_status, "starting");
    const auto second = send(session.id, "two");
    EXPECT_EQ(second.event.status, "queued");
    EXPECT_TRUE(second.event.goal_id.empty()) << "a goal is known when its turn begins";
    EXPECT_FALSE(second.next);
    const auto third = send(session.id, "three");
    EXPECT_EQ(third.session.queued, 2);
    EXPECT_EQ(third.session.title, "one");

    auto ended = end(session.id);
    ASSERT_TRUE(ended.next);
    EXPECT_EQ(ended.next->id, second.event.id);
    EXPECT_EQ(ended.next->goal_id, second.event.id);
    EXPECT_EQ(shown(session.id), "user_message:completed user_message:processing user_message:queued");
    ended = end(session.id);
    ASSERT_TRUE(ended.next);
    EXPECT_EQ(ended.next->id, third.event.id);
    ended = end(session.id);
    EXPECT_FALSE(ended.next);
    EXPECT_EQ(ended.session.agent_status, "idle");
    EXPECT_EQ(ended.session.queued, 0);
    EXPECT_EQ(shown(session.id), "user_message:completed user_message:completed user_message:completed");
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, OfManyMessagesAtOnceOneIsTakenAndTheOthersWait) {
    const auto session = new_session();
    std::vector<NewMessage> messages;
    for (int i = 0; i < 24; ++i) messages.push_back(message("m" + std::to_string(i)));
    const auto sent = send_at_once(session.id, messages);
    ASSERT_EQ(sent.size(), 24u);
    std::size_t processing = 0, begun = 0;
    for (const auto& one : sent) {
        ASSERT_TRUE(one) << one.error().detail;
        processing += one->event.status == "processing" ? 1 : 0;
        begun += one->next ? 1 : 0;
    }
    EXPECT_EQ(processing, 1u);
    EXPECT_EQ(begun, 1u);
    EXPECT_EQ(session_now(session.id).queued, 23);
    expect_gap_free(session.id);
    // They are worked off in the order in which they were stored.
    std::vector<std::string> stored, begun_in_order;
    for (const auto& one : all_events(session.id)) stored.push_back(one.id);
    for (;;) {
        begun_in_order.push_back(session_now(session.id).turn_event);
        const auto ended = end(session.id);
        if (!ended.next) break;
    }
    EXPECT_EQ(begun_in_order, stored);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AClientIdIsTakenOnce) {
    const auto session = new_session();
    const auto first = must(run(timeline.add_message(session.id, message("one", "c1"))));
    const auto again = must(run(timeline.add_message(session.id, message("one", "c1"))));
    EXPECT_TRUE(again.repeated);
    EXPECT_FALSE(again.next) << "no second turn";
    EXPECT_EQ(again.event.id, first.event.id);
    EXPECT_EQ(again.event.client_id, "c1");
    EXPECT_EQ(reason(run(timeline.add_message(session.id, message("two", "c1")))), "client_id_conflict");
    end(session.id);
    EXPECT_EQ(must(run(timeline.add_message(session.id, message("one", "c1")))).event.status, "completed")
        << "as it is now";
    const auto other = new_session();
    EXPECT_FALSE(must(run(timeline.add_message(other.id, message("two", "c1")))).repeated);
    EXPECT_FALSE(must(run(timeline.add_message(other.id, message("empty", "")))).repeated);
    const auto empty = must(run(timeline.add_message(other.id, message("empty too", ""))));
    EXPECT_FALSE(empty.repeated) << "an empty client_id is no key";
    EXPECT_EQ(empty.event.client_id, "");
    EXPECT_EQ(all_events(session.id).size(), 1u);
}

TEST_P(TimelineTest, AClientIdIsTakenOnceAlsoByManyAtOnce) {
    const auto session = new_session();
    std::vector<NewMessage> messages;
    for (int i = 0; i < 12; ++i) messages.push_back(message("same", "c"));
    for (int i = 0; i < 4; ++i) messages.push_back(message("other " + std::to_string(i), "c"));
    std::set<std::string> ids;
    std::size_t fresh = 0, repeated = 0, refused = 0;
    for (const auto& one : send_at_once(session.id, messages)) {
        if (!one) {
            EXPECT_EQ(one.error().reason, "client_id_conflict") << one.error().detail;
            ++refused;
            continue;
        }
        ids.insert(one->event.id);
        ++(one->repeated ? repeated : fresh);
    }
    EXPECT_EQ(fresh, 1u);
    EXPECT_EQ(ids.size(), 1u);
    EXPECT_EQ(fresh + repeated + refused, 16u);
    EXPECT_EQ(all_events(session.id).size(), 1u);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AMessageCostsTheSameInALongSession) {
    if (db->engine() != Engine::sqlite) GTEST_SKIP() << "PostgreSQL plans by what the table holds";
    for (const std::string column : {"event_id", "client_id"}) {
        auto plan = run(db->read([&](Db& c) {
            return c.query(
                "EXPLAIN QUERY PLAN SELECT payload FROM session_changes WHERE session_id = $1 AND " + column +
                    " = $2 ORDER BY change DESC LIMIT 1",
                {"a", "b"});
        }));
        ASSERT_TRUE(plan.ok());
        ASSERT_EQ(plan->size(), 1u) << "it sorts";
        EXPECT_NE(text((*plan)[0], 3).find("(session_id=? AND " + column + "=?)"), std::string::npos)
            << text((*plan)[0], 3);
    }
}

TEST_P(TimelineTest, AnEventChangesInItsPlace) {
    const auto session = new_session();
    const auto turn = send(session.id, "one").session.turn;
    auto read =
        must(run(timeline.append(session.id, turn, {event("agent_file_read", "processing")}, {}, now())));
    auto said = must(run(timeline.append(session.id, turn, {event("agent_message")}, {}, now())));
    auto changed = read.events[0];
    changed.status = "completed";
    changed.payload = R"({"type":"agent_file_read","content":"x"})";
    changed.engine = R"({"step":1})";
    must(run(timeline.append(session.id, turn, {changed}, {}, now())));
    EXPECT_EQ(shown(session.id), "user_message:processing agent_file_read:completed agent_message:completed");
    const auto events = all_events(session.id);
    EXPECT_EQ(events[1].position, 2);
    EXPECT_EQ(events[1].change, 4);
    EXPECT_EQ(events[1].created, read.events[0].created);
    EXPECT_GT(events[1].updated, events[1].created);
    EXPECT_EQ(events[1].engine, R"({"step":1})");

    EventQuery query;
    query.after_position = 2;
    EXPECT_EQ(must(run(timeline.events(session.id, query))).size(), 1u);
    query = EventQuery();
    query.types = {"agent_file_read"};
    EXPECT_EQ(must(run(timeline.events(session.id, query))).size(), 1u);
    query = EventQuery();
    query.updated_since = events[1].updated;
    EXPECT_EQ(must(run(timeline.events(session.id, query))).size(), 1u) << "what changed since";
    query = EventQuery();
    query.limit = 2;
    EXPECT_EQ(must(run(timeline.events(session.id, query))).size(), 2u);

    // Each change is the event as that change left it.
    const auto changes = must(run(timeline.changes(session.id, 1, 2)));
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].status, "processing");
    EXPECT_EQ(must(run(timeline.find(session.id, read.events[0].id))).status, "completed");
    EXPECT_EQ(run(timeline.find(session.id, "nothing")).error().code, ErrorCode::not_found);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AWriteOfATurnThatWasTakenOverIsRefused) {
    const auto session = new_session();
    const auto turn = send(session.id, "one").session.turn;
    EXPECT_EQ(reason(run(timeline.append(session.id, turn + 1, {event("agent_message")}, {}, now()))),
              "turn_lost");
    EXPECT_TRUE(must(run(timeline.take_over(now()))).empty()) << "this process lives";
    leave_session_to_a_process_that_is_gone(session.id);
    EXPECT_EQ(reason(run(timeline.append(session.id, turn, {event("agent_message")}, {}, now()))),
              "turn_lost");
    const auto taken = must(run(timeline.take_over(now())));
    ASSERT_EQ(taken.size(), 1u);
    EXPECT_EQ(taken[0].id, session.id);
    EXPECT_EQ(taken[0].turn, turn + 1);
    EXPECT_EQ(taken[0].owner, process_id());
    EXPECT_EQ(reason(run(timeline.append(session.id, turn, {event("agent_message")}, {}, now()))),
              "turn_lost");
    EXPECT_EQ(reason(run(timeline.end_turn(session.id, turn, {}, now()))), "turn_lost");
    must(run(timeline.append(session.id, turn + 1, {event("agent_message")}, {}, now())));
    end(session.id);
    EXPECT_EQ(reason(run(timeline.append(session.id, turn + 1, {event("agent_message")}, {}, now()))),
              "turn_lost")
        << "the turn has ended";
    EXPECT_TRUE(must(run(timeline.take_over(now()))).empty()) << "nothing runs";
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AStopIsKeptUntilItsTurnHasEnded) {
    const auto session = new_session();
    EXPECT_FALSE(must(run(timeline.request_stop(session.id, now()))).stopping) << "nothing runs";
    const auto one = send(session.id, "one").event.id;
    send(session.id, "two");
    const auto before = session_now(session.id);
    const auto asked = must(run(timeline.request_stop(session.id, now())));
    EXPECT_TRUE(asked.stopping);
    EXPECT_GT(asked.updated, before.updated) << "who watches sees it";
    EXPECT_EQ(must(run(timeline.request_stop(session.id, now()))).updated, asked.updated) << "asked once";
    leave_session_to_a_process_that_is_gone(session.id);
    EXPECT_TRUE(must(run(timeline.take_over(now()))).at(0).stopping) << "also for the one that takes over";
    auto steering = message("three");
    steering.steer = true;
    EXPECT_EQ(must(run(timeline.add_message(session.id, steering))).event.status, "queued");
    steering = message("four");
    steering.steer = true;
    steering.expected_turn = one;
    EXPECT_EQ(reason(run(timeline.add_message(session.id, steering))), "turn_changed");
    EXPECT_FALSE(end(session.id).session.stopping) << "the next turn is not meant";
    EXPECT_FALSE(session_now(session.id).stopping);
    EXPECT_EQ(run(timeline.request_stop("none", now())).error().code, ErrorCode::not_found);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AnInterruptedTurnIsContinuedBeforeAllThatWait) {
    const auto session = new_session();
    send(session.id, "one");
    const auto waits = send(session.id, "two").event.id;
    leave_session_to_a_process_that_is_gone(session.id);
    const auto turn = must(run(timeline.take_over(now()))).at(0).turn;
    TurnEnd how;
    how.events = {event("system_message")};
    how.continues = event("system_message", "processing");
    const auto ended = must(run(timeline.end_turn(session.id, turn, how, now())));
    ASSERT_TRUE(ended.next);
    EXPECT_EQ(ended.next->id, how.continues->id);
    EXPECT_EQ(ended.session.turn_event, how.continues->id);
    EXPECT_EQ(ended.session.queued, 1);
    EXPECT_EQ(end(session.id).next->id, waits);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AHeldQueueWaitsForTheNextMessage) {
    const auto session = new_session();
    send(session.id, "one");
    const auto two = send(session.id, "two").event.id;
    TurnEnd how;
    how.hold = true;
    EXPECT_FALSE(end(session.id, how).next);
    EXPECT_EQ(session_now(session.id).queued, 1);
    const auto three = send(session.id, "three");
    EXPECT_EQ(three.event.status, "queued");
    ASSERT_TRUE(three.next);
    EXPECT_EQ(three.next->id, two) << "the order stays";
    end(session.id);
    EXPECT_EQ(session_now(session.id).turn_event, three.event.id);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AMessageThatJoinsInTheLastMomentKeepsTheTurnGoing) {
    const auto session = new_session();
    const auto first = send(session.id, "one");
    send(session.id, "two");  // waits: it is no part of the turn
    auto steering = message("shorter");
    steering.steer = true;
    const auto joined = must(run(timeline.add_message(session.id, steering)));
    TurnEnd how;
    how.seen = first.event.position;
    const auto turn = session_now(session.id).turn;
    EXPECT_EQ(reason(run(timeline.end_turn(session.id, turn, how, now()))), "turn_goes_on");
    EXPECT_EQ(session_now(session.id).turn_event, first.event.id);
    how.seen = joined.event.position;
    EXPECT_TRUE(end(session.id, how).next);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AGoalIsFollowedOverAnInterruption) {
    const auto session = new_session();
    const auto goal = send(session.id, "one").event.id;
    Goals goals(*db);
    must(run(goals.set_plan(session.id, goal,
                            {{"1", "Look", "", "completed"}, {"2", "Mend", "", "in_progress"}}, now())));
    leave_session_to_a_process_that_is_gone(session.id);
    const auto turn = must(run(timeline.take_over(now()))).at(0).turn;
    TurnEnd how;
    how.goal_status = "in_progress";
    how.continues = event("system_message");
    how.continues->goal_id = goal;
    must(run(timeline.end_turn(session.id, turn, how, now())));
    EXPECT_EQ(must(run(goals.list(session.id, {}))).at(0).status, "in_progress");
    auto steering = message("shorter");
    steering.steer = true;
    EXPECT_EQ(must(run(timeline.add_message(session.id, steering))).event.goal_id, goal);
    end(session.id);
    EXPECT_EQ(must(run(goals.list(session.id, {}))).at(0).status, "completed");
    std::map<std::string, std::string> tasks;
    for (const auto& task : must(run(goals.tasks(session.id, goal, {})))) tasks[task.step] = task.status;
    EXPECT_EQ(tasks, (std::map<std::string, std::string>{{"1", "completed"}, {"2", "canceled"}}))
        << "nobody works on a step of a goal that has ended";
}

TEST_P(TimelineTest, OnlyAMessageThatWaitsIsWithdrawn) {
    const auto session = new_session();
    const auto one = send(session.id, "one").event.id;
    const auto two = send(session.id, "two").event.id;
    const auto three = send(session.id, "three").event.id;
    EXPECT_EQ(reason(run(timeline.cancel_message(session.id, one, now()))), "not_cancelable");
    EXPECT_EQ(run(timeline.cancel_message(session.id, "nothing", now())).error().code, ErrorCode::not_found);
    EXPECT_EQ(must(run(timeline.cancel_message(session.id, two, now()))).status, "canceled");
    EXPECT_EQ(reason(run(timeline.cancel_message(session.id, two, now()))), "not_cancelable");
    EXPECT_EQ(session_now(session.id).queued, 1);
    EXPECT_EQ(end(session.id).next->id, three);
    EXPECT_EQ(shown(session.id), "user_message:completed user_message:canceled user_message:processing");
    send(session.id, "four");
    EXPECT_EQ(must(run(timeline.cancel_queued(session.id, now()))).events.size(), 1u);
    EXPECT_FALSE(end(session.id).next);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, TheQueueIsBounded) {
    const auto session = new_session();
    send(session.id, "one");
    auto more = message("two");
    more.max_queued = 1;
    must(run(timeline.add_message(session.id, more)));
    auto most = message("three");
    most.max_queued = 1;
    const auto refused = run(timeline.add_message(session.id, most));
    EXPECT_EQ(reason(refused), "queue_full");
    EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
    EXPECT_EQ(all_events(session.id).size(), 2u);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AHeldSessionWithAFullQueueGoesOnWithTheNextMessage) {
    const auto session = new_session();
    send(session.id, "one");
    auto more = message("two");
    more.max_queued = 1;
    const auto two = must(run(timeline.add_message(session.id, more))).event.id;
    TurnEnd hold;
    hold.hold = true;
    end(session.id, hold);
    auto next = message("three");
    next.max_queued = 1;
    const auto accepted = must(run(timeline.add_message(session.id, next)));
    ASSERT_TRUE(accepted.next);
    EXPECT_EQ(accepted.next->id, two);
    EXPECT_EQ(accepted.session.queued, 1);
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, ASteeringMessageJoinsTheRunningTurn) {
    const auto session = new_session();
    const auto one = send(session.id, "one").event.id;
    auto steer = message("two");
    steer.steer = true;
    steer.expected_turn = one;
    const auto joined = must(run(timeline.add_message(session.id, steer)));
    EXPECT_TRUE(joined.steers);
    EXPECT_EQ(joined.event.status, "completed");
    EXPECT_EQ(joined.event.goal_id, one);
    EXPECT_EQ(joined.session.queued, 0);
    auto late = message("three");
    late.steer = true;
    late.expected_turn = "another";
    EXPECT_EQ(reason(run(timeline.add_message(session.id, late))), "turn_changed");
    end(session.id);
    late.expected_turn.clear();
    const auto alone = must(run(timeline.add_message(session.id, late)));
    EXPECT_FALSE(alone.steers);
    EXPECT_TRUE(alone.next) << "without a turn to join it begins one";
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, AMessageAnswersTheQuestionThatATurnWaitsFor) {
    const auto session = new_session();
    const auto turn = send(session.id, "one").session.turn;
    SessionPatch waits;
    waits.agent_status = "waiting_for_user";
    must(run(timeline.append(session.id, turn, {event("agent_ask_user", "processing")}, waits, now())));
    const auto answer = send(session.id, "yes");
    EXPECT_TRUE(answer.steers);
    EXPECT_EQ(answer.session.agent_status, "running");
    EXPECT_EQ(shown(session.id), "user_message:processing agent_ask_user:completed user_message:completed");
    EXPECT_EQ(send(session.id, "two").event.status, "queued") << "nothing waits for an answer any more";
    expect_gap_free(session.id);
}

TEST_P(TimelineTest, TheEndOfASessionCancelsWhatWaits) {
    const auto session = new_session();
    const auto turn = send(session.id, "one").session.turn;
    send(session.id, "two");
    SessionPatch closed;
    closed.status = "closed";
    must(run(timeline.append(session.id, 0, {event("session_closed")}, closed, now())));
    EXPECT_EQ(reason(run(timeline.add_message(session.id, message("three")))), "session_closed");
    const auto ended = must(run(timeline.end_turn(session.id, turn, {}, now())));
    EXPECT_FALSE(ended.next);
    EXPECT_EQ(ended.session.queued, 0);
    EXPECT_EQ(shown(session.id), "user_message:completed user_message:canceled session_closed:completed");
    expect_gap_free(session.id);

    const auto idle = new_session();
    send(idle.id, "one");
    send(idle.id, "two");
    TurnEnd hold;
    hold.hold = true;
    end(idle.id, hold);
    const auto appended = must(run(timeline.append(idle.id, 0, {event("session_closed")}, closed, now())));
    EXPECT_EQ(appended.events.size(), 2u);
    EXPECT_EQ(session_now(idle.id).queued, 0);
    expect_gap_free(idle.id);
}

TEST_P(TimelineTest, AFinishedSessionGoesOnWithTheNextMessage) {
    const auto session = new_session();
    send(session.id, "one");
    TurnEnd how;
    how.events = {event("session_finished")};
    how.patch.status = "finished";
    end(session.id, how);
    EXPECT_EQ(session_now(session.id).status, "finished");
    EXPECT_EQ(send(session.id, "two").session.status, "active");
}

TEST_P(TimelineTest, ATurnThatFailedCompletesItsMessageAndAStoppedOneCancelsIt) {
    const auto session = new_session();
    send(session.id, "one");
    TurnEnd failed;
    failed.goal_status = "failed";
    failed.patch.agent_status = "error";
    EXPECT_EQ(end(session.id, failed).session.agent_status, "error");
    send(session.id, "two");
    TurnEnd stopped;
    stopped.goal_status = "canceled";
    end(session.id, stopped);
    EXPECT_EQ(shown(session.id), "user_message:completed user_message:canceled");
}

TEST_P(TimelineTest, AFailedWriteLeavesNoGap) {
    const auto session = new_session();
    const auto turn = send(session.id, "one").session.turn;
    auto good = event("agent_message");
    auto wrong = event("agent_message");
    wrong.id = std::string("a\0b", 3);  // PostgreSQL refuses it; SQLite takes it
    (void)run(timeline.append(session.id, turn, {good, wrong}, {}, now()));
    must(run(timeline.append(session.id, turn, {event("agent_message")}, {}, now())));
    expect_gap_free(session.id);
    EXPECT_EQ(run(timeline.add_message("nowhere", message("x"))).error().code, ErrorCode::not_found);
}

TEST_P(TimelineTest, SessionsAreListedNewestFirst) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(new_session().id);
    SessionQuery query;
    query.project_id = project;
    query.limit = 2;
    auto listed = must(run(sessions.list(query)));
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[0].id, ids[2]);
    query.after = listed[1].id;
    listed = must(run(sessions.list(query)));
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].id, ids[0]);
    query = SessionQuery();
    query.project_id = project;
    query.user_id = "nobody";
    EXPECT_TRUE(must(run(sessions.list(query))).empty());
    EXPECT_EQ(must(run(sessions.count_open(project))), 3);
    EXPECT_EQ(run(sessions.find("another", ids[0])).error().code, ErrorCode::not_found);
    SessionPatch named;
    named.branch_name = "topic";
    must(run(timeline.append(ids[0], 0, {}, named, now())));
    EXPECT_TRUE(must(run(sessions.branch_in_use("", "topic", ids[1]))));
    EXPECT_FALSE(must(run(sessions.branch_in_use("", "topic", ids[0]))));
    EXPECT_TRUE(run(sessions.remove(project, ids[0])));
    EXPECT_EQ(run(sessions.remove(project, ids[0])).error().code, ErrorCode::not_found);
}

ON_BOTH_ENGINES(TimelineTest);

}  // namespace
}  // namespace docent::store
