#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "search/index.hpp"

namespace docent::search {

// Reading an index as a person would read the docs: what assistant, agent and MCP offer beside search.
// Pure functions; a page the filter keeps from the reader is not there for any of them. Views are valid
// as long as the Index.

/// A line that matches.
struct GrepMatch {
    std::uint32_t page = 0;
    std::uint32_t line = 0;  // of the page's Markdown, from 1
    std::string_view text;   // the line, at most 400 bytes of it
};
struct GrepQuery {
    std::string pattern;   // RE2 syntax
    bool literal = false;  // the pattern is plain text
    bool ignore_case = true;
    std::string path_prefix;  // "guides/": only pages below it
    std::size_t limit = 100;  // matches
    Filter filter;
};
struct Grepped {
    std::vector<GrepMatch> matches;  // in the order of pages and lines
    bool more = false;               // the limit cut it short
};
/// The searchable pages' lines that match. invalid_argument when the pattern is empty, too long or no
/// regular expression. Runs in linear time whatever the pattern.
Result<Grepped> grep(const Index& index, const GrepQuery& query);

struct PageList {
    std::vector<std::uint32_t> pages;  // in the order of the site
    std::size_t all = 0;               // that fit, before offset and limit
};
/// The listed pages that pass the filter, below a path ("" is all).
PageList list_pages(const Index& index, const Filter& filter, std::string_view path_prefix = "",
                    std::size_t offset = 0, std::size_t limit = 1000);

/// A page, or a part of it.
struct PageText {
    std::uint32_t page = 0;
    std::string_view markdown;  // whole lines
    std::uint32_t first_line = 1, line_count = 0, all_lines = 0;
};
/// The lines of a page from `first_line` on, at most `max_bytes` of them (but always one).
/// not_found when there is no such page for this reader.
Result<PageText> read_page(const Index& index, std::string_view path, const Filter& filter,
                           std::uint32_t first_line = 1, std::size_t max_bytes = 1 << 20);

}  // namespace docent::search
