#include "git/commit_range.hpp"

#include <git2.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "git/libgit2.hpp"
#include "git/program.hpp"

namespace docent::git {
namespace {

constexpr std::size_t most_log = 8 << 20;  // bytes of a list of commits

std::string hex_of(const git_oid& id) {
    char text[GIT_OID_HEXSZ + 1];
    return git_oid_tostr(text, sizeof text, &id);
}

Error no_commit() { return git_error(ErrorCode::not_found, "there is no such commit"); }

Result<Handle<git_commit>> commit_of(git_repository* repository, const std::string& sha) {
    git_oid id;
    git_commit* raw = nullptr;
    if (git_oid_fromstr(&id, sha.c_str()) != 0 || git_commit_lookup(&raw, repository, &id) != 0)
        return no_commit();
    return Handle<git_commit>(raw);
}

Status check_sha(const std::string& sha) {
    const bool whole =
        sha.size() == GIT_OID_HEXSZ && sha.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!whole) return not_found("there is no such commit");
    return {};
}

Status check_range(const CommitRange& range) {
    TRY_VOID(check_sha(range.base_sha));
    return check_sha(range.head_sha);
}

}  // namespace

Result<std::vector<RangeCommit>> blocking_commits(const CommitRange& range, std::size_t most,
                                                  std::chrono::milliseconds limit) {
    TRY_VOID(check_range(range));
    Program git = Program(limit).in_bare(range.git_dir).reading();
    git.max_output(most_log);
    // Fields end with NUL; the message is the last of a commit's, so that NUL separates commits as well.
    TRY(const auto printed, git.output({"log", "-z", "--topo-order", "--no-show-signature",
                                        "--encoding=UTF-8", "--max-count=" + std::to_string(most),
                                        "--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%s%x00%b",
                                        range.base_sha + ".." + range.head_sha, "--"},
                                       "git cannot list the commits"));
    constexpr std::size_t fields = 7;
    auto words = split(printed, '\0');
    std::vector<RangeCommit> out;
    for (std::size_t at = 0; at + fields <= words.size(); at += fields) {
        RangeCommit commit;
        commit.sha = words[at];
        commit.merge = words[at + 1].find(' ') != std::string::npos;
        commit.author = {repair_utf8(words[at + 2]), repair_utf8(words[at + 3])};
        const auto& time = words[at + 4];
        std::from_chars(time.data(), time.data() + time.size(), commit.authored);
        commit.authored *= 1000;
        commit.subject = repair_utf8(words[at + 5]);
        commit.body = repair_utf8(trim(words[at + 6]));
        out.push_back(std::move(commit));
    }
    std::ranges::reverse(out);
    return out;
}

Result<int> blocking_commit_count(const CommitRange& range, std::chrono::milliseconds limit) {
    TRY_VOID(check_range(range));
    const Program git = Program(limit).in_bare(range.git_dir).reading();
    TRY(const auto count, git.line({"rev-list", "--count", range.base_sha + ".." + range.head_sha, "--"},
                                   "git cannot count the commits"));
    return std::atoi(count.c_str());
}

std::vector<FilePatch> split_by_file(const Diff& diff, std::size_t most) {
    constexpr std::string_view begin = "diff --git ";
    std::vector<std::size_t> starts;
    const std::string_view text = diff.text;
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at, begin.size()) == begin) starts.push_back(at);
        const auto end = text.find('\n', at);
        at = end == text.npos ? text.size() : end + 1;
    }
    // git prints the patches in the order of its list; a file that became a link, say, has two.
    std::vector<FilePatch> out;
    std::size_t next = 0;
    for (const auto& file : diff.files) {
        FilePatch patch;
        patch.file = file;
        const std::size_t parts = file.change == Change::type_changed ? 2 : 1;
        if (next >= starts.size()) {
            patch.truncated = true;
        } else {
            const auto after = next + parts;
            const auto end = after < starts.size() ? starts[after] : text.size();
            patch.truncated = diff.truncated && after >= starts.size();
            patch.text = cut_at_line(std::string(text.substr(starts[next], end - starts[next])), most,
                                     patch.truncated);
            next = after;
        }
        out.push_back(std::move(patch));
    }
    return out;
}

Result<std::optional<std::string>> blocking_file_at(const std::filesystem::path& git_dir,
                                                    const std::string& sha, const std::string& path,
                                                    std::size_t most) {
    TRY(const auto repository, open_repository(git_dir.string(), false));
    TRY(const auto commit, commit_of(repository.get(), sha));
    git_tree* raw = nullptr;
    if (git_commit_tree(&raw, commit.get()) != 0)
        return git_error(ErrorCode::unavailable, "a file of the history cannot be read");
    const Handle<git_tree> tree(raw);
    git_tree_entry* found = nullptr;
    if (path.empty() || git_tree_entry_bypath(&found, tree.get(), path.c_str()) != 0)
        return std::optional<std::string>();
    const Handle<git_tree_entry> entry(found);
    const auto mode = git_tree_entry_filemode(entry.get());
    if (mode != GIT_FILEMODE_BLOB && mode != GIT_FILEMODE_BLOB_EXECUTABLE)
        return std::optional<std::string>();
    git_blob* raw_blob = nullptr;
    if (git_blob_lookup(&raw_blob, repository.get(), git_tree_entry_id(entry.get())) != 0)
        return git_error(ErrorCode::unavailable, "a file of the history cannot be read");
    const Handle<git_blob> blob(raw_blob);
    const auto size = static_cast<std::size_t>(git_blob_rawsize(blob.get()));
    if (size > most) return Error(ErrorCode::too_large, "the file is too large").because("too_large");
    return std::optional<std::string>(
        std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())), size));
}

bool blocking_has_commit(const std::filesystem::path& git_dir, const std::string& sha) {
    const auto repository = open_repository(git_dir.string(), false);
    return repository && commit_of(repository->get(), sha);
}

Result<std::string> blocking_merge_base(const std::filesystem::path& git_dir, const std::string& one,
                                        const std::string& other) {
    TRY(const auto repository, open_repository(git_dir.string(), false));
    git_oid a, b, base;
    if (git_oid_fromstr(&a, one.c_str()) != 0 || git_oid_fromstr(&b, other.c_str()) != 0) return no_commit();
    const int found = git_merge_base(&base, repository.get(), &a, &b);
    if (found == GIT_ENOTFOUND) return std::string();
    if (found != 0) return no_commit();
    return hex_of(base);
}

Result<std::string> blocking_first_parent(const std::filesystem::path& git_dir, const std::string& sha) {
    TRY(const auto repository, open_repository(git_dir.string(), false));
    TRY(const auto commit, commit_of(repository.get(), sha));
    if (git_commit_parentcount(commit.get()) == 0) return std::string();
    return hex_of(*git_commit_parent_id(commit.get(), 0));
}

}  // namespace docent::git
