// What a relay adds to a model's tokens. "upstream" is a model's service whose tokens are their own times,
// "relay" Docent's model client and server with nothing else between them, "bare" the least that a relay can
// do, "load" the readers; bench/relay.sh runs them, the whole of Docent, and a Node relay with the AI SDK,
// against the same upstream.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "base/task_group.hpp"
#include "llm/models.hpp"
#include "net/http_client.hpp"
#include "net/server.hpp"
#include "relay_bare.hpp"

namespace docent::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// CLOCK_MONOTONIC, which all processes share.
std::int64_t micros() {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch()).count();
}

// The model's service

/// Gives each of its streams a token at its rate, from one timer, spread over the milliseconds of a period.
class Tokens {
public:
    class Source final : public net::BodySource {
    public:
        Source(Tokens& tokens, std::int64_t period) : tokens_(tokens), period_(period) {
            phase_ = tokens_.next_phase_++;
            tokens_.sources_.insert(this);
        }
        ~Source() override { tokens_.sources_.erase(this); }
        void start(std::function<void()> wake) override { wake_ = std::move(wake); }
        Next read(std::string& out, std::size_t) override {
            out += pending_;
            pending_.clear();
            return Next::wait;
        }
        void tick(std::int64_t now) {
            if ((now + phase_) % period_ != 0 || !wake_) return;
            pending_ += fmt::format(
                "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                "\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"at{}z "
                "\"}},\"finish_reason\":null}}]}}\n\n",
                micros());
            wake_();
        }

    private:
        Tokens& tokens_;
        std::function<void()> wake_;
        std::int64_t period_, phase_ = 0;
        std::string pending_;
    };

    explicit Tokens(boost::asio::io_context& loop) : timer_(loop), start_(Clock::now()) { wait(); }

private:
    void wait() {
        timer_.expires_at(start_ + std::chrono::milliseconds(done_ + 1));
        timer_.async_wait([this](boost::system::error_code) {
            const auto until = static_cast<std::int64_t>((Clock::now() - start_) / 1ms);
            done_ = std::max(done_, until - 20);  // overloaded: what cannot be given is not owed
            while (done_ < until) {
                ++done_;
                for (Source* source : sources_) source->tick(done_);
            }
            wait();
        });
    }

    boost::asio::steady_timer timer_;
    Clock::time_point start_;
    std::int64_t done_ = 0, next_phase_ = 0;
    std::set<Source*> sources_;
};

Task<Result<net::Response>> answer(net::Request&, Tokens& tokens, std::int64_t period) {
    auto response = net::reply(200, "text/event-stream", "");
    response.stream = std::make_unique<Tokens::Source>(tokens, period);
    co_return response;
}

int serve(boost::asio::io_context& loop, net::Router& router) {
    net::ServerConfig config;
    config.max_connections = 5'000;
    const net::Server server(loop.get_executor(), config, router);
    std::printf("%d\n", server.port());
    std::fflush(stdout);
    loop.run();
    return 0;
}

int upstream(int hz) {
    boost::asio::io_context loop(1);
    Tokens tokens(loop);
    net::Router router;
    const std::int64_t period = 1000 / hz;
    const auto handler = [&](net::Request& request) { return answer(request, tokens, period); };
    router.add("POST", "/v1/chat/completions", handler);
    router.add("GET", "/stream", handler);
    return serve(loop, router);
}

// The relay

/// One reader's stream: the call of the model puts, the server takes.
struct Pipe {
    std::string pending;
    std::function<void()> wake;
    bool ended = false;
};

class PipeSink final : public Sink<llm::Delta> {
public:
    explicit PipeSink(Pipe& pipe) : pipe_(pipe) {}
    Task<Status> put(llm::Delta delta) override {
        if (pipe_.ended) co_return Error(ErrorCode::cancelled, "the reader left");
        if (const auto* text = std::get_if<llm::TextDelta>(&delta)) {
            pipe_.pending +=
                "data: {\"type\":\"text-delta\",\"id\":\"txt-0\",\"delta\":\"" + text->text + "\"}\n\n";
            if (pipe_.wake) pipe_.wake();
        }
        co_return Status();
    }

private:
    Pipe& pipe_;
};

class PipeSource final : public net::BodySource {
public:
    explicit PipeSource(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
    ~PipeSource() override {
        pipe_->ended = true;
        pipe_->wake = nullptr;
    }
    void start(std::function<void()> wake) override { pipe_->wake = std::move(wake); }
    Next read(std::string& out, std::size_t) override {
        out += pipe_->pending;
        pipe_->pending.clear();
        return Next::wait;
    }

private:
    std::shared_ptr<Pipe> pipe_;
};

Task<> relay_one(llm::Provider& model, std::shared_ptr<Pipe> pipe) {
    PipeSink sink(*pipe);
    llm::Request request;
    llm::Message message;
    message.text = "How?";
    request.messages.push_back(std::move(message));
    auto reply = co_await model.complete(request, sink);
    if (!reply && !pipe->ended) std::fprintf(stderr, "relay: %s\n", reply.error().detail.c_str());
}

Task<Result<net::Response>> relayed(net::Request&, llm::Provider& model, TaskGroup& tasks) {
    auto pipe = std::make_shared<Pipe>();
    auto response = net::reply(200, "text/event-stream", "");
    response.stream = std::make_unique<PipeSource>(pipe);
    tasks.spawn("relay", relay_one(model, pipe));
    co_return response;
}

int relay(const std::string& port) {
    boost::asio::io_context loop(1);
    net::HttpClient http(loop.get_executor());
    llm::ModelConfig config;
    config.name = "m";
    config.provider.kind = "openai";
    config.provider.base_url = "http://127.0.0.1:" + port + "/v1";
    config.provider.model = "m";
    config.max_running = 0;
    auto models = llm::Models::make({config}, {}, http);
    if (!models) return 1;
    llm::Provider& model = *(*models)->chain();
    TaskGroup tasks(loop.get_executor());
    net::Router router;
    router.add("GET", "/stream", [&](net::Request& request) { return relayed(request, model, tasks); });
    return serve(loop, router);
}

// The readers

struct Reader {
    int fd = -1;
    std::string rest;
};

int open_and_ask(int port, const std::string& path, const std::string& key) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    if (!key.empty()) {
        const std::string body =
            R"({"fp":"bench","messages":[{"role":"user","content":"How do I set a limit?"}]})";
        request = fmt::format(
            "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Type: "
            "application/json\r\n"
            "Content-Length: {}\r\n\r\n{}",
            path, key, body.size(), body);
    }
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        throw std::runtime_error("cannot connect");
    return fd;
}

/// The delays of the tokens ("at<micros>z") in what came; an unfinished one is kept.
void take(Reader& reader, std::vector<std::int64_t>& delays) {
    const auto now = micros();
    std::size_t from = 0;
    for (std::size_t at = 0; (at = reader.rest.find("at", from)) != std::string::npos;) {
        const auto end = reader.rest.find_first_not_of("0123456789", at + 2);
        if (end == std::string::npos) break;
        from = at + 2;
        if (reader.rest[end] != 'z' || end == at + 2) continue;
        std::int64_t sent = 0;
        std::from_chars(reader.rest.data() + at + 2, reader.rest.data() + end, sent);
        delays.push_back(now - sent);
        from = end;
    }
    reader.rest.erase(0, std::max(from, reader.rest.size() > 40 ? reader.rest.size() - 40 : 0));
}

/// Milliseconds of CPU that a process has used (proc(5), stat: utime and stime).
double cpu_used(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/stat");
    std::string line, field;
    std::getline(file, line);
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    double ticks = 0;
    for (int number = 3; fields >> field; ++number)
        if (number == 14 || number == 15) ticks += std::atof(field.c_str());
    return ticks * 1000.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

int load(const std::string& name, int port, const std::string& path, int connections, double seconds,
         const std::string& pid, const std::string& key) {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Reader> readers(static_cast<std::size_t>(connections));
    std::vector<std::int64_t> delays;
    std::set<std::size_t> begun;
    std::vector<epoll_event> events(1024);
    std::vector<char> bytes(64 << 10);
    const auto read_some = [&](int wait) {
        const int n = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), wait);
        for (int i = 0; i < n; ++i) {
            const auto index = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
            const auto got = ::recv(readers[index].fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
            if (got == 0) throw std::runtime_error("a stream was closed");
            if (got < 0) continue;
            readers[index].rest.append(bytes.data(), static_cast<std::size_t>(got));
            const auto before = delays.size();
            take(readers[index], delays);
            if (delays.size() > before) begun.insert(index);
        }
    };
    for (std::size_t i = 0; i < readers.size(); ++i) {
        readers[i].fd = open_and_ask(port, path, key);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(epoll, EPOLL_CTL_ADD, readers[i].fd, &event);
        if (i % 50 == 49) read_some(20);
    }
    const auto patience = Clock::now() + 20s;
    while (begun.size() < readers.size() && Clock::now() < patience) read_some(10);
    if (begun.size() < readers.size())
        std::fprintf(stderr, "only %zu of %d streams began\n", begun.size(), connections);
    delays.clear();
    const auto cpu = cpu_used(pid);
    const auto end =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    while (Clock::now() < end) read_some(10);
    const auto spent = cpu_used(pid) - cpu;
    std::sort(delays.begin(), delays.end());
    if (delays.empty()) throw std::runtime_error("no token came");
    const auto at = [&](double share) {
        return static_cast<double>(
                   delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))]) /
               1000.0;
    };
    std::printf("| %s | %zu | %.0f | %.2f | %.2f | %.2f | %.1f |\n", name.c_str(), begun.size(),
                static_cast<double>(delays.size()) / seconds, at(0.5), at(0.99), at(1.0),
                spent * 1000.0 / static_cast<double>(delays.size()));
    return 0;
}

}  // namespace
}  // namespace docent::bench

int main(int argc, char** argv) {
    using namespace docent::bench;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const std::string mode = argc > 1 ? argv[1] : "";
    try {
        if (mode == "upstream" && argc == 3) return upstream(std::atoi(argv[2]));
        if (mode == "relay" && argc == 3) return relay(argv[2]);
        if (mode == "bare" && argc == 3) return bare_relay(std::atoi(argv[2]));
        if (mode == "load" && (argc == 8 || argc == 9))
            return load(argv[2], std::atoi(argv[3]), argv[4], std::atoi(argv[5]), std::atof(argv[6]), argv[7],
                        argc == 9 ? argv[8] : "");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "relay_bench: %s\n", e.what());
        return 1;
    }
    std::fprintf(stderr,
                 "usage: relay_bench upstream HZ | relay PORT | bare PORT | load NAME PORT PATH CONNECTIONS "
                 "SECONDS PID [KEY]\n");
    return 2;
}
