#pragma once
#include <functional>

#include "sources/sources.hpp"

namespace docent::sources {

/// Where a project's files are, below DATA/repos/<project id>.
std::filesystem::path mirror_folder(const store::Project& project, const std::filesystem::path& data);
std::filesystem::path site_folder(const store::Project& project, const std::filesystem::path& data);

/// The source's state now: for git after a fetch, a commit id; else a digest. Blocks.
Result<std::string> blocking_revision(
    const store::Project& project, const std::filesystem::path& data,
    const std::function<void(const std::filesystem::path&)>& on_folder = {});

struct BuildHooks {
    std::function<void(std::size_t done, std::size_t all)> progress;
    std::function<void()> indexing;  // the import is over
    std::function<bool()> cancelled;
};

/// Imports the source as it is at `revision` and writes a new index file. Blocks.
Result<Built> blocking_index(const store::Project& project, const std::filesystem::path& data,
                             const std::string& revision, const BuildHooks& hooks);

}  // namespace docent::sources
