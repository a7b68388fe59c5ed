#pragma once
#include "api/auth.hpp"
#include "api/services.hpp"
#include "net/http.hpp"

namespace docent::api {

/// The merge request that the path names ({mergeRequestId}), and its session. not_found, also for one of
/// another workspace.
struct AskedMergeRequest {
    store::MergeRequest request;
    store::Session session;
};
Task<Result<AskedMergeRequest>> asked_merge_request(const net::Request& request, const Caller& caller,
                                                    Services& services);

/// The merge request with all that a page for reviewers shows at its head. routes/reviews.cpp
Task<Result<net::Response>> review_reply(net::Request& request, AskedMergeRequest asked,
                                         agent::ShownMergeRequest shown, Services& services);

}  // namespace docent::api
