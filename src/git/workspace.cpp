#include "git/workspace.hpp"

#include <git2.h>
#include <sys/stat.h>

#include <ctime>
#include <fstream>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "git/libgit2.hpp"
#include "git/program.hpp"
#include "git/repository.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view temporary_prefix = "docent-";
constexpr std::time_t oldest_file = 3600;  // seconds; no call takes so long

Workspace workspace_at(const fs::path& folder, const fs::path& mirror) {
    return {folder / "git", folder / "tree", mirror};
}

Status write(const fs::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return Error(ErrorCode::unavailable, "the disk refused a file", file.string());
    return {};
}

std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// What a killed call left. A reader's file may be in use now, and copies the time of writing of another: the
/// time of its inode tells how old it is.
void remove_left_files(const fs::path& git_dir) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(git_dir, failed)) {
        struct stat info {};
        if (entry.path().filename().string().starts_with(temporary_prefix) &&
            ::lstat(entry.path().c_str(), &info) == 0 && std::time(nullptr) - info.st_ctime > oldest_file)
            fs::remove(entry.path(), failed);
    }
}

/// A git directory by its published layout (gitrepository-layout(5)): a few small files.
Status write_git_dir(const Workspace& workspace, const std::string& branch, const std::string& head,
                     const std::string& target_branch, const std::string& target) {
    std::error_code failed;
    for (const char* name : {"objects/info", "objects/pack", "refs/heads", "refs/remotes", "info"}) {
        fs::create_directories(workspace.git_dir / name, failed);
        if (failed) return Error(ErrorCode::unavailable, "the disk refused a folder", failed.message());
    }
    fs::create_directories(workspace.tree, failed);
    if (failed) return Error(ErrorCode::unavailable, "the disk refused a folder", failed.message());
    TRY_VOID(write(workspace.git_dir / "HEAD", "ref: refs/heads/" + branch + "\n"));
    TRY_VOID(write(workspace.git_dir / "config",
                   "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
                   "\tlogallrefupdates = false\n"));
    TRY_VOID(
        write(workspace.git_dir / "objects/info/alternates", workspace.mirror_objects().string() + "\n"));
    return write(workspace.git_dir / "packed-refs", head + " refs/heads/" + branch + "\n" + target +
                                                        " refs/remotes/origin/" + target_branch + "\n");
}

/// "100644 blob <id> <size, or - without one>\t<path>", each ended by NUL.
Status check_size(const Program& git, const CheckoutLimits& limits) {
    Program sized = git;
    sized.max_output(256 << 20);
    TRY(const auto listing, sized.output({"ls-tree", "-r", "-l", "-z", "HEAD"}, "the repository is damaged"));
    std::size_t files = 0, bytes = 0;
    for (std::size_t at = 0; at < listing.size();) {
        const auto tab = listing.find('\t', at), end = listing.find('\0', at);
        if (tab == listing.npos || end == listing.npos) break;
        const auto space = listing.rfind(' ', tab);
        std::size_t size = 0;
        for (auto i = space + 1; i < tab; ++i) {
            if (listing[i] >= '0' && listing[i] <= '9')
                size = size * 10 + static_cast<std::size_t>(listing[i] - '0');
        }
        files += 1;
        bytes += size;
        if (size > limits.max_file)
            return Error(ErrorCode::too_large, "the repository has a file that is too large");
        at = end + 1;
    }
    if (files > limits.max_files) return Error(ErrorCode::too_large, "the repository has too many files");
    if (bytes > limits.max_bytes) return Error(ErrorCode::too_large, "the repository's files are too large");
    return {};
}

Status fill(const Workspace& workspace, const CheckoutLimits& limits) {
    Program git(limits.time);
    git.in(workspace);
    TRY_VOID(check_size(git, limits));
    // Room for the index too, which is a file of its own.
    git.max_file(limits.max_file + (std::size_t{64} << 20));
    TRY(auto done, git.output({"read-tree", "--reset", "-u", "HEAD"}, "the branch cannot be checked out"));
    return {};
}

}  // namespace

Status check_identity(const Identity& identity) {
    const auto usable = [](const std::string& text) {
        bool word = false;
        for (const unsigned char c : text) {
            if (c < 0x20 || c == 0x7f || c == '<' || c == '>') return false;
            word = word || (c != ' ' && c != '.' && c != ',' && c != ':' && c != ';' && c != '"' &&
                            c != '\'' && c != '\\');
        }
        return word && text.size() <= 200;
    };
    if (!usable(identity.name))
        return invalid("the author's name is empty or has signs that git cannot keep");
    if (!usable(identity.email))
        return invalid("the author's email is empty or has signs that git cannot keep");
    return {};
}

Result<Checkout> blocking_create_workspace(const fs::path& mirror, const fs::path& folder,
                                           const std::string& branch, const std::string& target_branch,
                                           const CheckoutLimits& limits) {
    for (const auto* name : {&branch, &target_branch}) {
        if (!is_branch_name(*name)) return invalid("\"" + *name + "\" is not a name for a branch");
    }
    std::error_code failed;
    const auto base = fs::canonical(mirror, failed);
    if (failed) return not_found("the repository was not fetched yet");
    if (base.string().find('\n') != std::string::npos)
        return invalid("the data folder's path has a line end");
    if (fs::exists(fs::symlink_status(folder))) return conflict("the session's folder exists already");

    Checkout checkout;
    checkout.branch = branch;
    TRY(checkout.target_sha, blocking_branch_sha(base, target_branch));
    auto tip = blocking_branch_sha(base, branch);
    checkout.branch_created = !tip;
    checkout.head_sha = tip ? *tip : checkout.target_sha;

    const auto making = fs::path(folder.string() + ".new");
    TRY_VOID(blocking_remove_workspace(making));
    const auto half = workspace_at(fs::absolute(making), base);
    auto status = write_git_dir(half, branch, checkout.head_sha, target_branch, checkout.target_sha);
    if (status) status = fill(half, limits);
    if (status) {
        fs::rename(making, folder, failed);
        if (failed) status = Error(ErrorCode::unavailable, "the disk refused a folder", failed.message());
    }
    if (!status) {
        (void)blocking_remove_workspace(making);
        return std::move(status).error();
    }
    checkout.workspace = workspace_at(fs::canonical(folder), base);
    return checkout;
}

Result<Workspace> blocking_find_workspace(const fs::path& mirror, const fs::path& folder) {
    std::error_code failed;
    const auto whole = fs::canonical(folder, failed);
    if (failed || !fs::exists(whole / "git" / "HEAD") || !fs::is_directory(whole / "tree"))
        return not_found("the session has no working copy");
    const auto base = fs::canonical(mirror, failed);
    if (failed) return not_found("the repository was not fetched yet");
    auto workspace = workspace_at(whole, base);
    // Where the data folder moved, the mirror moved with it. Another call may read the file now: it changes
    // as a whole.
    const auto alternates = workspace.git_dir / "objects/info/alternates";
    const auto line = workspace.mirror_objects().string() + "\n";
    if (content(alternates) == line) return workspace;
    const auto next = workspace.git_dir / (std::string(temporary_prefix) + random_hex(8));
    TRY_VOID(write(next, line));
    fs::rename(next, alternates, failed);
    if (failed) return Error(ErrorCode::unavailable, "the disk refused a file", failed.message());
    return workspace;
}

Result<Workspace> blocking_open_workspace(const fs::path& mirror, const fs::path& folder) {
    TRY(auto workspace, blocking_find_workspace(mirror, folder));
    remove_stale_locks(workspace.git_dir);
    remove_left_files(workspace.git_dir);
    return workspace;
}

Status blocking_remove_workspace(const fs::path& folder) {
    std::error_code failed;
    fs::remove_all(folder, failed);
    if (!failed) return {};
    // A command may have taken away its own right to a folder.
    for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
        std::error_code ignored;
        if (fs::is_directory(fs::symlink_status(at->path(), ignored)))
            fs::permissions(at->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
    fs::remove_all(folder, failed);
    if (failed)
        return Error(ErrorCode::unavailable, "a session's folder cannot be removed", failed.message());
    return {};
}

Result<Head> blocking_head(const Workspace& workspace) {
    TRY(const auto repository, open_repository(workspace.git_dir.string(), false));
    Head head;
    TRY(head.sha, ref_sha(repository.get(), "HEAD"));
    git_reference* raw = nullptr;
    if (git_reference_lookup(&raw, repository.get(), "HEAD") != 0) return head;
    const Handle<git_reference> reference(raw);
    const char* target = git_reference_symbolic_target(reference.get());
    constexpr std::string_view prefix = "refs/heads/";
    if (target && std::string_view(target).starts_with(prefix)) head.branch = target + prefix.size();
    return head;
}

}  // namespace docent::git
