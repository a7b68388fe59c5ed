#include "agent/file_search.hpp"
#include "agent/tools/output.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_context = 10;

std::string mode_arg(const json::object& args) {
    const auto mode = llm::text_arg(args, "mode");
    return mode == "regex" || mode == "file_name" ? mode : "literal";
}

json::array texts(const std::vector<std::string>& all) {
    json::array out;
    for (const auto& one : all) out.push_back(json::string(one));
    return out;
}

json::array files_json(const Found& found) {
    json::array out;
    for (const auto& file : found.files) {
        json::array matches;
        for (const auto& line : file.matches) {
            matches.push_back(json::object{{"line", line.line},
                                           {"column", line.column},
                                           {"text", line.text},
                                           {"before", texts(line.before)},
                                           {"after", texts(line.after)}});
        }
        out.push_back(json::object{{"path", repair_utf8(file.path)},
                                   {"match_count", file.match_count},
                                   {"matches", std::move(matches)}});
    }
    return out;
}

std::string listing(const Found& found) {
    std::string out;
    const auto number = [](std::size_t n, char mark) { return std::to_string(n) + mark; };
    for (const auto& file : found.files) {
        out += shown_path(file.path) + "\n";
        for (const auto& line : file.matches) {
            for (std::size_t i = 0; i < line.before.size(); ++i)
                out += "  " + number(line.line - line.before.size() + i, '-') + " " + line.before[i] + "\n";
            out += "  " + number(line.line, ':') + " " + line.text + "\n";
            for (std::size_t i = 0; i < line.after.size(); ++i)
                out += "  " + number(line.line + 1 + i, '-') + " " + line.after[i] + "\n";
        }
    }
    return out;
}

Result<ToolOutcome> search(ToolContext&, const TreeFiles& files, const json::object& args) {
    FileSearch what;
    what.query = llm::text_arg(args, "query");
    const auto mode = mode_arg(args);
    what.mode = mode == "regex"       ? FileSearch::Mode::regex
                : mode == "file_name" ? FileSearch::Mode::file_name
                                      : FileSearch::Mode::literal;
    what.path = llm::text_arg(args, "path");
    what.include = texts_arg(args, "include");
    what.exclude = texts_arg(args, "exclude");
    what.case_sensitive = llm::flag_arg(args, "case_sensitive", true);
    what.ignored = llm::flag_arg(args, "ignored", false);
    what.context_lines = llm::number_arg(args, "context_lines", 0, most_context);
    what.most_matches = std::max<std::size_t>(1, llm::number_arg(args, "limit", 100, 500));
    TRY(const auto found, blocking_search(files, what));
    TRY(const auto path, files.resolve(what.path, true));
    ToolOutcome out;
    out.payload = {{"path", path},
                   {"files", files_json(found)},
                   {"total_files", found.total_files},
                   {"total_matches", found.total_matches},
                   {"truncated", found.truncated}};
    if (found.total_files == 0) {
        out.text = "Nothing matches in " + counted(found.searched_files, "file") + ".\n";
    } else {
        const auto how_many = mode == "file_name" ? counted(found.total_files, "file")
                                                  : counted(found.total_matches, "matching line") + " in " +
                                                        counted(found.total_files, "file");
        out.text = quoted("", how_many, listing(found));
        if (found.truncated)
            out.text += "Not all of them are shown: ask for something more exact, or a folder.\n";
    }
    if (found.late) out.text += "The search took too long and did not look at every file.\n";
    if (found.skipped_large) out.text += counted(found.skipped_large, "very large file") + " left out.\n";
    return out;
}

}  // namespace

json::object search_files_begin(const json::object& args) {
    return {{"query", llm::text_arg(args, "query")},
            {"mode", mode_arg(args)},
            {"path", asked_path(args, "path")},
            {"include", texts(texts_arg(args, "include"))},
            {"exclude", texts(texts_arg(args, "exclude"))},
            {"case_sensitive", llm::flag_arg(args, "case_sensitive", true)},
            {"context_lines", llm::number_arg(args, "context_lines", 0, most_context)},
            {"files", nullptr},
            {"total_files", nullptr},
            {"total_matches", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> search_files_tool(ToolContext& context, const json::object& args) {
    return run_on_named_files(context, args, search);
}

}  // namespace docent::agent
