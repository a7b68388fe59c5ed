#include "jobs_fixture.hpp"

namespace docent::agent {
namespace {

using test::JobsTest;

/// The model changes the guide and finishes.
const char* const changes_the_guide = R"([
  {"calls": [{"name": "edit_file", "args": {"path": "docs/guide.md",
    "edits": [{"old_text": "Second.\n", "new_text": "Second, and better.\n"}]}}]},
  {"text": "The second line says more now.",
   "calls": [{"name": "finish", "args": {"summary": "done", "title": "Say more in the guide", "outcome": "success"}}]},
  {"text": "Because it was too short.", "repeat": true}])";

std::string described(const std::optional<store::MergeRequest>& request) {
    return request ? request->description : "";
}

TEST_F(JobsTest, APromptBecomesAPullRequest) {
    play(changes_the_guide);
    const auto made = create("Make the guide better");
    EXPECT_EQ(made.status, "active");
    EXPECT_EQ(made.model, "m");
    const auto done = until_done(made.id);
    EXPECT_EQ(done.status, "active") << done.error;
    EXPECT_EQ(done.phase, "open");
    EXPECT_EQ(done.message, "The second line says more now.");
    EXPECT_EQ(done.files_changed, 1);
    const auto request = request_of(made.id);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->title, "Say more in the guide");
    EXPECT_TRUE(request->description.starts_with("The second line says more now.\n"));
    EXPECT_NE(request->description.find("> Make the guide better"), std::string::npos);
    EXPECT_NE(request->description.find(made.id), std::string::npos);
    EXPECT_NE(in_branch(request->source_branch, "docs/guide.md").find("Second, and better."),
              std::string::npos);
    EXPECT_EQ(in_branch("main", "docs/guide.md").find("better"), std::string::npos);
}

TEST_F(JobsTest, AQuestionIsAnsweredAndNothingIsProposed) {
    play(R"([{"text": "It has three lines."}])");
    const auto made = create("How long is the guide?");
    const auto done = until_done(made.id);
    EXPECT_EQ(done.status, "completed");
    EXPECT_EQ(done.message, "It has three lines.");
    EXPECT_FALSE(request_of(made.id));
}

TEST_F(JobsTest, AFollowUpThatAsksChangesNothingAndOneThatChangesGoesIntoTheSamePullRequest) {
    play(R"([
      {"calls": [{"name": "edit_file", "args": {"path": "README.md",
        "edits": [{"old_text": "One line.", "new_text": "Two lines."}]}}]},
      {"text": "Two lines now."},
      {"text": "Because."},
      {"calls": [{"name": "edit_file", "args": {"path": "README.md",
        "edits": [{"old_text": "Two lines.", "new_text": "Three lines."}]}}]},
      {"text": "Three lines now."}])");
    const auto id = create("More lines").id;
    EXPECT_EQ(until_done(id).phase, "open");
    const auto first = request_of(id);
    ASSERT_TRUE(first);
    ASSERT_TRUE(message(id, "Why?").ok());
    EXPECT_EQ(until_done(id).message, "Because.");
    EXPECT_EQ(request_of(id)->head_sha, first->head_sha);
    ASSERT_TRUE(message(id, "And one more").ok());
    EXPECT_EQ(until_done(id).message, "Three lines now.");
    const auto second = request_of(id);
    EXPECT_EQ(second->id, first->id);
    EXPECT_NE(second->head_sha, first->head_sha);
    EXPECT_EQ(second->title, first->title);
    EXPECT_NE(in_branch(second->source_branch, "README.md").find("Three lines."), std::string::npos);
}

TEST_F(JobsTest, AJobIsCompletedWhenItsFollowUpTimeIsOver) {
    play(changes_the_guide);
    const auto id = create("Make the guide better").id;
    const auto open = until_done(id);
    EXPECT_EQ(open.open_until, clock.now() + 15 * 60'000);
    clock.advance(std::chrono::minutes(15));
    until([&] { return !job(id).active(); });
    EXPECT_EQ(job(id).status, "completed");
    const auto refused = message(id, "One more thing");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().reason, "job_ended");
    ASSERT_TRUE(message(id, "Why?", true).ok());
    EXPECT_EQ(until_done(id).message, "Because it was too short.");
}

TEST_F(JobsTest, WithoutFollowUpTimeAJobIsCompletedAtOnce) {
    play(changes_the_guide);
    auto wanted = new_job("Make the guide better");
    wanted.follow_up = std::chrono::milliseconds(0);
    const auto id = create(std::move(wanted)).id;
    EXPECT_EQ(until_done(id).status, "completed");
    EXPECT_TRUE(request_of(id));
}

TEST_F(JobsTest, AMergedPullRequestCompletesItsJob) {
    play(changes_the_guide);
    const auto id = create("Make the guide better").id;
    until_done(id);
    auto session = *run(stored->find("", id));
    auto merged = run(requests->merge(std::move(session), "mia", {}));
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    EXPECT_EQ(job(id).status, "completed");
    EXPECT_NE(in_branch("main", "docs/guide.md").find("better"), std::string::npos);
    EXPECT_EQ(message(id, "Why?", true).error().reason, "session_closed");
}

TEST_F(JobsTest, ACanceledJobHasFailedAndProposesNothing) {
    play(R"([{"text": "slow", "first_delay_ms": 5000}])");
    const auto id = create("Make the guide better").id;
    until_asked();
    ASSERT_TRUE(run(jobs->cancel(id)).ok());
    until_idle();
    EXPECT_EQ(job(id).status, "failed");
    EXPECT_EQ(job(id).error_code, "canceled");
    EXPECT_EQ(run(jobs->cancel(id))->status, "failed");
    EXPECT_FALSE(request_of(id));
    EXPECT_EQ(message(id, "go on").error().reason, "job_ended");
    EXPECT_EQ(run(jobs->archive(id))->status, "archived");
}

TEST_F(JobsTest, AJobThatPausesAtALimitWaitsForAWordAndFailsWithoutOne) {
    settings.limits.steps = 1;
    play(R"([{"calls": [{"name": "read_file", "args": {"path": "README.md"}}]}, {"text": "done"}])");
    const auto id = create("Read it").id;
    const auto paused = until_done(id);
    EXPECT_EQ(paused.status, "active");
    EXPECT_EQ(paused.error_code, "step_limit");
    clock.advance(std::chrono::minutes(15));
    until([&] { return !job(id).active(); });
    EXPECT_EQ(job(id).status, "failed");
    EXPECT_NE(job(id).error.find("Paused"), std::string::npos);
}

TEST_F(JobsTest, AModelThatFailsFailsTheJobWithItsReason) {
    play(R"([{"error": {"code": "unavailable", "message": "no"}, "repeat": true}])");
    const auto id = create("Read it").id;
    const auto failed = until_done(id);
    EXPECT_EQ(failed.status, "failed");
    EXPECT_EQ(failed.error_code, "model_failed");
    EXPECT_FALSE(failed.error.empty());
    EXPECT_EQ(failed.error.find("Send a message"), std::string::npos) << "it takes none";
}

TEST_F(JobsTest, TheSameIdempotencyKeyIsTheSameJob) {
    play(R"([{"text": "done", "repeat": true}])");
    auto wanted = new_job("Read it");
    wanted.idempotency_key = "k";
    const auto first = create(wanted);
    EXPECT_EQ(create(wanted).id, first.id);
    wanted.prompt = "Read another";
    const auto other = run(jobs->create(wanted));
    ASSERT_FALSE(other.ok());
    EXPECT_EQ(other.error().reason, "idempotency_key");
    until_done(first.id);
}

TEST_F(JobsTest, ADryRunLeavesTheRepositoryAlone) {
    play(changes_the_guide);
    auto wanted = new_job("Make the guide better");
    wanted.dry_run = true;
    const auto id = create(std::move(wanted)).id;
    const auto done = until_done(id);
    EXPECT_EQ(done.status, "completed");
    EXPECT_EQ(done.files_changed, 1);
    EXPECT_FALSE(request_of(id));
    EXPECT_EQ(in_branch(session(id).branch_name, "docs/guide.md"), "");
}

TEST_F(JobsTest, ARefusedPushFailsTheJobAndKeepsTheChange) {
    write("repo/.git/hooks/pre-receive", "#!/bin/sh\necho no branches today\nexit 1\n");
    std::filesystem::permissions(folder.path() / "repo/.git/hooks/pre-receive", std::filesystem::perms::all);
    play(changes_the_guide);
    const auto id = create("Make the guide better").id;
    const auto failed = until_done(id);
    EXPECT_EQ(failed.status, "failed");
    EXPECT_EQ(failed.error_code, "push_rejected");
    EXPECT_NE(failed.error.find("no branches today"), std::string::npos) << failed.error;
    EXPECT_NE(read(tree(id) / "docs/guide.md").find("better"), std::string::npos);
}

TEST_F(JobsTest, ARepositoryThatCannotBeReachedIsTriedAgain) {
    play(R"([
      {"calls": [{"name": "edit_file", "args": {"path": "README.md",
        "edits": [{"old_text": "One line.", "new_text": "Two lines."}]}}]},
      {"text": "Two lines now.", "first_delay_ms": 50}])");
    const auto id = create("More lines").id;
    until([&] { return !events(id, "agent_file_edit").empty(); });
    const auto repo = folder.path() / "repo", away = folder.path() / "away";
    std::filesystem::rename(repo, away);
    until([&] { return job(id).tries == 1; });
    EXPECT_EQ(job(id).status, "active");
    EXPECT_EQ(job(id).error_code, "forge_unavailable");
    std::filesystem::rename(away, repo);
    clock.advance(std::chrono::minutes(1));
    const auto done = until_done(id);
    EXPECT_EQ(done.phase, "open") << done.error;
    EXPECT_EQ(done.error, "");
    EXPECT_TRUE(request_of(id));
}

TEST_F(JobsTest, AJobGoesOnAfterACrashInEachPhase) {
    play(R"([
      {"text": "I begin.", "first_delay_ms": 300},
      {"calls": [{"name": "edit_file", "args": {"path": "docs/guide.md",
        "edits": [{"old_text": "Second.\n", "new_text": "Second, and better.\n"}]}}]},
      {"text": "Done.", "repeat": true}])");
    const auto id = create("Make the guide better").id;
    until_asked();
    // While the model writes.
    close_jobs();
    crash();
    open();
    open_jobs();
    const auto done = until_done(id);
    EXPECT_EQ(done.phase, "open") << done.error;
    EXPECT_TRUE(request_of(id));
    // While the pull request is made.
    close_jobs();
    crash();
    ASSERT_TRUE(run(db->write([&](store::Db& c) -> Status {
                    TRY(auto rows, c.query("UPDATE jobs SET phase = 'ending', owner = 'gone', next_try = 0"));
                    return {};
                })).ok());
    open();
    open_jobs();
    EXPECT_EQ(until_done(id).phase, "open");
    // Between the job and its first message.
    store::Job alone;
    alone.id = new_session();
    alone.project_id = project_id;
    alone.prompt = "And this?";
    alone.created = alone.updated = clock.now();
    ASSERT_TRUE(run(store::Jobs(*db).add(alone)).ok());
    clock.advance(std::chrono::seconds(10));
    EXPECT_EQ(until_done(alone.id).status, "completed");
    EXPECT_EQ(events(alone.id, "user_message").size(), 1u);
}

TEST_F(JobsTest, WithoutAModelFreeTextIsRefusedAndACommandWorks) {
    play_nothing();
    const auto refused = run(jobs->create(new_job("Make the guide better")));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().reason, "model_unavailable");
    const auto unknown = run(jobs->create(new_job("/hepl")));
    ASSERT_FALSE(unknown.ok());
    EXPECT_NE(unknown.error().message.find("/help"), std::string::npos);
    const auto made = create("/help");
    EXPECT_EQ(made.model, "builtin");
    const auto done = until_done(made.id);
    EXPECT_EQ(done.status, "completed") << done.error;
    EXPECT_NE(done.message.find("/help"), std::string::npos);
    EXPECT_EQ(types(made.id), (std::vector<std::string>{"user_message", "agent_message"}));
}

TEST_F(JobsTest, TheChecksOfTheRepositoryGoBackToTheModelAndThenIntoThePullRequest) {
    auto repository = *run(repositories->find("", repository_id));
    repository.settings = R"({"commands": {"words": "exit 3"}, "checks": ["words"]})";
    ASSERT_TRUE(run(repositories->change(std::move(repository))).ok());
    play(R"([
      {"calls": [{"name": "edit_file", "args": {"path": "README.md",
        "edits": [{"old_text": "One line.", "new_text": "Two lines."}]}}]},
      {"text": "Two lines now."},
      {"expect": "words", "text": "I cannot mend that.", "repeat": true}])");
    const auto id = create("More lines").id;
    const auto done = until_done(id);
    EXPECT_EQ(done.rounds, 2);
    EXPECT_NE(done.findings.find("words"), std::string::npos);
    EXPECT_EQ(events(id, "user_message").size(), 3u);
    EXPECT_NE(described(request_of(id)).find("`words`: failed"), std::string::npos);
}

}  // namespace
}  // namespace docent::agent
