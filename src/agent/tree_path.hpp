#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace docent::agent {

/// A path that a model or a caller names, as a path relative to the top of a tree: "" is the top, no leading
/// or doubled "/", no "." or "..", no part that is git's own folder. Only the text is looked at.
/// invalid_argument with reason "outside_repository" (absolute, ".."), "not_allowed" (.git) or
/// "invalid_path".
Result<std::string> tree_path(std::string_view text);

/// True for ".git" and for the names that other systems take for it.
bool is_git_folder(std::string_view name);

/// "" for one at the top.
std::string_view folder_of(std::string_view path);
std::string_view name_of(std::string_view path);
/// folder + "/" + name, or the name alone at the top.
std::string joined(std::string_view folder, std::string_view name);

/// As people and models read it: on one line, in quotes when it has characters that could mislead.
std::string shown_path(std::string_view path);

}  // namespace docent::agent
