#include "agent/text_edit.hpp"
#include "agent/tools/output.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

/// "edits": [{old_text, new_text, replace_all}].
std::vector<TextEdit> edits_of(const json::object& args) {
    std::vector<TextEdit> out;
    const auto* edits = args.if_contains("edits");
    if (!edits || !edits->is_array()) return out;
    for (const auto& one : edits->get_array()) {
        if (!one.is_object()) continue;
        const auto& object = one.get_object();
        TextEdit edit;
        edit.old_text = llm::text_arg(object, "old_text");
        edit.new_text = llm::text_arg(object, "new_text");
        edit.replace_all = llm::flag_arg(object, "replace_all", false);
        out.push_back(std::move(edit));
    }
    return out;
}

Result<ToolOutcome> edit(ToolContext&, const TreeFiles& files, const json::object& args) {
    const auto edits = edits_of(args);
    if (edits.empty()) return invalid("there are no edits");
    TRY(const auto file, files.read(llm::text_arg(args, "path"), largest_file));
    TRY_VOID(check_text(file));
    const auto mark = byte_order_mark(file.bytes);
    auto edited = apply_edits(std::string_view(file.bytes).substr(mark.size()), edits);
    if (!edited) {
        const auto& error = edited.error();
        auto out = tool_error(error.reason, error.message);
        out.text += "Nothing was changed.\n";
        if (!error.detail.empty())
            out.text += "The lines that come nearest (with their numbers, which are not part of them):\n" +
                        quoted(file.path, "", error.detail);
        else if (error.reason == "text_not_found")
            out.text += "Nothing like it is in the file. Read the file, then use its exact text.\n";
        return out;
    }
    const auto after = std::string(mark) + edited->text;
    if (after.size() > largest_file)
        return Error(ErrorCode::too_large, "the file would be too large").because("too_large");
    TRY_VOID(files.write(file.path, after, file.mode, true));
    TRY(auto payload, diff_fields(file.path, file.bytes, after));
    ToolOutcome out;
    out.text = "Changed " + shown_path(file.path) + ": " + counted(edited->replacements, "replacement") +
               ".\n" + quoted(file.path, "what changed", std::string(llm::text_arg(payload, "diff")));
    payload["path"] = file.path;
    payload["replacements"] = edited->replacements;
    payload["before_sha256"] = sha256_hex(file.bytes);
    payload["after_sha256"] = sha256_hex(after);
    out.payload = std::move(payload);
    return out;
}

}  // namespace

json::object edit_file_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"diff", nullptr},
            {"additions", nullptr},
            {"deletions", nullptr},
            {"replacements", nullptr},
            {"before_sha256", nullptr},
            {"after_sha256", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> edit_file_tool(ToolContext& context, const json::object& args) {
    return run_on_files(context, args, edit);
}

}  // namespace docent::agent
