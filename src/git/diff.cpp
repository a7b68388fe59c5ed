#include "git/diff.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "git/commit_range.hpp"
#include "git/program.hpp"
#include "git/repository.hpp"
#include "git/status.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_list = 16 << 20;  // bytes of a list of files

/// A copy of the index in which untracked files stand as intended, so that a diff shows them.
class TemporaryIndex {
public:
    static Result<TemporaryIndex> make(const Workspace& workspace) {
        std::string path = (workspace.git_dir / "docent-index-XXXXXX").string();
        const int fd = mkstemp(path.data());
        if (fd < 0) return Error(ErrorCode::unavailable, "the disk refused a file", path);
        ::close(fd);
        TemporaryIndex index(path);
        const auto original = workspace.git_dir / "index";
        std::error_code failed;
        // By the time of its index git knows which files may have changed unseen since: the copy keeps it.
        const auto written = fs::last_write_time(original, failed);
        if (!failed) fs::copy_file(original, path, fs::copy_options::overwrite_existing, failed);
        if (!failed) fs::last_write_time(path, written, failed);
        if (failed) fs::remove(path, failed);  // no index yet: git makes one
        return index;
    }
    explicit TemporaryIndex(fs::path path) : path_(std::move(path)) {}
    ~TemporaryIndex() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove(path_, ignored);
    }
    TemporaryIndex(TemporaryIndex&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
    TemporaryIndex(const TemporaryIndex&) = delete;
    TemporaryIndex& operator=(const TemporaryIndex&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// Before a diff of trees or, with one of them left out, of a tree and the working tree.
std::vector<std::string> diff_words(std::vector<std::string> more) {
    std::vector<std::string> words{
        "diff",           "--no-ext-diff",   "--no-textconv",   "--no-color",       "--full-index",
        "--find-renames", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

const std::vector<std::string> listed = {"-z", "--raw", "--numstat", "--patch"};

Result<Diff> diff_of(Program git, std::vector<std::string> words, std::size_t max_text) {
    git.max_output(most_list + max_text, true);
    auto more = listed;
    more.insert(more.end(), words.begin(), words.end());
    TRY(auto done, git.run(diff_words(std::move(more))));
    if (done.exit_code != 0 && !done.cut)
        return Error(ErrorCode::unavailable, "git cannot compare the files", done.err);
    return parse_diff(done.out, done.cut, max_text);
}

struct Tree {
    TemporaryIndex index;
    std::vector<StatusEntry> entries;
    std::vector<std::string> nested;
};

/// The tree with its untracked files in an index, for diffs against it.
Result<Tree> look_at_tree(const Workspace& workspace, const Program& git) {
    TRY(auto index, TemporaryIndex::make(workspace));
    TRY(auto entries, status_of(git));
    Tree tree{std::move(index), std::move(entries), {}};
    std::vector<std::string> untracked;
    for (const auto& entry : tree.entries) {
        if (entry.nested_repository) tree.nested.push_back(entry.path);
        if (entry.untracked && !entry.nested_repository) untracked.push_back(entry.path);
    }
    if (untracked.empty()) return tree;
    Program writing = git;
    TRY(auto added, writing.index(tree.index.path())
                        .output({"add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"},
                                "git cannot look at the new files", join_nul(untracked)));
    return tree;
}

Result<Diff> diff_against_tree(const Program& git, const Tree& tree, const std::string& base,
                               std::size_t max_text) {
    Program with_new = git;
    TRY(auto diff,
        diff_of(with_new.index(tree.index.path()), {"--ignore-submodules=all", base, "--"}, max_text));
    std::set<std::string_view> untracked, staged;
    for (const auto& entry : tree.entries) {
        if (entry.untracked) untracked.insert(entry.path);
        if (!entry.untracked && entry.unmerged.empty() && entry.index != '.') staged.insert(entry.path);
    }
    for (auto& file : diff.files) {
        file.untracked = untracked.contains(file.path);
        file.staged = staged.contains(file.path) || (file.old_path && staged.contains(*file.old_path));
    }
    return diff;
}

}  // namespace

Result<UncommittedChanges> blocking_uncommitted_changes(const Workspace& workspace,
                                                        const DiffLimits& limits) {
    const Program git = Program(limits.time).in(workspace).reading();
    UncommittedChanges changes;
    TRY(auto head, blocking_head(workspace));
    changes.branch = std::move(head.branch);
    changes.head_sha = std::move(head.sha);
    TRY(auto tree, look_at_tree(workspace, git));
    const auto is_nested = [](const StatusEntry& entry) { return entry.nested_repository; };
    changes.clean = std::all_of(tree.entries.begin(), tree.entries.end(), is_nested);
    changes.nested_repositories = tree.nested;
    if (changes.clean) return changes;
    TRY(changes.diff, diff_against_tree(git, tree, changes.head_sha, limits.max_text));
    return changes;
}

Result<BranchDiff> blocking_branch_diff(const Workspace& workspace, const std::string& base_branch,
                                        Uncommitted uncommitted, const DiffLimits& limits) {
    const Program git = Program(limits.time).in(workspace).reading();
    BranchDiff out;
    out.base_branch = base_branch;
    TRY(const auto base, blocking_branch_sha(workspace.mirror, base_branch));
    TRY(auto head, blocking_head(workspace));
    out.head_branch = std::move(head.branch);
    out.head_sha = std::move(head.sha);
    TRY(auto merge_base, git.run({"merge-base", base, out.head_sha}));
    if (merge_base.exit_code != 0) return conflict("the branch and \"" + base_branch + "\" share no history");
    out.base_sha = merge_base.out.substr(0, merge_base.out.find('\n'));
    if (uncommitted == Uncommitted::left_out) {
        TRY(out.diff,
            diff_of(git, {"--ignore-submodules=none", out.base_sha, out.head_sha, "--"}, limits.max_text));
        return out;
    }
    TRY(auto tree, look_at_tree(workspace, git));
    TRY(out.diff, diff_against_tree(git, tree, out.base_sha, limits.max_text));
    return out;
}

Result<Diff> blocking_range_diff(const CommitRange& range, const DiffLimits& limits) {
    const Program git = Program(limits.time).in_bare(range.git_dir).reading();
    const auto commits = range.base_sha + range.head_sha;
    if (commits.find_first_not_of("0123456789abcdef") != std::string::npos)
        return not_found("there is no such commit");
    return diff_of(git, {"--ignore-submodules=none", range.base_sha, range.head_sha, "--"}, limits.max_text);
}

Result<std::vector<std::string>> blocking_write_patch(const Workspace& workspace, const fs::path& file,
                                                      const std::string& since, const PatchLimits& limits) {
    const Program git = Program(limits.time).in(workspace).reading();
    TRY(const auto base, git.line({"rev-parse", "--verify", "--end-of-options",
                                   (since.empty() ? "HEAD" : since) + "^{commit}"},
                                  "there is no such commit"));
    TRY(auto tree, look_at_tree(workspace, git));
    Program writing = git;
    writing.index(tree.index.path()).max_file(limits.max_bytes);
    auto done = writing.output(diff_words({"--binary", "--output=" + fs::absolute(file).string(),
                                           "--ignore-submodules=all", base, "--"}),
                               "git cannot write the patch");
    if (done) return tree.nested;
    std::error_code ignored;
    fs::remove(file, ignored);
    if (done.error().code == ErrorCode::too_large)
        return Error(ErrorCode::too_large, "the patch is too large", done.error().detail);
    return std::move(done).error();
}

}  // namespace docent::git
