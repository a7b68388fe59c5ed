#include "api/analytics_json.hpp"
#include "api/review_url.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_bodies.hpp"
#include "api/session_json.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"
#include "forge/merge_method.hpp"

namespace docent::api {
namespace {

constexpr std::size_t longest_title = 200, longest_description = 30'000;  // characters

Result<net::Response> reply(const net::Request& request, const Services& services,
                            Result<agent::ShownMergeRequest> shown) {
    if (!shown) return std::move(shown).error();
    return json_reply(200, to_json(*shown, web_url(&request, services, shown->request)));
}

agent::Proposal read_proposal(Fields& fields) {
    agent::Proposal out;
    out.title = fields.characters("title", 1, longest_title).value_or("");
    out.description = fields.characters("description", 0, longest_description).value_or("");
    out.draft = fields.boolean("draft");
    return out;
}

}  // namespace

Task<Result<net::Response>> open_merge_request(net::Request& request, const Caller& caller,
                                               Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto body = read_session_body(request, services.settings.session_body, true);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    Fields fields(body.object, "", complaints);
    auto proposal = read_proposal(fields);
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto opened = co_await services.coding.merge_requests.open(*std::move(session), std::move(proposal));
    co_return reply(request, services, std::move(opened));
}

Task<Result<net::Response>> update_merge_request(net::Request& request, const Caller& caller,
                                                 Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    Fields fields(body.object, "", complaints);
    auto proposal = read_proposal(fields);
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto changed = co_await services.coding.merge_requests.update(*std::move(session), std::move(proposal));
    co_return reply(request, services, std::move(changed));
}

Task<Result<net::Response>> get_merge_request(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto read = co_await services.coding.merge_requests.read(*std::move(session));
    co_return reply(request, services, std::move(read));
}

Task<Result<net::Response>> merge_merge_request(net::Request& request, const Caller& caller,
                                                Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto body = read_session_body(request, services.settings.session_body, true);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    Fields fields(body.object, "", complaints);
    const auto name = fields.word("method", {"merge", "squash", "rebase"}).value_or("merge");
    if (!complaints.empty()) co_return validation_failed(complaints);
    const auto method = forge::merge_method_of(name);
    if (!method) co_return method.error();
    agent::MergeWish wish;
    wish.method = *method;
    auto merged =
        co_await services.coding.merge_requests.merge(*std::move(session), caller.key->user, std::move(wish));
    co_return reply(request, services, std::move(merged));
}

Task<Result<net::Response>> close_merge_request(net::Request& request, const Caller& caller,
                                                Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto closed = co_await services.coding.merge_requests.close(*std::move(session), caller.key->user);
    co_return reply(request, services, std::move(closed));
}

}  // namespace docent::api
