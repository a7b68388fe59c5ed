#include <algorithm>

#include "agent/tools_fixture.hpp"
#include "agent/written_files.hpp"
#include "base/process.hpp"
#include "store/projects.hpp"

namespace docent::agent {
namespace fs = std::filesystem;
namespace {

/// A remote, a person's checkout of it, and a session's workspace; the session's events are stored.
class GitToolsTest : public test::ToolsTest {
protected:
    GitToolsTest() {
        fs::create_directories(person);
        git(person, {"init", "-q", "-b", "main"});
        folder.write("person/a.md", "one\ntwo\nthree\n");
        folder.write("person/docs/b.md", "b\n");
        git(person, {"add", "-A"});
        git(person, {"commit", "-q", "-m", "first"});
        git(folder.path(), {"clone", "-q", "--bare", person.string(), remote.string()});
        git(person, {"remote", "add", "origin", remote.string()});
        tree.remote.url = remote.string();
        const fs::path mirror = folder.path() / "mirror.git";
        auto fetched = git::blocking_refresh_mirror(tree.remote, mirror);
        if (!fetched) throw std::runtime_error(fetched.error().message + fetched.error().detail);
        auto made = git::blocking_create_workspace(mirror, folder.path() / "session", "work", "main");
        if (!made) throw std::runtime_error(made.error().message + made.error().detail);
        tree.workspace = made->workspace;
        tree.path = made->workspace.tree;
        tree.branch = "work";
        tree.base_branch = tree.default_branch = "main";
        tree.base_commit = made->head_sha;
        keep_session();
        alerts.emplace(*db);
        services->alerts = &*alerts;
    }

    std::string git(const fs::path& directory, std::vector<std::string> words) {
        Command command;
        command.argv = {"git", "-c", "user.name=Person", "-c", "user.email=p@example.com"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.directory = directory;
        const auto done = blocking_run(command);
        if (!done || done->exit_code != 0)
            throw std::runtime_error(words[0] + (done ? done->err : done.error().message));
        return done->out.substr(0, done->out.find('\n'));
    }
    void person_pushes(const std::string& name, std::string_view text, const std::string& branch = "main") {
        folder.write("person/" + name, text);
        git(person, {"add", "-A"});
        git(person, {"commit", "-q", "-m", "of a person"});
        git(person, {"push", "-q", "origin", "HEAD:refs/heads/" + branch});
    }
    /// As the engine does it: the event is stored after the call.
    boost::json::object act(std::string_view name, std::string_view arguments) {
        auto payload = call(name, arguments);
        if (!outcome.error_code.empty())
            payload["error"] = {{"code", outcome.error_code}, {"message", outcome.error_message}};
        store::Event event;
        event.id = "event-" + std::to_string(++events);
        event.type = find_tool(name)->event_type;
        event.payload = boost::json::serialize(payload);
        std::vector<store::Event> all;
        all.push_back(std::move(event));
        auto stored = run(timeline->append(session.id, 0, std::move(all), {}, clock.now()));
        EXPECT_TRUE(stored.ok());
        return payload;
    }
    void save(const std::string& name, std::string_view text) { folder.write("session/tree/" + name, text); }
    std::string load(const std::string& name) { return folder.read("session/tree/" + name); }
    bool is_there(const std::string& name) { return fs::exists(tree.path / name); }
    static std::string list(const boost::json::object& payload, std::string_view field) {
        return boost::json::serialize(payload.at(field));
    }

    fs::path person = folder.path() / "person", remote = folder.path() / "remote.git";
    std::optional<store::Alerts> alerts;
    int events = 0;
};

const char* const edit_a = R"({"path":"a.md","edits":[{"old_text":"two","new_text":"2"}]})";

TEST_F(GitToolsTest, UncommittedChangesAreShownAndCommitted) {
    EXPECT_TRUE(call("uncommitted_changes", "{}").at("clean").as_bool());
    act("edit_file", edit_a);
    act("create_file", R"({"path":"new.md","content":"n\n"})");
    auto payload = call("uncommitted_changes", "{}");
    EXPECT_FALSE(payload.at("clean").as_bool());
    EXPECT_EQ(text(payload, "branch"), "work");
    EXPECT_EQ(
        list(payload, "files"),
        R"([{"path":"a.md","old_path":null,"change":"modified","additions":1,"deletions":1,)"
        R"("binary":false,"staged":false,"untracked":false},{"path":"new.md","old_path":null,)"
        R"("change":"added","additions":1,"deletions":0,"binary":false,"staged":false,"untracked":true}])");
    EXPECT_NE(text(payload, "diff").find("-two\n+2\n"), std::string::npos);
    payload = call("commit", R"({"message":"Shorter\n\nWith a body"})");
    EXPECT_EQ(text(payload, "name"), "commit");
    EXPECT_EQ(number(payload, "exit_code"), 0);
    EXPECT_TRUE(call("uncommitted_changes", "{}").at("clean").as_bool());
    EXPECT_EQ(refusal("commit", R"({"message":"again"})"), "nothing_to_commit");
    EXPECT_EQ(number(outcome.payload, "exit_code"), 1);
    payload = call("branch_diff", "{}");
    EXPECT_EQ(text(payload, "base_branch"), "main");
    EXPECT_EQ(text(payload, "head_branch"), "work");
    EXPECT_EQ(number(payload, "additions"), 2);
    EXPECT_EQ(payload.at("files").as_array().size(), 2u);
    EXPECT_EQ(refusal("branch_diff", R"({"base_branch":"none"})"), "not_found");
}

TEST_F(GitToolsTest, ACommitMayTakeSomeFilesOnly) {
    act("edit_file", edit_a);
    act("create_file", R"({"path":"new.md","content":"n\n"})");
    call("commit", R"({"message":"one","paths":["a.md"]})");
    EXPECT_EQ(outcome.error_code, "");
    EXPECT_EQ(call("uncommitted_changes", "{}").at("files").as_array().size(), 1u);
    EXPECT_EQ(refusal("commit", R"({"message":"x","paths":["../x"]})"), "outside_repository");
}

TEST_F(GitToolsTest, AConflictIsFoundShownEditedAndConcluded) {
    act("edit_file", edit_a);
    call("commit", R"({"message":"mine"})");
    person_pushes("a.md", "one\nTWO\nthree\n");
    auto payload = call("check_target_branch_mergeability", "{}");
    EXPECT_FALSE(payload.at("mergeable").as_bool());
    EXPECT_EQ(number(payload, "ahead_by"), 1);
    EXPECT_EQ(number(payload, "behind_by"), 1);
    EXPECT_EQ(list(payload, "conflicting_files"), R"(["a.md"])");
    payload = call("merge_remote_branch", "{}");
    EXPECT_EQ(outcome.error_code, "");
    EXPECT_EQ(text(payload, "result"), "conflicts");
    EXPECT_EQ(text(payload, "branch"), "main");
    EXPECT_EQ(list(payload, "conflicted_files"), R"(["a.md"])");
    payload = call("conflict_state", "{}");
    EXPECT_EQ(text(payload, "operation"), "merge");
    EXPECT_EQ(list(payload, "conflicted_files"),
              R"([{"path":"a.md","kind":"both_modified","conflict_count":1}])");
    EXPECT_EQ(refusal("commit", R"({"message":"too early"})"), "conflicts_present");
    EXPECT_EQ(refusal("rollback_uncommitted_changes", "{}"), "conflicts_present");
    call("create_file", R"({"path":"a.md","content":"one\n2 and TWO\nthree\n","overwrite":true})");
    EXPECT_EQ(list(call("conflict_state", "{}"), "resolved_files"), R"(["a.md"])");
    call("commit", R"({"message":"both"})");
    EXPECT_EQ(outcome.error_code, "") << outcome.error_message;
    EXPECT_EQ(text(call("conflict_state", "{}"), "operation"), "none");
    EXPECT_TRUE(call("check_target_branch_mergeability", "{}").at("mergeable").as_bool());
}

TEST_F(GitToolsTest, AMergeIsAborted) {
    act("edit_file", edit_a);
    call("commit", R"({"message":"mine"})");
    person_pushes("a.md", "one\nTWO\nthree\n");
    call("merge_remote_branch", "{}");
    auto payload = call("abort_conflict_resolution", "{}");
    EXPECT_EQ(text(payload, "operation"), "merge");
    EXPECT_EQ(text(payload, "result"), "aborted");
    EXPECT_EQ(load("a.md"), "one\n2\nthree\n");
    EXPECT_EQ(text(call("abort_conflict_resolution", "{}"), "result"), "nothing_to_abort");
}

TEST_F(GitToolsTest, AMergeWithoutConflictsComesIn) {
    person_pushes("c.md", "c\n");
    EXPECT_EQ(text(call("merge_remote_branch", "{}"), "result"), "fast_forwarded");
    EXPECT_EQ(load("c.md"), "c\n");
    EXPECT_EQ(text(call("merge_remote_branch", "{}"), "result"), "already_up_to_date");
    EXPECT_EQ(refusal("merge_remote_branch", R"({"branch":"none"})"), "not_found");
}

TEST_F(GitToolsTest, PushingIsOffUnlessSettingsAllowIt) {
    act("edit_file", edit_a);
    call("commit", R"({"message":"mine"})");
    EXPECT_EQ(refusal("push_to_remote", "{}"), "not_allowed");
    tree.settings["allow_push"] = true;
    auto payload = call("push_to_remote", "{}");
    EXPECT_EQ(text(payload, "result"), "pushed");
    EXPECT_EQ(number(payload, "commits_pushed"), 1);
    EXPECT_FALSE(payload.at("force").as_bool());
    EXPECT_EQ(text(call("push_to_remote", "{}"), "result"), "already_up_to_date");
    EXPECT_EQ(git(remote, {"log", "-1", "--format=%s", "work"}), "mine");
}

TEST_F(GitToolsTest, APushNeverForcesAndNeverGoesToTheDefaultBranch) {
    tree.settings["allow_push"] = true;
    person_pushes("x.md", "x\n", "work");
    act("edit_file", edit_a);
    call("commit", R"({"message":"mine"})");
    EXPECT_EQ(refusal("push_to_remote", "{}"), "push_rejected");
    EXPECT_EQ(text(outcome.payload, "result"), "rejected");
    auto payload = call("pull_from_remote", R"({"strategy":"merge"})");
    EXPECT_EQ(text(payload, "result"), "merged");
    EXPECT_EQ(number(payload, "commits_pulled"), 1);
    EXPECT_EQ(text(call("push_to_remote", "{}"), "result"), "pushed");
    tree.default_branch = "work";
    EXPECT_EQ(refusal("push_to_remote", "{}"), "not_allowed");
    tree.default_branch = "main";
    tree.base_branch = "work";
    EXPECT_EQ(refusal("push_to_remote", "{}"), "not_allowed");
}

TEST_F(GitToolsTest, PullingABranchThatIsNotOnTheRemoteIsRefused) {
    EXPECT_EQ(refusal("pull_from_remote", "{}"), "not_found");
    tree.remote.url.clear();
    EXPECT_EQ(refusal("pull_from_remote", "{}"), "no_remote");
}

TEST_F(GitToolsTest, ARollbackTakesBackWhatTheSessionWrote) {
    act("edit_file", edit_a);
    act("create_file", R"({"path":"new.md","content":"n\n"})");
    act("remove_file", R"({"path":"docs/b.md"})");
    const auto payload = call("rollback_uncommitted_changes", "{}");
    EXPECT_EQ(list(payload, "restored_files"), R"(["a.md","docs/b.md"])");
    EXPECT_EQ(list(payload, "removed_files"), R"(["new.md"])");
    EXPECT_EQ(load("a.md"), "one\ntwo\nthree\n");
    EXPECT_FALSE(is_there("new.md"));
    EXPECT_TRUE(call("uncommitted_changes", "{}").at("clean").as_bool());
}

TEST_F(GitToolsTest, ARollbackLeavesAPersonsChangesAlone) {
    save("theirs.md", "of a person\n");
    act("edit_file", edit_a);
    act("create_file", R"({"path":"new.md","content":"n\n"})");
    // A person goes on with a file of the session's, and with one that the session then edits on top.
    save("new.md", "n\nand more\n");
    save("docs/b.md", "b\nof a person\n");
    act("edit_file", R"({"path":"docs/b.md","edits":[{"old_text":"b\n","new_text":"B\n"}]})");
    const auto payload = call("rollback_uncommitted_changes", "{}");
    EXPECT_EQ(list(payload, "restored_files"), R"(["a.md"])");
    EXPECT_EQ(list(payload, "removed_files"), "[]");
    EXPECT_EQ(list(payload, "kept_files"), R"(["docs/b.md","new.md","theirs.md"])");
    EXPECT_EQ(load("theirs.md"), "of a person\n");
    EXPECT_EQ(load("new.md"), "n\nand more\n");
    EXPECT_EQ(load("docs/b.md"), "B\nof a person\n");
}

TEST_F(GitToolsTest, ARollbackMayBeOfSomePathsAndKnowsMovesAndCommits) {
    act("edit_file", edit_a);
    call("commit", R"({"message":"mine"})");
    act("edit_file", R"({"path":"a.md","edits":[{"old_text":"2","new_text":"3"}]})");
    act("move_file", R"({"source_path":"docs/b.md","destination_path":"docs/c.md"})");
    auto payload = call("rollback_uncommitted_changes", R"({"paths":["a.md"]})");
    EXPECT_EQ(list(payload, "restored_files"), R"(["a.md"])");
    EXPECT_EQ(load("a.md"), "one\n2\nthree\n");
    EXPECT_TRUE(is_there("docs/c.md"));
    payload = call("rollback_uncommitted_changes", R"({"paths":["docs"]})");
    EXPECT_EQ(list(payload, "restored_files"), R"(["docs/b.md"])");
    EXPECT_EQ(list(payload, "removed_files"), R"(["docs/c.md"])");
    EXPECT_EQ(load("docs/b.md"), "b\n");
    EXPECT_EQ(refusal("rollback_uncommitted_changes", R"({"paths":["../x"]})"), "outside_repository");
}

TEST_F(GitToolsTest, AMovedFileWithAPersonsChangeIsKept) {
    save("docs/b.md", "b\nof a person\n");
    act("move_file", R"({"source_path":"docs/b.md","destination_path":"docs/c.md"})");
    call("rollback_uncommitted_changes", "{}");
    EXPECT_EQ(load("docs/c.md"), "b\nof a person\n");
}

TEST_F(GitToolsTest, TheEndCountsWhatTheSessionBrought) {
    act("edit_file", edit_a);
    call("commit", R"({"message":"mine"})");
    act("create_file", R"({"path":"new.md","content":"1\n2\n"})");
    const auto payload = call("finish", R"({"summary":"Done.","outcome":"success"})");
    EXPECT_TRUE(outcome.ends_turn);
    EXPECT_FALSE(outcome.waits);
    EXPECT_EQ(text(payload, "summary"), "Done.");
    EXPECT_EQ(text(payload, "outcome"), "success");
    EXPECT_EQ(payload.at("commit_shas").as_array().size(), 1u);
    EXPECT_EQ(number(payload, "files_changed"), 2);
    EXPECT_EQ(number(payload, "additions"), 3);
    EXPECT_EQ(number(payload, "deletions"), 1);
}

TEST_F(GitToolsTest, AnAlertIsStored) {
    const auto payload = call("create_alert", R"({"title":"A key","description":"is in the file",
        "severity":"high","category":"security","path":"a.md","start_line":2})");
    store::AlertQuery query;
    query.project_id = session.project_id;
    const auto stored = run(alerts->list(query));
    ASSERT_TRUE(stored.ok());
    ASSERT_EQ(stored->size(), 1u);
    EXPECT_EQ(stored->at(0).id, text(payload, "alert_id"));
    EXPECT_EQ(stored->at(0).path, "a.md");
    EXPECT_EQ(stored->at(0).end_line, 2);
    EXPECT_EQ(number(payload, "start_line"), 2);
    EXPECT_EQ(refusal("create_alert", R"({"title":"x","description":"y","severity":"low","category":"bug",
        "path":"/etc/passwd"})"),
              "outside_repository");
}

TEST_F(GitToolsTest, WithoutARepositoryTheyAreRefused) {
    tree = Tree();
    for (const char* name : {"branch_diff", "uncommitted_changes", "conflict_state", "pull_from_remote",
                             "push_to_remote", "abort_conflict_resolution", "rollback_uncommitted_changes"})
        EXPECT_EQ(refusal(name, "{}"), "no_repository") << name;
    EXPECT_EQ(refusal("commit", R"({"message":"x"})"), "no_repository");
    EXPECT_EQ(refusal("finish", R"({"summary":"x","outcome":"failed"})"), "");
}

}  // namespace
}  // namespace docent::agent
