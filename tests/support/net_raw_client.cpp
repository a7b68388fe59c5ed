#include "support/net_raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "base/text.hpp"

namespace docent::test {

RawClient::RawClient(std::uint16_t port, int receive_buffer) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd_);
        throw std::runtime_error("cannot connect to the test server");
    }
}

RawClient::~RawClient() { close(); }

void RawClient::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void RawClient::half_close() { ::shutdown(fd_, SHUT_WR); }

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool RawClient::receive() {
    char bytes[65536];
    const auto n = ended_ ? 0 : ::recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0) {
        ended_ = true;
        return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
}

bool RawClient::await_text(std::string_view text) {
    for (;;) {
        const auto at = buffer_.find(text);
        if (at != buffer_.npos) {
            buffer_.erase(0, at + text.size());
            return true;
        }
        if (!receive()) return false;
    }
}

RawResponse RawClient::response(bool head_only) {
    RawResponse out;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == buffer_.npos) {
        if (!receive()) return out;
    }
    const auto lines = split(buffer_.substr(0, end), '\n');
    buffer_.erase(0, end + 4);
    out.status = std::stoi(lines[0].substr(9, 3));
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto colon = lines[i].find(':');
        out.headers[lower_ascii(lines[i].substr(0, colon))] =
            trim(std::string_view(lines[i]).substr(colon + 1));
    }
    if (head_only || out.status < 200 || out.status == 204) {
        out.whole = true;
        return out;
    }
    if (out.headers["transfer-encoding"] == "chunked") {
        for (;;) {
            std::size_t line = 0;
            while ((line = buffer_.find("\r\n")) == buffer_.npos) {
                if (!receive()) return out;
            }
            const auto size = std::stoul(buffer_.substr(0, line), nullptr, 16);
            while (buffer_.size() < line + 2 + size + 2) {
                if (!receive()) return out;
            }
            out.body += buffer_.substr(line + 2, size);
            buffer_.erase(0, line + 2 + size + 2);
            if (size == 0) break;
            ++out.chunks;
        }
        out.whole = true;
        return out;
    }
    if (!out.headers.contains("content-length")) {
        out.body = rest();
        out.whole = true;
        return out;
    }
    const auto size = std::stoul(out.headers["content-length"]);
    while (buffer_.size() < size) {
        if (!receive()) return out;
    }
    out.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    out.whole = true;
    return out;
}

std::string RawClient::rest() {
    while (receive()) {
    }
    return std::move(buffer_);
}

bool RawClient::closed_by_server() { return buffer_.empty() && !receive() && errno != EAGAIN; }

}  // namespace docent::test
