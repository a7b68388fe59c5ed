#pragma once
#include <string>

#include "api/services.hpp"
#include "net/http.hpp"
#include "store/merge_requests.hpp"

namespace docent::api {

/// The absolute address of the page where people review a merge request: below `server.public_url`, else
/// below the address that the request came to. "" without either.
std::string review_url(const net::Request* request, const Services& services,
                       const std::string& merge_request_id);

/// Where people look at it: on its forge, or on the review page when it lives in Docent.
std::string web_url(const net::Request* request, const Services& services,
                    const store::MergeRequest& merge_request);

}  // namespace docent::api
