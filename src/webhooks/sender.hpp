#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/task_group.hpp"
#include "net/host_rules.hpp"
#include "net/http_client.hpp"
#include "store/deliveries.hpp"
#include "store/webhooks.hpp"

namespace docent::webhooks {

struct Config {
    std::vector<std::string> allowed_hosts{"*"};  // net::HostRules
    std::chrono::milliseconds limit{15'000};      // of one attempt, all of it
    std::chrono::milliseconds disable_after{5 * 86'400'000LL};
    std::chrono::milliseconds retention{30 * 86'400'000LL};  // of deliveries; 0: for ever
};

/// invalid_argument for a URL that is never called: no http URL, or a host that the rules do not allow.
Status check_url(const std::string& url, const net::HostRules& rules);

/// Sends deliveries that are due (store/deliveries.hpp), signed as Standard Webhooks says. What is to be
/// sent, and when, is in the store: a restart goes on, and several processes share the work. At least once,
/// in no order.
///
/// An endpoint is nobody else's trouble: its name is looked up and checked for each attempt
/// (net/guarded_http.hpp), redirects are not followed, an attempt has a time, an answer a size, an endpoint a
/// number of attempts at a time, and one for it alone while it fails.
///
/// On the event loop. stop() before the destructor.
class Sender {
public:
    /// `secret_key`: what the secrets of endpoints are sealed with.
    Sender(boost::asio::any_io_executor loop, const Clock& clock, store::Store& store, net::HttpClient& http,
           const std::string& secret_key, Config config);
    ~Sender();

    /// invalid_argument: a rule in Config::allowed_hosts is none. Takes up what was being sent when the
    /// server ended, and sends from now on.
    Task<Status> start();
    Task<> stop();

    /// Something new may be due: it is looked for now and not within a second.
    void wake();
    /// Sends what is due and waits for all attempts to end.
    Task<Status> send_due();

    /// Whom it may call.
    const net::HostRules& rules() const { return rules_; }

private:
    class Place;
    Task<> watch();
    Task<Status> begin_due();
    Task<> send(store::Delivery delivery, std::unique_ptr<Place> place);
    Task<store::AttemptEnd> attempt(const store::Delivery& delivery);
    Task<Result<net::Reply>> post(const store::Delivery& delivery);
    Task<Status> forget_old();
    std::size_t places(const store::DueEndpoint& endpoint) const;

    boost::asio::any_io_executor loop_;
    const Clock& clock_;
    store::Webhooks webhooks_;
    store::Deliveries deliveries_;
    net::HttpClient& http_;
    const net::HostRules rules_;
    const Config config_;
    std::map<std::string, std::size_t> sending_;  // by endpoint
    std::size_t running_ = 0;
    boost::asio::steady_timer news_;
    boost::asio::steady_timer idle_;  // cancelled when an attempt has ended
    bool woken_ = false;
    Millis forgot_ = 0;
    TaskGroup group_;  // last: ends first
};

}  // namespace docent::webhooks
