#include "agent_fixture.hpp"
#include "git/diff.hpp"

namespace docent::agent {
namespace {

using test::AgentTest;
class RecoveryTest : public AgentTest {};

const char* const works =
    R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]},
    {"text": "never whole", "first_delay_ms": 60000}])";

TEST_F(RecoveryTest, AnInterruptedTurnIsClosedAndBegunAgainWithoutDoingAnythingTwice) {
    script(works);
    const auto id = new_session();
    const auto sent = send(id, "Make a page");
    const auto waiting = send(id, "And then this");
    until([&] {
        return events(id, "agent_file_create").size() == 1 &&
               events(id, "agent_file_create")[0].status == "completed";
    });
    crash();
    script(R"([{"expect": "restarted", "text": "I see that it is there."}, {"text": "Then that."}])");
    until_idle();
    EXPECT_EQ(types(id),
              (std::vector<std::string>{"user_message", "user_message", "agent_file_create", "system_message",
                                        "system_message", "agent_message", "agent_message"}));
    EXPECT_EQ(payload_of(events(id, "system_message")[0]).at("code"), "interrupted");
    EXPECT_EQ(payload_of(events(id, "system_message")[1]).at("code"), "resumed");
    for (const auto& event : events(id)) EXPECT_EQ(event.status, "completed") << event.type;
    EXPECT_EQ(read(tree(id) / "a.md"), "A\n");
    EXPECT_EQ(session(id).agent_status, "idle");
}

TEST_F(RecoveryTest, ARemovalThatWasCutOffIsFinishedOrUndone) {
    script(
        R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]}, {"text": "Done."}])");
    const auto kept = new_session();
    ASSERT_TRUE(send(kept, "Make a page").ok());
    until_idle();
    // Killed before the store took the removal: the session is as it was.
    ASSERT_TRUE(run(workspaces->set_aside(kept)).ok());
    EXPECT_FALSE(std::filesystem::exists(tree(kept)));
    // Killed after it: nobody knows the session.
    const auto gone = "01890a5d-ac96-774b-bcce-b302099a8057";
    write(std::string("data/trees/") + gone + ".removed/tree/x.md", "x");
    write(std::string("data/attachments/") + gone + ".removed/1.png", "x");
    write(std::string("data/trees/") + gone + "/tree/x.md", "not known to this store, and nobody removed it");
    crash();
    script(R"([{"text": "Done."}])");
    EXPECT_EQ(read(tree(kept) / "a.md"), "A\n");
    EXPECT_FALSE(std::filesystem::exists(settings.data / "trees" / (std::string(gone) + ".removed")));
    EXPECT_FALSE(std::filesystem::exists(settings.data / "attachments" / (std::string(gone) + ".removed")));
    EXPECT_TRUE(std::filesystem::exists(settings.data / "trees" / gone));
    ASSERT_TRUE(run(sessions->remove(kept)).ok());
    EXPECT_FALSE(std::filesystem::exists(settings.data / "trees" / kept));
    EXPECT_FALSE(std::filesystem::exists(settings.data / "trees" / (kept + ".removed")));
}

TEST_F(RecoveryTest, ATreeWhoseMakingWasNotStoredIsStillKnown) {
    script(R"([{"text": "Done."}])");
    const auto id = new_session(true);
    // Killed when the tree was made and that was not stored.
    ASSERT_TRUE(run(workspaces->open(session(id))).ok());
    EXPECT_EQ(session(id).branch_name, "");
    crash();
    script(
        R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}]}, {"text": "Done."}])");
    ASSERT_TRUE(send(id, "Make a page").ok());
    until_idle();
    const auto now = session(id);
    EXPECT_FALSE(now.branch_name.empty());
    EXPECT_EQ(now.sandbox_id, id);
    const auto tree = run(workspaces->find(now));
    ASSERT_TRUE(tree.ok());
    EXPECT_EQ(git::blocking_head(tree->workspace)->branch, now.branch_name);
    EXPECT_NE(git::blocking_head(tree->workspace)->sha, now.base_commit) << "it was committed";
    // All of it is in the patch that can be taken away.
    const auto file = folder.path() / "all.patch";
    ASSERT_TRUE(git::blocking_write_patch(tree->workspace, file, tree->base_commit).ok());
    EXPECT_NE(read(file).find("+A"), std::string::npos);
}

TEST_F(RecoveryTest, AnOpenCallIsCanceledAndSaysWhy) {
    script(works);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "Make a page").ok());
    until([&] { return !events(id, "agent_file_create").empty(); });
    crash();
    // As if it had been cut off between the call and its result.
    auto back = run(db->write([&](store::Db& c) -> Status {
        TRY(auto rows,
            c.query("DELETE FROM session_changes WHERE session_id = $1 AND type = 'agent_file_create' "
                    "AND status = 'completed'",
                    {id}));
        return {};
    }));
    ASSERT_TRUE(back.ok());
    script(R"([{"text": "I look.", "repeat": true}])");
    until_idle();
    const auto call = events(id, "agent_file_create").back();
    EXPECT_EQ(call.status, "canceled");
    EXPECT_EQ(payload_of(call).at("error").at("code"), "interrupted");
}

TEST_F(RecoveryTest, ASessionThatHoldsWaitsForTheNextMessageAndThenTakesTheQueueInOrder) {
    script(works);
    const auto id = new_session(false, "hold");
    ASSERT_TRUE(send(id, "one").ok());
    ASSERT_TRUE(send(id, "two").ok());
    until([&] { return !events(id, "agent_file_create").empty(); });
    crash();
    script(R"([{"text": "of two"}, {"text": "of three"}])");
    EXPECT_EQ(sessions->driven(), 0u);
    EXPECT_EQ(session(id).agent_status, "idle");
    EXPECT_EQ(events(id, "user_message")[1].status, "queued");
    ASSERT_TRUE(send(id, "three").ok());
    until_idle();
    const auto said = events(id, "agent_message");
    ASSERT_EQ(said.size(), 2u);
    EXPECT_EQ(payload_of(said[0]).at("message"), "of two");
    for (const auto& message : events(id, "user_message")) EXPECT_EQ(message.status, "completed");
}

TEST_F(RecoveryTest, ATurnThatIsInterruptedAgainAndAgainStopsBeginning) {
    script(R"([{"text": "never whole", "first_delay_ms": 60000}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    for (int i = 0; i < 4; ++i) {
        until_asked();
        crash();
        script(R"([{"text": "never whole", "first_delay_ms": 60000}])");
    }
    EXPECT_EQ(sessions->driven(), 0u);
    EXPECT_EQ(session(id).agent_status, "idle");
    std::size_t resumed = 0;
    for (const auto& event : events(id, "system_message"))
        resumed += payload_of(event).at("code") == "resumed";
    EXPECT_EQ(resumed, 3u);
}

TEST_F(RecoveryTest, AQueueThatIsHeldAtALimitIsStillHeldAfterARestart) {
    settings.limits.steps = 1;
    script(R"([{"calls": [{"name": "read_file", "args": {"path": "README.md"}}]}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    ASSERT_TRUE(send(id, "two").ok());
    until_idle();
    ASSERT_EQ(last(id, "system_message").at("code"), "step_limit");
    const auto before = session(id).last_change;
    crash();
    script(R"([{"text": "of two"}, {"text": "of three"}])");
    EXPECT_EQ(sessions->driven(), 0u);
    EXPECT_EQ(session(id).last_change, before);
    ASSERT_TRUE(send(id, "three").ok());
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "of three");
}

TEST_F(RecoveryTest, ATurnWhoseEndCannotBeStoredIsClosedAsSoonAsItCan) {
    script(
        R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}}], "first_delay_ms": 20},
               {"expect": "could not be stored", "text": "I look.", "repeat": true}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until_asked();
    const auto sql = [&](const char* text) {
        auto done = run(db->write([&](store::Db& c) { return c.script(text); }));
        ASSERT_TRUE(done.ok()) << done.error().detail;
    };
    sql("CREATE TRIGGER full BEFORE INSERT ON session_changes BEGIN SELECT RAISE(ABORT, 'no space'); END");
    until_idle();
    EXPECT_EQ(session(id).agent_status, "error") << "nothing runs, and nobody is told that it does";
    EXPECT_FALSE(send(id, "two").ok());
    sql("DROP TRIGGER full");
    until([&] { return !events(id, "agent_message").empty(); });
    until_idle();
    EXPECT_EQ(session(id).agent_status, "idle");
    EXPECT_EQ(payload_of(events(id, "system_message")[0]).at("code"), "interrupted");
    for (const auto& event : events(id)) EXPECT_NE(event.status, "processing") << event.type;
}

TEST_F(RecoveryTest, EveryOneOfSeveralOpenCallsIsClosed) {
    script(R"([{"calls": [{"name": "create_file", "args": {"path": "a.md", "content": "A\n"}},
                          {"name": "create_file", "args": {"path": "b.md", "content": "B\n"}},
                          {"name": "create_file", "args": {"path": "c.md", "content": "C\n"}}]},
               {"text": "never whole", "first_delay_ms": 60000}])");
    const auto id = new_session(false, "hold");
    ASSERT_TRUE(send(id, "one").ok());
    until([&] {
        const auto made = events(id, "agent_file_create");
        return made.size() == 3 && made[2].status == "completed";
    });
    crash();
    auto cut = run(db->write([&](store::Db& c) -> Status {
        TRY(auto rows, c.query("DELETE FROM session_changes WHERE session_id = $1 AND status = 'completed' "
                               "AND type = 'agent_file_create' AND payload NOT LIKE '%a.md%'",
                               {id}));
        return {};
    }));
    ASSERT_TRUE(cut.ok());
    script(R"([{"text": "I look."}])");
    std::vector<std::string> statuses;
    for (const auto& event : events(id, "agent_file_create")) statuses.push_back(event.status);
    EXPECT_EQ(statuses, (std::vector<std::string>{"completed", "canceled", "canceled"}));
    ASSERT_TRUE(send(id, "go on").ok());
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "I look.");
}

TEST_F(RecoveryTest, AQuestionIsStillAskedAfterARestart) {
    script(R"([{"calls": [{"name": "ask_user", "args": {"questions": [{"question": "Which?"}]}}]}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "paint it").ok());
    until_idle();
    crash();
    script(R"([{"text": "Green then."}])");
    EXPECT_EQ(session(id).agent_status, "waiting_for_user");
    ASSERT_TRUE(send(id, "green").ok());
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "Green then.");
    EXPECT_EQ(events(id, "agent_ask_user").back().status, "completed");
}

TEST_F(RecoveryTest, UncommittedWorkIsStillThere) {
    script(works);
    const auto id = new_session();
    ASSERT_TRUE(send(id, "one").ok());
    until([&] { return std::filesystem::exists(tree(id) / "a.md"); });
    crash();
    std::ofstream(tree(id) / "README.md") << "by hand\n";
    script(
        R"([{"calls": [{"name": "read_file", "args": {"path": "README.md"}}]}, {"expect": "by hand", "text": "ok"}])");
    until_idle();
    EXPECT_EQ(last(id, "agent_message").at("message"), "ok");
    EXPECT_EQ(read(tree(id) / "a.md"), "A\n");
}

}  // namespace
}  // namespace docent::agent
