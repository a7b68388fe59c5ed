#include "git/transport.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/process.hpp"
#include "base/text.hpp"
#include "git/repository.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

/// The remote's name for the git program. The real address comes by the environment, so that its
/// credentials do not stand in the list of processes.
constexpr const char* remote_name = "docent-remote:";

Command git_command(const std::string& url, std::chrono::milliseconds limit) {
    Command command;
    command.argv = {"git",
                    "-c",
                    "core.hooksPath=/dev/null",
                    "-c",
                    "core.fsmonitor=false",
                    "-c",
                    "protocol.ext.allow=never",
                    "-c",
                    "fetch.recurseSubmodules=false",
                    "-c",
                    "gc.autoDetach=false"};
    command.environment = {{"GIT_TERMINAL_PROMPT", "0"},
                           {"GIT_ASKPASS", "/bin/false"},
                           {"GIT_CONFIG_NOSYSTEM", "1"},
                           {"GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file"},
                           {"GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=20"},
                           {"GIT_CONFIG_COUNT", "1"},
                           {"GIT_CONFIG_KEY_0", "url." + url + ".insteadOf"},
                           {"GIT_CONFIG_VALUE_0", remote_name},
                           {"LC_ALL", "C.UTF-8"}};
    for (const char* name :
         {"SSH_AUTH_SOCK", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy",
          "all_proxy", "no_proxy", "SSL_CERT_FILE", "GIT_SSL_CAINFO"}) {
        if (const char* value = std::getenv(name)) command.environment[name] = value;
    }
    command.limit = limit;
    return command;
}

std::string without_credentials(std::string text, const std::string& url) {
    const std::string shown = masked(url);
    if (shown == url) return text;
    for (auto at = text.find(url); at != text.npos; at = text.find(url, at + shown.size())) {
        text.replace(at, url.size(), shown);
    }
    // git shows some addresses with the password already cut out, others re-written: the words themselves go
    // too.
    const auto begin = url.find("://") + 3;
    const auto secret = url.substr(begin, url.rfind('@') - begin);
    const auto password = secret.substr(std::min(secret.find(':') + 1, secret.size()));
    for (const auto& word : {secret, password}) {
        if (word.size() < 3) continue;
        for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 3))
            text.replace(at, word.size(), "***");
    }
    return text;
}

Result<std::string> run(Command command, std::vector<std::string> words, const std::string& url) {
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    TRY(auto done, blocking_run(command));
    if (done.exit_code == 0) return std::move(done.out);
    const auto said = without_credentials(done.err, url);
    if (said.find("dubious ownership") != said.npos) {
        return Error(ErrorCode::permission_denied,
                     "the git repository belongs to another user: run as its owner, or allow it with "
                     "git config --global --add safe.directory",
                     said);
    }
    if (said.find("couldn't find remote ref") != said.npos) {
        return Error(ErrorCode::not_found, "there is no such branch in " + masked(url), said);
    }
    return Error(ErrorCode::upstream_failed, "git cannot fetch " + masked(url), said);
}

/// "ref: refs/heads/main\tHEAD"
Result<std::string> default_branch(const std::string& url, std::chrono::milliseconds limit) {
    TRY(const auto out,
        run(git_command(url, limit), {"ls-remote", "--symref", "--", remote_name, "HEAD"}, url));
    constexpr std::string_view prefix = "ref: refs/heads/";
    if (!out.starts_with(prefix)) {
        return Error(ErrorCode::not_found, "the repository has no default branch: name one",
                     out.substr(0, 200));
    }
    return out.substr(prefix.size(), out.find('\t') - prefix.size());
}

}  // namespace

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

Result<std::string> blocking_fetch(const std::string& url, const std::string& branch, const fs::path& mirror,
                                   std::chrono::milliseconds limit) {
    TRY_VOID(check_url(url));
    if (!branch.empty() && !is_branch_name(branch))
        return invalid("\"" + branch + "\" is not a name for a branch");
    std::string name = branch;
    if (name.empty()) {
        TRY(name, default_branch(url, std::min<std::chrono::milliseconds>(limit, std::chrono::minutes(1))));
        if (!is_branch_name(name))
            return Error(ErrorCode::upstream_failed, "the repository's default branch is unusable");
    }
    auto command = git_command(url, limit);
    if (!fs::exists(mirror / "HEAD")) {
        std::error_code failed;
        fs::create_directories(mirror, failed);
        if (failed) return Error(ErrorCode::unavailable, "the disk refused a folder", failed.message());
        TRY(auto made,
            run(command, {"init", "--quiet", "--bare", "--template=", "--", mirror.string()}, url));
    }
    command.environment["GIT_DIR"] = mirror.string();
    const auto ref = "refs/heads/" + name;
    TRY(auto fetched, run(command,
                          {"fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head", "--",
                           remote_name, "+" + ref + ":" + ref},
                          url));
    TRY(auto id, run(command, {"rev-parse", "--verify", "--end-of-options", ref + "^{commit}"}, url));
    return std::string(trim(id));
}

}  // namespace docent::git
