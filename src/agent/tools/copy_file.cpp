#include "agent/tools/output.hpp"
#include "agent/tree_walk.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_copied = 5'000, most_bytes = 256 << 20;

/// A link is copied as a link, wherever it leads.
Status copy_one(const TreeFiles& files, const TreeEntry& entry, const std::string& to, bool replace,
                std::size_t& bytes) {
    if (entry.kind == FileKind::symlink) {
        TRY(const auto target, files.read_link(entry.path));
        return files.make_link(to, target);
    }
    if (entry.kind != FileKind::file) return {};
    TRY(const auto file, files.read(entry.path, largest_file));
    bytes += file.bytes.size();
    if (bytes > most_bytes)
        return Error(ErrorCode::too_large, "there is too much to be copied at once").because("too_large");
    return files.write(to, file.bytes, file.mode, replace);
}

Result<ToolOutcome> copy(ToolContext&, const TreeFiles& files, const json::object& args) {
    const bool overwrite = llm::flag_arg(args, "overwrite", false);
    const bool recursive = llm::flag_arg(args, "recursive", false);
    TRY(const auto from, files.resolve(llm::text_arg(args, "source_path"), false));
    TRY(const auto to, files.resolve(llm::text_arg(args, "destination_path"), false));
    if (to.empty()) return invalid("the destination names no file").because("invalid_path");
    if (from == to) return invalid("both paths are the same").because("nothing_changed");
    TRY(const auto what, files.info(from));
    if (what.kind == FileKind::other)
        return invalid(shown_path(from) + " is no regular file").because("not_a_file");
    const bool folder = what.kind == FileKind::directory;
    if (folder && !recursive)
        return invalid(shown_path(from) + " is a folder: set recursive to copy all of it")
            .because("not_a_file");
    const auto there = files.info(to);
    if (!there && there.error().reason != "not_found") return there.error();
    if (there && (!overwrite || folder || there->kind != FileKind::file))
        return conflict(shown_path(to) + " exists already" +
                        (folder ? "" : ": set overwrite to replace a file"))
            .because("already_exists");
    std::vector<TreeEntry> entries;
    if (folder) {
        if (from.empty() || to.starts_with(from + "/"))
            return invalid("a folder cannot be copied into itself").because("invalid_path");
        Walk walk;
        walk.folder = from;
        walk.ignored = true;
        walk.most_entries = most_copied;
        TRY(auto walked, blocking_walk(files, walk));
        if (walked.truncated)
            return Error(ErrorCode::too_large, shown_path(from) + " holds too much to be copied at once")
                .because("too_large");
        entries = std::move(walked.entries);
    } else {
        entries.push_back({from, what.kind});
    }
    std::size_t bytes = 0, copied = 0;
    Status ended;
    for (const auto& entry : entries) {
        const auto target = to + entry.path.substr(from.size());
        ended = copy_one(files, entry, target, overwrite, bytes);
        if (!ended) break;
        copied += entry.kind != FileKind::directory;
    }
    ToolOutcome out;
    if (ended) {
        out.text = "Copied " + shown_path(from) + " to " + shown_path(to) +
                   (folder ? ": " + counted(copied, "file") : "") + ".\n";
    } else {
        out = tool_error(ended.error().reason.empty() ? "unavailable" : ended.error().reason,
                         ended.error().message);
        out.text += "Copied before that: " + counted(copied, "file") + ".\n";
    }
    out.payload = {{"source_path", from},
                   {"destination_path", to},
                   {"recursive", recursive},
                   {"overwritten", there.ok()}};
    if (!folder && ended) {
        if (const auto made = files.read(to, largest_file)) out.payload["sha256"] = sha256_hex(made->bytes);
    }
    return out;
}

}  // namespace

json::object copy_file_begin(const json::object& args) {
    return {{"source_path", asked_path(args, "source_path")},
            {"destination_path", asked_path(args, "destination_path")},
            {"recursive", llm::flag_arg(args, "recursive", false)},
            {"overwritten", nullptr}};
}

Task<Result<ToolOutcome>> copy_file_tool(ToolContext& context, const json::object& args) {
    return run_on_files(context, args, copy);
}

}  // namespace docent::agent
