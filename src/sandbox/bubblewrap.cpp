#include "sandbox/bubblewrap.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace docent::sandbox {
namespace fs = std::filesystem;
namespace {

/// What programs look up in /etc; nothing that knows of this machine's users, keys or network.
constexpr const char* etc[] = {"alternatives",
                               "ca-certificates",
                               "ca-certificates.conf",
                               "debian_version",
                               "fonts",
                               "java-17-openjdk",
                               "java-21-openjdk",
                               "ld.so.cache",
                               "ld.so.conf",
                               "ld.so.conf.d",
                               "locale.alias",
                               "localtime",
                               "lsb-release",
                               "magic",
                               "magic.mime",
                               "maven",
                               "mime.types",
                               "os-release",
                               "perl",
                               "php",
                               "protocols",
                               "python3",
                               "python3.11",
                               "services",
                               "ssl/certs",
                               "ssl/openssl.cnf",
                               "texmf",
                               "timezone"};

bool is_below(const fs::path& path, const fs::path& folder) {
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end();
}

Result<File> open_folder(int at, const std::string& path, int flags, const char* what) {
    File file(openat(at, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC | flags));
    if (!file)
        return Error(ErrorCode::invalid_argument, std::string(what), path + ": " + std::strerror(errno));
    return file;
}

void add(std::vector<std::string>& to, std::initializer_list<std::string> words) {
    to.insert(to.end(), words);
}

void add_system(std::vector<std::string>& to) {
    add(to, {"--ro-bind", "/usr", "/usr"});
    for (const char* folder : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
        const std::string path = std::string("/") + folder;
        std::error_code error;
        if (fs::is_symlink(path, error))
            add(to, {"--symlink", "usr/" + std::string(folder), path});
        else if (fs::is_directory(path, error))
            add(to, {"--ro-bind", path, path});
    }
    for (const char* name : etc) {
        const std::string path = std::string("/etc/") + name;
        add(to, {"--ro-bind-try", path, path});
    }
    const auto data = [&](int number, const char* path) {
        add(to, {"--perms", "0444", "--ro-bind-data", std::to_string(number), path});
    };
    data(Numbers::passwd, "/etc/passwd");
    data(Numbers::group, "/etc/group");
    data(Numbers::hosts, "/etc/hosts");
}

/// Empty folders in the place of what is hidden below one that is seen.
void add_hidden(std::vector<std::string>& to, const Config& config, const fs::path& seen) {
    std::error_code error;
    for (const auto& hidden : config.hidden)
        if (is_below(hidden, seen) && fs::is_directory(hidden, error)) add(to, {"--tmpfs", hidden.string()});
}

}  // namespace

std::vector<std::string> shell(std::string line) { return {"/bin/sh", "-c", std::move(line)}; }

Result<std::vector<Binding>> open_bindings(const Job& job) {
    std::vector<Binding> out;
    if (!job.tree.is_absolute()) return invalid("tree: must be an absolute path");
    TRY(auto tree, open_folder(AT_FDCWD, job.tree.string(), 0, "the work tree is not there"));
    struct stat info {};
    const bool has_git = fstatat(tree.get(), ".git", &info, AT_SYMLINK_NOFOLLOW) == 0;
    File git;
    if (!job.git_dir.empty()) {
        if (!job.git_dir.is_absolute()) return invalid("git_dir: must be an absolute path");
        // The place for it: neither a link nor a file.
        if (!has_git && mkdirat(tree.get(), ".git", 0755) != 0)
            return Error(ErrorCode::unavailable, "the work tree cannot be written", std::strerror(errno));
        TRY(const auto place,
            open_folder(tree.get(), ".git", O_NOFOLLOW, "the work tree's .git is no folder"));
        TRY(git, open_folder(AT_FDCWD, job.git_dir.string(), 0, "the git directory is not there"));
    } else if (job.git_read_only && has_git) {
        // Neither a link nor a file that names a folder elsewhere: a command before may have put one there.
        TRY(git, open_folder(tree.get(), ".git", O_NOFOLLOW, "the work tree's .git is not a folder"));
    }
    out.push_back({std::move(tree), "/workspace", true});
    if (git) out.push_back({std::move(git), "/workspace/.git", false});
    for (const auto& folder : job.readable) {
        if (!folder.is_absolute()) return invalid("readable: must be absolute paths");
        TRY(auto file, open_folder(AT_FDCWD, folder.string(), 0, "a readable folder is not there"));
        out.push_back({std::move(file), folder.lexically_normal().string(), false});
    }
    return out;
}

std::vector<std::string> bubblewrap_command(const Job& job, const std::vector<Binding>& bindings,
                                            const Config& config, bool as_root) {
    std::vector<std::string> to{"bwrap",         "--unshare-all", "--unshare-user", "--disable-userns",
                                "--new-session", "--as-pid-1",    "--cap-drop",     "ALL",
                                "--uid",         "1000",          "--gid",          "1000",
                                "--hostname",    "docent"};
    add_system(to);
    const std::string tmp = std::to_string(job.limits.tmp_bytes);
    add(to, {"--proc", "/proc", "--dev", "/dev"});
    add(to, {"--size", tmp, "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"});
    add(to, {"--size", tmp, "--perms", "1777", "--tmpfs", "/tmp"});
    add_hidden(to, config, "/usr");
    for (std::size_t i = 0; i < bindings.size(); ++i) {
        const auto& binding = bindings[i];
        const std::string how = binding.writable ? "--bind" : "--ro-bind";
        if (as_root)
            add(to, {how,
                     std::string("/tmp/") + static_cast<char>('0' + i / 10) + static_cast<char>('0' + i % 10),
                     binding.path});
        else
            add(to, {how + "-fd", std::to_string(Numbers::first_folder + static_cast<int>(i)), binding.path});
    }
    for (const auto& folder : job.readable) add_hidden(to, config, folder);
    add(to, {"--perms", "0555", "--ro-bind-data", std::to_string(Numbers::init), "/.docent-init"});
    add(to, {"--remount-ro", "/", "--seccomp", std::to_string(Numbers::filter)});
    add(to, {"--chdir", job.directory.empty() ? "/workspace" : "/workspace/" + job.directory, "--"});
    const auto& limits = job.limits;
    add(to,
        {"/.docent-init", std::to_string(Numbers::control), std::to_string(Numbers::report),
         std::to_string(limits.memory), std::to_string(limits.cpu.count()), std::to_string(limits.processes),
         std::to_string(limits.file_bytes), std::to_string(limits.open_files),
         std::to_string(limits.disk_bytes), std::to_string(job.environment.size())});
    // For the command alone: what loads a library into it must not load it into bubblewrap.
    for (const auto& [name, value] : job.environment) to.push_back(name + "=" + value);
    to.push_back("--");
    to.insert(to.end(), job.argv.begin(), job.argv.end());
    return to;
}

std::vector<std::string> clean_environment() {
    // Nothing that asks, pages or colours; git does not mind that its files are someone else's.
    std::map<std::string, std::string> all{
        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        {"HOME", "/tmp"},
        {"TMPDIR", "/tmp"},
        {"USER", "docent"},
        {"LANG", "C.UTF-8"},
        {"TERM", "dumb"},
        {"PAGER", "cat"},
        {"GIT_PAGER", "cat"},
        {"GIT_TERMINAL_PROMPT", "0"},
        {"GIT_CONFIG_COUNT", "1"},
        {"GIT_CONFIG_KEY_0", "safe.directory"},
        {"GIT_CONFIG_VALUE_0", "*"}};
    std::vector<std::string> lines;
    for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
    return lines;
}

}  // namespace docent::sandbox
