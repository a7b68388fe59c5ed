#include "git/conflicts.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "git/stage.hpp"
#include "git/tree_file.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t most_text = 16 << 20;  // bytes of a file that are looked through for markers

std::string first_line(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text;
    std::getline(in, text);
    return text.substr(0, 1000);
}

ConflictKind kind_of(const std::string& both) {
    if (both == "DD") return ConflictKind::both_removed;
    if (both == "AU") return ConflictKind::added_by_us;
    if (both == "UD") return ConflictKind::removed_by_them;
    if (both == "UA") return ConflictKind::added_by_them;
    if (both == "DU") return ConflictKind::removed_by_us;
    if (both == "AA") return ConflictKind::both_added;
    return ConflictKind::both_modified;
}

bool is_on_both_sides(ConflictKind kind) {
    return kind == ConflictKind::both_modified || kind == ConflictKind::both_added;
}

/// Lines that begin a conflict as git writes it.
int count_markers(std::string_view text) {
    constexpr std::string_view marker = "<<<<<<< ";
    int count = text.starts_with(marker) ? 1 : 0;
    for (auto at = text.find("\n<<<<<<< "); at != text.npos; at = text.find("\n<<<<<<< ", at + 1)) ++count;
    return count;
}

struct Looked {
    ConflictedFile file;
    bool resolved = false;
};

Looked look_at(const Workspace& workspace, const StatusEntry& entry) {
    Looked looked;
    looked.file.path = entry.path;
    looked.file.kind = kind_of(entry.unmerged);
    if (!stat_in_tree(workspace.tree, entry.path)) {
        // Also where a folder of its path was replaced by a link: git then says what it thinks of it.
        looked.resolved = true;
        return looked;
    }
    const auto text = read_in_tree(workspace.tree, entry.path, most_text);
    // As git tells binary files, which it never marks, from text.
    const bool is_text = text && std::string_view(*text).substr(0, 8000).find('\0') == std::string_view::npos;
    if (is_text) looked.file.conflict_count = count_markers(*text);
    looked.resolved = is_text && is_on_both_sides(looked.file.kind) && looked.file.conflict_count == 0;
    return looked;
}

/// "refs/remotes/origin/main" -> "origin/main" where a branch of ours or the remote stands there.
std::string name_of(const Program& git, const std::string& sha) {
    auto done = git.run(
        {"for-each-ref", "--count=1", "--points-at=" + sha, "--format=%(refname:lstrip=2)", "refs/remotes/"});
    if (!done || done->exit_code != 0 || done->out.empty()) return sha;
    return done->out.substr(0, done->out.find('\n'));
}

bool is_hex(const std::string& sha) {
    return sha.size() >= 40 && sha.find_first_not_of("0123456789abcdef") == sha.npos;
}

std::string short_branch(std::string ref) {
    constexpr std::string_view prefix = "refs/heads/";
    return ref.starts_with(prefix) ? ref.substr(prefix.size()) : ref;
}

void name_sides(const Workspace& workspace, const Program& git, ConflictState& state) {
    const auto& dir = workspace.git_dir;
    const auto head = first_line(dir / "HEAD");
    if (state.operation == Operation::rebase) {
        const auto onto = first_line(dir / "rebase-merge" / "onto");
        if (is_hex(onto)) state.ours = name_of(git, onto);
        const auto picked = first_line(dir / "REBASE_HEAD");
        if (is_hex(picked)) state.theirs = picked;
        return;
    }
    state.ours = head.starts_with("ref: ") ? short_branch(head.substr(5)) : head;
    const char* file = state.operation == Operation::merge         ? "MERGE_HEAD"
                       : state.operation == Operation::cherry_pick ? "CHERRY_PICK_HEAD"
                                                                   : "REVERT_HEAD";
    const auto theirs = first_line(dir / file);
    if (is_hex(theirs)) state.theirs = name_of(git, theirs);
}

const char* word_of(Operation operation) {
    switch (operation) {
        case Operation::merge:
            return "merge";
        case Operation::rebase:
            return "rebase";
        case Operation::cherry_pick:
            return "cherry-pick";
        case Operation::revert:
            return "revert";
        case Operation::none:
            break;
    }
    return "";
}

std::vector<StatusEntry> unmerged(const std::vector<StatusEntry>& entries) {
    std::vector<StatusEntry> out;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(out),
                 [](const StatusEntry& entry) { return !entry.unmerged.empty(); });
    return out;
}

}  // namespace

std::string_view to_string(Operation operation) {
    switch (operation) {
        case Operation::none:
            return "none";
        case Operation::cherry_pick:
            return "cherry_pick";
        default:
            return word_of(operation);
    }
}

std::string_view to_string(ConflictKind kind) {
    switch (kind) {
        case ConflictKind::both_modified:
            return "both_modified";
        case ConflictKind::both_added:
            return "both_added";
        case ConflictKind::removed_by_us:
            return "removed_by_us";
        case ConflictKind::removed_by_them:
            return "removed_by_them";
        case ConflictKind::both_removed:
            return "both_removed";
        case ConflictKind::added_by_us:
            return "added_by_us";
        case ConflictKind::added_by_them:
            return "added_by_them";
    }
    return "";
}

Operation open_operation(const Workspace& workspace) {
    std::error_code ignored;
    const auto is_there = [&](const char* name) { return fs::exists(workspace.git_dir / name, ignored); };
    if (is_there("rebase-merge") || is_there("rebase-apply")) return Operation::rebase;
    if (is_there("MERGE_HEAD")) return Operation::merge;
    if (is_there("CHERRY_PICK_HEAD")) return Operation::cherry_pick;
    if (is_there("REVERT_HEAD")) return Operation::revert;
    return Operation::none;
}

Result<ConflictState> blocking_conflict_state(const Workspace& workspace, std::chrono::milliseconds limit) {
    ConflictState state;
    state.operation = open_operation(workspace);
    if (state.operation == Operation::none) return state;
    const Program git = Program(limit).in(workspace).reading();
    name_sides(workspace, git, state);
    TRY(const auto entries, status_of(git));
    for (const auto& entry : unmerged(entries)) {
        auto looked = look_at(workspace, entry);
        if (looked.resolved)
            state.resolved_files.push_back(entry.path);
        else
            state.conflicted_files.push_back(std::move(looked.file));
    }
    // The index remembers what was in conflict: "<mode> <id> <stage>\t<path>" NUL
    TRY(const auto undo, git.output({"ls-files", "--resolve-undo", "-z"}, "git cannot read its index"));
    std::set<std::string> resolved(state.resolved_files.begin(), state.resolved_files.end());
    for (const auto& record : split_nul(undo)) {
        const auto tab = record.find('\t');
        if (tab != record.npos) resolved.insert(record.substr(tab + 1));
    }
    for (const auto& file : state.conflicted_files) resolved.erase(file.path);
    state.resolved_files.assign(resolved.begin(), resolved.end());
    return state;
}

Status blocking_mark_resolved(const Workspace& workspace, const std::vector<std::string>& paths,
                              std::chrono::milliseconds limit) {
    remove_stale_locks(workspace.git_dir);
    const Program git = Program(limit).in(workspace);
    TRY(const auto entries, status_of(git));
    auto chosen = unmerged(entries);
    for (const auto& path : paths) {
        const bool known =
            std::any_of(chosen.begin(), chosen.end(), [&](const auto& e) { return e.path == path; });
        if (!known) return invalid("\"" + repair_utf8(path) + "\" is not in conflict");
    }
    std::erase_if(
        chosen, [&](const auto& e) { return std::find(paths.begin(), paths.end(), e.path) == paths.end(); });
    return stage(git, chosen);
}

Result<Concluded> blocking_conclude(const Workspace& workspace, const Identity& author,
                                    const Identity& committer, const std::string& message,
                                    const std::vector<std::string>& also, std::chrono::milliseconds limit) {
    TRY_VOID(check_identity(author));
    TRY_VOID(check_identity(committer));
    if (message.find('\0') != std::string::npos) return invalid("the commit message has a NUL byte");
    const auto operation = open_operation(workspace);
    if (operation == Operation::none)
        return conflict("there is no merge to conclude").because("nothing_to_conclude");
    remove_stale_locks(workspace.git_dir);
    Program git = Program(limit).in(workspace);
    // Picked commits keep their author.
    if (operation == Operation::merge) git.as(author, committer);
    TRY(const auto entries, status_of(git));
    auto chosen = unmerged(entries);
    std::string left;
    for (const auto& entry : chosen) {
        if (!look_at(workspace, entry).resolved) left += (left.empty() ? "" : ", ") + entry.path;
    }
    if (!left.empty())
        return Error(ErrorCode::conflict, "files are still in conflict", left).because("conflicts_present");
    for (const auto& entry : entries) {
        if (!also.empty() && entry.unmerged.empty() && is_chosen(entry.path, also)) chosen.push_back(entry);
    }
    TRY_VOID(stage(git, chosen));
    if (operation != Operation::merge) git.as({}, committer);
    std::vector<std::string> words{word_of(operation), "--continue"};
    if (operation == Operation::merge) {
        words = {"commit", "--quiet", "--no-verify", "--cleanup=strip"};
        if (message.empty())
            words.push_back("--no-edit");
        else
            words.push_back("--file=-");
    }
    TRY(auto done, git.run(words, message));
    Concluded concluded;
    TRY(concluded.sha, git.line({"rev-parse", "HEAD"}, "git cannot conclude the merge"));
    if (done.exit_code == 0) return concluded;
    if (open_operation(workspace) == Operation::none)
        return Error(ErrorCode::unavailable, "git cannot conclude the merge", done.err);
    TRY(const auto next, status_of(git));
    for (const auto& entry : unmerged(next)) concluded.conflicted_files.push_back(entry.path);
    if (concluded.conflicted_files.empty())
        return Error(ErrorCode::unavailable, "git cannot conclude the merge", done.err + done.out);
    concluded.done = false;
    return concluded;
}

Result<Aborted> blocking_abort(const Workspace& workspace, std::chrono::milliseconds limit) {
    Aborted aborted;
    aborted.operation = open_operation(workspace);
    const Program git = Program(limit).in(workspace);
    if (aborted.operation != Operation::none) {
        remove_stale_locks(workspace.git_dir);
        TRY(auto done, git.output({word_of(aborted.operation), "--abort"}, "git cannot abort"));
    }
    TRY(auto head, blocking_head(workspace));
    aborted.head_sha = std::move(head.sha);
    return aborted;
}

}  // namespace docent::git
