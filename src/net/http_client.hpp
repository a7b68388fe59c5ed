#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "net/http.hpp"

namespace docent::net {

struct Call {
    std::string method = "GET";
    std::string url;
    Headers headers;
    std::string body;
    std::chrono::milliseconds connect_limit{10'000};
    std::chrono::milliseconds limit{60'000};       // the whole call; 0: none
    std::chrono::milliseconds idle_limit{30'000};  // without a byte
    std::size_t max_body = 16 << 20;               // bytes for fetch(); too_large when exceeded
    int max_redirects = 5;
    std::string connect_to;  // an address, instead of what the URL's host resolves to: no proxy, a connection
                             // of its own, the reason "unreachable" when there is none. With
                             // max_redirects 0.
};

/// What came back, headers with names in lower case.
struct Reply {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::string body;
    std::string url;  // the last one, after redirects
};

/// The HTTP client: proxies from the environment (https_proxy, no_proxy, ...), HTTP/2, connection reuse,
/// decompression. Certificates are checked against the system's bundle, or the one that CURL_CA_BUNDLE or
/// SSL_CERT_FILE names.
/// libcurl's multi interface runs behind it, on the event loop; only names are looked up on other threads.
/// Called from the event loop; a cancelled coroutine ends its call. All calls have ended before the
/// destructor.
class HttpClient {
public:
    explicit HttpClient(boost::asio::any_io_executor loop);
    ~HttpClient();

    /// The whole reply. Any HTTP status is a Reply; upstream_failed (unreachable, broken), timed_out,
    /// too_large and cancelled are Errors.
    Task<Result<Reply>> fetch(Call call);

    /// Looks at status and headers before the first byte of the body; an Error ends the call with it.
    using OnHead = std::function<Status(const Reply& head)>;

    /// Puts the body into `out` as it comes, whatever the status; a slow `out` slows the peer down. The
    /// Reply's body is empty. Fails as fetch() does, or as out.put() or `on_head` did.
    Task<Result<Reply>> stream(Call call, Sink<std::string>& out, OnHead on_head = {});

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace docent::net
