#pragma once
#include <boost/asio/any_io_executor.hpp>

#include "agent/follow_ups.hpp"
#include "agent/jobs.hpp"
#include "agent/merge_requests.hpp"
#include "agent/reviews.hpp"
#include "agent/sessions.hpp"
#include "agent/workspaces.hpp"
#include "api/coding.hpp"
#include "app/config.hpp"
#include "browser/browser.hpp"
#include "forge/credentials.hpp"
#include "sandbox/sandbox.hpp"
#include "sources/sources.hpp"
#include "store/repositories.hpp"

namespace docent::app {

/// All that coding sessions need, in order of dependency. start() on `sessions` before the first request,
/// stop() before the destructor.
class CodingSessions {
public:
    CodingSessions(boost::asio::any_io_executor loop, const Clock& clock, Pools& pools, store::Store& store,
                   llm::Models& models, sources::Sources& sources, net::HttpClient& http,
                   const Config& config, const std::string& secret_key);
    CodingSessions(const CodingSessions&) = delete;
    CodingSessions& operator=(const CodingSessions&) = delete;

    Task<Status> start();
    /// Running turns are cut off, and those who watch are told to come back.
    Task<> stop();
    /// After the server: nobody reads any more.
    Task<> end() { return api.readers.stop(); }

private:
    store::Repositories repositories_;
    store::CodeProviders providers_;
    forge::Credentials credentials_;
    store::Sessions stored_;
    store::Timeline timeline_;
    const agent::Settings settings_;
    sandbox::Sandbox sandbox_;
    browser::Browser browser_;
    agent::Services services_;
    agent::Workspaces workspaces_;
    agent::Sessions sessions_;
    agent::MergeRequests merge_requests_;
    agent::Jobs jobs_;
    agent::FollowUps follow_ups_;
    agent::Reviews reviews_;

public:
    api::Coding api;
};

}  // namespace docent::app
