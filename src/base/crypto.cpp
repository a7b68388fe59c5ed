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

namespace {

constexpr std::string_view seal_version = "1:";
using BoxKey = unsigned char[crypto_secretbox_KEYBYTES];

void derive(std::string_view key, BoxKey& out) {
    static constexpr unsigned char purpose[] = "docent secret box";
    crypto_generichash(out, sizeof out, bytes_of(key), key.size(), purpose, sizeof purpose - 1);
}

}  // namespace

std::string seal(std::string_view key, std::string_view text) {
    ready();
    BoxKey box_key;
    derive(key, box_key);
    std::vector<unsigned char> out(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size());
    randombytes_buf(out.data(), crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out.data() + crypto_secretbox_NONCEBYTES, bytes_of(text), text.size(), out.data(),
                          box_key);
    sodium_memzero(box_key, sizeof box_key);
    return std::string(seal_version) + hex(out.data(), out.size());
}

std::optional<std::string> unseal(std::string_view key, std::string_view sealed) {
    ready();
    if (!sealed.starts_with(seal_version)) return std::nullopt;
    sealed.remove_prefix(seal_version.size());
    std::vector<unsigned char> bytes(sealed.size() / 2);
    std::size_t size = 0;
    if (sodium_hex2bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(), nullptr, &size, nullptr) !=
            0 ||
        size * 2 != sealed.size() || size < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
        return std::nullopt;
    BoxKey box_key;
    derive(key, box_key);
    std::string out(size - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
    const int opened = crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()),
                                                  bytes.data() + crypto_secretbox_NONCEBYTES,
                                                  size - crypto_secretbox_NONCEBYTES, bytes.data(), box_key);
    sodium_memzero(box_key, sizeof box_key);
    if (opened != 0) return std::nullopt;
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    ready();
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace docent
