// GitHub's webhooks: https://docs.github.com/en/webhooks/webhook-events-and-payloads
#include "api/routes/forge_hook.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

/// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
bool github_signed(const net::Request& request, const std::string& secret) {
    std::string_view signature = request.header("x-hub-signature-256");
    if (!signature.starts_with("sha256=")) return false;
    signature.remove_prefix(7);
    return equal_constant_time(lower_ascii(signature), hmac_sha256_hex(secret, request.body));
}

std::string github_delivery(const net::Request& request) { return request.header("x-github-delivery"); }

/// Who writes to the repository, or belongs to those who own it.
bool github_may_write(const json::object& comment) {
    const auto who = hook_text(comment, "author_association");
    return who == "OWNER" || who == "MEMBER" || who == "COLLABORATOR";
}

agent::ForgeComment github_comment(const json::object& said, std::string number) {
    agent::ForgeComment out;
    out.external_id = std::move(number);
    out.id = number_of(said, "id");
    out.by = hook_text(part_of(said, "user"), "login");
    out.text = hook_text(said, "body", longest_hook_comment);
    const auto path = hook_text(said, "path", 2'000), line = number_of(said, "line");
    if (!path.empty())
        out.text = "On `" + path + "`" + (line.empty() ? "" : ", line " + line) + ": " + out.text;
    out.may_write = github_may_write(said);
    return out;
}

ForgeNews github_news(const net::Request& request, const json::object& body) {
    ForgeNews out;
    const auto& event = request.header("x-github-event");
    const auto action = hook_text(body, "action");
    const auto& pull = part_of(body, "pull_request");
    if (event == "push") out.pushed_branch = hook_branch(body);
    if (event == "pull_request") out.report = pull_request_report(body);
    if (event == "issue_comment" && action == "created" && part_of(body, "issue").contains("pull_request"))
        out.comment = github_comment(part_of(body, "comment"), number_of(part_of(body, "issue"), "number"));
    if (event == "pull_request_review_comment" && action == "created") {
        out.comment = github_comment(part_of(body, "comment"), number_of(pull, "number"));
        out.comment->id = "review-" + out.comment->id;
    }
    if (event == "pull_request_review" && action == "submitted") {
        out.comment = github_comment(part_of(body, "review"), number_of(pull, "number"));
        out.comment->id = "summary-" + out.comment->id;
    }
    return out;
}

constexpr ForgeHook github_hook{github_signed, github_delivery, github_news};

}  // namespace

Task<Result<net::Response>> post_github_hook(net::Request& request, const Caller&, Services& services) {
    co_return co_await take_forge_hook(github_hook, request, services);
}

}  // namespace docent::api
