#pragma once
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::net {

/// True for an address that anybody on the internet may be told to call: none that is private, loopback,
/// link-local, shared (CGNAT), multicast, reserved or for documentation, none that carries an IPv4 address in
/// an IPv6 one (mapped, 6to4, Teredo, NAT64). After the registries of IANA for special purposes.
bool is_public(const boost::asio::ip::address& address);

/// An http or https URL in parts, as it will be called.
struct Target {
    bool https = false;
    std::string host;  // in lower case, no brackets, no dot at its end
    std::uint16_t port = 80;
    std::string path;  // with the query; begins with "/"

    std::string url() const;
    std::string origin() const;  // "https://example.com", with a port that is not the scheme's own
    bool is_address() const;
};

/// invalid_argument for what is no http URL, holds a user or password, or names its host in a way that two
/// programs may read in two ways (0x7f.1, 2130706433, percent signs, letters beyond ASCII).
Result<Target> parse_target(std::string_view url);

/// Whom a tool may call. Each rule is a host ("example.com"), all below one ("*.example.com"), or any ("*"),
/// with the ports 80 and 443, or with a port of its own ("example.com:8080", "[::1]:8080"). An address that
/// is not public is allowed only by a rule that is this address. No rule: nobody.
class HostRules {
public:
    HostRules() = default;
    /// invalid_argument names the rule that is none.
    static Result<HostRules> parse(const std::vector<std::string>& rules);

    bool empty() const { return rules_.empty(); }
    /// What `other` allows, too; its rules for addresses that are not public only if these rules have them.
    void add_public(const HostRules& other);
    /// permission_denied when no rule names the host and port.
    Status check_host(const Target& target) const;
    /// permission_denied for what the host must not resolve to.
    Status check_address(const boost::asio::ip::address& address, std::uint16_t port) const;

private:
    struct Rule {
        std::string host;
        std::uint16_t port = 0;  // 0: 80 and 443
        bool below = false;      // "*.host"; with no host: any
        bool matches(std::string_view host, std::uint16_t port) const;
        bool is_public() const;  // a name, or an address that is
    };
    std::vector<Rule> rules_;
};

}  // namespace docent::net
