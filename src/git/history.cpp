#include "git/history.hpp"

#include <git2.h>

#include <algorithm>

#include "git/commit_range.hpp"
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
    TRY(const auto head, blocking_head(workspace));
    return blocking_file_at(workspace.git_dir, head.sha, path, most);
}

}  // namespace docent::git
