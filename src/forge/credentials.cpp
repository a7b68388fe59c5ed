#include "forge/credentials.hpp"

#include <boost/json/parse.hpp>

#include "base/json_fields.hpp"
#include "net/http_client.hpp"

namespace docent::forge {
namespace json = boost::json;
namespace {

constexpr Millis renewed_before = 5 * 60'000, shortest_life = 60'000;

std::string id_in(const json::object& metadata, const char* name) {
    auto out = number_of(metadata, name);
    return out.empty() ? text_of(metadata, name) : out;
}

Error no_app_token(const std::string& why, const std::string& detail = {}) {
    return Error(ErrorCode::upstream_failed,
                 "GitHub gives the App no token" + why +
                     ": check app_id, installation_id and private_key of the code provider",
                 detail)
        .because("forge_refused");
}

}  // namespace

bool is_github_app(const store::CodeProvider& provider) {
    return provider.platform == "github" && text_of(object_in(provider.metadata), "type") == "app";
}

Task<Result<std::string>> Credentials::token(const store::CodeProvider& provider) {
    if (!provider.has_secret) co_return std::string();
    if (!is_github_app(provider)) co_return co_await providers_.secret(provider.id);
    const auto known = kept_.find(provider.id);
    if (known != kept_.end() && clock_.now() + renewed_before < known->second.expires)
        co_return known->second.token;
    co_return co_await ask(provider);
}

Task<Result<std::string>> Credentials::renew(std::string provider_id, std::string refused) {
    auto provider = co_await providers_.find("", provider_id);
    if (!provider) co_return std::move(provider).error();
    const auto known = kept_.find(provider_id);
    if (known != kept_.end() && known->second.token == refused) kept_.erase(known);
    co_return co_await token(*provider);
}

/// https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app
Task<Result<std::string>> Credentials::ask(store::CodeProvider provider) {
    if (!http_) co_return Error(ErrorCode::unavailable, "this process does not call forges");
    auto key = co_await providers_.secret(provider.id);
    if (!key) co_return key;
    const auto metadata = object_in(provider.metadata);
    const auto jwt = app_token(id_in(metadata, "app_id"), *key, clock_.now());
    if (!jwt) co_return jwt.error();
    net::Call call;
    call.method = "POST";
    call.url = provider.base_url;
    while (call.url.ends_with('/')) call.url.pop_back();
    call.url += "/app/installations/" + id_in(metadata, "installation_id") + "/access_tokens";
    call.headers = {{"Authorization", "Bearer " + *jwt},
                    {"Accept", "application/vnd.github+json"},
                    {"X-GitHub-Api-Version", "2022-11-28"},
                    {"Content-Type", "application/json"},
                    {"User-Agent", "docent"}};
    call.body = "{}";
    call.max_redirects = 0;
    auto reply = co_await http_->fetch(std::move(call));
    if (!reply) co_return std::move(reply).error();
    const auto status = std::to_string(reply->status);
    if (reply->status >= 500 || reply->status == 429)
        co_return Error(ErrorCode::upstream_failed, "GitHub failed", "access_tokens: " + status);
    if (reply->status != 201) co_return no_app_token(" (" + status + ")");
    boost::system::error_code failed;
    const auto answer = json::parse(reply->body, failed);
    if (failed || !answer.is_object()) co_return no_app_token("");
    Kept made;
    made.token = text_of(answer.get_object(), "token");
    if (made.token.empty()) co_return no_app_token("");
    // A clock that is wrong must not make a call for every call.
    const auto expires = parse_iso8601(text_of(answer.get_object(), "expires_at")).value_or(0);
    made.expires = std::max(expires, clock_.now() + renewed_before + shortest_life);
    kept_[provider.id] = made;
    co_return made.token;
}

}  // namespace docent::forge
