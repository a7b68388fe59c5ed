#include "agent/tools/output.hpp"
#include "base/crypto.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

Result<ToolOutcome> move(ToolContext&, const TreeFiles& files, const json::object& args) {
    const bool overwrite = llm::flag_arg(args, "overwrite", false);
    TRY(const auto from, files.resolve(llm::text_arg(args, "source_path"), false));
    TRY(const auto to, files.resolve(llm::text_arg(args, "destination_path"), false));
    if (from.empty() || to.empty())
        return invalid("the top of the repository cannot be moved or replaced").because("not_allowed");
    if (from == to) return invalid("both paths are the same").because("nothing_changed");
    TRY(const auto what, files.info(from));
    const auto there = files.info(to);
    if (!there && there.error().reason != "not_found") return there.error();
    if (there && !overwrite)
        return conflict(shown_path(to) + " exists already: set overwrite to replace it")
            .because("already_exists");
    // The move may be a mere change of letter case, and folders are not merged: so one system call decides.
    TRY_VOID(files.move(from, to, overwrite));
    ToolOutcome out;
    out.payload = {{"source_path", from}, {"destination_path", to}, {"overwritten", there.ok()}};
    if (what.kind == FileKind::file) {
        if (const auto moved = files.read(to, largest_file)) out.payload["sha256"] = sha256_hex(moved->bytes);
    }
    out.text = "Moved " + shown_path(from) + " to " + shown_path(to) + ".\n";
    return out;
}

}  // namespace

json::object move_file_begin(const json::object& args) {
    return {{"source_path", asked_path(args, "source_path")},
            {"destination_path", asked_path(args, "destination_path")},
            {"overwritten", nullptr}};
}

Task<Result<ToolOutcome>> move_file_tool(ToolContext& context, const json::object& args) {
    return run_on_files(context, args, move);
}

}  // namespace docent::agent
