#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/tools/tool.hpp"
#include "agent/tree_files.hpp"
#include "llm/tool_args.hpp"

namespace docent::agent {

// What the tools' results are made of.

constexpr std::size_t result_text_limit = 24 << 10;   // what a model is told, in bytes
constexpr std::size_t payload_text_limit = 64 << 10;  // one text field of a payload
constexpr std::size_t largest_file = 8 << 20;         // that is read, edited or copied

/// The beginning of a text, cut at the end of a line.
struct Cut {
    std::string text;        // valid UTF-8
    std::size_t lines = 0;   // in it
    bool truncated = false;  // there is more
};
Cut cut_text(std::string_view text, std::size_t limit = payload_text_limit);

/// Text between delimiters for the model, at most result_text_limit bytes with the sentences around it.
/// `title` says what it is: "lines 1-20 of 300".
std::string quoted(std::string_view path, std::string_view title, std::string_view text);

/// How many lines it has; what stands behind the last line end is one, too.
std::size_t count_lines(std::string_view text);
/// Lines `first` to `last`, from 1, with their ends.
std::string_view lines_of(std::string_view text, std::size_t first, std::size_t last);

/// A byte order mark at the front, or "".
std::string_view byte_order_mark(std::string_view text);

/// The same as the argument, or null when it is missing.
boost::json::value asked(const boost::json::object& args, std::string_view name);
/// A path argument, as a payload has it: normalised when it can be.
std::string asked_path(const boost::json::object& args, std::string_view name);
std::vector<std::string> texts_arg(const boost::json::object& args, std::string_view name);

/// A file is only said to be binary: "not_text".
Status check_text(const ReadFile& file);

/// {diff, additions, deletions, truncated} of a changed file; diff is null for binary files.
Result<boost::json::object> diff_fields(const std::string& path, std::optional<std::string_view> before,
                                        std::optional<std::string_view> after);

/// The outcome of an Error that has a reason, or whose cause is the call; others end the turn.
Result<ToolOutcome> refusal(Error error);

/// A tool that is one blocking function over the files of the tree. Its Errors become refusals.
using FileTool = Result<ToolOutcome>(ToolContext& context, const TreeFiles& files,
                                     const boost::json::object& args);
Task<Result<ToolOutcome>> run_on_files(ToolContext& context, const boost::json::object& args, FileTool* tool);

/// The same for a tool that reads: over another repository of the project, where the argument `repository`
/// names one.
Task<Result<ToolOutcome>> run_on_named_files(ToolContext& context, const boost::json::object& args,
                                             FileTool* tool);

}  // namespace docent::agent
