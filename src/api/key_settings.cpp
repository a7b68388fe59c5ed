#include "api/key_settings.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "api/parse.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

struct Kind {
    KeyKind kind;
    std::string_view name, prefix;
};
// The longest prefix first: "mint_dsc_" begins with "mint_".
constexpr Kind kinds[] = {
    {KeyKind::assistant, "assistant", "mint_dsc_"},
    {KeyKind::admin, "admin", "mint_"},
    {KeyKind::sessions, "sessions", "agen_"},
};
constexpr std::size_t token_length = 32;  // of 62 characters: 190 bits

constexpr std::string_view admin_scopes[] = {"read", "write"};
bool is_session_scope(std::string_view scope) {
    const auto colon = scope.find(':');
    if (colon == scope.npos) return false;
    const auto action = scope.substr(colon + 1);
    return std::ranges::find(session_resources, scope.substr(0, colon)) != std::end(session_resources) &&
           (action == "read" || action == "write" || action == "all");
}

std::optional<std::array<unsigned char, 16>> address_bytes(std::string_view text, bool& v4) {
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(std::string(text), failed);
    if (failed) return std::nullopt;
    std::array<unsigned char, 16> bytes{};
    if (address.is_v4()) {
        const auto four = address.to_v4().to_bytes();
        bytes[10] = bytes[11] = 0xff;
        std::copy(four.begin(), four.end(), bytes.begin() + 12);
        v4 = true;
    } else {
        const auto sixteen = address.to_v6().to_bytes();
        std::copy(sixteen.begin(), sixteen.end(), bytes.begin());
        v4 = address.to_v6().is_v4_mapped();
    }
    return bytes;
}

Status check_scopes(const KeySettings& settings) {
    for (const auto& scope : settings.scopes) {
        switch (settings.kind) {
            case KeyKind::admin:
                if (std::ranges::find(admin_scopes, scope) == std::end(admin_scopes))
                    return invalid("scopes: " + shown(scope) +
                                   " is not a scope of admin keys; use read or write");
                break;
            case KeyKind::sessions:
                if (!is_session_scope(scope))
                    return invalid(
                        "scopes: " + shown(scope) +
                        " is not a scope of sessions keys; use RESOURCE:ACTION with sessions, "
                        "repositories, code_providers, workspaces, models, alerts or all, and read, "
                        "write or all");
                break;
            case KeyKind::assistant:
                return invalid("scopes: assistant keys have no scopes; leave them out");
        }
    }
    return {};
}

}  // namespace

bool scopes_allow(std::string_view scopes, std::string_view resource, bool write) {
    if (trim(scopes).empty()) return true;
    const std::string_view action = write ? "write" : "read";
    for (const auto& scope : split(scopes, ' ')) {
        const auto colon = scope.find(':');
        if (colon == scope.npos) continue;
        const auto of = std::string_view(scope).substr(0, colon);
        const auto may = std::string_view(scope).substr(colon + 1);
        if ((of == "all" || of == resource) && (may == "all" || may == action)) return true;
    }
    return false;
}

std::string new_secret(KeyKind kind) {
    for (const auto& k : kinds)
        if (k.kind == kind) return std::string(k.prefix) + random_token(token_length);
    return {};
}

std::string key_kind_name(KeyKind kind) {
    for (const auto& k : kinds)
        if (k.kind == kind) return std::string(k.name);
    return {};
}

std::optional<KeyKind> parse_key_kind(std::string_view name) {
    for (const auto& k : kinds)
        if (k.name == name) return k.kind;
    return std::nullopt;
}

std::optional<KeyKind> kind_of_secret(std::string_view secret) {
    if (secret.size() > 200) return std::nullopt;
    for (const auto& k : kinds) {
        if (!secret.starts_with(k.prefix)) continue;
        const auto token = secret.substr(k.prefix.size());
        const bool plain = std::ranges::all_of(token, [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                   c == '-';
        });
        if (token.empty() || !plain) return std::nullopt;
        return k.kind;
    }
    return std::nullopt;
}

std::string hint_of_secret(std::string_view secret) {
    for (const auto& k : kinds)
        if (secret.starts_with(k.prefix) && secret.size() >= k.prefix.size() + 12)
            return std::string(k.prefix) + "…" + std::string(secret.substr(secret.size() - 4));
    return "…";
}

Result<AddressRange> AddressRange::parse(std::string_view text) {
    text = trim(text);
    AddressRange out;
    const auto slash = text.find('/');
    bool mapped = false;
    const auto bytes = address_bytes(text.substr(0, slash), mapped);
    if (!bytes)
        return invalid(shown(text) +
                       " is not an address or range; write 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32");
    out.bytes_ = *bytes;
    out.v4_ = mapped;
    if (slash == text.npos) return out;
    const auto length = text.substr(slash + 1);
    const bool dotted = text.substr(0, slash).find(':') == text.npos;
    const unsigned most = dotted ? 32 : 128;
    unsigned prefix = 0;
    const auto [ptr, failed] = std::from_chars(length.data(), length.data() + length.size(), prefix);
    if (length.empty() || failed != std::errc() || ptr != length.data() + length.size() || prefix > most)
        return invalid(shown(text) + " has no valid prefix length; write a number from 1 to " +
                       std::to_string(most));
    out.prefix_ = dotted ? prefix + 96 : prefix;
    return out;
}

bool AddressRange::contains(std::string_view address) const {
    bool v4 = false;
    const auto bytes = address_bytes(address, v4);
    if (!bytes) return false;
    for (unsigned bit = 0; bit < prefix_; bit += 8) {
        const unsigned left = prefix_ - bit;
        const auto mask = static_cast<unsigned char>(left >= 8 ? 0xff : 0xff << (8 - left));
        if (((*bytes)[bit / 8] ^ bytes_[bit / 8]) & mask) return false;
    }
    return true;
}

bool AddressRange::is_everything() const { return prefix_ == 0 || (v4_ && prefix_ <= 96); }

std::string address_group(const std::string& address) {
    bool v4 = false;
    const auto bytes = address_bytes(address, v4);
    if (!bytes) return address;
    if (v4) {
        boost::asio::ip::address_v4::bytes_type four{};
        std::copy(bytes->begin() + 12, bytes->end(), four.begin());
        return boost::asio::ip::address_v4(four).to_string();
    }
    boost::asio::ip::address_v6::bytes_type network{};
    std::copy(bytes->begin(), bytes->begin() + 8, network.begin());
    return boost::asio::ip::address_v6(network).to_string() + "/64";
}

Result<std::string> parse_origin_pattern(std::string_view text) {
    auto origin = lower_ascii(trim(text));
    while (origin.ends_with('/')) origin.pop_back();
    const auto scheme = origin.find("://");
    const auto host = scheme == origin.npos ? std::string() : origin.substr(scheme + 3);
    const auto star = host.find('*');
    const bool good_scheme = origin.starts_with("https://") || origin.starts_with("http://");
    const bool good_host = !host.empty() && host.find_first_of("/?#@ \\,\"") == host.npos;
    const bool good_star =
        star == host.npos || (star == 0 && host.starts_with("*.") && host.find('*', 1) == host.npos &&
                              host.find('.', 2) != host.npos);
    if (!good_scheme || !good_host || !good_star)
        return invalid("origins: " + shown(text) +
                       " is not an origin; write https://docs.example.com or https://*.example.com");
    return origin;
}

bool origin_matches(std::string_view pattern, std::string_view origin) {
    const auto asked = lower_ascii(origin);
    const auto star = pattern.find("://*.");
    if (star == pattern.npos) return asked == pattern;
    const auto scheme = pattern.substr(0, star + 3);
    const auto tail = pattern.substr(star + 4);  // ".example.com"
    return asked.size() > scheme.size() + tail.size() && asked.starts_with(scheme) && asked.ends_with(tail) &&
           asked.find_first_of("/@", scheme.size()) == asked.npos;
}

Status check_key_settings(const KeySettings& settings, Millis now) {
    TRY_VOID(check_scopes(settings));
    if (settings.project_id.empty() && settings.kind != KeyKind::admin)
        return invalid("project: a key of this kind belongs to one project; name it");
    for (const auto& text : settings.allow_ips) {
        auto range = AddressRange::parse(text);
        if (!range) return invalid("allow-ip: " + range.error().message);
        if (range->is_everything())
            return invalid("allow-ip: " + shown(text) + " allows every address; leave the list out for that");
    }
    if (!settings.origins.empty() && settings.kind != KeyKind::assistant)
        return invalid("origins: only assistant keys are used from browsers; leave the list out");
    for (const auto& text : settings.origins) {
        auto origin = parse_origin_pattern(text);
        if (!origin) return std::move(origin).error();
    }
    if (settings.expires != 0 && settings.expires <= now)
        return invalid("expires: the time has passed; give a later one, 90d for example");
    return {};
}

Result<Millis> parse_expiry(std::string_view text, Millis now) {
    text = trim(text);
    if (text == "never" || text == "0") return Millis{0};
    if (text.size() >= 2) {
        std::int64_t count = 0;
        const auto end = text.data() + text.size() - 1;
        const auto [ptr, failed] = std::from_chars(text.data(), end, count);
        const Millis unit = text.back() == 'd' ? 86'400'000 : text.back() == 'h' ? 3'600'000 : 0;
        if (failed == std::errc() && ptr == end && unit != 0 && count > 0 && count <= 36'500)
            return now + count * unit;
    }
    // A time without a zone could mean any; a day is one in UTC.
    const auto time = text.size() == 10 || text.ends_with('Z') ? parse_iso8601(text) : std::nullopt;
    if (time) {
        if (*time > now) return *time - *time % 1000;
        return invalid("expires: " + shown(text) + " has passed; give a later time, 90d for example");
    }
    return invalid("expires: " + shown(text) +
                   " is not a time; write 90d, 12h, never or 2027-01-31T12:00:00Z");
}

std::string to_json_list(const std::vector<std::string>& items) {
    boost::json::array out;
    for (const auto& item : items) out.emplace_back(item);
    return boost::json::serialize(out);
}

std::vector<std::string> from_json_list(std::string_view json) {
    std::vector<std::string> out;
    boost::system::error_code failed;
    const auto value = boost::json::parse(json, failed);
    if (failed || !value.is_array()) return out;
    for (const auto& item : value.get_array())
        if (item.is_string()) out.emplace_back(item.get_string());
    return out;
}

}  // namespace docent::api
