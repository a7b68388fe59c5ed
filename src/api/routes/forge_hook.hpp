#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "agent/merge_requests.hpp"
#include "api/routes/handlers.hpp"
#include "base/json_fields.hpp"

// What the webhooks of all forges have in common; private to the routes.
namespace docent::api {

/// What a delivery tells of; at most one of them.
struct ForgeNews {
    std::optional<agent::ForgeReport> report;
    std::optional<agent::ForgeComment> comment;
    std::string pushed_branch;  // "": no push, or a branch that is gone
};

/// One forge's way to call us.
struct ForgeHook {
    bool (*is_signed)(const net::Request& request, const std::string& secret);
    std::string (*delivery)(const net::Request& request);  // its id; "": none
    ForgeNews (*news)(const net::Request& request, const boost::json::object& body);
};

/// Checks, and takes once. Who has no secret, or names no repository, learns the same. What does not concern
/// us is no error: a forge stops to call an address that refuses it.
Task<Result<net::Response>> take_forge_hook(const ForgeHook& hook, net::Request& request, Services& services);

/// A text of a payload, of which strangers choose the length; "" when there is none. `most`: bytes.
std::string hook_text(const boost::json::object& object, std::string_view name, std::size_t most = 500);
/// Of "refs/heads/main"; "" for tags and what is gone.
std::string hook_branch(const boost::json::object& body);
/// 0 when it is none. GitLab once wrote "2013-12-03 17:23:34 UTC".
Millis hook_time(const boost::json::object& object, std::string_view name);

inline constexpr std::size_t longest_hook_comment = 70'000;  // bytes

/// The pull request of GitHub's events, which are those of Forgejo and Gitea, too.
std::optional<agent::ForgeReport> pull_request_report(const boost::json::object& body);

}  // namespace docent::api
