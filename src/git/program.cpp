#include "git/program.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "git/signing.hpp"

namespace docent::git {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;

constexpr std::pair<const char*, const char*> fixed_settings[] = {
    {"core.hooksPath", "/dev/null"},
    {"core.fsmonitor", "false"},
    {"core.untrackedCache", "false"},
    {"core.attributesFile", "/dev/null"},
    {"core.excludesFile", "/dev/null"},
    {"core.autocrlf", "false"},
    {"core.safecrlf", "false"},
    {"core.symlinks", "true"},
    {"core.quotePath", "false"},
    {"core.protectHFS", "true"},
    {"core.protectNTFS", "true"},
    {"core.bigFileThreshold", "32m"},
    {"core.pager", "cat"},
    {"core.editor", ":"},
    {"sequence.editor", ":"},
    {"submodule.recurse", "false"},
    {"fetch.recurseSubmodules", "false"},
    {"push.recurseSubmodules", "no"},
    {"diff.ignoreSubmodules", "all"},
    {"diff.mnemonicPrefix", "false"},
    {"diff.noprefix", "false"},
    {"gc.auto", "0"},
    {"gc.autoDetach", "false"},
    {"maintenance.auto", "false"},
    {"commit.gpgSign", "false"},
    {"push.gpgSign", "false"},
    {"merge.verifySignatures", "false"},
    {"merge.conflictStyle", "merge"},
    {"merge.autoStash", "false"},
    {"rebase.autoStash", "false"},
    {"rebase.updateRefs", "false"},
    {"rerere.enabled", "false"},
    {"advice.detachedHead", "false"},
    {"protocol.ext.allow", "never"},
};

std::string quoted_for_shell(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// scheme://host[:port]/ : a header that is set for it never goes to another server.
std::string origin_of(const std::string& url) {
    const auto begin = url.find("://") + 3;
    return masked(url.substr(0, std::min(url.find('/', begin), url.size()))) + "/";
}

}  // namespace

Program::Program(std::chrono::milliseconds limit) : end_(std::chrono::steady_clock::now() + limit) {
    command_.argv = {"git"};
    command_.environment = {{"GIT_TERMINAL_PROMPT", "0"},
                            {"GIT_ASKPASS", "/bin/false"},
                            {"SSH_ASKPASS", "/bin/false"},
                            {"GIT_CONFIG_NOSYSTEM", "1"},
                            {"GIT_CONFIG_GLOBAL", "/dev/null"},
                            {"GIT_ATTR_NOSYSTEM", "1"},
                            {"GIT_NO_REPLACE_OBJECTS", "1"},
                            {"GIT_LITERAL_PATHSPECS", "1"},
                            {"GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file"},
                            {"GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=20"},
                            {"GIT_EDITOR", ":"},
                            {"GIT_SEQUENCE_EDITOR", ":"},
                            {"GIT_PAGER", "cat"},
                            {"LC_ALL", "C.UTF-8"}};
    for (const auto& [key, value] : fixed_settings) set(key, value);
}

void Program::set(const std::string& key, const std::string& value) {
    const auto n = std::to_string(settings_++);
    command_.environment["GIT_CONFIG_KEY_" + n] = key;
    command_.environment["GIT_CONFIG_VALUE_" + n] = value;
    command_.environment["GIT_CONFIG_COUNT"] = std::to_string(settings_);
}

Program& Program::in(const Workspace& workspace) {
    command_.environment["GIT_DIR"] = workspace.git_dir.string();
    command_.environment["GIT_WORK_TREE"] = workspace.tree.string();
    command_.directory = workspace.tree;
    return *this;
}

Program& Program::in_bare(const fs::path& git_dir) {
    command_.environment["GIT_DIR"] = git_dir.string();
    return *this;
}

Program& Program::reading() {
    command_.environment["GIT_OPTIONAL_LOCKS"] = "0";
    return *this;
}

Program& Program::with(const Remote& remote) {
    set("url." + remote.url + ".insteadOf", remote_name);
    // The server's own user may have a helper for credentials, and may trust repositories of others
    // (safe.directory).
    command_.environment.erase("GIT_CONFIG_GLOBAL");
    for (const char* name :
         {"SSH_AUTH_SOCK", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy",
          "all_proxy", "no_proxy", "SSL_CERT_FILE", "GIT_SSL_CAINFO"}) {
        if (const char* value = std::getenv(name)) command_.environment[name] = value;
    }
    if (!remote.token.empty() && (remote.url.starts_with("https://") || remote.url.starts_with("http://"))) {
        const auto pair = base64((remote.user.empty() ? "git" : remote.user) + ":" + remote.token);
        set("http." + origin_of(remote.url) + ".extraHeader", "Authorization: Basic " + pair);
        secrets_.insert(secrets_.end(), {remote.token, pair});
    }
    if (!remote.ssh_key.empty()) {
        command_.environment["GIT_SSH_COMMAND"] +=
            " -F /dev/null -o IdentitiesOnly=yes -o IdentityAgent=none -o PreferredAuthentications=publickey "
            "-i " +
            quoted_for_shell(remote.ssh_key.string());
        command_.environment.erase("SSH_AUTH_SOCK");
        if (!remote.known_hosts.empty())
            command_.environment["GIT_SSH_COMMAND"] +=
                " -o StrictHostKeyChecking=accept-new -o GlobalKnownHostsFile=/dev/null -o HashKnownHosts=no "
                "-o " +
                quoted_for_shell("UserKnownHostsFile=\"" + remote.known_hosts.string() + "\"");
    }
    if (masked(remote.url) != remote.url) {
        // git shows some addresses with the password already cut out, others re-written: the words themselves
        // go too.
        const auto begin = remote.url.find("://") + 3;
        const auto pair = remote.url.substr(begin, remote.url.rfind('@') - begin);
        const auto colon = pair.find(':');
        if (remote.url.starts_with("http") || colon != pair.npos) secrets_.push_back(pair);
        if (colon != pair.npos) secrets_.push_back(pair.substr(colon + 1));
    }
    return *this;
}

Program& Program::as(const Identity& author, const Identity& committer) {
    // An author with no name: commits that are made anew keep theirs.
    if (!author.name.empty()) {
        command_.environment["GIT_AUTHOR_NAME"] = author.name;
        command_.environment["GIT_AUTHOR_EMAIL"] = author.email;
    }
    command_.environment["GIT_COMMITTER_NAME"] = committer.name;
    command_.environment["GIT_COMMITTER_EMAIL"] = committer.email;
    if (!committer.signing_key.empty()) {
        set("commit.gpgSign", "true");
        set("user.signingKey", committer.signing_key);
        set("gpg.format", is_ssh_signing_key(committer.signing_key) ? "ssh" : "openpgp");
        if (const char* home = std::getenv("GNUPGHOME")) command_.environment["GNUPGHOME"] = home;
    }
    return *this;
}

Program& Program::index(const fs::path& file) {
    command_.environment["GIT_INDEX_FILE"] = file.string();
    return *this;
}

Program& Program::max_output(std::size_t bytes, bool cut) {
    command_.max_output = bytes;
    command_.cut_output = cut;
    return *this;
}

Program& Program::max_file(std::size_t bytes) {
    command_.max_file = bytes;
    return *this;
}

std::string Program::shown(std::string text) const {
    for (const auto& word : secrets_) {
        if (word.size() < 3) continue;
        for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 3))
            text.replace(at, word.size(), "***");
    }
    return text;
}

Result<Finished> Program::run(std::vector<std::string> words, std::string input) const {
    Command command = command_;
    command.argv.insert(command.argv.end(), std::make_move_iterator(words.begin()),
                        std::make_move_iterator(words.end()));
    command.input = std::move(input);
    command.limit =
        std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    if (command.limit <= 0ms) return Error(ErrorCode::timed_out, "git took too long");
    TRY(auto done, blocking_run(command));
    done.err = shown(std::move(done.err));
    return done;
}

Result<std::string> Program::output(std::vector<std::string> words, std::string_view failed,
                                    std::string input) const {
    const auto what = words.empty() ? std::string() : words.front();
    TRY(auto done, run(std::move(words), std::move(input)));
    if (done.exit_code == 0 || done.cut) return std::move(done.out);
    constexpr int file_too_large = 128 + 25;  // SIGXFSZ
    if (done.exit_code == file_too_large || done.err.find("File too large") != std::string::npos) {
        return Error(ErrorCode::too_large, "the repository is too large: raise its limit",
                     what + ": " + done.err);
    }
    return Error(ErrorCode::unavailable, std::string(failed), what + ": " + done.err);
}

Result<std::string> Program::line(std::vector<std::string> words, std::string_view failed) const {
    TRY(auto text, output(std::move(words), failed));
    return text.substr(0, text.find('\n'));
}

void remove_stale_locks(const fs::path& git_dir) {
    std::error_code ignored;
    for (const char* name : {"index.lock", "HEAD.lock", "ORIG_HEAD.lock", "MERGE_HEAD.lock", "config.lock",
                             "packed-refs.lock", "shallow.lock", "AUTO_MERGE.lock"}) {
        fs::remove(git_dir / name, ignored);
    }
    std::vector<fs::path> locks;
    for (fs::recursive_directory_iterator at(git_dir / "refs", ignored), end; !ignored && at != end;
         at.increment(ignored)) {
        if (at->path().extension() == ".lock") locks.push_back(at->path());
    }
    for (const auto& lock : locks) fs::remove(lock, ignored);
}

std::vector<std::string> split_nul(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\0', at), text.size());
        out.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string join_nul(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) (out += word) += '\0';
    return out;
}

}  // namespace docent::git
