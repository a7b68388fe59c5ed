#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.hpp"

namespace docent::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method;                          // "GET", "POST", ...
    std::string path;                            // percent-decoded, without the query; begins with "/"
    std::string target;                          // as it came: path and query, not decoded
    std::map<std::string, std::string> params;   // from {name} in the route's pattern
    std::map<std::string, std::string> query;    // decoded; the last of equal names counts
    std::map<std::string, std::string> headers;  // names in lower case; repeated ones joined by ", "
    std::string body;
    std::string client;  // the client's address (behind a trusted proxy: the real one)

    /// A parameter of the route's own pattern: its absence is a bug, not bad input.
    const std::string& param(const std::string& name) const { return params.at(name); }
    /// "" when absent. `name` in lower case.
    const std::string& header(const std::string& name) const;
    /// True if the request has "Origin", that is: a browser sent it from a script.
    bool from_browser() const { return headers.contains("origin"); }
};

/// A body that is produced while it is sent. The server pulls: read() is called when the socket can
/// take more, so a slow reader costs at most one buffer, and an idle stream costs no coroutine.
/// All calls come on the event loop.
class BodySource {
public:
    enum class Next {
        more,  // call read() again when what was appended has been sent
        wait,  // nothing to give just now: `wake` will be called
        end,   // that was all
    };
    virtual ~BodySource() = default;  // destroyed early when the client goes away

    /// Called once, before the first read(). `wake` may be called at any time on the loop, also when
    /// there is nothing new, and must not be called after the source is destroyed.
    virtual void start(std::function<void()> wake) = 0;

    /// Appends what there is to `out`, up to about `limit` bytes (it may exceed it by one item).
    virtual Next read(std::string& out, std::size_t limit) = 0;

    /// What to send when nothing else was sent for ServerConfig::keep_alive. "": nothing.
    virtual std::string_view keep_alive() const { return {}; }
};

struct Response {
    int status = 200;
    Headers headers;  // Content-Length, Transfer-Encoding, Connection and Date are the server's business
    std::string body;
    std::unique_ptr<BodySource> stream;  // instead of body: sent chunked
};

/// The bytes as they are, with their type.
Response reply(int status, std::string content_type, std::string body);

/// Answers a request. An Error becomes the error body of net/problem.hpp.
using Handler = std::function<Task<Result<Response>>(Request&)>;

/// Which handler a request goes to. Patterns are path segments, literal or {name}; the last may be
/// {name...}, which takes the rest of the path, slashes included. A literal segment wins over {name}.
class Router {
public:
    void add(std::string method, std::string pattern, Handler handler);
    /// What answers a path that no route has, whatever the method, without params: a site's own pages.
    void set_fallback(Handler handler) { fallback_ = std::move(handler); }

    struct Found {
        const Handler* handler = nullptr;  // null: none
        std::string allow;  // methods of this path: for 405 and OPTIONS; "" if the path is unknown
    };
    /// Fills request.params on success. HEAD falls back to GET.
    Found find(Request& request) const;

    /// "METHOD /pattern" of every route, in the order of addition.
    std::vector<std::string> list() const;

private:
    struct Route {
        std::string method;
        std::string pattern;
        std::vector<std::string> segments;
        Handler handler;
    };
    std::vector<Route> routes_;
    Handler fallback_;
};

}  // namespace docent::net
