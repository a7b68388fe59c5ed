#include "git/history.hpp"

#include <git2.h>

#include <algorithm>

#include "git/libgit2.hpp"

namespace docent::git {
namespace {

struct FreeWalk {
    void operator()(git_revwalk* p) const { git_revwalk_free(p); }
};

}  // namespace

Result<std::vector<std::string>> blocking_commits_since(const Workspace& workspace, const std::string& since,
                                                        std::size_t most) {
    TRY(const auto repository, open_repository(workspace.git_dir.string(), false));
    git_revwalk* raw = nullptr;
    if (git_revwalk_new(&raw, repository.get()) != 0)
        return git_error(ErrorCode::unavailable, "the history cannot be read");
    const std::unique_ptr<git_revwalk, FreeWalk> walk(raw);
    git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL);
    git_oid base{};
    if (git_revwalk_push_head(walk.get()) != 0)
        return git_error(ErrorCode::not_found, "there is no commit yet");
    if (git_oid_fromstr(&base, since.c_str()) != 0 || git_revwalk_hide(walk.get(), &base) != 0)
        return git_error(ErrorCode::not_found, "there is no such commit");
    std::vector<std::string> out;
    git_oid id{};
    while (out.size() < most && git_revwalk_next(&id, walk.get()) == 0) {
        char hex[GIT_OID_HEXSZ + 1] = {};
        git_oid_tostr(hex, sizeof hex, &id);
        out.emplace_back(hex);
    }
    std::ranges::reverse(out);
    return out;
}

Result<std::optional<std::string>> blocking_file_at_head(const Workspace& workspace, const std::string& path,
                                                         std::size_t most) {
    TRY(const auto repository, open_repository(workspace.git_dir.string(), false));
    git_object* raw = nullptr;
    if (git_revparse_single(&raw, repository.get(), "HEAD^{tree}") != 0)
        return git_error(ErrorCode::not_found, "there is no commit yet");
    const Handle<git_object> tree(raw);
    git_tree_entry* found = nullptr;
    if (git_tree_entry_bypath(&found, reinterpret_cast<git_tree*>(tree.get()), path.c_str()) != 0)
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

}  // namespace docent::git
