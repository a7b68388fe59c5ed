#include "agent/merge_requests.hpp"

namespace docent::agent {

Task<Result<ShownMergeRequest>> MergeRequests::reopen(store::Session session, std::string id) {
    auto found = co_await stored_.get(session.project_id, std::move(id));
    if (!found) co_return std::move(found).error();
    auto& request = found->request;
    if (request.status == "merged")
        co_return conflict("the merge request is merged already").because("merge_request_merged");
    if (!request.external_id.empty())
        co_return conflict("it lives on its forge: reopen it there").because("not_local");
    if (request.status == "closed") {
        if (session.ended()) co_return conflict("the session is " + session.status).because("session_closed");
        auto reopened = co_await stored_.reopen(request.id, services_.clock.now());
        if (!reopened) co_return std::move(reopened).error();
        if (reopened->status != "open")
            co_return conflict("the session has another open merge request").because("already_exists");
        request = *std::move(reopened);
    }
    co_return co_await read(std::move(session), std::move(request));
}

}  // namespace docent::agent
