#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.hpp"

namespace docent::sources {

/// A digest of a folder's state: names, sizes and times of all its files, but not their bytes. Version
/// control, node_modules and what editors leave for a moment do not count. `on_folder` is called with every
/// folder before it is read (so that a watch set there misses nothing). Blocks. not_found when the folder is
/// missing.
Result<std::string> blocking_scan(const std::filesystem::path& folder,
                                  const std::function<void(const std::filesystem::path&)>& on_folder = {});

}  // namespace docent::sources
