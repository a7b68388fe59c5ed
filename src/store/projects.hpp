#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// A documentation site with its source, keys and settings.
struct Project {
    std::string id;    // ULID
    std::string slug;  // the API's {domain}: [a-z0-9-], unique
    std::string name;
    std::string source_kind;  // "folder", "git", "llms"
    std::string source;       // the folder's absolute path, the git URL, or the address of llms.txt
    std::string branch;       // git: "" is the remote's default
    std::string folder;       // below the repository's root, "" for all of it
    std::string repository;   // the git repository that the agent works on; "" for none
    std::string hosts;        // JSON array of host names that name this project too
    std::string settings;     // JSON object: api/settings of this project
    Millis created = 0;
    // The index in force: a file name below DATA/index, and what was in it. "" until first built.
    std::string index_file;
    std::int64_t pages = 0;
    std::int64_t chunks = 0;
    Millis indexed = 0;
    std::string revision;  // git commit, or a digest of the folder's state
};

/// All projects of this installation.
class Projects {
public:
    explicit Projects(Store& store) : store_(store) {}

    /// conflict when the slug is taken. Fills id (when empty) and created.
    Task<Result<Project>> add(Project project);
    /// not_found when there is none. `name` is a slug, an id, or one of `hosts`.
    Task<Result<Project>> find(std::string name);
    Task<Result<std::vector<Project>>> list();
    /// Its keys, threads and usage go with it. not_found.
    Task<Status> remove(std::string id);
    Task<Status> set_index(std::string id, std::string index_file, std::int64_t pages, std::int64_t chunks,
                           std::string revision, Millis now);
    Task<Status> set_settings(std::string id, std::string settings);

private:
    Store& store_;
};

}  // namespace docent::store
