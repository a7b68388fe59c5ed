#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace docent {

/// `bytes` random bytes from the system, as lower-case hexadecimal (2 characters a byte).
std::string random_hex(std::size_t bytes);

/// `length` random characters of [0-9A-Za-z]: a secret that survives URLs, shells and double clicks.
std::string random_token(std::size_t length);

/// BLAKE2b-256 of the text, in hexadecimal. For secrets of high entropy (API keys, thread keys) and
/// for content identity; not for passwords.
std::string hash_hex(std::string_view text);

/// SHA-256 and HMAC-SHA-256, in hexadecimal: for formats of others that name them (webhook signatures).
std::string sha256_hex(std::string_view text);
std::string hmac_sha256_hex(std::string_view key, std::string_view text);

/// A text that only who has the key can read or change (XSalsa20-Poly1305, a new nonce each time), as
/// printable characters. `key`: a secret of high entropy, of any length.
std::string seal(std::string_view key, std::string_view text);
/// Nothing when it was sealed with another key, was changed, or is none.
std::optional<std::string> unseal(std::string_view key, std::string_view sealed);

/// Equal, in time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace docent
