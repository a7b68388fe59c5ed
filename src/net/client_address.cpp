#include "net/client_address.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"

namespace docent::net {
namespace ip = boost::asio::ip;
namespace {

/// ::ffff:1.2.3.4 is 1.2.3.4: a socket for both families shows IPv4 peers so.
ip::address plain(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address;
}

/// An address with or without a port: "1.2.3.4", "1.2.3.4:80", "::1", "[::1]:80".
bool read_address(std::string_view text, ip::address& out) {
    if (text.starts_with('[')) {
        text = text.substr(1, text.find(']') - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    boost::system::error_code failed;
    out = plain(ip::make_address(std::string(text), failed));
    return !failed;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& cidrs) {
    for (const auto& text : cidrs) {
        boost::system::error_code failed;
        const bool block = text.find('/') != text.npos;
        if (text.find(':') == text.npos) {
            v4_.push_back(ip::make_network_v4(block ? text : text + "/32", failed));
        } else {
            v6_.push_back(ip::make_network_v6(block ? text : text + "/128", failed));
        }
        if (failed) throw std::invalid_argument("trusted_proxies: \"" + text + "\" is not a CIDR block");
    }
}

bool TrustedProxies::trusted(const ip::address& address) const {
    if (address.is_v4()) {
        return std::any_of(v4_.begin(), v4_.end(), [&](const auto& network) {
            return (address.to_v4().to_uint() & network.netmask().to_uint()) == network.network().to_uint();
        });
    }
    return std::any_of(v6_.begin(), v6_.end(), [&](const auto& network) {
        return ip::make_network_v6(address.to_v6(), network.prefix_length()).network() == network.network();
    });
}

std::string TrustedProxies::client(const std::string& peer, std::string_view forwarded_for) const {
    ip::address address;
    if (!read_address(peer, address)) return peer;
    if (v4_.empty() && v6_.empty()) return address.to_string();
    while (trusted(address)) {
        const auto comma = forwarded_for.rfind(',');
        const auto last = trim(comma == forwarded_for.npos ? forwarded_for : forwarded_for.substr(comma + 1));
        ip::address next;
        if (last.empty() || !read_address(last, next)) break;
        address = next;
        if (comma == forwarded_for.npos) break;
        forwarded_for = forwarded_for.substr(0, comma);
    }
    return address.to_string();
}

}  // namespace docent::net
