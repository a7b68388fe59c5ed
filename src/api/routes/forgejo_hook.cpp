// The webhooks of Forgejo and Gitea: https://forgejo.org/docs/latest/user/webhooks/
#include "api/routes/forge_hook.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

/// Gitea has the second name alone.
std::string forgejo_header(const net::Request& request, const std::string& name) {
    const auto& own = request.header("x-forgejo-" + name);
    return own.empty() ? request.header("x-gitea-" + name) : own;
}

bool forgejo_signed(const net::Request& request, const std::string& secret) {
    const auto signature = lower_ascii(forgejo_header(request, "signature"));
    return equal_constant_time(signature, hmac_sha256_hex(secret, request.body));
}

std::string forgejo_delivery(const net::Request& request) { return forgejo_header(request, "delivery"); }

ForgeNews forgejo_news(const net::Request& request, const json::object& body) {
    ForgeNews out;
    const auto event = forgejo_header(request, "event");
    if (event == "push") out.pushed_branch = hook_branch(body);
    if (event == "pull_request") out.report = pull_request_report(body);
    const bool comment = event == "issue_comment" || event == "pull_request_comment";
    if (!comment || hook_text(body, "action") != "created" || !is_true(body, "is_pull")) return out;
    const auto& said = part_of(body, "comment");
    out.comment.emplace();
    out.comment->external_id = number_of(part_of(body, "issue"), "number");
    out.comment->id = number_of(said, "id");
    out.comment->by = hook_text(part_of(said, "user"), "login");
    out.comment->text = hook_text(said, "body", longest_hook_comment);
    // The permissions of whoever wrote the comment.
    out.comment->may_write = is_true(part_of(part_of(body, "repository"), "permissions"), "push");
    return out;
}

constexpr ForgeHook forgejo_hook{forgejo_signed, forgejo_delivery, forgejo_news};

}  // namespace

Task<Result<net::Response>> post_forgejo_hook(net::Request& request, const Caller&, Services& services) {
    co_return co_await take_forge_hook(forgejo_hook, request, services);
}

}  // namespace docent::api
