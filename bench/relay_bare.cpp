#include "relay_bare.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace docent::bench {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

class BareRelay {
public:
    explicit BareRelay(int upstream) : upstream_(loopback(upstream)) {
        auto address = loopback(0);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (listener_ < 0 || ::bind(listener_, any, size) != 0 || ::listen(listener_, 4096) != 0 ||
            ::getsockname(listener_, any, &size) != 0)
            throw std::runtime_error("cannot listen");
        std::printf("%d\n", ntohs(address.sin_port));
        std::fflush(stdout);
        watch(listener_);
    }

    void run() {
        std::vector<epoll_event> events(256);
        for (;;) {
            const int count = ::epoll_wait(set_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < count; ++i) {
                const int socket = events[static_cast<std::size_t>(i)].data.fd;
                if (socket == listener_) {
                    watch(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
                } else {
                    take(socket);
                }
            }
        }
    }

private:
    void watch(int socket) {
        if (socket < 0) return;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        ::epoll_ctl(set_, EPOLL_CTL_ADD, socket, &event);
        peers_.resize(std::max(peers_.size(), static_cast<std::size_t>(socket) + 1), -1);
    }

    /// Of a reader the first thing that comes is its request.
    void take(int socket) {
        const auto got = ::recv(socket, bytes_.data(), bytes_.size(), MSG_DONTWAIT);
        if (got < 0) return;
        int& peer = peers_[static_cast<std::size_t>(socket)];
        if (got > 0 && peer < 0) {
            connect(socket);
        } else if (got == 0 || ::send(peer, bytes_.data(), static_cast<std::size_t>(got),
                                      MSG_NOSIGNAL | MSG_DONTWAIT) != got) {
            end(socket, peer);
        }
    }

    void connect(int reader) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        constexpr std::string_view request = "GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        if (socket < 0 ||
            ::connect(socket, reinterpret_cast<const sockaddr*>(&upstream_), sizeof upstream_) != 0 ||
            ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) < 0)
            throw std::runtime_error("cannot reach the service");
        watch(socket);
        peers_[static_cast<std::size_t>(socket)] = reader;
        peers_[static_cast<std::size_t>(reader)] = socket;
    }

    void end(int socket, int peer) {
        for (const int one : {socket, peer}) {
            if (one < 0) continue;
            peers_[static_cast<std::size_t>(one)] = -1;
            ::close(one);
        }
    }

    const sockaddr_in upstream_;
    const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int set_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<int> peers_;  // by socket
    std::vector<char> bytes_ = std::vector<char>(64 << 10);
};

}  // namespace

int bare_relay(int upstream) {
    BareRelay(upstream).run();
    return 0;
}

}  // namespace docent::bench
