// Jobs in trouble: cancelled in each phase, many at once, repositories that are empty or change under them.
#include "jobs_fixture.hpp"

namespace docent::agent {
namespace {

class JobsTroubleTest : public test::JobsTest {
protected:
    /// A push waits until the test lets it go.
    void hold_pushes() {
        const auto hook = folder.path() / "repo/.git/hooks/pre-receive";
        write("repo/.git/hooks/pre-receive", "#!/bin/sh\ntouch '" + (folder.path() / "held").string() +
                                                 "'\nwhile [ ! -e '" + (folder.path() / "go").string() +
                                                 "' ]; do sleep 0.05; done\n");
        std::filesystem::permissions(hook, std::filesystem::perms::all);
    }
    void until_held() {
        until([&] { return std::filesystem::exists(folder.path() / "held"); });
    }
    void in_repository(const std::string& words) {
        ASSERT_EQ(std::system((git_in_repository() + words).c_str()), 0) << words;
    }
    bool has_open_request(const std::string& id) {
        const auto request = request_of(id);
        return request && request->status == "open";
    }
    void expect_canceled(const std::string& id) {
        EXPECT_EQ(job(id).status, "failed");
        EXPECT_EQ(job(id).error_code, "canceled");
        EXPECT_FALSE(has_open_request(id));
        EXPECT_EQ(message(id, "go on").error().reason, "job_ended");
    }

    static constexpr const char* replace = "/replace \"Second\" \"Second, and better\"";
};

TEST_F(JobsTroubleTest, AJobIsCanceledBeforeItBegins) {
    play_nothing();
    const auto id = create(replace).id;
    ASSERT_TRUE(run(jobs->cancel(id)).ok());
    until_done(id);
    expect_canceled(id);
}

TEST_F(JobsTroubleTest, AJobIsCanceledWhileItsPullRequestIsMade) {
    play_nothing();
    hold_pushes();
    const auto id = create(replace).id;
    until_held();
    ASSERT_TRUE(run(jobs->cancel(id)).ok());
    write("go", "");
    until([&] { return !has_open_request(id) && sessions->driven() == 0; });
    expect_canceled(id);
}

TEST_F(JobsTroubleTest, AJobIsCanceledWhileItWaitsForFollowUps) {
    play_nothing();
    const auto id = create(replace).id;
    ASSERT_EQ(until_done(id).phase, "open");
    const auto request = request_of(id);
    ASSERT_TRUE(request);
    ASSERT_TRUE(run(jobs->cancel(id)).ok());
    EXPECT_EQ(job(id).error_code, "canceled");
    EXPECT_EQ(request_of(id)->status, "open") << "what is proposed stays with its reviewers";
}

TEST_F(JobsTroubleTest, ManyJobsAtOnceAreAsManyPullRequests) {
    play_nothing();
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(create(replace).id);
    std::set<std::string> branches;
    for (const auto& id : ids) {
        const auto done = until_done(id);
        EXPECT_EQ(done.phase, "open") << done.error;
        const auto request = request_of(id);
        ASSERT_TRUE(request);
        branches.insert(request->source_branch);
    }
    EXPECT_EQ(branches.size(), ids.size());
}

Task<> merge_one(MergeRequests& requests, store::Session session, int& merged, int& left) {
    MergeWish wish;
    std::string by = "mia";
    auto done = co_await requests.merge(std::move(session), std::move(by), std::move(wish));
    merged += done.ok();
    if (!done) ADD_FAILURE() << done.error().message << done.error().detail;
    --left;
}

TEST_F(JobsTroubleTest, MergesAtOnceAreAllMadeAndLeaveTheCheckoutClean) {
    for (const char* name : {"a", "b", "c"})
        write(std::string("repo/docs/") + name + ".md", std::string("# Page\n\nWord ") + name + ".\n");
    commit_repository("pages");
    play_nothing();
    int merged = 0, left = 3;
    std::vector<store::Session> proposed;
    for (const std::string name : {"a", "b", "c"}) {
        const auto id = create("/replace \"Word " + name + "\" \"Words of " + name + "\"").id;
        ASSERT_EQ(until_done(id).phase, "open") << job(id).error;
        proposed.push_back(*run(stored->find("", id)));
    }
    TaskGroup group(loop.get_executor());
    for (auto& one : proposed) group.spawn("merge", merge_one(*requests, std::move(one), merged, left));
    until([&] { return left == 0; });
    EXPECT_EQ(merged, 3);
    in_repository("diff --quiet HEAD");
    for (const char* name : {"a", "b", "c"})
        EXPECT_NE(in_branch("main", std::string("docs/") + name + ".md").find("Words of"), std::string::npos);
    test::run_to_end(loop, group.stop());
}

TEST_F(JobsTroubleTest, AFollowUpThatFailsLeavesTheJobOpen) {
    play(R"([
      {"calls": [{"name": "edit_file", "args": {"path": "docs/guide.md",
        "edits": [{"old_text": "Second.\n", "new_text": "Second, and better.\n"}]}}]},
      {"text": "Done."},
      {"error": {"code": "unavailable", "message": "no"}},
      {"text": "It is there now.", "repeat": true}])");
    const auto id = create("Make the guide better").id;
    ASSERT_EQ(until_done(id).phase, "open");
    ASSERT_TRUE(message(id, "And this?").ok());
    const auto troubled = until_done(id);
    EXPECT_EQ(troubled.status, "active");
    EXPECT_EQ(troubled.error_code, "model_failed");
    ASSERT_TRUE(message(id, "Again, please").ok());
    EXPECT_EQ(until_done(id).error, "");
}

TEST_F(JobsTroubleTest, ABranchThatIsTakenIsNotWrittenOver) {
    in_repository("branch docs/taken");
    play_nothing();
    auto wanted = new_job(replace);
    wanted.branch = "main";
    const auto refused = run(jobs->create(wanted));
    const auto id = refused ? refused->id : "";
    if (refused) {
        EXPECT_EQ(until_done(id).status, "failed");
        EXPECT_NE(job(id).error.find("default branch"), std::string::npos) << job(id).error;
    }
    EXPECT_EQ(in_branch("main", "docs/guide.md").find("better"), std::string::npos);

    // Another's commits on a branch of that name stay below the job's.
    in_repository("commit -q --allow-empty -m Theirs");
    in_repository("branch -f docs/taken");
    in_repository("reset -q --hard HEAD~1");
    wanted.branch = "docs/taken";
    const auto made = create(wanted);
    EXPECT_EQ(until_done(made.id).phase, "open") << job(made.id).error;
    EXPECT_EQ(request_of(made.id)->source_branch, "docs/taken");
    in_repository("merge-base --is-ancestor ':/Theirs' docs/taken");
}

TEST_F(JobsTroubleTest, AnEmptyRepositoryIsSaidInPlainWords) {
    std::filesystem::remove_all(folder.path() / "repo/.git");
    in_repository("init -q -b main");
    play_nothing();
    const auto failed = until_done(create(replace).id);
    EXPECT_EQ(failed.status, "failed");
    EXPECT_NE(failed.error.find("\"main\""), std::string::npos) << failed.error;
    EXPECT_EQ(failed.error.find(folder.path().string()), std::string::npos) << failed.error;
}

TEST_F(JobsTroubleTest, ABaseThatWasForcePushedBelowAJobIsFollowed) {
    play_nothing();
    hold_pushes();
    const auto id = create(replace).id;
    until_held();
    in_repository("checkout -q --orphan fresh");
    write("repo/docs/guide.md", "# Guide\n\nAll is new.\n");
    commit_repository("fresh");
    in_repository("branch -f main fresh");
    write("go", "");
    const auto done = until_done(id);
    EXPECT_TRUE(done.phase == "open" || !done.error.empty()) << "an end, and if it is none, why";
    EXPECT_EQ(in_branch("main", "docs/guide.md"), "# Guide\n\nAll is new.\n");
}

TEST_F(JobsTroubleTest, ADocumentationFolderThatMovedIsFoundByItsSite) {
    write("repo/docs/docs.json", R"({"name": "D", "navigation": {"pages": ["guide"]}})");
    commit_repository("site");
    auto repository = *run(repositories->find("", repository_id));
    repository.settings = R"({"docs": "docs"})";
    ASSERT_TRUE(run(repositories->change(repository)).ok());
    in_repository("mv docs handbook");
    commit_repository("moved");
    play_nothing();
    const auto done = until_done(create("/check-links").id);
    EXPECT_EQ(done.status, "completed") << done.error;
    EXPECT_NE(done.message.find("on 1 page"), std::string::npos) << done.message;
}

}  // namespace
}  // namespace docent::agent
