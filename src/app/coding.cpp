#include "app/coding.hpp"

namespace docent::app {

CodingSessions::CodingSessions(boost::asio::any_io_executor loop, const Clock& clock, Pools& pools,
                               store::Store& store, llm::Models& models, const Config& config,
                               const std::string& secret_key)
    : repositories_(store, secret_key),
      providers_(store, secret_key),
      stored_(store),
      timeline_(store),
      settings_(configured_agent(config)),
      services_{clock, pools, stored_, timeline_, repositories_, providers_, models, settings_},
      workspaces_(services_),
      sessions_(loop, services_),
      api(loop, store, repositories_, providers_, models, sessions_, workspaces_, config.data) {
    services_.workspaces = &workspaces_;
    services_.engine = store.engine();
    services_.alerts = &api.alerts;
}

}  // namespace docent::app
