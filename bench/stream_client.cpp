#include "stream_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace docent::bench {
namespace {

using Clock = std::chrono::steady_clock;

int open_and_ask(std::uint16_t port, const std::string& path) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto request = "GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n";
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
        throw std::runtime_error("cannot connect to " + std::to_string(port));
    }
    return fd;
}

double number(const std::string& text, const std::string& name) {
    const auto at = text.find("\"" + name + "\":");
    return at == text.npos ? 0 : std::strtod(text.c_str() + at + name.size() + 3, nullptr);
}

Usage usage(std::uint16_t port) {
    const int fd = open_and_ask(port, "/usage");
    std::string text;
    char bytes[4096];
    while (text.find('}') == text.npos) {
        const auto n = ::recv(fd, bytes, sizeof bytes, 0);
        if (n <= 0) throw std::runtime_error("no answer from /usage");
        text.append(bytes, static_cast<std::size_t>(n));
    }
    ::close(fd);
    return {number(text, "cpu"), number(text, "resident"), number(text, "allocated")};
}

class Streams {
public:
    Streams(std::uint16_t port, const std::string& path, int count) : begun_(65536) {
        epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
        for (int i = 0; i < count; ++i) {
            const int fd = open_and_ask(port, path);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.fd = fd;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
            fds_.push_back(fd);
        }
    }
    ~Streams() {
        for (const int fd : fds_) ::close(fd);
        ::close(epoll_);
    }
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    /// Reads until `end`, or until every stream has begun if `until_begun`.
    void read(Clock::time_point end, bool until_begun) {
        std::vector<epoll_event> events(1024);
        while (Clock::now() < end && !(until_begun && begun_count_ == fds_.size())) {
            const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10);
            for (int i = 0; i < n; ++i) take(events[static_cast<std::size_t>(i)].data.fd);
        }
        if (until_begun && begun_count_ != fds_.size()) throw std::runtime_error("not all streams began");
    }

    std::uint64_t frames = 0;

private:
    void take(int fd) {
        const auto n = ::recv(fd, bytes_.data(), bytes_.size(), MSG_DONTWAIT);
        if (n <= 0) {
            if (n == 0) throw std::runtime_error("the server closed a stream");
            return;
        }
        const auto index = static_cast<std::size_t>(fd);
        if (!begun_.at(index)) {
            begun_[index] = true;
            ++begun_count_;
        }
        frames += static_cast<std::uint64_t>(std::count(bytes_.begin(), bytes_.begin() + n, '{'));
    }

    int epoll_ = -1;
    std::vector<int> fds_;
    std::vector<bool> begun_;
    std::size_t begun_count_ = 0;
    std::vector<char> bytes_ = std::vector<char>(256 << 10);
};

}  // namespace

Measured measure(std::uint16_t port, const std::string& path, int connections, double seconds) {
    Measured out;
    usage(port);  // so that what a first request allocates is not counted
    out.alone = usage(port);
    Streams streams(port, path, connections);
    streams.read(Clock::now() + std::chrono::seconds(20), true);
    out.before = usage(port);
    streams.frames = 0;
    const auto start = Clock::now();
    const auto length = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    streams.read(start + length, false);
    out.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    out.frames = streams.frames;
    out.after = usage(port);
    return out;
}

}  // namespace docent::bench
