// A client for benchmarks of any HTTP/1.1 server on 127.0.0.1. It takes as little of the processor as it can,
// since it shares the machine with the server. Prints one JSON object.
//
//   http_load load PORT METHOD PATH CONNECTIONS SECONDS [HEADERS [BODY]]
//       each connection sends a request, reads the answer and begins again; "{n}" in BODY is a new number
//       each time
//   http_load follow PORT PATH CONNECTIONS MARK COUNT SECONDS [HEADERS]
//       opens event streams, prints "ready" when all have answered, and waits until each has seen MARK COUNT
//       times. Where 20 digits and a space stand before MARK, they are the time at which it was sent (steady
//       clock, nanoseconds), and the delays are told
//
// HEADERS are lines that end with \n.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

int connected(int port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error("cannot connect");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

std::string request(const std::string& method, const std::string& path, const std::string& headers,
                    const std::string& body) {
    std::string out = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    for (std::size_t from = 0; from < headers.size();) {
        const auto end = std::min(headers.find('\n', from), headers.size());
        out += headers.substr(from, end - from) + "\r\n";
        from = end + 1;
    }
    if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return out + "\r\n" + body;
}

void send_all(int fd, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
        const auto n = ::send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) throw std::runtime_error("cannot send");
        sent += static_cast<std::size_t>(n);
    }
}

/// Reads one answer, whatever its framing; its status and how many bytes its body had.
class Answers {
public:
    explicit Answers(int fd) : fd_(fd) {}

    int read(std::size_t& bytes) {
        std::size_t end = std::string::npos;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) fill();
        std::string head = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        const int status = std::atoi(head.c_str() + 9);
        std::transform(head.begin(), head.end(), head.begin(),
                       [](unsigned char c) { return std::tolower(c); });
        if (const auto at = head.find("content-length:"); at != std::string::npos) {
            bytes = std::strtoull(head.c_str() + at + 15, nullptr, 10);
            skip(bytes);
        } else if (head.find("transfer-encoding: chunked") != std::string::npos) {
            bytes = 0;
            for (;;) {
                std::size_t line = std::string::npos;
                while ((line = buffer_.find("\r\n")) == std::string::npos) fill();
                const auto size = std::strtoull(buffer_.c_str(), nullptr, 16);
                buffer_.erase(0, line + 2);
                skip(size + 2);
                bytes += size;
                if (size == 0) break;
            }
        }
        return status;
    }

private:
    void fill() {
        char some[1 << 16];
        const auto n = ::recv(fd_, some, sizeof some, 0);
        if (n <= 0) throw std::runtime_error("the connection ended");
        buffer_.append(some, static_cast<std::size_t>(n));
    }
    void skip(std::size_t count) {
        while (buffer_.size() < count) {
            count -= buffer_.size();
            buffer_.clear();
            fill();
        }
        buffer_.erase(0, count);
    }
    int fd_;
    std::string buffer_;
};

int load(char** a, int count) {
    const int port = std::atoi(a[0]), connections = std::atoi(a[3]);
    const std::string method = a[1], path = a[2], headers = count > 5 ? a[5] : "",
                      body = count > 6 ? a[6] : "";
    const double seconds = std::atof(a[4]);
    std::atomic<std::uint64_t> number{0};
    std::mutex lock;
    std::vector<double> took;
    std::map<std::string, std::uint64_t> codes;
    std::size_t last_size = 0;
    std::vector<std::thread> threads;
    const auto began = Clock::now();
    for (int c = 0; c < connections; ++c) {
        threads.emplace_back([&] {
            std::vector<double> mine;
            std::map<std::string, std::uint64_t> seen;
            std::size_t bytes = 0;
            const auto sent = request(method, path, headers, body);
            try {
                const int fd = connected(port);
                Answers answers(fd);
                while (since(began) < seconds) {
                    auto text = sent;
                    if (const auto at = body.find("{n}"); at != std::string::npos) {
                        auto numbered = body;
                        char digits[24];
                        std::snprintf(digits, sizeof digits, "%012llu",
                                      static_cast<unsigned long long>(++number));
                        text = request(method, path, headers, numbered.replace(at, 3, digits));
                    }
                    const auto from = Clock::now();
                    send_all(fd, text);
                    ++seen[std::to_string(answers.read(bytes))];
                    mine.push_back(since(from));
                }
                ::close(fd);
            } catch (const std::exception& failed) {
                ++seen[failed.what()];
            }
            const std::lock_guard hold(lock);
            took.insert(took.end(), mine.begin(), mine.end());
            for (const auto& [code, times] : seen) codes[code] += times;
            last_size = bytes;
        });
    }
    for (auto& thread : threads) thread.join();
    const double all = since(began);
    std::sort(took.begin(), took.end());
    const auto at = [&](double share) {
        return took.empty()
                   ? 0
                   : 1000 * took[std::min(took.size() - 1, static_cast<std::size_t>(
                                                               share * static_cast<double>(took.size())))];
    };
    std::printf("{\"count\": %zu, \"rate\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"bytes\": %zu, \"codes\": {",
                took.size(), static_cast<double>(took.size()) / all, at(.5), at(.99), last_size);
    const char* comma = "";
    for (const auto& [code, times] : codes) {
        std::printf("%s\"%s\": %llu", comma, code.c_str(), static_cast<unsigned long long>(times));
        comma = ", ";
    }
    std::printf("}}\n");
    return 0;
}

struct Follower {
    int fd = -1;
    std::string tail;  // the mark may lie across two reads
    long seen = 0;
    bool answered = false, done = false;
};

/// The number of `digits` digits that ends a space before `mark`; 0 when there is none.
long long sent_before(const std::string& text, std::size_t mark, std::size_t digits) {
    if (mark < digits + 1 || text[mark - 1] != ' ') return 0;
    const auto number = text.substr(mark - digits - 1, digits);
    if (number.find_first_not_of("0123456789") != std::string::npos) return 0;
    return std::strtoll(number.c_str(), nullptr, 10);
}

int follow(char** a, int count) {
    const int port = std::atoi(a[0]), connections = std::atoi(a[2]);
    const std::string path = a[1], mark = a[3], headers = count > 6 ? a[6] : "";
    const long wanted = std::atol(a[4]);
    const double seconds = std::atof(a[5]);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Follower> all(static_cast<std::size_t>(connections));
    const auto text = request("GET", path, headers, "");
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].fd = connected(port);
        send_all(all[i].fd, text);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &event);
    }
    const auto began = Clock::now();
    std::size_t answered = 0, done = 0, ended = 0;
    double first = 0, last = 0;
    constexpr std::size_t digits = 20;
    std::vector<float> delays;  // ms
    std::vector<epoll_event> events(256);
    std::vector<char> some(1 << 16);
    while (done + ended < all.size() && since(began) < seconds) {
        const int n = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 200);
        for (int e = 0; e < n; ++e) {
            auto& one = all[events[static_cast<std::size_t>(e)].data.u64];
            const auto got = ::recv(one.fd, some.data(), some.size(), 0);
            if (got <= 0) {
                ::epoll_ctl(poll, EPOLL_CTL_DEL, one.fd, nullptr);
                ended += one.done ? 0 : 1;
                continue;
            }
            if (!one.answered && ++answered == all.size()) {
                std::printf("ready\n");
                std::fflush(stdout);
            }
            one.answered = true;
            one.tail.append(some.data(), static_cast<std::size_t>(got));
            std::size_t from = 0;
            for (auto at = one.tail.find(mark); at != std::string::npos; at = one.tail.find(mark, from)) {
                ++one.seen;
                from = at + mark.size();
                if (const auto sent = sent_before(one.tail, at, digits); sent > 0)
                    delays.push_back(static_cast<float>(
                        static_cast<double>(Clock::now().time_since_epoch().count() - sent) / 1e6));
                if (first == 0) first = since(began);
            }
            const auto keep = mark.size() + digits + 1;
            one.tail.erase(0, std::max(from, one.tail.size() - std::min(one.tail.size(), keep)));
            if (!one.done && one.seen >= wanted) {
                one.done = true;
                ++done;
                last = since(began);
            }
        }
    }
    long seen = 0;
    for (const auto& one : all) seen += one.seen;
    std::sort(delays.begin(), delays.end());
    const auto at = [&](std::size_t percent) {
        return delays.empty() ? 0. : static_cast<double>(delays[(delays.size() - 1) * percent / 100]);
    };
    std::printf(
        "{\"whole\": %zu, \"ended\": %zu, \"seen\": %ld, \"seconds\": %.4f, \"p50\": %.2f, \"p99\": %.2f}\n",
        done, ended, seen, last - first, at(50), at(99));
    return 0;
}

}  // namespace

int main(int count, char** args) {
    try {
        if (count >= 7 && std::strcmp(args[1], "load") == 0) return load(args + 2, count - 2);
        if (count >= 8 && std::strcmp(args[1], "follow") == 0) return follow(args + 2, count - 2);
        std::fprintf(stderr, "see the head of bench/http_load.cpp\n");
    } catch (const std::exception& failed) {
        std::fprintf(stderr, "%s\n", failed.what());
    }
    return 1;
}
