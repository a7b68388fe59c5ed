#include "app/server.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cstdlib>

#include "api/project_jobs.hpp"
#include "api/routes.hpp"
#include "app/background.hpp"
#include "app/coding.hpp"
#include "app/data_dir.hpp"
#include "app/first_start.hpp"
#include "app/local.hpp"
#include "app/secret_key.hpp"
#include "base/log.hpp"
#include "net/http_client.hpp"
#include "store/usage.hpp"

namespace docent::app {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080" -> address and port.
Status split_listen(const std::string& listen, net::ServerConfig& out) {
    const auto wrong = [&] {
        return invalid("\"server.listen\" is \"" + listen + "\"; it takes ADDR:PORT, such as 127.0.0.1:8080");
    };
    const auto colon = listen.rfind(':');
    if (colon == std::string::npos || colon == 0) return wrong();
    std::string address = listen.substr(0, colon);
    if (address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    else if (address.find(':') != std::string::npos)
        return wrong();
    if (address == "localhost") address = "127.0.0.1";
    if (address == "*") address = "0.0.0.0";
    unsigned port = 0;
    const char* end = listen.data() + listen.size();
    const auto [stop, error] = std::from_chars(listen.data() + colon + 1, end, port);
    if (error != std::errc() || stop != end || port > 65535 || address.empty()) return wrong();
    out.address = address;
    out.port = static_cast<std::uint16_t>(port);
    return {};
}

std::string address_for_people(const net::ServerConfig& config, std::uint16_t port) {
    std::string host = config.address;
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    return fmt::format("http://{}:{}", host, port);
}

void set_log(const Config& config) {
    static const std::map<std::string, log::Level> levels = {{"debug", log::Level::debug},
                                                             {"info", log::Level::info},
                                                             {"warn", log::Level::warn},
                                                             {"error", log::Level::error},
                                                             {"off", log::Level::off}};
    if (const auto it = levels.find(config.log_level); it != levels.end()) log::set_level(it->second);
    log::set_json(config.log_format == "json");
}

Status check_hosts(const char* setting, const std::vector<std::string>& hosts) {
    const auto rules = net::HostRules::parse(hosts);
    return rules ? Status() : invalid("\"" + std::string(setting) + "\": " + rules.error().message);
}

}  // namespace

// Construction order is dependency order; destruction is the reverse. The loop outlives the pools: what
// still runs on a pool ends on the loop.
struct DocentServer::Impl {
    Impl(Config c, DataDir l) : config(std::move(c)), lock(std::move(l)) {}

    Status open();
    Task<> shut_down();

    Config config;
    DataDir lock;
    Started started;
    asio::io_context loop{1};
    Pools pools;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<store::Projects> projects;
    std::unique_ptr<store::Keys> keys;
    std::unique_ptr<store::Threads> threads;
    std::unique_ptr<store::Processes> processes;
    std::unique_ptr<store::UsageCounters> usage;
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<sources::Sources> sources;
    std::unique_ptr<llm::Models> models;
    std::unique_ptr<store::Spending> spending;
    std::unique_ptr<assistant::Assistant> assistant;
    std::unique_ptr<api::Auth> auth;
    std::unique_ptr<api::Limits> limits;
    std::unique_ptr<api::Analytics> analytics;
    std::unique_ptr<CodingSessions> coding;
    std::unique_ptr<webhooks::Sender> sender;
    std::unique_ptr<api::Outgoing> outgoing;
    std::unique_ptr<agent::Automations> automations;
    std::unique_ptr<api::Services> services;
    net::Router router;
    TaskGroup background{loop.get_executor()};
    TaskGroup shutdown{loop.get_executor()};
    std::unique_ptr<net::Server> server;
    bool stopping = false, ended = false;
};

Status DocentServer::Impl::open() {
    const Clock& clock = system_clock();
    const auto executor = loop.get_executor();
    TRY_VOID(split_listen(config.listen, config.server));
    config.sources.data = config.data;
    TRY_VOID(llm::check(config.sources.embeddings));
    TRY_VOID(check_hosts("agent.allowed_hosts", config.agent.allowed_hosts));
    TRY_VOID(check_hosts("webhooks.allowed_hosts", config.webhooks.allowed_hosts));
    TRY_VOID(blocking_check_commits(config));

    // What is wrong with the settings was said by now: the first start shows its keys once.
    TRY(store, store::Store::open(pools, store_url(config)));
    projects = std::make_unique<store::Projects>(*store);
    keys = std::make_unique<store::Keys>(*store);
    threads = std::make_unique<store::Threads>(*store);
    processes = std::make_unique<store::Processes>(*store);
    usage = std::make_unique<store::UsageCounters>(*store);
    TRY(auto first, run_here(loop, first_start(*projects, *keys, config, clock.now())));
    started.new_keys = std::move(first.new_keys);
    started.public_key = first.public_key;
    started.projects = std::move(first.projects);
    config.api.ui_key = started.public_key;

    http = std::make_unique<net::HttpClient>(executor);
    sources = std::make_unique<sources::Sources>(executor, pools, *projects, *http, config.sources);
    TRY_VOID(run_here(loop, sources->start()));
    TRY(models, llm::Models::make(configured_models(config), config.model_order, *http));
    TRY_VOID(run_here(loop, processes->beat()));
    TRY(const auto interrupted, run_here(loop, threads->interrupt_running(clock.now())));
    if (interrupted)
        log::warn(fmt::format("{} answers were cut off when the server last ended", interrupted));
    spending = std::make_unique<store::Spending>(*store);
    assistant = std::make_unique<assistant::Assistant>(executor, pools, clock, *sources, *threads,
                                                       models->chain(), config.assistant, spending.get());
    assistant->use_models([this](const std::vector<std::string>& names) { return models->chain(names); });
    config.api.caps = configured_caps(config);
    auth = std::make_unique<api::Auth>(*keys, clock);
    limits = std::make_unique<api::Limits>(*usage, clock, config.limits);
    TRY_VOID(run_here(loop, limits->load()));
    analytics = std::make_unique<api::Analytics>(*store, clock);
    TRY(const auto sealing_key, secret_key(config));
    coding = std::make_unique<CodingSessions>(executor, clock, pools, *store, *models, *sources, *http,
                                              config, sealing_key);
    TRY_VOID(run_here(loop, coding->start()));
    sender = std::make_unique<webhooks::Sender>(executor, clock, *store, *http, sealing_key, config.webhooks);
    TRY_VOID(run_here(loop, sender->start()));
    outgoing = std::make_unique<api::Outgoing>(*store, sealing_key, *sender);
    agent::Automations::StartJob start_job = [this](store::Automation automation, std::string key) {
        return api::start_automation_job(std::move(automation), std::move(key), *services);
    };
    automations = std::make_unique<agent::Automations>(executor, clock, *store, std::move(start_job));
    services = std::make_unique<api::Services>(
        api::Services{clock, pools, *projects, *keys, *threads, *sources, *assistant, *auth, *limits,
                      *analytics, coding->api, *outgoing, *automations, config.api, background,
                      [this]() -> const net::ServerStats& { return server->stats(); }});
    api::add_routes(router, *services);

    const bool access_log = config.log_level == "debug";
    net::Server::Decorate decorate = [access_log](const net::Request& request, net::Response& response) {
        api::decorate(request, response);
        if (access_log)
            log::debug(
                fmt::format("{} {} {} {}", request.client, request.method, request.path, response.status));
    };
    try {
        server = std::make_unique<net::Server>(executor, config.server, router, decorate);
    } catch (const boost::system::system_error& e) {
        return Error(ErrorCode::unavailable,
                     fmt::format("cannot listen on {}: {}; choose another with --listen ADDR:PORT",
                                 config.listen, e.code().message()));
    }
    started.address = address_for_people(config.server, server->port());
    lock.set_address(started.address);

    automations->start();
    background.spawn("flush counters", flush_counters(*limits, *auth, loop.get_executor()));
    background.spawn("save what is read", flush_traffic(analytics->traffic, loop.get_executor()));
    background.spawn("retention",
                     forget_old(*analytics, *projects, coding->api.stored_jobs, clock, loop.get_executor()));
    background.spawn("outside changes", follow_outside_changes(*store, *auth, *sources, loop.get_executor()));
    background.spawn("lease", keep_lease(*processes, *threads, clock, loop.get_executor()));
    background.spawn("index files",
                     remove_old_index_files(pools, *projects, config.data, loop.get_executor()));
    return {};
}

Task<> DocentServer::Impl::shut_down() {
    const auto from = steady_clock::now();
    if (server)
        log::info(
            fmt::format("stopping; running answers get {} s to end", config.server.drain.count() / 1000));
    if (automations) co_await automations->stop();
    if (coding) co_await coding->stop();
    if (server) co_await server->stop();
    if (coding) co_await coding->end();
    if (assistant) {
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - from);
        const auto left = std::max(std::chrono::milliseconds(0), config.server.drain - spent);
        co_await assistant->stop(left);
    }
    co_await background.stop();
    if (sender) co_await sender->stop();
    if (sources) co_await sources->stop();
    if (limits) {
        auto flushed = co_await limits->flush();
        if (!flushed) log::warn("counts of the last second were not saved: " + flushed.error().message);
    }
    if (analytics) {
        auto saved = co_await analytics->traffic.flush();
        if (!saved) log::warn("what was read in the last second was not saved: " + saved.error().message);
    }
    if (auth) {
        auto used = co_await auth->flush();
        if (!used) log::warn("when keys were last used was not saved: " + used.error().message);
    }
    if (processes) {
        auto left = co_await processes->leave();
        if (!left) log::warn("other processes will notice this one's end later: " + left.error().message);
    }
    ended = true;
}

Result<std::unique_ptr<DocentServer>> DocentServer::start(Config config) {
    set_log(config);
    for (const auto& warning : config.warnings) log::warn(warning);
    TRY(config.data, DataDir::create(config.data));
    TRY(auto lock, DataDir::lock(config.data));
    const auto from = steady_clock::now();
    std::unique_ptr<DocentServer> server(
        new DocentServer(std::make_unique<Impl>(std::move(config), std::move(lock))));
    TRY_VOID(server->impl_->open());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - from);
    log::info(fmt::format("ready at {} after {} ms", server->impl_->started.address, took.count()));
    return server;
}

DocentServer::DocentServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DocentServer::~DocentServer() {
    if (!impl_->ended) run_until_done(impl_->loop, impl_->shut_down());
    run_until_done(impl_->loop, impl_->shutdown.stop());
}

std::uint16_t DocentServer::port() const { return impl_->server->port(); }
const Started& DocentServer::started() const { return impl_->started; }

void DocentServer::run(bool signals) {
    asio::signal_set set(impl_->loop);
    std::function<void(const boost::system::error_code&, int)> on_signal =
        [&](const boost::system::error_code& error, int) {
            if (error) return;
            if (impl_->stopping) {
                log::warn("second signal: ending at once");
                std::_Exit(130);
            }
            stop();
            set.async_wait(on_signal);
        };
    if (signals) {
        set.add(SIGINT);
        set.add(SIGTERM);
        set.async_wait(on_signal);
    }
    impl_->loop.restart();
    while (!impl_->ended)
        if (impl_->loop.run_one() == 0) break;
    set.cancel();
    log::info("stopped");
}

void DocentServer::stop() {
    asio::post(impl_->loop, [impl = impl_.get()] {
        if (impl->stopping) return;
        impl->stopping = true;
        impl->shutdown.spawn("shutdown", impl->shut_down());
    });
}

}  // namespace docent::app
