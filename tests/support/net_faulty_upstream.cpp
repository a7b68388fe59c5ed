#include "support/net_faulty_upstream.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "base/text.hpp"

namespace docent::test {
namespace {

constexpr auto patience = std::chrono::seconds(20);

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

Step send(std::string bytes) { return {Step::Kind::send, std::move(bytes)}; }
Step hold() { return {Step::Kind::hold, ""}; }
Step reset() { return {Step::Kind::reset, ""}; }
Step close() { return {Step::Kind::close, ""}; }

Script answer(int status, const std::string& body, const std::vector<std::string>& headers) {
    std::string out =
        fmt::format("HTTP/1.1 {} Status\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", status,
                    body.size());
    for (const auto& header : headers) out += header + "\r\n";
    return {send(out + "\r\n" + body)};
}

Step stream_head(const std::string& type) {
    return send("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
}

Step chunk(const std::string& bytes) { return send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes)); }

Script stream(const std::vector<std::string>& pieces) {
    Script out{stream_head()};
    for (const auto& piece : pieces) out.push_back(chunk(piece));
    out.push_back(send("0\r\n\r\n"));
    return out;
}

FaultyUpstream::FaultyUpstream() : always_(answer(500, R"({"error":{"message":"nothing is scripted"}})")) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("the faulty server cannot listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

FaultyUpstream::~FaultyUpstream() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (auto& thread : threads_) thread.join();
    ::close(listener_);
}

std::string FaultyUpstream::url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void FaultyUpstream::next(Script script) {
    const std::lock_guard lock(mutex_);
    scripts_.push_back(std::move(script));
}

void FaultyUpstream::always(Script script) {
    const std::lock_guard lock(mutex_);
    always_ = std::move(script);
}

std::vector<FaultyUpstream::Asked> FaultyUpstream::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

std::size_t FaultyUpstream::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

bool FaultyUpstream::clients_left(std::size_t many) {
    std::unique_lock lock(mutex_);
    return news_.wait_for(lock, patience, [&] { return left_ >= many; });
}

bool FaultyUpstream::was_asked(std::size_t times) {
    std::unique_lock lock(mutex_);
    return news_.wait_for(lock, patience, [&] { return asked_.size() >= times; });
}

void FaultyUpstream::accept() {
    for (;;) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        const std::lock_guard lock(mutex_);
        if (socket < 0 || stopping_) {
            if (socket >= 0) ::close(socket);
            return;
        }
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ++connections_;
        open_.push_back(socket);
        threads_.emplace_back([this, socket] { serve(socket); });
    }
}

void FaultyUpstream::serve(int socket) {
    std::string buffer;
    for (Asked request; read_request(socket, buffer, request); request = Asked()) {
        Script script;
        {
            const std::lock_guard lock(mutex_);
            asked_.push_back(request);
            script = always_;
            if (!scripts_.empty()) {
                script = std::move(scripts_.front());
                scripts_.pop_front();
            }
            news_.notify_all();
        }
        if (!play(socket, script)) break;
    }
    const std::lock_guard lock(mutex_);
    open_.remove(socket);
    ::close(socket);
}

bool FaultyUpstream::read_request(int socket, std::string& buffer, Asked& out) {
    const auto more = [&] {
        char bytes[16384];
        const auto got = ::recv(socket, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        buffer.append(bytes, static_cast<std::size_t>(got));
        return true;
    };
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == buffer.npos)
        if (!more()) return false;
    out.head = buffer.substr(0, end + 2);
    const auto lower = lower_ascii(out.head);
    const auto length = lower.find("content-length:");
    const std::size_t size = length == lower.npos ? 0 : std::stoul(lower.substr(length + 15));
    while (buffer.size() < end + 4 + size)
        if (!more()) return false;
    out.body = buffer.substr(end + 4, size);
    buffer.erase(0, end + 4 + size);
    return true;
}

bool FaultyUpstream::play(int socket, const Script& script) {
    const auto client_left = [&] {
        const std::lock_guard lock(mutex_);
        if (!stopping_) ++left_;
        news_.notify_all();
        return false;
    };
    for (const auto& step : script) {
        switch (step.kind) {
            case Step::Kind::send:
                if (!send_all(socket, step.bytes)) return client_left();
                break;
            case Step::Kind::hold: {
                char byte = 0;
                while (::recv(socket, &byte, 1, 0) > 0) {
                }
                return client_left();
            }
            case Step::Kind::reset: {
                const linger now{1, 0};
                ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
                return false;
            }
            case Step::Kind::close:
                return false;
        }
    }
    return true;
}

}  // namespace docent::test
