#pragma once
#include <functional>

#include "net/host_rules.hpp"
#include "net/http_client.hpp"

namespace docent::net {

/// Calls that a model has thought of. Every URL, the first and those that it redirects to, is held against
/// the rules: its host, then each address that the host resolves to. The call goes to an address that was
/// looked at, whatever the host resolves to by then, and through no proxy. Cookies, and credentials in
/// headers, stay with the origin that they were meant for. On the event loop.
class GuardedHttp {
public:
    GuardedHttp(HttpClient& http, HostRules rules) : http_(http), rules_(std::move(rules)) {}

    /// As HttpClient::fetch(): call.limit is for all of it, redirects and resolution included; 0 is taken for
    /// a minute. permission_denied (reason "not_allowed") and invalid_argument when a URL is refused.
    Task<Result<Reply>> fetch(Call call);

    /// One request, and a redirect is a reply like others.
    Task<Result<Reply>> fetch_once(Call call);

    const HostRules& rules() const { return rules_; }

private:
    Task<Result<Reply>> follow(Call call);
    HttpClient& http_;
    const HostRules rules_;
};

/// For logs and events: the values of headers that hold secrets (Authorization, Cookie, *-Key, *token*, ...)
/// are "***".
Headers mask_secrets(Headers headers);

}  // namespace docent::net
