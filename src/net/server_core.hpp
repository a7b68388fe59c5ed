#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/task_group.hpp"
#include "net/client_address.hpp"
#include "net/server.hpp"
#include "net/timer_wheel.hpp"

namespace docent::net {

class Connection;

/// What the connections of a server share. On the loop.
struct ServerCore : std::enable_shared_from_this<ServerCore> {
    ServerCore(boost::asio::any_io_executor l, ServerConfig c, const Router& r, Server::Decorate d);

    void add(std::shared_ptr<Connection> connection);
    void remove(const Connection& connection);

    /// Has connection.flush() called soon. Streams that wake within one turn of the loop are flushed
    /// together, and several wakes of one stream become one write.
    void flush_soon(std::shared_ptr<Connection> connection);

    /// The Date header's value, made once a second.
    const std::string& date();

    boost::asio::any_io_executor loop;
    boost::asio::io_context::executor_type executor;  // the same, its type known: cheaper to dispatch on
    ServerConfig config;
    const Router& router;
    Server::Decorate decorate;
    TrustedProxies proxies;
    ServerStats stats;
    std::shared_ptr<TimerWheel> wheel;
    bool draining = false;
    std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections;
    boost::asio::steady_timer room;  // cancelled when a connection has closed
    std::vector<char> read_scratch;  // bytes are read here first: a connection at rest has no buffer
    std::string write_scratch;       // a stream's bytes are put together here
    TaskGroup tasks;                 // last: ends first

private:
    void flush_ready();
    std::vector<std::shared_ptr<Connection>> ready_;
    std::vector<std::shared_ptr<Connection>> flushing_;
    bool flush_posted_ = false;
    std::int64_t date_second_ = -1;
    std::string date_;
};

}  // namespace docent::net
