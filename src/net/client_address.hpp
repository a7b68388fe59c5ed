#pragma once
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace docent::net {

/// The proxies whose X-Forwarded-For is believed.
class TrustedProxies {
public:
    /// CIDR blocks or single addresses, IPv4 and IPv6. Throws std::invalid_argument, naming the bad one.
    explicit TrustedProxies(const std::vector<std::string>& cidrs);

    /// The client's address: the peer's own unless that is trusted; then the rightmost address of
    /// X-Forwarded-For that is not. What stands left of it is what the client claims, and is ignored.
    std::string client(const std::string& peer, std::string_view forwarded_for) const;

private:
    bool trusted(const boost::asio::ip::address& address) const;
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace docent::net
