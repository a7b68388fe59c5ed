#include "search/read_tools.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.hpp"
#include "search/paths.hpp"

namespace docent::search {
namespace {

constexpr std::size_t longest_pattern = 1000;  // bytes
constexpr std::size_t longest_line = 400;      // bytes shown

/// Calls see(number, line) for each line, from 1, until it gives false.
template <class F>
void each_line(std::string_view text, F&& see) {
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        if (!see(number, text.substr(0, end))) return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool is_below(std::string_view path, std::string_view prefix) {
    while (!prefix.empty() && prefix.front() == '/') prefix.remove_prefix(1);
    return path.substr(0, prefix.size()) == prefix;
}

}  // namespace

Result<Grepped> grep(const Index& index, const GrepQuery& query) {
    if (query.pattern.empty())
        return invalid("pattern: give the text or the regular expression to look for.");
    if (query.pattern.size() > longest_pattern)
        return invalid("pattern: is longer than 1,000 bytes; shorten it.");
    RE2::Options options;
    options.set_log_errors(false);
    options.set_literal(query.literal);
    options.set_case_sensitive(!query.ignore_case);
    options.set_max_mem(4 << 20);
    const RE2 pattern(query.pattern, options);
    if (!pattern.ok())
        return invalid("pattern: is not a regular expression that RE2 understands (" + pattern.error() +
                       ").");

    Grepped out;
    for (std::uint32_t n = 0; n < index.page_count() && !out.more; ++n) {
        const PageView page = index.page(n);
        if (!page.searchable || !is_below(page.path, query.path_prefix) || !index.passes(n, query.filter))
            continue;
        each_line(page.markdown, [&](std::uint32_t number, std::string_view line) {
            if (!RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), pattern)) return true;
            if (out.matches.size() == query.limit) {
                out.more = true;
                return false;
            }
            out.matches.push_back({n, number, cut_utf8(line, longest_line)});
            return true;
        });
    }
    return out;
}

PageList list_pages(const Index& index, const Filter& filter, std::string_view path_prefix,
                    std::size_t offset, std::size_t limit) {
    PageList out;
    for (std::uint32_t n = 0; n < index.page_count(); ++n) {
        const PageView page = index.page(n);
        if (!page.listed || !is_below(page.path, path_prefix) || !index.passes(n, filter)) continue;
        if (out.all++ >= offset && out.pages.size() < limit) out.pages.push_back(n);
    }
    return out;
}

Result<PageText> read_page(const Index& index, std::string_view path, const Filter& filter,
                           std::uint32_t first_line, std::size_t max_bytes) {
    const auto page = index.find_page(path);
    if (!page || !index.allowed(*page, filter)) return not_found("There is no page with this path.");
    PageText out;
    out.page = *page;
    out.first_line = std::max(1u, first_line);
    const std::string_view markdown = index.page(*page).markdown;
    std::size_t begin = markdown.size(), end = markdown.size();
    bool full = false;
    each_line(markdown, [&](std::uint32_t number, std::string_view line) {
        out.all_lines = number;
        if (number < out.first_line || full) return true;
        const auto start = static_cast<std::size_t>(line.data() - markdown.data());
        const auto stop = std::min(start + line.size() + 1, markdown.size());
        if (out.line_count == 0) begin = start;
        full = out.line_count > 0 && stop - begin > max_bytes;
        if (full) return true;
        end = stop;
        ++out.line_count;
        return true;
    });
    out.markdown = markdown.substr(begin, end - begin);
    return out;
}

}  // namespace docent::search
