#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "net/server.hpp"

namespace docent::test {

/// An event loop on a thread of its own, with one HTTP server on 127.0.0.1 and a free port.
class TestServer {
public:
    /// Routes are added by `routes` before the server starts.
    explicit TestServer(const std::function<void(net::Router&)>& routes, net::ServerConfig config = {},
                        net::Server::Decorate decorate = {});
    /// Stops as Server::stop() does.
    ~TestServer();

    std::uint16_t port() const { return server_->port(); }
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port()) + path;
    }
    boost::asio::io_context& loop() { return loop_; }
    void stop();
    /// Begins to stop and returns at once; stop() waits for it.
    void begin_stop();

    /// The result of `fn`, run on the loop.
    template <class F>
    auto on_loop(F fn) -> decltype(fn()) {
        auto task = std::make_shared<std::packaged_task<decltype(fn())()>>(std::move(fn));
        auto result = task->get_future();
        boost::asio::post(loop_, [task] { (*task)(); });
        return result.get();
    }
    net::ServerStats stats() {
        return on_loop([this] { return server_->stats(); });
    }
    /// Turns the loop until `holds` of the statistics; false after ten seconds.
    bool reaches(const std::function<bool(const net::ServerStats&)>& holds);

private:
    boost::asio::io_context loop_;
    net::Router router_;
    std::unique_ptr<net::Server> server_;
    std::promise<void> stopped_;
    bool stopping_ = false;
    std::thread thread_;
};

/// A body in pieces, one a read(). `hold`: it does not end after the last one.
class Pieces final : public net::BodySource {
public:
    explicit Pieces(std::vector<std::string> pieces, bool hold = false, std::string keep_alive = {})
        : pieces_(std::move(pieces)), keep_alive_(std::move(keep_alive)), hold_(hold) {}
    void start(std::function<void()>) override {}
    Next read(std::string& out, std::size_t) override {
        if (next_ < pieces_.size()) out += pieces_[next_++];
        if (next_ < pieces_.size()) return Next::more;
        return hold_ ? Next::wait : Next::end;
    }
    std::string_view keep_alive() const override { return keep_alive_; }

private:
    std::vector<std::string> pieces_;
    std::string keep_alive_;
    std::size_t next_ = 0;
    bool hold_;
};

/// A stand-in for a service that we call: answers what the test says, and remembers what it was asked.
/// Its own thread, so that blocking code can be tested against it.
class Imposter {
public:
    using Answer = std::function<net::Response(const net::Request&)>;
    Imposter();

    /// What "METHOD /path" answers from now on. Everything else is 404.
    void on(const std::string& method, const std::string& path, Answer answer);
    void on(const std::string& method, const std::string& path, int status, std::string type,
            std::string body);
    /// The body in these pieces, each a chunk of its own.
    void on_stream(const std::string& method, const std::string& path, std::string type,
                   std::vector<std::string> pieces);

    std::string url(const std::string& path = "") const { return server_->url(path); }
    std::uint16_t port() const { return server_->port(); }
    /// The requests so far, in order.
    std::vector<net::Request> requests() const;

private:
    Task<Result<net::Response>> answer(net::Request& request);
    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_;
    std::vector<net::Request> requests_;
    std::unique_ptr<TestServer> server_;
};

}  // namespace docent::test
