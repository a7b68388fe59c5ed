#include "agent/tools/output.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> create(ToolContext&, const TreeFiles& files, const json::object& args) {
    const auto content = llm::text_arg(args, "content");
    const bool executable = llm::flag_arg(args, "executable", false);
    const bool overwrite = llm::flag_arg(args, "overwrite", false);
    if (content.size() > largest_file)
        return Error(ErrorCode::too_large, "the file would be too large").because("too_large");
    TRY(const auto path, files.resolve(llm::text_arg(args, "path"), false));
    if (path.empty()) return invalid("the path names no file").because("invalid_path");
    std::optional<std::string> before;
    const auto there = files.info(path);
    if (!there && there.error().reason != "not_found") return there.error();
    if (there) {
        if (there->kind == FileKind::directory)
            return invalid(shown_path(path) + " is a folder").because("not_a_file");
        if (there->kind != FileKind::file)
            return invalid(shown_path(path) + " is no regular file: remove it first").because("not_a_file");
        if (!overwrite)
            return conflict(
                       shown_path(path) +
                       " exists already: change it with edit_file, or set overwrite to replace all of it")
                .because("already_exists");
        TRY(auto old, files.read(path, largest_file));
        before = std::move(old.bytes);
    }
    const mode_t mode = executable ? 0755 : there && overwrite ? there->mode & 0666 : 0644;
    // What appeared since the look above is not replaced.
    TRY_VOID(files.write(path, content, mode, before.has_value()));
    TRY(auto payload, diff_fields(path, before, content));
    const auto shown = cut_text(content);
    ToolOutcome out;
    out.text = std::string(before ? "Replaced " : "Created ") + shown_path(path) + ": " +
               counted(count_lines(content), "line") + ".\n";
    payload["path"] = path;
    payload["content"] = shown.text;
    payload["size_bytes"] = content.size();
    payload["executable"] = executable;
    payload["overwritten"] = before.has_value();
    payload["truncated"] = shown.truncated || payload["truncated"].as_bool();
    if (before) payload["before_sha256"] = sha256_hex(*before);
    payload["after_sha256"] = sha256_hex(content);
    out.payload = std::move(payload);
    return out;
}

}  // namespace

json::object create_file_begin(const json::object& args) {
    return {{"path", asked_path(args, "path")},
            {"content", nullptr},
            {"diff", nullptr},
            {"additions", nullptr},
            {"size_bytes", nullptr},
            {"executable", llm::flag_arg(args, "executable", false)},
            {"overwritten", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> create_file_tool(ToolContext& context, const json::object& args) {
    return run_on_files(context, args, create);
}

}  // namespace docent::agent
