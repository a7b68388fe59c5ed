#include "net/server_connection.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/status.hpp>
#include <cerrno>

#include "base/log.hpp"
#include "base/text.hpp"
#include "net/problem.hpp"

namespace docent::net {
namespace asio = boost::asio;
namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds linger_limit{2'000};

bool belongs_to_server(const std::string& lower_name) {
    return lower_name == "content-length" || lower_name == "transfer-encoding" ||
           lower_name == "connection" || lower_name == "date" || lower_name == "keep-alive";
}

/// What a handler puts into a header may come from input; a line end there would be a header of the input's
/// choice.
bool sendable(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7f) return false;
    }
    return true;
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

Connection::Connection(std::shared_ptr<ServerCore> core, Socket socket, std::string peer)
    : core_(std::move(core)), socket_(std::move(socket)), peer_(std::move(peer)) {}

Connection::~Connection() = default;

void Connection::start() {
    phase_ = Phase::idle;
    core_->tasks.spawn("http connection", serve(shared_from_this()));
}

Task<> Connection::serve(std::shared_ptr<Connection> self) {
    std::string thrown;
    try {
        for (int served = 1;; ++served) {
            const bool again = co_await self->exchange();
            if (!again) co_return;
            if (served % 16 == 0) co_await asio::post(asio::use_awaitable);  // others' turn
        }
    } catch (const std::exception& e) {
        thrown = e.what();
    }
    if (!self->closed() && !self->core_->draining) log::error("http connection: " + thrown);
    self->close();
}

void Connection::expired() {
    switch (phase_) {
        case Phase::idle:
        case Phase::head:
        case Phase::body:
        case Phase::lingering: {
            timed_out_ = true;  // the coroutine sees it
            boost::system::error_code ignored;
            socket_.cancel(ignored);
            break;
        }
        case Phase::writing:
            close();
            break;
        case Phase::streaming:
            if (writing_ || !send_keep_alive()) close();
            break;
        case Phase::handling:
        case Phase::closed:
            break;
    }
}

Task<bool> Connection::read_some() {
    auto& scratch = core_->read_scratch;
    while (!timed_out_ && !closed()) {
        const auto n = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), MSG_DONTWAIT);
        if (n > 0) {
            input_.append(scratch.data(), static_cast<std::size_t>(n));
            co_return true;
        }
        if (n == 0) co_return false;
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) co_return false;
        auto [failed] = co_await socket_.async_wait(Socket::wait_read, token);
        if (failed) co_return false;
    }
    co_return false;
}

Task<bool> Connection::write_all(std::string_view first, std::string_view second) {
    while (!closed() && first.size() + second.size() > 0) {
        iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                          {const_cast<char*>(second.data()), second.size()}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = 2;
        const auto n = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            auto sent = static_cast<std::size_t>(n);
            core_->stats.bytes_sent += sent;
            const auto of_first = std::min(sent, first.size());
            first.remove_prefix(of_first);
            second.remove_prefix(sent - of_first);
            core_->wheel->arm(*this, core_->config.write);
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) co_return false;
        core_->wheel->arm(*this, core_->config.write);
        auto [failed] = co_await socket_.async_wait(Socket::wait_write, token);
        if (failed) co_return false;
    }
    co_return !closed();
}

Task<Response> Connection::answer(Incoming& in) {
    if (in.refusal) co_return std::move(*in.refusal);
    const auto found = core_->router.find(in.request);
    if (!found.handler) {
        if (found.allow.empty() && in.request.path != "*")
            co_return problem(not_found("there is no such route").because("unknown_route"));
        co_return other_method(in.request.method,
                               found.allow.empty() ? "GET, HEAD, POST, OPTIONS" : found.allow);
    }
    std::optional<Result<Response>> result;
    std::string thrown;
    try {
        result.emplace(co_await (*found.handler)(in.request));
    } catch (const std::exception& e) {
        thrown = e.what();
    } catch (...) {
        thrown = "not a std::exception";
    }
    if (!result) co_return problem(internal(in.request.method + " " + in.request.path + " threw: " + thrown));
    if (!result->ok()) co_return problem(result->error());
    co_return std::move(**result);
}

std::string Connection::head_of(const Response& response, const Incoming& in, bool keep_alive) const {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    const auto reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(response.status)));
    head.append(reason.data(), reason.size());
    head += "\r\nDate: " + core_->date() + "\r\n";
    for (const auto& [name, value] : response.headers) {
        if (belongs_to_server(lower_ascii(name))) continue;
        if (name.empty() || !sendable(name) || !sendable(value)) {
            log::error("dropped the response header " + lower_ascii(name) + ": it has a control character");
            continue;
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }
    if (response.stream) {
        if (!in.http10) head += "Transfer-Encoding: chunked\r\n";
    } else if (!has_no_body(response.status)) {
        head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    }
    if (!keep_alive) {
        head += "Connection: close\r\n";
    } else if (in.http10) {
        head += "Connection: keep-alive\r\n";
    }
    head += "\r\n";
    return head;
}

/// True: go on with the next request.
Task<bool> Connection::exchange() {
    Incoming in;
    co_await receive(in);
    if (in.gone || closed()) {
        close();
        co_return false;
    }
    phase_ = Phase::handling;
    core_->wheel->disarm(*this);
    Response response = co_await answer(in);
    if (closed()) co_return false;
    const bool head_only = in.request.method == "HEAD";
    const bool unframed = in.http10 && response.stream && !head_only;  // its end is the connection's
    const bool keep_alive = in.keep_alive && !unframed && !core_->draining;
    if (core_->decorate) core_->decorate(in.request, response);
    ++core_->stats.requests;
    ++core_->stats.statuses[response.status];
    std::string head = head_of(response, in, keep_alive);
    if (head_only || has_no_body(response.status)) {
        response.stream.reset();
        response.body.clear();
    }
    if (response.stream) {
        begin_stream(std::move(head), std::move(response.stream), !in.http10, keep_alive);
        co_return false;
    }
    phase_ = Phase::writing;
    core_->wheel->arm(*this, core_->config.write);
    const bool written = co_await write_all(head, response.body);
    if (!written) {
        close();
        co_return false;
    }
    if (!keep_alive) co_await linger();
    co_return keep_alive;
}

/// Ends our side and reads the rest of theirs for a while. Closing with unread bytes would reset the
/// connection, and the client would lose the answer it is about to read.
Task<> Connection::linger() {
    phase_ = Phase::lingering;
    core_->wheel->arm(*this, linger_limit);
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    for (bool more = !core_->draining; more;) {
        input_.clear();
        more = co_await read_some();
    }
    close();
}

Task<> Connection::finish(std::shared_ptr<Connection> self) { co_await self->linger(); }

void Connection::drain() {
    if (phase_ == Phase::idle || phase_ == Phase::lingering) close();
    keep_alive_ = false;
}

void Connection::close() {
    if (closed()) return;
    if (phase_ == Phase::streaming) --core_->stats.streams;
    phase_ = Phase::closed;
    core_->wheel->disarm(*this);
    source_.reset();
    boost::system::error_code ignored;
    socket_.close(ignored);
    core_->remove(*this);
}

}  // namespace docent::net
