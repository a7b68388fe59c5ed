#include <algorithm>
#include <set>

#include "agent/tools/git_output.hpp"
#include "agent/written_files.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "git/diff.hpp"
#include "git/history.hpp"
#include "git/rollback.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

bool is_asked(const std::string& path, const std::vector<std::string>& chosen) {
    return chosen.empty() || std::ranges::any_of(chosen, [&](const auto& one) {
               return path == one || path.starts_with(one + "/");
           });
}

/// True when taking the file back to HEAD loses nothing but what the session wrote.
Result<bool> is_ours(const ToolContext& context, const TreeFiles& files, const std::string& path,
                     const WrittenFile& written) {
    const auto there = files.info(path);
    if (!there) return there.error().reason == "not_found" && written.removed;
    if (written.removed || there->kind != FileKind::file) return false;
    const auto now = files.read(path, largest_file);
    if (!now || sha256_hex(now->bytes) != written.sha256) return false;
    if (written.contents.contains("")) return true;  // the session made it
    TRY(const auto committed,
        git::blocking_file_at_head(context.tree.workspace, written.origin, largest_file));
    return committed && written.contents.contains(sha256_hex(*committed));
}

Result<ToolOutcome> roll_back(const ToolContext& context, const json::object& args,
                              const std::vector<store::Event>& events) {
    std::vector<std::string> chosen;
    for (const auto& path : texts_arg(args, "paths")) {
        TRY(auto checked, tree_path(path));
        if (checked.empty()) return invalid("a path is empty: leave paths out for everything");
        chosen.push_back(std::move(checked));
    }
    const bool untracked = llm::flag_arg(args, "include_untracked", true);
    const auto written = written_files(events);
    TRY(const auto changes, git::blocking_uncommitted_changes(context.tree.workspace));
    TRY(const auto files, TreeFiles::open(context.tree.path));
    std::set<std::string> changed;
    for (const auto& file : changes.diff.files) {
        if (file.untracked && !untracked && !file.old_path) continue;
        if (!file.untracked || untracked) changed.insert(file.path);
        if (file.old_path) changed.insert(*file.old_path);
    }
    git::RollbackRequest request;
    request.paths.emplace();
    request.include_untracked = untracked;
    std::vector<std::string> kept;
    for (const auto& path : changed) {
        if (!is_asked(path, chosen)) continue;
        const auto known = written.find(path);
        bool ours = false;
        if (known != written.end()) {
            TRY(ours, is_ours(context, files, path, known->second));
        }
        (ours ? *request.paths : kept).push_back(path);
    }
    git::RolledBack done;
    if (!request.paths->empty() || git::open_operation(context.tree.workspace) != git::Operation::none) {
        TRY(done, git::blocking_rollback(context.tree.workspace, request));
    }
    ToolOutcome out;
    out.payload = {{"restored_files", paths_json(done.restored_files)},
                   {"removed_files", paths_json(done.removed_files)},
                   {"kept_files", paths_json(kept)}};
    out.text = "Restored " + counted(done.restored_files.size(), "file") + ", removed " +
               counted(done.removed_files.size(), "file") + ".\n";
    if (!kept.empty()) {
        std::string list;
        for (const auto& path : kept) list += shown_path(path) + "\n";
        out.text +=
            "These were changed by someone or something else than your file tools, and are left as "
            "they are:\n" +
            quoted("", "left alone", list);
    }
    return out;
}

}  // namespace

json::object rollback_uncommitted_changes_begin(const json::object& args) {
    json::value paths = nullptr;
    if (const auto chosen = texts_arg(args, "paths"); !chosen.empty()) paths = paths_json(chosen);
    return {{"paths", std::move(paths)},
            {"include_untracked", llm::flag_arg(args, "include_untracked", true)},
            {"restored_files", nullptr},
            {"removed_files", nullptr}};
}

Task<Result<ToolOutcome>> rollback_uncommitted_changes_tool(ToolContext& context, const json::object& args) {
    if (context.tree.workspace.git_dir.empty())
        co_return tool_error("no_repository", "the session has no repository to work on");
    store::EventQuery query;
    query.types = writing_event_types();
    CO_TRY(const auto events,
           co_await context.services.timeline.events(context.session.id, std::move(query)));
    auto outcome = co_await on(context.services.pools.git, [&]() -> Result<ToolOutcome> {
        auto done = roll_back(context, args, events);
        if (!done) return refusal(std::move(done).error());
        return done;
    });
    co_return outcome;
}

}  // namespace docent::agent
