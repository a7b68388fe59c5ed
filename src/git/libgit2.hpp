#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"

// Handles of libgit2 and its errors; not included from outside git/.
struct git_blob;
struct git_commit;
struct git_config;
struct git_object;
struct git_patch;
struct git_reference;
struct git_repository;
struct git_tree;
struct git_tree_entry;

namespace docent::git {

struct Free {
    void operator()(git_blob* p) const;
    void operator()(git_commit* p) const;
    void operator()(git_config* p) const;
    void operator()(git_object* p) const;
    void operator()(git_patch* p) const;
    void operator()(git_reference* p) const;
    void operator()(git_repository* p) const;
    void operator()(git_tree* p) const;
    void operator()(git_tree_entry* p) const;
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

/// Starts the library once; before any other call.
void use_libgit2();

/// What the last failed call of this thread says, as `detail`.
Error git_error(ErrorCode code, std::string message);

/// not_found when there is no repository; permission_denied when it belongs to another user.
Result<Handle<git_repository>> open_repository(const std::string& path, bool look_above);

/// The commit that a ref names, in hex. not_found.
Result<std::string> ref_sha(git_repository* repository, const std::string& ref);

}  // namespace docent::git
