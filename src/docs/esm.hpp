#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace docent::docs {

struct ImportedName;

/// Reads the import or export statement of an MDX page that begins at text[at] (a line start): what it
/// brings goes to `imports` and `exports` (constants that are one string or number). Returns the offset
/// after it, or `at` when the line is prose.
std::size_t read_esm(std::string_view text, std::size_t at, std::vector<ImportedName>& imports,
                     std::map<std::string, std::string>& exports);

}  // namespace docent::docs
