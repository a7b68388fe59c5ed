#include "app/coding.hpp"

namespace docent::app {
namespace {

/// Commands see nothing of the server's data but the tree that they work in.
sandbox::Config sandbox_config(const Config& config) {
    sandbox::Config out;
    out.hidden.push_back(std::filesystem::absolute(config.data));
    return out;
}

browser::Config browser_config(const Config& config) {
    browser::Config out;
    out.program = config.agent.browser;
    out.folder = std::filesystem::absolute(config.data) / "browser";
    out.hidden.push_back(std::filesystem::absolute(config.data));
    return out;
}

}  // namespace

CodingSessions::CodingSessions(boost::asio::any_io_executor loop, const Clock& clock, Pools& pools,
                               store::Store& store, llm::Models& models, sources::Sources& sources,
                               net::HttpClient& http, const Config& config, const std::string& secret_key)
    : repositories_(store, secret_key),
      providers_(store, secret_key),
      credentials_(clock, providers_, &http),
      stored_(store),
      timeline_(store),
      settings_(configured_agent(config)),
      sandbox_(sandbox_config(config)),
      browser_(loop, http, browser_config(config)),
      services_{clock, pools, stored_, timeline_, repositories_, providers_, models, settings_},
      workspaces_(services_),
      sessions_(loop, services_),
      merge_requests_(loop, services_, sessions_, store, &http),
      jobs_(loop, services_, sessions_, merge_requests_, store),
      follow_ups_(services_, sessions_, jobs_, merge_requests_, store),
      reviews_(services_, follow_ups_, store),
      api(loop, clock, store, repositories_, providers_, models, sessions_, workspaces_, merge_requests_,
          jobs_, follow_ups_, reviews_, config.data) {
    services_.workspaces = &workspaces_;
    services_.credentials = &credentials_;
    services_.engine = store.engine();
    services_.alerts = &api.alerts;
    services_.sandbox = &sandbox_;
    services_.http = &http;
    services_.browser = &browser_;
    services_.attachments = &api.attachments;
    services_.goals = &api.goals;
    services_.sources = &sources;
}

Task<Status> CodingSessions::start() {
    auto begun = co_await sessions_.start();
    if (!begun) co_return begun;
    merge_requests_.start();
    co_return co_await jobs_.start();
}

Task<> CodingSessions::stop() {
    Task<> jobs = jobs_.stop();
    co_await std::move(jobs);
    Task<> requests = merge_requests_.stop();
    co_await std::move(requests);
    Task<> turns = sessions_.stop();
    co_await std::move(turns);
    Task<> browser = browser_.stop();
    co_await std::move(browser);
}

}  // namespace docent::app
