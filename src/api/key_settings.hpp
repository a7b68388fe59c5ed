#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace docent::api {

enum class KeyKind { admin, assistant, sessions };

/// A new secret: "mint_...", "mint_dsc_..." or "agen_...", with 190 random bits.
std::string new_secret(KeyKind kind);
std::string key_kind_name(KeyKind kind);  // "admin", ...
std::optional<KeyKind> parse_key_kind(std::string_view name);
/// By prefix, the longest first. Nothing for text that cannot be a key of ours.
std::optional<KeyKind> kind_of_secret(std::string_view secret);
/// What lists show in place of the secret: its prefix and last four characters, "mint_dsc_…x7Qf".
std::string hint_of_secret(std::string_view secret);

/// An address or a CIDR range, IPv4 or IPv6. IPv4 is kept as IPv4-mapped IPv6, so that both ways to
/// write an address are the same one.
class AddressRange {
public:
    /// "10.0.0.1", "10.0.0.0/8", "2001:db8::/32". invalid_argument.
    static Result<AddressRange> parse(std::string_view text);
    /// False also for text that is no address.
    bool contains(std::string_view address) const;
    /// "0.0.0.0/0", "::/0" and their like.
    bool is_everything() const;

private:
    std::array<unsigned char, 16> bytes_{};
    unsigned prefix_ = 128;
    bool v4_ = false;
};

/// The address as limits count it: IPv4 (mapped or not) whole, IPv6 by its /64 network, because one
/// reader has all of that. Text that is no address comes back as it is.
std::string address_group(const std::string& address);

/// "https://docs.example.com" or "https://*.example.com": scheme, host and port, lower case, no path.
/// invalid_argument.
Result<std::string> parse_origin_pattern(std::string_view text);
bool origin_matches(std::string_view pattern, std::string_view origin);

/// What a key is created with, by the command line and by the API.
struct KeySettings {
    KeyKind kind = KeyKind::assistant;
    std::string project_id;              // "": all projects; admin keys only
    std::vector<std::string> scopes;     // admin: read, write; sessions: see below; empty: all
    std::vector<std::string> allow_ips;  // addresses and CIDR ranges; empty: any
    std::vector<std::string> origins;    // assistant keys; empty: any
    Millis expires = 0;                  // 0: never
};

/// What a sessions key can be for: "RESOURCE:ACTION" with a resource of these and read, write or all.
inline constexpr std::string_view session_resources[] = {
    "sessions", "repositories", "code_providers", "workspaces", "models", "alerts", "all"};
/// True if scopes as a key has them (separated by spaces; "" is all:all) allow to read or to write a
/// resource: any one of resource:action, resource:all, all:action and all:all does. To write is not to read.
bool scopes_allow(std::string_view scopes, std::string_view resource, bool write);

/// invalid_argument, naming the setting and the fix: unknown scope, a range that is everything, an
/// origin with a path, an expiry that has passed, a key without a project.
Status check_key_settings(const KeySettings& settings, Millis now);

/// "90d", "12h", "never" or a time as 2027-01-31 or 2027-01-31T12:00:00Z. invalid_argument.
Result<Millis> parse_expiry(std::string_view text, Millis now);

/// The JSON array of strings in which the store keeps allow_ips and origins.
std::string to_json_list(const std::vector<std::string>& items);
std::vector<std::string> from_json_list(std::string_view json);

}  // namespace docent::api
