#include "agent/tools/output.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> read_whole(ToolContext&, const TreeFiles& files, const json::object& args) {
    TRY(const auto file, files.read(llm::text_arg(args, "path"), largest_file));
    TRY_VOID(check_text(file));
    const std::string_view text = std::string_view(file.bytes).substr(byte_order_mark(file.bytes).size());
    const auto total = count_lines(text);
    const auto cut = cut_text(text);
    ToolOutcome out;
    out.payload = {{"path", file.path},
                   {"size_bytes", file.bytes.size()},
                   {"total_lines", total},
                   {"content", cut.text},
                   {"truncated", cut.truncated}};
    out.text = quoted(file.path, counted(total, "line"), text);
    if (count_lines(out.text) < total)
        out.text += "Read the rest with read_file_range: the file has " + counted(total, "line") + ".\n";
    if (text.empty()) out.text = shown_path(file.path) + " is empty.\n";
    return out;
}

}  // namespace

json::object read_file_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"size_bytes", nullptr},
            {"total_lines", nullptr},
            {"content", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> read_file_tool(ToolContext& context, const json::object& args) {
    return run_on_named_files(context, args, read_whole);
}

}  // namespace docent::agent
