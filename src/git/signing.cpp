#include "git/signing.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/process.hpp"

namespace docent::git {

bool is_ssh_signing_key(const std::string& key) { return key.find('/') != std::string::npos; }

Status blocking_check_signing_key(const std::string& key) {
    const bool ssh = is_ssh_signing_key(key);
    std::error_code failed;
    if (ssh && !std::filesystem::is_regular_file(key, failed))
        return invalid("names no file; give the path of an SSH private key");
    Command command;
    if (ssh)
        command.argv = {"ssh-keygen", "-Y", "sign", "-n", "git", "-f", key};
    else
        command.argv = {"gpg", "--batch", "--detach-sign", "--local-user", key, "--output", "-"};
    // Nothing is what it signs, and nobody is asked for a passphrase.
    command.environment = {{"SSH_ASKPASS", "/bin/false"}, {"SSH_ASKPASS_REQUIRE", "force"}};
    if (const char* home = std::getenv("GNUPGHOME")) command.environment["GNUPGHOME"] = home;
    command.limit = std::chrono::seconds(20);
    const auto done = blocking_run(command);
    if (!done && done.error().code == ErrorCode::not_found)
        return not_found(ssh ? "needs ssh-keygen: apt-get install openssh-client"
                             : "needs gpg: apt-get install gnupg");
    if (done && done->exit_code == 0 && !done->out.empty()) return {};
    auto refused =
        invalid(ssh ? "is no SSH private key that signs without a passphrase and that only this user may "
                      "read (chmod 600)"
                    : "is no OpenPGP key with which gpg signs here without a passphrase; a path of an SSH "
                      "key has a \"/\"");
    refused.detail = done ? done->err : done.error().message;
    return refused;
}

}  // namespace docent::git
