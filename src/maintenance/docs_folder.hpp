#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace docent::maintenance {

/// True if the folder has a docs.json or mint.json.
bool has_site_config(const std::filesystem::path& folder);

/// The folder of a working tree that holds its documentation, below the tree's root; "": all of the tree. The
/// configured one if it is there; else the one nearest to the root with a docs.json or mint.json (a folder
/// may have moved), else "docs" if there is one. Blocks.
std::string blocking_find_docs(const std::filesystem::path& tree, std::string_view configured);

}  // namespace docent::maintenance
