#include "net/host_rules.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "base/text.hpp"

namespace docent::net {
namespace ip = boost::asio::ip;
namespace urls = boost::urls;
namespace {

bool within(const ip::address_v4& address, const char* block) {
    const auto network = ip::make_network_v4(block);
    return (address.to_uint() & network.netmask().to_uint()) == network.network().to_uint();
}

bool within(const ip::address_v6& address, const char* block) {
    const auto network = ip::make_network_v6(block);
    return ip::make_network_v6(address, network.prefix_length()).network() == network.network();
}

constexpr std::array special_v4{"0.0.0.0/8",      "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
                                "169.254.0.0/16", "172.16.0.0/12",  "192.0.0.0/24",  "192.0.2.0/24",
                                "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                                "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
// Of 2000::/3, which is all that is given out.
constexpr std::array special_v6{"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};

/// A name, or an address written the one usual way.
bool is_plain_host(std::string_view host) {
    boost::system::error_code failed;
    ip::make_address(std::string(host), failed);
    if (!failed) return host.find('%') == host.npos;
    if (host.empty() || host.size() > 253) return false;
    for (const auto& label : split(host, '.')) {
        if (label.empty() || label.size() > 63) return false;
        for (const char c : label)
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) return false;
    }
    // No top level domain begins with a digit; some programs read such a name as an address.
    const char last = host[host.rfind('.') + 1];
    return !(last >= '0' && last <= '9');
}

bool read_port(std::string_view text, std::uint16_t& out) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failed == std::errc() && end == text.data() + text.size() && out != 0;
}

Error refused(std::string what) {
    return Error(ErrorCode::permission_denied, std::move(what)).because("not_allowed");
}

}  // namespace

bool is_public(const ip::address& address) {
    if (address.is_v4()) {
        return std::none_of(special_v4.begin(), special_v4.end(),
                            [&](const char* block) { return within(address.to_v4(), block); });
    }
    return address.to_v6().scope_id() == 0 && within(address.to_v6(), "2000::/3") &&
           std::none_of(special_v6.begin(), special_v6.end(),
                        [&](const char* block) { return within(address.to_v6(), block); });
}

bool Target::is_address() const {
    boost::system::error_code failed;
    ip::make_address(host, failed);
    return !failed;
}

std::string Target::origin() const {
    const bool v6 = host.find(':') != host.npos;
    std::string out = (https ? "https://" : "http://") + (v6 ? "[" + host + "]" : host);
    if (port != (https ? 443 : 80)) out += ":" + std::to_string(port);
    return out;
}

std::string Target::url() const { return origin() + path; }

Result<Target> parse_target(std::string_view url) {
    if (url.size() > 8192) return invalid("url: is longer than 8,192 characters");
    const auto parsed = urls::parse_uri({url.data(), url.size()});
    if (!parsed) return invalid("url: is malformed");
    // The library ends a host where its rules for hosts end ("127.0.0.1.2", "example.com:x") and reads on.
    const auto after_scheme = url.substr(std::min(url.size(), parsed->scheme().size() + 3));
    if (std::string(parsed->encoded_authority()) != after_scheme.substr(0, after_scheme.find_first_of("/?#")))
        return invalid("url: is malformed");
    Target target;
    const auto scheme = lower_ascii(std::string(parsed->scheme()));
    target.https = scheme == "https";
    if (!target.https && scheme != "http") return invalid("url: must begin with http:// or https://");
    if (parsed->has_userinfo())
        return invalid("url: must not hold a user or password; send them in a header");
    target.host = lower_ascii(std::string(parsed->encoded_host()));
    if (target.host.starts_with('[') && target.host.ends_with(']'))
        target.host = target.host.substr(1, target.host.size() - 2);
    if (target.host.ends_with('.')) target.host.pop_back();
    if (!is_plain_host(target.host)) return invalid("url: its host must be a plain name or address");
    target.port = target.https ? 443 : 80;
    if (const auto port = std::string(parsed->port()); !port.empty() && !read_port(port, target.port))
        return invalid("url: its port is malformed");
    target.path = std::string(parsed->encoded_path());
    if (!target.path.starts_with('/')) target.path.insert(0, "/");
    if (parsed->has_query()) target.path += "?" + std::string(parsed->encoded_query());
    return target;
}

bool HostRules::Rule::matches(std::string_view name, std::uint16_t asked) const {
    if (port ? asked != port : asked != 80 && asked != 443) return false;
    if (!below) return name == host;
    return host.empty() || (name.size() > host.size() + 1 && name.ends_with(host) &&
                            name[name.size() - host.size() - 1] == '.');
}

Result<HostRules> HostRules::parse(const std::vector<std::string>& rules) {
    HostRules out;
    for (const auto& text : rules) {
        Rule rule;
        std::string_view rest = text;
        const auto bad = [&] {
            return invalid("\"" + text +
                           "\" is no host: give example.com, *.example.com or example.com:8080");
        };
        const auto colon = rest.rfind(':');
        const bool bracketed = rest.starts_with('[');
        const bool bare_v6 = !bracketed && std::count(rest.begin(), rest.end(), ':') > 1;
        if (colon != rest.npos && !bare_v6 && (!bracketed || rest[colon - 1] == ']')) {
            if (!read_port(rest.substr(colon + 1), rule.port)) return bad();
            rest = rest.substr(0, colon);
        }
        if (bracketed) {
            if (!rest.ends_with(']')) return bad();
            rest = rest.substr(1, rest.size() - 2);
        }
        if (rest == "*") {
            rule.below = true;
        } else {
            rule.below = rest.starts_with("*.");
            rule.host = lower_ascii(rule.below ? rest.substr(2) : rest);
            if (!is_plain_host(rule.host)) return bad();
            boost::system::error_code failed;
            const auto address = ip::make_address(rule.host, failed);
            if (!failed && rule.below) return bad();
            if (!failed) rule.host = address.to_string();
        }
        out.rules_.push_back(std::move(rule));
    }
    return out;
}

bool HostRules::Rule::is_public() const {
    boost::system::error_code failed;
    const auto address = ip::make_address(host, failed);
    return failed || net::is_public(address);
}

void HostRules::add_public(const HostRules& other) {
    for (const auto& rule : other.rules_)
        if (rule.is_public()) rules_.push_back(rule);
}

Status HostRules::check_host(const Target& target) const {
    std::string host = target.host;
    boost::system::error_code failed;
    const auto address = ip::make_address(host, failed);
    if (!failed) host = address.to_string();
    for (const auto& rule : rules_)
        if (rule.matches(host, target.port)) return {};
    return refused("the host " + target.host + " (port " + std::to_string(target.port) +
                   ") is not in the list of allowed hosts");
}

Status HostRules::check_address(const ip::address& address, std::uint16_t port) const {
    if (is_public(address)) return {};
    for (const auto& rule : rules_)
        if (!rule.below && rule.matches(address.to_string(), port)) return {};
    return refused("the host has an address that is not public");
}

}  // namespace docent::net
