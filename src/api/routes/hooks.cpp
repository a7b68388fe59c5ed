#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::size_t max_background = 100;

/// The signature of GitHub, Forgejo and Gitea, the token of GitLab, or the secret as bearer token.
bool is_signed(const net::Request& request, const std::string& secret) {
    if (secret.empty()) return false;
    std::string_view signature = request.header("x-hub-signature-256");
    if (!signature.empty()) {
        if (!signature.starts_with("sha256=")) return false;
        signature.remove_prefix(7);
        return equal_constant_time(lower_ascii(signature), hmac_sha256_hex(secret, request.body));
    }
    const auto& token = request.header("x-gitlab-token");
    if (!token.empty()) return equal_constant_time(token, secret);
    const auto bearer = secret_of(request);
    return !bearer.empty() && equal_constant_time(bearer, secret);
}

Task<> fetch_again(sources::Sources& sources, std::string project_id) {
    auto rebuilt = co_await sources.rebuild(std::move(project_id), false);
    if (!rebuilt) log::warn("webhook: " + rebuilt.error().message + " " + rebuilt.error().detail);
}

}  // namespace

/// A push to the documentation's repository: it is fetched again, after the answer. Who has no secret,
/// or names no project, learns the same.
Task<Result<net::Response>> post_git_hook(net::Request& request, const Caller&, Services& services) {
    std::string domain = request.param("domain");
    const Caller anybody;
    auto project = co_await find_project(std::move(domain), anybody, services);
    if (!project && project.error().code != ErrorCode::not_found) co_return std::move(project).error();
    if (!project || !is_signed(request, settings_of(*project).hook_secret))
        co_return Error(ErrorCode::permission_denied,
                        "the webhook's signature does not fit, or the project has no hook_secret set")
            .because("bad_signature");
    if (request.header("x-github-event") == "ping")
        co_return net::reply(200, "application/json", "{\"accepted\":false}");
    if (services.background.size() >= max_background)
        co_return Error(ErrorCode::unavailable, "too much is being fetched; try again later");
    services.background.spawn("webhook", fetch_again(services.sources, project->id));
    co_return net::reply(202, "application/json", "{\"accepted\":true}");
}

}  // namespace docent::api
