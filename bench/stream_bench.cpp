// How much of a core streaming takes. "serve" is the server with nothing but a ticking body behind it,
// "load" a client in a process of its own; bench/stream.sh runs both, and the Node servers beside them.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>

#include "net/server.hpp"
#include "stream_client.hpp"

namespace docent::bench {
namespace {

using namespace std::chrono_literals;

const std::string frame = R"(data: {"type":"text-delta","id":"txt-0","delta":"some words of an answer, "})"
                          "\n\n";

/// Wakes its sources at their rates: one timer for all, spread over the milliseconds of a period.
class Ticker {
public:
    class Source final : public net::BodySource {
    public:
        Source(Ticker& ticker, std::uint64_t hz) : ticker_(ticker), period_(hz ? 1000 / hz : 0) {
            phase_ = ticker_.next_phase_++;
            ticker_.sources_.insert(this);
        }
        ~Source() override { ticker_.sources_.erase(this); }
        void start(std::function<void()> wake) override { wake_ = std::move(wake); }
        Next read(std::string& out, std::size_t limit) override {
            while (due_ > 0 && out.size() < limit) {
                out += frame;
                --due_;
            }
            return due_ > 0 ? Next::more : Next::wait;
        }
        std::string_view keep_alive() const override { return ": keep-alive\n\n"; }
        void tick(std::uint64_t now) {
            if (period_ == 0 || (now + phase_) % period_ != 0) return;
            // A reader that lags gets less, as a model would be held up; the queue stays bounded.
            if (due_ < 1000) ++due_;
            wake_();
        }

    private:
        Ticker& ticker_;
        std::function<void()> wake_;
        std::uint64_t period_, phase_ = 0, due_ = 0;
    };

    explicit Ticker(boost::asio::io_context& loop) : timer_(loop), start_(std::chrono::steady_clock::now()) {
        wait();
    }

private:
    void wait() {
        timer_.expires_at(start_ + std::chrono::milliseconds(done_ + 1));
        timer_.async_wait([this](boost::system::error_code) {
            const auto until = static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start_) / 1ms);
            if (until > done_ + 20) done_ = until - 20;  // overloaded: what cannot be given is not owed
            while (done_ < until) {
                ++done_;
                for (Source* source : sources_) source->tick(done_);
            }
            wait();
        });
    }

    boost::asio::steady_timer timer_;
    std::chrono::steady_clock::time_point start_;
    std::uint64_t done_ = 0, next_phase_ = 0;
    std::set<Source*> sources_;
};

std::string usage() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    long pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    char text[200];
    std::snprintf(text, sizeof text, "{\"cpu\":%.6f,\"resident\":%ld,\"allocated\":%zu}",
                  seconds(used.ru_utime) + seconds(used.ru_stime), resident * ::sysconf(_SC_PAGESIZE),
                  ::mallinfo2().uordblks);
    return text;
}

Task<Result<net::Response>> stream(net::Request& request, Ticker& ticker) {
    auto response = net::reply(200, "text/event-stream", "");
    const auto hz = std::strtoull(request.query["hz"].c_str(), nullptr, 10);
    response.stream = std::make_unique<Ticker::Source>(ticker, hz);
    co_return response;
}

Task<Result<net::Response>> tell(net::Request&) { co_return net::reply(200, "application/json", usage()); }

int serve() {
    boost::asio::io_context loop(1);
    Ticker ticker(loop);
    net::Router router;
    router.add("GET", "/stream", [&](net::Request& request) { return stream(request, ticker); });
    router.add("GET", "/usage", tell);
    net::ServerConfig config;
    config.max_connections = 20'000;
    const net::Server server(loop.get_executor(), config, router);
    std::printf("%d\n", server.port());
    std::fflush(stdout);
    loop.run();
    return 0;
}

int load(char** argv) {
    const int connections = std::atoi(argv[5]);
    const auto m =
        measure(static_cast<std::uint16_t>(std::atoi(argv[3])), argv[4], connections, std::atof(argv[6]));
    const double cpu = m.after.cpu_seconds - m.before.cpu_seconds;
    const auto each = [&](double after, double before) { return (after - before) / connections; };
    std::printf("| %s | %.0f | %.0f %% | %.0f | %.0f | %.0f |\n", argv[2],
                static_cast<double>(m.frames) / m.seconds, 100 * cpu / m.seconds,
                cpu > 0 ? static_cast<double>(m.frames) / cpu : 0.0,
                each(m.before.resident, m.alone.resident), each(m.before.allocated, m.alone.allocated));
    return 0;
}

}  // namespace
}  // namespace docent::bench

int main(int argc, char** argv) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    try {
        if (argc == 2 && std::strcmp(argv[1], "serve") == 0) return docent::bench::serve();
        if (argc == 7 && std::strcmp(argv[1], "load") == 0) return docent::bench::load(argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "stream_bench: %s\n", e.what());
        return 1;
    }
    std::fprintf(stderr, "usage: stream_bench serve | load NAME PORT PATH CONNECTIONS SECONDS\n");
    return 2;
}
