#include "api/asked_merge_request.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_problem.hpp"

namespace docent::api {
namespace {

constexpr std::size_t longest_sha = 64;

}  // namespace

Task<Result<net::Response>> merge_by_id(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto body = read_session_body(request, services.settings.session_body, true);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    Fields fields(body.object, "", complaints);
    agent::MergeWish wish;
    wish.id = asked->request.id;
    wish.head_sha = fields.text("head_sha", longest_sha).value_or("");
    const auto method = fields.word("method", {"merge", "squash", "rebase"}).value_or("merge");
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto wanted = forge::merge_method_of(method);
    if (!wanted) co_return std::move(wanted).error();
    wish.method = *wanted;
    auto merged =
        co_await services.coding.merge_requests.merge(asked->session, caller.key->user, std::move(wish));
    if (!merged) co_return std::move(merged).error();
    co_return co_await review_reply(request, *std::move(asked), *std::move(merged), services);
}

Task<Result<net::Response>> close_by_id(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto closed =
        co_await services.coding.merge_requests.close(asked->session, caller.key->user, asked->request.id);
    if (!closed) co_return std::move(closed).error();
    co_return co_await review_reply(request, *std::move(asked), *std::move(closed), services);
}

Task<Result<net::Response>> reopen_by_id(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto opened = co_await services.coding.merge_requests.reopen(asked->session, asked->request.id);
    if (!opened) co_return std::move(opened).error();
    co_return co_await review_reply(request, *std::move(asked), *std::move(opened), services);
}

}  // namespace docent::api
