#include <algorithm>

#include "agent/line_matcher.hpp"
#include "agent/tools/output.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_around = 500, most_line = 100'000'000;

std::size_t before_arg(const json::object& args) {
    return llm::number_arg(args, "lines_before", 10, most_around);
}
std::size_t after_arg(const json::object& args) {
    return llm::number_arg(args, "lines_after", 20, most_around);
}

/// The numbers of the lines that match.
std::vector<std::size_t> matching_lines(std::string_view text, const LineMatcher& matcher) {
    std::vector<std::size_t> lines;
    std::size_t at = 0, counted_to = 0, line = 1, begin = 0;
    while (at < text.size() && matcher.find(text, at, begin)) {
        line += static_cast<std::size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted_to),
                                                    text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
        counted_to = begin;
        lines.push_back(line);
        const auto end = text.find('\n', begin);
        if (end == std::string_view::npos) break;
        at = end + 1;
    }
    return lines;
}

Result<ToolOutcome> read(ToolContext&, const TreeFiles& files, const json::object& args) {
    TRY(const auto matcher,
        LineMatcher::make(llm::text_arg(args, "query"), llm::flag_arg(args, "is_regex", false),
                          llm::flag_arg(args, "case_sensitive", true)));
    TRY(const auto file, files.read(llm::text_arg(args, "path"), largest_file));
    TRY_VOID(check_text(file));
    const std::string_view text = std::string_view(file.bytes).substr(byte_order_mark(file.bytes).size());
    const auto lines = matching_lines(text, matcher);
    const auto nth = std::max<std::size_t>(1, llm::number_arg(args, "occurrence", 1, most_line));
    ToolOutcome out;
    out.payload = {{"path", file.path}, {"matches_in_file", lines.size()}};
    if (lines.size() < nth) {
        out.error_code = "no_match";
        out.error_message =
            lines.empty() ? "nothing in " + shown_path(file.path) + " matches"
                          : shown_path(file.path) + " has only " + counted(lines.size(), "matching line");
        out.text = "Error (no_match): " + out.error_message + ".\n";
        return out;
    }
    const auto total = count_lines(text);
    const auto line = lines[nth - 1];
    const auto first = line > before_arg(args) ? line - before_arg(args) : 1;
    const auto wanted = std::min(total, line + after_arg(args));
    const auto part = lines_of(text, first, wanted);
    const auto cut = cut_text(part);
    out.payload["match_line"] = line;
    out.payload["start_line"] = first;
    out.payload["end_line"] = cut.lines == 0 ? first : first + cut.lines - 1;
    out.payload["content"] = cut.text;
    out.payload["truncated"] = cut.truncated;
    out.text = quoted(file.path,
                      "lines " + std::to_string(first) + "-" + std::to_string(wanted) + " of " +
                          std::to_string(total) + ", match " + std::to_string(nth) + " of " +
                          std::to_string(lines.size()) + " in line " + std::to_string(line),
                      part);
    return out;
}

}  // namespace

json::object read_around_match_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"query", llm::text_arg(args, "query")},
            {"is_regex", llm::flag_arg(args, "is_regex", false)},
            {"match_line", nullptr},
            {"lines_before", before_arg(args)},
            {"lines_after", after_arg(args)},
            {"start_line", nullptr},
            {"end_line", nullptr},
            {"content", nullptr},
            {"matches_in_file", nullptr}};
}

Task<Result<ToolOutcome>> read_around_match_tool(ToolContext& context, const json::object& args) {
    return run_on_named_files(context, args, read);
}

}  // namespace docent::agent
