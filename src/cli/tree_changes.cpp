#include "cli/tree_changes.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "git/history.hpp"
#include "git/text_diff.hpp"

namespace docent::cli {
namespace {

namespace fs = std::filesystem;
using maintenance::FileChange;

constexpr std::size_t max_diff = 16 << 20;  // bytes of one file's
constexpr std::size_t max_file = 16 << 20;

std::optional<std::string> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Below the tree without a link on the way.
bool is_inside(const fs::path& tree, const std::string& path) {
    fs::path at = tree;
    for (const auto& part : fs::path(path)) {
        if (part == ".." || part == "." || part == "/" || part == ".git") return false;
        at /= part;
        std::error_code failed;
        if (fs::is_symlink(at, failed)) return false;
    }
    return !path.empty();
}

/// Why the file must not be touched; "" when it may.
std::string refusal(const maintenance::Tree& tree, const FileChange& change, bool force) {
    const auto& place = change.path;
    if (!is_inside(tree.workspace.tree, place)) return place + " is outside of the working tree, or a link";
    if (!change.destination.empty() && !is_inside(tree.workspace.tree, change.destination))
        return change.destination + " is outside of the working tree, or behind a link";
    std::error_code failed;
    const auto now = read_file(tree.workspace.tree / place);
    const bool creates = change.kind == FileChange::Kind::create;
    if (creates && now) return place + " exists";
    if (!creates && !now) return place + " cannot be read";
    const bool read = change.kind == FileChange::Kind::edit || !change.before.empty();
    if (!creates && read && *now != change.before) return place + " was changed meanwhile";
    if (change.kind == FileChange::Kind::move && fs::exists(tree.workspace.tree / change.destination, failed))
        return change.destination + " exists";
    if (force || creates) return "";
    if (tree.workspace.git_dir.empty()) return place + " is in no git repository";
    const auto committed = git::blocking_file_at_head(tree.workspace, place, max_file);
    if (!committed || !*committed) return place + " is not committed";
    return **committed == *now ? "" : place + " has changes that are not committed";
}

Status write_file(const fs::path& path, const std::string& text, const fs::path& like) {
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    const auto fresh = fs::path(path.string() + ".docent-new");
    {
        std::ofstream out(fresh, std::ios::binary);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        out.close();
        if (!out) {
            fs::remove(fresh, failed);
            return Error(ErrorCode::unavailable, "a file cannot be written", path.string());
        }
    }
    const auto rights = fs::status(like, failed).permissions();
    if (!failed) fs::permissions(fresh, rights, failed);
    fs::rename(fresh, path, failed);
    if (failed) return Error(ErrorCode::unavailable, "a file cannot be written", path.string());
    return {};
}

}  // namespace

Result<ShownChange> shown_change(const FileChange& change) {
    using Kind = FileChange::Kind;
    ShownChange out;
    const auto compare = [&](const std::string& path, std::optional<std::string_view> before,
                             std::optional<std::string_view> after) -> Status {
        TRY(auto diff, git::text_diff(path, before, after, max_diff));
        out.diff = std::move(diff.text).value_or("");
        out.additions = diff.additions;
        out.deletions = diff.deletions;
        return {};
    };
    switch (change.kind) {
        case Kind::edit:
            out.kind = "edit";
            TRY_VOID(compare(change.path, change.before, change.after));
            return out;
        case Kind::create:
            out.kind = "create";
            TRY_VOID(compare(change.path, std::nullopt, change.after));
            return out;
        case Kind::remove:
            out.kind = "remove";
            TRY_VOID(compare(change.path, change.before, std::nullopt));
            return out;
        case Kind::move: {
            out.kind = "move";
            std::string hunks;
            if (!change.after.empty() && change.after != change.before) {
                TRY_VOID(compare(change.destination, change.before, change.after));
                const auto begin = out.diff.find("\n@@ ");
                if (begin != out.diff.npos)
                    hunks = "--- a/" + change.path + "\n+++ b/" + change.destination + out.diff.substr(begin);
            }
            out.diff = "diff --git a/" + change.path + " b/" + change.destination + "\nrename from " +
                       change.path + "\nrename to " + change.destination + "\n" + hunks;
            return out;
        }
    }
    return out;
}

Status blocking_write_changes(const maintenance::Tree& tree, const std::vector<FileChange>& changes,
                              bool force) {
    std::string refused;
    std::size_t n = 0;
    for (const auto& change : changes) {
        const auto why = refusal(tree, change, force);
        if (why.empty()) continue;
        if (++n <= 5) refused += (refused.empty() ? "" : "; ") + why;
    }
    if (n > 5) refused += " and " + std::to_string(n - 5) + " more";
    if (n > 0)
        return conflict("nothing is written: " + refused +
                        (force ? "" : ". Commit or stash first, or take --force"));
    for (const auto& change : changes) {
        const auto path = tree.workspace.tree / change.path;
        std::error_code failed;
        if (change.kind == FileChange::Kind::remove) {
            fs::remove(path, failed);
        } else if (change.kind == FileChange::Kind::move) {
            const auto target = tree.workspace.tree / change.destination;
            const auto text = change.after.empty() ? read_file(path) : change.after;
            TRY_VOID(write_file(target, text.value_or(""), path));
            fs::remove(path, failed);
        } else {
            TRY_VOID(write_file(path, change.after, path));
        }
        if (failed) return Error(ErrorCode::unavailable, "a file cannot be removed", path.string());
    }
    return {};
}

}  // namespace docent::cli
