#include "git/libgit2.hpp"

#include <git2.h>

namespace docent::git {

void Free::operator()(git_blob* p) const { git_blob_free(p); }
void Free::operator()(git_commit* p) const { git_commit_free(p); }
void Free::operator()(git_config* p) const { git_config_free(p); }
void Free::operator()(git_object* p) const { git_object_free(p); }
void Free::operator()(git_patch* p) const { git_patch_free(p); }
void Free::operator()(git_reference* p) const { git_reference_free(p); }
void Free::operator()(git_repository* p) const { git_repository_free(p); }
void Free::operator()(git_tree* p) const { git_tree_free(p); }
void Free::operator()(git_tree_entry* p) const { git_tree_entry_free(p); }

void use_libgit2() {
    static const int started = git_libgit2_init();
    (void)started;
}

Error git_error(ErrorCode code, std::string message) {
    const auto* last = git_error_last();
    return Error(code, std::move(message), last && last->message ? last->message : "");
}

Result<Handle<git_repository>> open_repository(const std::string& path, bool look_above) {
    use_libgit2();
    git_repository* raw = nullptr;
    const unsigned flags = look_above ? 0u : unsigned{GIT_REPOSITORY_OPEN_NO_SEARCH};
    const int code = git_repository_open_ext(&raw, path.c_str(), flags, nullptr);
    if (code == GIT_EOWNER) {
        return git_error(ErrorCode::permission_denied,
                         "the git repository belongs to another user: run as its owner, or allow it with "
                         "git config --global --add safe.directory");
    }
    if (code != 0) return git_error(ErrorCode::not_found, "this is not a git repository");
    return Handle<git_repository>(raw);
}

Result<std::string> ref_sha(git_repository* repository, const std::string& ref) {
    git_oid id;
    if (git_reference_name_to_id(&id, repository, ref.c_str()) != 0)
        return git_error(
            ErrorCode::not_found,
            "there is no branch \"" + ref.substr(ref.rfind("refs/heads/", 0) == 0 ? 11 : 0) + "\"");
    char text[GIT_OID_HEXSZ + 1];
    return std::string(git_oid_tostr(text, sizeof text, &id));
}

}  // namespace docent::git
