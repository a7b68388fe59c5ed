#include "git/landing.hpp"

#include "base/text.hpp"
#include "git/program.hpp"

namespace docent::git {
namespace {

Result<std::string> tree_of(const Program& git, const std::string& commit) {
    return git.line({"rev-parse", "--verify", commit + "^{tree}"}, "there is no such commit");
}

/// The commits of one side of "target...other" with "=" before those whose patch the other side has.
Result<std::vector<std::string>> marked_commits(const Program& git, const char* side,
                                                const std::string& target, const std::string& other) {
    TRY(const auto printed,
        git.output({"rev-list", "--cherry-mark", side, "--no-merges", target + "..." + other, "--"},
                   "git cannot compare the commits"));
    std::vector<std::string> out;
    for (auto& line : split(printed, '\n'))
        if (!line.empty()) out.push_back(std::move(line));
    return out;
}

/// The newest commit of the target whose patch `other` has; "" when there is none.
Result<std::string> newest_equal(const Program& git, const std::string& target, const std::string& other) {
    TRY(const auto theirs, marked_commits(git, "--left-only", target, other));
    for (const auto& line : theirs)
        if (line.starts_with('=')) return line.substr(1);
    return std::string();
}

}  // namespace

Result<std::string> blocking_squash(const Workspace& workspace, const SquashRequest& request,
                                    std::chrono::milliseconds limit) {
    TRY_VOID(check_identity(request.author));
    TRY_VOID(check_identity(request.committer));
    remove_stale_locks(workspace.git_dir);
    const Program git = Program(limit).in(workspace).as(request.author, request.committer);
    TRY(const auto ours, tree_of(git, "HEAD"));
    TRY(const auto theirs, tree_of(git, request.onto));
    if (ours == theirs) return conflict("there is nothing to commit").because("nothing_to_commit");
    // It does not look at commit.gpgSign.
    const char* signs = request.committer.signing_key.empty() ? "--no-gpg-sign" : "--gpg-sign";
    TRY(const auto made, git.output({"commit-tree", signs, "-p", request.onto, "-F", "-", ours},
                                    "git cannot commit", request.message));
    auto sha = std::string(trim(made));
    TRY(const auto moved, git.output({"update-ref", "-m", "squash", "HEAD", sha}, "git cannot commit"));
    return sha;
}

Result<std::optional<std::string>> blocking_find_landed(const Workspace& workspace, const Mergeability& tried,
                                                        std::chrono::milliseconds limit) {
    std::optional<std::string> none;
    if (tried.ahead_by == 0 || tried.behind_by == 0 || tried.merge_base_sha.empty()) return none;
    const Program git = Program(limit).in(workspace).reading();
    TRY(const auto source_tree, tree_of(git, tried.source_sha));
    TRY(const auto base_tree, tree_of(git, tried.merge_base_sha));
    if (source_tree == base_tree) return none;
    TRY(const auto target_tree, tree_of(git, tried.target_sha));
    const bool adds_nothing = tried.mergeable && tried.merged_tree_sha == target_tree;
    if (tried.mergeable && !adds_nothing) return none;

    TRY(const auto own, marked_commits(git, "--right-only", tried.target_sha, tried.source_sha));
    bool each = !own.empty();
    for (const auto& line : own) each = each && line.starts_with('=');
    if (each) {
        TRY(auto sha, newest_equal(git, tried.target_sha, tried.source_sha));
        if (!sha.empty()) return std::optional<std::string>(std::move(sha));
    }
    // All of it as one patch.
    const Identity nobody{"Docent", "docent@localhost"};
    const Program writing = Program(limit).in(workspace).as(nobody, nobody);
    TRY(const auto made, writing.output({"commit-tree", "--no-gpg-sign", "-p", tried.merge_base_sha, "-m",
                                         "everything", source_tree},
                                        "git cannot compare the commits"));
    TRY(auto sha, newest_equal(git, tried.target_sha, std::string(trim(made))));
    if (!sha.empty()) return std::optional<std::string>(std::move(sha));
    if (adds_nothing) return std::optional<std::string>(tried.target_sha);
    return none;
}

}  // namespace docent::git
