#include "git/repository.hpp"

#include <git2.h>

#include "git/libgit2.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

std::string hex(const git_oid* id) {
    char text[GIT_OID_HEXSZ + 1];
    return git_oid_tostr(text, sizeof text, id);
}

}  // namespace

Result<WorkingTree> blocking_find_working_tree(const fs::path& path) {
    TRY(auto repository, open_repository(path.string(), true));
    const char* root = git_repository_workdir(repository.get());
    if (!root) return not_found("this git repository has no working tree");
    WorkingTree tree;
    tree.root = fs::path(root).has_filename() ? fs::path(root) : fs::path(root).parent_path();

    const fs::path git_dir = git_repository_path(repository.get());
    tree.git_dir = git_dir.has_filename() ? git_dir : git_dir.parent_path();

    git_reference* raw = nullptr;
    if (git_reference_lookup(&raw, repository.get(), "HEAD") == 0) {
        const Handle<git_reference> head(raw);
        const char* target = git_reference_symbolic_target(head.get());
        constexpr std::string_view prefix = "refs/heads/";
        if (target && std::string_view(target).starts_with(prefix)) tree.branch = target + prefix.size();
    }
    git_oid id;
    if (git_reference_name_to_id(&id, repository.get(), "HEAD") == 0) tree.head = hex(&id);
    // Not by git_remote_lookup: libgit2 1.5 leaks there for every setting, as it looks for insteadOf.
    git_config* raw_config = nullptr;
    if (git_repository_config_snapshot(&raw_config, repository.get()) == 0) {
        const Handle<git_config> config(raw_config);
        const char* url = nullptr;
        if (git_config_get_string(&url, config.get(), "remote.origin.url") == 0) tree.remote = url;
    }
    return tree;
}

bool is_branch_name(const std::string& name) {
    use_libgit2();
    int valid = 0;
    if (name.find('\0') != name.npos || name.starts_with("-")) return false;
    return git_reference_name_is_valid(&valid, ("refs/heads/" + name).c_str()) == 0 && valid == 1;
}

}  // namespace docent::git
