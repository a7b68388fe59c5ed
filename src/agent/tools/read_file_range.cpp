#include "agent/tools/output.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t any_line = 100'000'000;

Result<ToolOutcome> read_range(ToolContext&, const TreeFiles& files, const json::object& args) {
    TRY(const auto file, files.read(llm::text_arg(args, "path"), largest_file));
    TRY_VOID(check_text(file));
    const std::string_view text = std::string_view(file.bytes).substr(byte_order_mark(file.bytes).size());
    const auto total = count_lines(text);
    const auto first = std::max<std::size_t>(1, llm::number_arg(args, "start_line", 1, any_line));
    const auto wanted = llm::number_arg(args, "end_line", any_line, any_line);
    if (wanted < first) return invalid("end_line is before start_line");
    if (first > total && !(first == 1 && total == 0))
        return invalid(shown_path(file.path) + " has only " + counted(total, "line")).because("out_of_range");
    const auto part = lines_of(text, first, std::min(wanted, total));
    const auto cut = cut_text(part);
    const auto last = cut.lines == 0 ? first : first + cut.lines - 1;
    ToolOutcome out;
    out.payload = {{"path", file.path},    {"start_line", first}, {"end_line", last},
                   {"total_lines", total}, {"content", cut.text}, {"truncated", cut.truncated}};
    out.text = quoted(file.path,
                      "lines " + std::to_string(first) + "-" + std::to_string(std::min(wanted, total)) +
                          " of " + std::to_string(total),
                      part);
    return out;
}

}  // namespace

json::object read_file_range_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"start_line", asked(args, "start_line")},
            {"end_line", asked(args, "end_line")},
            {"total_lines", nullptr},
            {"content", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> read_file_range_tool(ToolContext& context, const json::object& args) {
    return run_on_named_files(context, args, read_range);
}

}  // namespace docent::agent
