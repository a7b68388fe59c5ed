#include "net/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "net/server_connection.hpp"

namespace docent::net {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

asio::io_context::executor_type typed(const asio::any_io_executor& loop) {
    const auto* executor = loop.target<asio::io_context::executor_type>();
    if (!executor) throw std::invalid_argument("the server needs the executor of an io_context");
    return *executor;
}

/// A second, or finer where a limit is so short that a second would be coarse.
std::chrono::milliseconds tick(const ServerConfig& c) {
    const auto shortest = std::min({c.read_header, c.read_body, c.idle, c.write, c.keep_alive});
    return std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(1'000));
}

}  // namespace

ServerCore::ServerCore(asio::any_io_executor l, ServerConfig c, const Router& r, Server::Decorate d)
    : loop(l),
      executor(typed(l)),
      config(std::move(c)),
      router(r),
      decorate(std::move(d)),
      proxies(config.trusted_proxies),
      wheel(std::make_shared<TimerWheel>(executor, tick(config))),
      room(l),
      read_scratch(64 << 10),
      tasks(l) {}

void ServerCore::add(std::shared_ptr<Connection> connection) {
    const auto* key = connection.get();
    connections.emplace(key, std::move(connection));
    stats.connections = connections.size();
}

void ServerCore::remove(const Connection& connection) {
    connections.erase(&connection);
    stats.connections = connections.size();
    room.cancel();
}

void ServerCore::flush_soon(std::shared_ptr<Connection> connection) {
    ready_.push_back(std::move(connection));
    if (flush_posted_) return;
    flush_posted_ = true;
    asio::post(executor, [self = shared_from_this()] { self->flush_ready(); });
}

void ServerCore::flush_ready() {
    flush_posted_ = false;
    flushing_.swap(ready_);
    for (const auto& connection : flushing_) connection->flush();
    flushing_.clear();
}

const std::string& ServerCore::date() {
    const auto now = system_clock().now();
    if (now / 1000 != date_second_) {
        date_second_ = now / 1000;
        date_ = http_date(now);
    }
    return date_;
}

struct Server::Impl {
    Impl(asio::any_io_executor loop, ServerConfig config, const Router& router, Decorate decorate)
        : core(std::make_shared<ServerCore>(loop, std::move(config), router, std::move(decorate))),
          acceptor(core->executor) {
        const tcp::endpoint endpoint(asio::ip::make_address(core->config.address), core->config.port);
        acceptor.open(endpoint.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        acceptor.bind(endpoint);
        acceptor.listen(4096);
        port = acceptor.local_endpoint().port();
    }

    Task<> accept() {
        while (!core->draining) {
            if (core->connections.size() >= core->config.max_connections) {
                co_await wait_for_room();
                continue;
            }
            auto [failed, socket] = co_await acceptor.async_accept(as_result);
            if (failed == asio::error::operation_aborted || core->draining) co_return;
            if (failed) {
                if (failed == asio::error::connection_aborted) continue;
                // No descriptor left (EMFILE) or no memory: the next try would fail at once, too.
                log::warn("cannot accept connections for now: " + failed.message());
                co_await wait_for_room();
                continue;
            }
            take(std::move(socket));
        }
    }

    /// Until a connection closes; at most a second, as others in the process hold descriptors as well.
    Task<> wait_for_room() {
        core->room.expires_after(std::chrono::seconds(1));
        auto [ignored] = co_await core->room.async_wait(as_result);
        (void)ignored;
    }

    void take(Connection::Socket socket) {
        boost::system::error_code failed;
        const auto peer = socket.remote_endpoint(failed);
        if (failed) return;  // gone already
        socket.set_option(tcp::no_delay(true), failed);
        socket.set_option(asio::socket_base::keep_alive(true), failed);
        auto connection = std::make_shared<Connection>(core, std::move(socket), peer.address().to_string());
        core->add(connection);
        connection->start();
    }

    std::vector<std::shared_ptr<Connection>> all() const {
        std::vector<std::shared_ptr<Connection>> out;
        for (const auto& [key, connection] : core->connections) out.push_back(connection);
        return out;
    }

    std::shared_ptr<ServerCore> core;
    asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor;
    std::uint16_t port = 0;
};

Server::Server(asio::any_io_executor loop, ServerConfig config, const Router& router, Decorate decorate)
    : impl_(std::make_unique<Impl>(std::move(loop), std::move(config), router, std::move(decorate))) {
    impl_->core->wheel->start();
    impl_->core->tasks.spawn("accept", impl_->accept());
}

Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->port; }
const ServerStats& Server::stats() const { return impl_->core->stats; }

Task<> Server::stop() {
    ServerCore& core = *impl_->core;
    core.draining = true;
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
    core.room.cancel();
    for (const auto& connection : impl_->all()) connection->drain();
    const auto end = std::chrono::steady_clock::now() + core.config.drain;
    while (!core.connections.empty() && std::chrono::steady_clock::now() < end) {
        core.room.expires_at(end);  // cancelled whenever one closes
        auto [woken] = co_await core.room.async_wait(as_result);
        (void)woken;
    }
    for (const auto& connection : impl_->all()) connection->close();
    core.wheel->stop();
    co_await core.tasks.stop();
}

}  // namespace docent::net
