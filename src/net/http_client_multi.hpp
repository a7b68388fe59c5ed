#pragma once
#include <curl/curl.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

namespace docent::net {

/// Runs libcurl's transfers on the event loop. Their sockets are in one epoll set, which the loop watches as
/// a single descriptor: one turn takes what all of them have ready. Names are resolved on libcurl's threads.
/// Called from the loop, never from within one of libcurl's callbacks. Keeps the loop busy only while there
/// are transfers. Owned by a shared_ptr.
class CurlMulti : public std::enable_shared_from_this<CurlMulti> {
public:
    /// `done` is called once for each transfer that ends by itself, after it was removed. It may not call
    /// back.
    using Done = std::function<void(CURL* easy, CURLcode result)>;

    CurlMulti(boost::asio::any_io_executor loop, Done done);
    ~CurlMulti();
    CurlMulti(const CurlMulti&) = delete;
    CurlMulti& operator=(const CurlMulti&) = delete;

    /// False if libcurl refuses it.
    bool add(CURL* easy);
    /// Ends a transfer. Its callbacks are not called any more.
    void remove(CURL* easy);
    /// Goes on after a callback paused the transfer.
    void resume(CURL* easy);

private:
    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
    static int on_timer(CURLM*, long milliseconds, void* self);
    void wait();
    void take_ready();
    void report();

    const Done done_;
    boost::asio::posix::stream_descriptor sockets_;  // the epoll set
    boost::asio::steady_timer timer_;
    CURLM* multi_ = nullptr;
    std::size_t running_ = 0;
    unsigned waits_ = 0;  // numbers them: of one that was given up, a late end means nothing
};

}  // namespace docent::net
