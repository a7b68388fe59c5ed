#pragma once
#include <string>

#include "base/result.hpp"

// What commits are signed with: the file of an SSH private key without a passphrase, given by a path with a
// "/", or the id of an OpenPGP key that gpg has for this user.
namespace docent::git {

bool is_ssh_signing_key(const std::string& key);

/// Tries to sign with it. invalid_argument says what is wrong with the key and what to do; not_found: the
/// program that signs, ssh-keygen or gpg, is not here. Blocks.
Status blocking_check_signing_key(const std::string& key);

}  // namespace docent::git
