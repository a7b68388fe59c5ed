#include "base/crypto.hpp"

#include <sodium.h>

#include <stdexcept>
#include <vector>

namespace docent {
namespace {

void ready() {
    static const bool ok = sodium_init() >= 0;
    if (!ok) throw std::runtime_error("libsodium cannot start");
}

std::string hex(const unsigned char* bytes, std::size_t size) {
    std::string out(size * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), bytes, size);
    out.pop_back();
    return out;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string random_hex(std::size_t bytes) {
    ready();
    std::vector<unsigned char> data(bytes);
    randombytes_buf(data.data(), data.size());
    return hex(data.data(), data.size());
}

std::string random_token(std::size_t length) {
    ready();
    static constexpr std::string_view letters =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string out;
    for (std::size_t i = 0; i < length; ++i) {
        out += letters[randombytes_uniform(static_cast<std::uint32_t>(letters.size()))];
    }
    return out;
}

std::string hash_hex(std::string_view text) {
    ready();
    unsigned char digest[crypto_generichash_BYTES];
    crypto_generichash(digest, sizeof digest, bytes_of(text), text.size(), nullptr, 0);
    return hex(digest, sizeof digest);
}

std::string sha256_hex(std::string_view text) {
    ready();
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, bytes_of(text), text.size());
    return hex(digest, sizeof digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
    ready();
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
    unsigned char digest[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_final(&state, digest);
    return hex(digest, sizeof digest);
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    ready();
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace docent
