#include "webhooks/signature.hpp"

#include "base/base64.hpp"
#include "base/crypto.hpp"

namespace docent::webhooks {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t secret_bytes = 32;

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/// What our own lower-case hexadecimal stands for.
std::string bytes_of(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    return out;
}

}  // namespace

std::string new_secret() { return std::string(prefix) + base64(bytes_of(random_hex(secret_bytes))); }

Result<std::string> sign(const std::vector<std::string>& secrets, std::string_view id, std::int64_t timestamp,
                         std::string_view body) {
    std::string content(id);
    content.append(".").append(std::to_string(timestamp)).append(".").append(body);
    std::string out;
    for (const auto& secret : secrets) {
        std::string key;
        if (!secret.starts_with(prefix) ||
            !base64_decode(std::string_view(secret).substr(prefix.size()), key) || key.empty())
            return internal("a stored webhook secret is none");
        out += (out.empty() ? "v1," : " v1,") + base64(bytes_of(hmac_sha256_hex(key, content)));
    }
    return out;
}

}  // namespace docent::webhooks
