#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "docs/ignore.hpp"
#include "docs/site.hpp"

namespace docent::docs {

struct SourceFile {
    std::string path;  // below the root, with "/"
    std::uintmax_t size = 0;
    Millis modified = 0;
};

/// The files below a folder that the rules do not ignore, by name. Links are followed only to files that are
/// themselves below the root. A folder that cannot be read is a Problem.
std::vector<SourceFile> list_files(const std::filesystem::path& root, const IgnoreRules& rules,
                                   std::vector<Problem>& problems);

/// A file below the root as text. not_found; too_large; invalid_argument when it is no text (has NUL bytes).
Result<std::string> read_source(const std::filesystem::path& root, std::string_view path,
                                std::size_t max_bytes);

/// ".mdx" of "a/b.mdx", in lower case.
std::string extension_of(std::string_view path);

/// True for the extensions of pages in Markdown and MDX.
bool is_page_extension(std::string_view extension);

}  // namespace docent::docs
