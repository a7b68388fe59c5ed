#include "api/asked_merge_request.hpp"

#include "base/ids.hpp"

namespace docent::api {

Task<Result<AskedMergeRequest>> asked_merge_request(const net::Request& request, const Caller& caller,
                                                    Services& services) {
    std::string id = request.param("mergeRequestId");
    if (!is_uuid(id)) co_return not_found("there is no such merge request");
    auto found = co_await services.coding.proposed.get(caller.project_id, std::move(id));
    if (!found) co_return std::move(found).error();
    auto session = co_await services.coding.stored.find(found->project_id, found->request.session_id);
    if (!session) co_return std::move(session).error();
    AskedMergeRequest out;
    out.request = std::move(found->request);
    out.session = *std::move(session);
    co_return out;
}

}  // namespace docent::api
