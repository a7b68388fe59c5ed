#include "git/transport.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/text.hpp"
#include "git/libgit2.hpp"
#include "git/program.hpp"
#include "git/repository.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

Status make_bare(const fs::path& mirror, std::chrono::milliseconds limit) {
    if (fs::exists(mirror / "HEAD")) return {};
    std::error_code failed;
    fs::create_directories(mirror, failed);
    if (failed) return Error(ErrorCode::unavailable, "the disk refused a folder", failed.message());
    TRY(auto made, Program(limit).output({"init", "--quiet", "--bare", "--template=", "--", mirror.string()},
                                         "git cannot make a repository"));
    return {};
}

/// One fetch at a time into a mirror: git would refuse the second where both move a branch.
class MirrorLock {
public:
    explicit MirrorLock(const fs::path& mirror)
        : fd_(::open((mirror / "docent.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
    ~MirrorLock() {
        if (fd_ >= 0) ::close(fd_);
    }
    MirrorLock(const MirrorLock&) = delete;
    MirrorLock& operator=(const MirrorLock&) = delete;
    bool taken_within(std::chrono::milliseconds limit) const {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
            if (std::chrono::steady_clock::now() >= end) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return fd_ >= 0;
    }

private:
    int fd_;
};

}  // namespace

Result<std::string> fetched(Result<Finished> result, const std::string& url) {
    TRY(auto done, std::move(result));
    if (done.exit_code == 0) return std::move(done.out);
    const auto& said = done.err;
    if (said.find("dubious ownership") != said.npos) {
        return Error(ErrorCode::permission_denied,
                     "the git repository belongs to another user: run as its owner, or allow it with "
                     "git config --global --add safe.directory",
                     said);
    }
    if (said.find("HOST IDENTIFICATION HAS CHANGED") != said.npos ||
        said.find("Host key verification failed") != said.npos) {
        return Error(ErrorCode::upstream_failed,
                     "the server of " + masked(url) +
                         " shows another host key than before: if that is right, remove its line from "
                         "known_hosts in the data folder",
                     said);
    }
    if (said.find("couldn't find remote ref") != said.npos) {
        return Error(ErrorCode::not_found, "there is no such branch in " + masked(url), said);
    }
    if (done.exit_code == 128 + SIGXFSZ || said.find("File too large") != said.npos ||
        said.find("signal 25") != said.npos) {
        return Error(ErrorCode::too_large, "the repository " + masked(url) + " is too large", said);
    }
    return Error(ErrorCode::upstream_failed, "git cannot reach " + masked(url), said);
}

Status check_url(const std::string& url) {
    const auto wrong =
        invalid("the git address must begin with https://, http://, ssh://, git://, file:// or /");
    auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (url.empty() || url.size() > 4096 || std::any_of(url.begin(), url.end(), is_control)) return wrong;
    if (url.starts_with("/")) return {};
    const auto colons = url.find("://");
    if (colons == url.npos) {
        // user@host:path, as ssh has it
        const auto at = url.find('@'), colon = url.find(':');
        const bool scp =
            at != url.npos && colon != url.npos && at > 0 && at + 1 < colon && colon + 1 < url.size();
        if (!scp || url.starts_with("-") || url[at + 1] == '-' || url.find("::") != url.npos) return wrong;
        return {};
    }
    const auto scheme = url.substr(0, colons);
    const bool known =
        scheme == "https" || scheme == "http" || scheme == "ssh" || scheme == "git" || scheme == "file";
    const auto rest = url.substr(colons + 3);
    if (!known || rest.empty() || rest.starts_with("-") || rest.find("@-") != rest.npos) return wrong;
    return {};
}

std::string masked(const std::string& url) {
    const auto colons = url.find("://");
    if (colons == url.npos) return url;
    const auto begin = colons + 3;
    const auto end = std::min(url.find('/', begin), url.size());
    const auto at = url.rfind('@', end);
    if (at == url.npos || at < begin) return url;
    return url.substr(0, begin) + url.substr(at + 1);
}

Result<std::string> blocking_default_branch(const Remote& remote, std::chrono::milliseconds limit) {
    TRY_VOID(check_url(remote.url));
    TRY(const auto out,
        fetched(Program(limit).with(remote).run({"ls-remote", "--symref", "--", remote_name, "HEAD"}),
                remote.url));
    constexpr std::string_view prefix = "ref: refs/heads/";  // "ref: refs/heads/main\tHEAD"
    if (!out.starts_with(prefix)) {
        return Error(ErrorCode::not_found, "the repository has no default branch: name one",
                     out.substr(0, 200));
    }
    auto name = out.substr(prefix.size(), out.find('\t') - prefix.size());
    if (!is_branch_name(name))
        return Error(ErrorCode::upstream_failed, "the repository's default branch is unusable");
    return name;
}

Status blocking_refresh_mirror(const Remote& remote, const fs::path& mirror,
                               const std::vector<std::string>& branches, const FetchLimits& limits) {
    TRY_VOID(check_url(remote.url));
    for (const auto& branch : branches) {
        if (!is_branch_name(branch)) return invalid("\"" + branch + "\" is not a name for a branch");
    }
    TRY_VOID(make_bare(mirror, limits.time));
    const MirrorLock lock(mirror);
    if (!lock.taken_within(limits.time)) return Error(ErrorCode::timed_out, "another fetch takes too long");
    remove_stale_locks(mirror);
    std::vector<std::string> words{"fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head"};
    if (branches.empty()) words.push_back("--prune");
    words.insert(words.end(), {"--", remote_name});
    if (branches.empty()) words.push_back("+refs/heads/*:refs/heads/*");
    for (const auto& branch : branches) words.push_back("+refs/heads/" + branch + ":refs/heads/" + branch);
    TRY(auto done,
        fetched(Program(limits.time).in_bare(mirror).with(remote).max_file(limits.max_pack).run(words),
                remote.url));
    return {};
}

Result<std::string> blocking_fetch(const std::string& url, const std::string& branch, const fs::path& mirror,
                                   std::chrono::milliseconds limit) {
    const Remote remote{url, {}, {}, {}, {}};
    TRY_VOID(check_url(url));
    std::string name = branch;
    if (name.empty()) {
        TRY(name, blocking_default_branch(
                      remote, std::min<std::chrono::milliseconds>(limit, std::chrono::minutes(1))));
    }
    FetchLimits limits;
    limits.time = limit;
    TRY_VOID(blocking_refresh_mirror(remote, mirror, {name}, limits));
    return blocking_branch_sha(mirror, name);
}

Result<std::string> blocking_branch_sha(const fs::path& mirror, const std::string& branch) {
    if (!is_branch_name(branch)) return invalid("\"" + branch + "\" is not a name for a branch");
    TRY(auto repository, open_repository(mirror.string(), false));
    return ref_sha(repository.get(), "refs/heads/" + branch);
}

Result<std::vector<Branch>> blocking_branches(const fs::path& mirror, std::size_t most) {
    if (!fs::exists(mirror / "HEAD")) return not_found("the repository was not fetched yet");
    TRY(const auto text, Program(std::chrono::minutes(1))
                             .in_bare(mirror)
                             .output({"for-each-ref", "--count=" + std::to_string(most),
                                      "--format=%(objectname) %(refname:lstrip=2)", "refs/heads/"},
                                     "git cannot list the branches"));
    std::vector<Branch> branches;
    for (const auto& line : split(text, '\n')) {
        const auto space = line.find(' ');
        if (space != line.npos) branches.push_back({line.substr(space + 1), line.substr(0, space)});
    }
    return branches;
}

}  // namespace docent::git
