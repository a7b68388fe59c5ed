#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace docent::docs {

struct FenceOpening {
    std::size_t prefix = 0;  // bytes before the fence: indentation, ">" and a list marker
    std::size_t indent = 0;  // columns of that which are blanks; content lines lose as many
    bool quoted = false;     // inside a block quote
    char mark = '`';
    std::size_t length = 3;
    std::string_view info;
};

/// The fence that a line opens.
std::optional<FenceOpening> fence_opening(std::string_view line);

/// Reads the fence that opens at text[at] (the start of its line) into `content`; returns the offset after
/// its last line. One that is never closed reaches to the end.
std::size_t read_fence(std::string_view text, std::size_t at, const FenceOpening& opening,
                       std::string& content);

/// "tsx title=\"a.ts\" lines", "bash Terminal wrap", "js filename='x'" -> language and title.
void read_info(std::string_view info, std::string& language, std::string& title);

/// Length of a list marker with its blanks at the start of a line ("- ", "12. "), or 0.
std::size_t list_marker(std::string_view line);

}  // namespace docent::docs
