#include "agent/transcript.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "agent/compaction.hpp"
#include "agent/stuck.hpp"

namespace docent::agent {
namespace {

using Role = llm::Message::Role;

/// A timeline that is written as it would be in the store.
class Log {
public:
    store::Event& add(std::string type, boost::json::object payload, EngineNote note = {}) {
        store::Event event;
        event.position = event.change = static_cast<std::int64_t>(events.size()) + 1;
        event.id = "e" + std::to_string(event.position);
        event.type = std::move(type);
        event.payload = boost::json::serialize(payload);
        event.engine = note.write();
        events.push_back(std::move(event));
        return events.back();
    }
    store::Event& user(const std::string& text) { return add("user_message", {{"message", text}}); }
    store::Event& says(std::int64_t step, const std::string& text) {
        EngineNote note;
        note.step = step;
        return add("agent_message", {{"message", text}}, note);
    }
    store::Event& call(std::int64_t step, const std::string& name, const std::string& result,
                       const std::string& argument = "a", const std::string& error = "") {
        EngineNote note;
        note.step = step;
        note.call.id = "c" + std::to_string(events.size());
        note.call.name = name;
        note.call.args = {{"x", argument}};
        note.result = result;
        boost::json::object payload{{"path", argument}};
        if (!error.empty()) payload["error"] = {{"code", error}, {"message", "no"}};
        return add("agent_file_read", std::move(payload), note);
    }
    std::vector<store::Event> events;
};

TEST(Transcript, RepliesCallsAndResultsStandAsTheModelSawThem) {
    Log log;
    log.user("fix it");
    log.says(1, "I look.");
    log.call(1, "read_file", "text of a", "a");
    log.call(1, "read_file", "text of b", "b");
    log.says(2, "Done.");
    const auto messages = transcript(log.events);
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages[0].role, Role::user);
    EXPECT_EQ(messages[1].text, "I look.");
    ASSERT_EQ(messages[1].calls.size(), 2u);
    EXPECT_EQ(messages[2].role, Role::tool);
    EXPECT_EQ(messages[2].call_id, messages[1].calls[0].id);
    EXPECT_EQ(messages[3].text, "text of b");
    EXPECT_EQ(messages[4].text, "Done.");
}

TEST(Transcript, AMessageThatSteersComesAfterTheResultsOfTheStepItCameIn) {
    Log log;
    log.user("one");
    log.call(1, "read_file", "text");
    log.user("two");
    log.says(2, "ok");
    const auto messages = transcript(log.events);
    ASSERT_EQ(messages.size(), 5u);
    EXPECT_EQ(messages[2].role, Role::tool);
    EXPECT_EQ(messages[3].text, "two");
}

TEST(Transcript, WhatIsSaidWhileTheModelWritesComesAfterWhatItWrote) {
    Log log;
    log.user("one");
    log.user("two");
    EngineNote note;
    note.step = 1;
    note.seen = 1;
    log.add("agent_message", {{"message", "to one"}}, note);
    log.call(1, "read_file", "text");
    const auto messages = transcript(log.events);
    ASSERT_EQ(messages.size(), 4u);
    EXPECT_EQ(messages[1].text, "to one");
    EXPECT_EQ(messages[2].role, Role::tool);
    EXPECT_EQ(messages[3].text, "two");
}

TEST(Transcript, AMessageThatWaitedIsHeardWhenItsTurnBegins) {
    Log log;
    log.user("one");
    auto& two = log.user("two");
    two.engine = R"({"began": 5})";
    EngineNote note;
    note.step = 1;
    note.seen = 2;
    log.add("agent_message", {{"message", "I look"}}, note);
    log.says(2, "to one");
    auto& summary = log.add("system_message", {{"message", "shortened"}});
    note.step = 0;
    note.tell = "SUMMARY";
    note.through = 4;
    auto messages = transcript(log.events);
    ASSERT_EQ(messages.size(), 4u);
    EXPECT_EQ(messages[0].text, "one");
    EXPECT_EQ(messages[2].text, "to one");
    EXPECT_EQ(messages[3].text, "two");
    // What was summarised while it waited is not it.
    summary.engine = note.write();
    messages = transcript(log.events);
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].text, "SUMMARY\n\ntwo");
}

TEST(Transcript, MessagesThatWaitOrWereWithdrawnAreNotSeen) {
    Log log;
    log.user("one");
    log.user("later").status = "queued";
    log.user("never").status = "canceled";
    ASSERT_EQ(transcript(log.events).size(), 1u);
    EXPECT_EQ(transcript(log.events)[0].text, "one");
}

TEST(Transcript, ACallThatWasCutOffSaysSo) {
    Log log;
    log.user("one");
    auto& cut = log.call(1, "run_command", "", "make", "interrupted");
    cut.status = "canceled";
    const auto messages = transcript(log.events);
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_NE(messages[2].text.find("did not end"), std::string::npos);
}

TEST(Transcript, ASummaryStandsFirstAndInPlaceOfWhatItReplaces) {
    Log log;
    log.user("one");
    log.call(1, "read_file", "old text");
    log.call(2, "read_file", "newer text");
    EngineNote note;
    note.tell = "SUMMARY";
    note.through = 2;
    log.add("system_message", {{"message", "shortened"}}, note);
    log.says(3, "go on");
    const auto messages = transcript(log.events);
    ASSERT_EQ(messages.size(), 4u);
    EXPECT_EQ(messages[0].text, "SUMMARY");
    EXPECT_EQ(messages[2].text, "newer text");
    EXPECT_EQ(messages[3].text, "go on");
}

TEST(Compaction, ASummaryNeverDividesAStep) {
    Log log;
    log.user("one");
    for (std::int64_t step = 1; step <= 6; ++step) {
        log.says(step, "step");
        log.call(step, "read_file", std::string(4'000, 'x'));
        log.call(step, "read_file", std::string(4'000, 'y'));
    }
    for (const std::size_t keep : {100u, 1'500u, 3'000u, 5'000u, 9'000u}) {
        const auto through = summary_end(log.events, keep);
        ASSERT_GT(through, 0) << keep;
        const auto& last = log.events[static_cast<std::size_t>(through) - 1];
        const auto& next = log.events[static_cast<std::size_t>(through)];
        EXPECT_NE(EngineNote::read(last).step, EngineNote::read(next).step) << keep;
    }
    EXPECT_EQ(summary_end(log.events, 1'000'000), 0);
}

TEST(Compaction, WhatASummaryStandsForAlreadyIsNotSummarisedTwiceForNothing) {
    Log log;
    log.user("one");
    log.call(1, "read_file", std::string(4'000, 'x'));
    EngineNote note;
    note.tell = "SUMMARY";
    note.through = 2;
    log.add("system_message", {{"message", "shortened"}}, note);
    EXPECT_LE(summary_end(log.events, 1), 3);
    EXPECT_NE(summary_end(log.events, 1), 2);
}

TEST(Compaction, ChangedFilesAndThePlanSurvive) {
    Log log;
    log.user("one");
    log.add("agent_file_edit", {{"path", "docs/a.md"}});
    boost::json::array steps{boost::json::object{{"id", "1"}, {"title", "Write"}}};
    log.add("agent_plan_execution_update", {{"steps", steps}});
    const auto told = told_summary(log.events, 3, "What was done.");
    EXPECT_NE(told.find("docs/a.md"), std::string::npos);
    EXPECT_NE(told.find("Write"), std::string::npos);
    EXPECT_NE(told.find("What was done."), std::string::npos);
}

TEST(Stuck, TheSameCallWithTheSameResultFourTimes) {
    Log log;
    log.user("go");
    for (std::int64_t i = 1; i <= 3; ++i) log.call(i, "read_file", "same");
    EXPECT_EQ(stuck_reason(log.events), "");
    log.call(4, "read_file", "same");
    EXPECT_NE(stuck_reason(log.events).find("read_file"), std::string::npos);
}

TEST(Stuck, TheSameCallWhoseResultChangesIsProgress) {
    Log log;
    log.user("go");
    for (std::int64_t i = 1; i <= 8; ++i) log.call(i, "run_command", "line " + std::to_string(i));
    EXPECT_EQ(stuck_reason(log.events), "");
}

TEST(Stuck, TheSameErrorThreeTimes) {
    Log log;
    log.user("go");
    for (std::int64_t i = 1; i <= 3; ++i)
        log.call(i, "edit_file", "absent" + std::to_string(i), "p" + std::to_string(i), "not_found");
    EXPECT_NE(stuck_reason(log.events).find("not_found"), std::string::npos);
}

TEST(Stuck, TwoCallsThatAlternate) {
    Log log;
    log.user("go");
    for (std::int64_t i = 1; i <= 6; ++i)
        log.call(i, i % 2 ? "read_file" : "search_files", "r", i % 2 ? "a" : "b");
    EXPECT_NE(stuck_reason(log.events).find("alternate"), std::string::npos);
}

TEST(Stuck, WhatAPersonSaysIsNews) {
    Log log;
    log.user("go");
    for (std::int64_t i = 1; i <= 3; ++i) log.call(i, "read_file", "same");
    log.user("again, please");
    log.call(4, "read_file", "same");
    EXPECT_EQ(stuck_reason(log.events), "");
}

}  // namespace
}  // namespace docent::agent
