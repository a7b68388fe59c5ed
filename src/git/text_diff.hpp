#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace docent::git {

struct TextDiff {
    std::optional<std::string> text;  // unified, with a/ and b/; nothing for binary files
    int additions = 0;                // lines
    int deletions = 0;
    bool truncated = false;  // text ends before its end, at a line's end
};

/// What an edit did to a file: from `before` to `after`, of which nothing means that there was or is no file.
/// The texts may be any bytes. Pure work of the processor: some milliseconds, but on a pool for large files.
/// too_large over 16 MiB.
Result<TextDiff> text_diff(const std::string& path, std::optional<std::string_view> before,
                           std::optional<std::string_view> after, std::size_t max_text = 64 << 10);

}  // namespace docent::git
