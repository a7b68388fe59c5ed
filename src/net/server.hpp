#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/http.hpp"

namespace docent::net {

struct ServerConfig {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                // 0: any free one, see Server::port()
    std::size_t max_body = 5 << 20;        // bytes; larger: 413
    std::size_t max_header = 16 << 10;     // bytes of request line and headers; larger: 431
    std::size_t max_connections = 10'000;  // more wait in the backlog
    std::size_t write_buffer = 64 << 10;   // bytes a stream may have pending before it is not read further
    std::chrono::milliseconds read_header{10'000};  // from the first byte to the end of the headers
    std::chrono::milliseconds read_body{30'000};
    std::chrono::milliseconds idle{75'000};        // between requests of one connection
    std::chrono::milliseconds write{30'000};       // without progress: disconnected
    std::chrono::milliseconds keep_alive{15'000};  // BodySource::keep_alive of quiet streams
    std::chrono::milliseconds drain{10'000};       // Server::stop: what running answers get to end
    std::vector<std::string> trusted_proxies;      // CIDR; only from these is X-Forwarded-For read
};

/// Counters for /metrics. On the loop.
struct ServerStats {
    std::uint64_t requests = 0;
    std::uint64_t connections = 0;  // open now
    std::uint64_t streams = 0;      // open now
    std::uint64_t bytes_sent = 0;
    std::map<int, std::uint64_t> statuses;
};

/// The HTTP/1.1 server. Beast is behind Impl: server*.cpp are the only files that include it.
/// On the event loop. stop() must have completed before the destructor.
class Server {
public:
    /// Throws when the address cannot be bound. `answered` is called for each response before it is
    /// sent, errors included: there api adds CORS and other common headers.
    using Decorate = std::function<void(const Request&, Response&)>;
    Server(boost::asio::any_io_executor loop, ServerConfig config, const Router& router,
           Decorate decorate = {});
    ~Server();
    std::uint16_t port() const;
    const ServerStats& stats() const;

    /// Stops accepting, closes idle connections, gives running answers `drain` to end, then closes them.
    Task<> stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace docent::net
