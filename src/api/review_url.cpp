#include "api/review_url.hpp"

#include "api/projects.hpp"

namespace docent::api {

std::string review_url(const net::Request* request, const Services& services,
                       const std::string& merge_request_id) {
    auto origin = services.settings.public_url;
    while (origin.ends_with('/')) origin.pop_back();
    if (origin.empty() && request) origin = public_origin(*request, services);
    return origin.empty() ? origin : origin + "/review/" + merge_request_id;
}

std::string web_url(const net::Request* request, const Services& services,
                    const store::MergeRequest& merge_request) {
    if (!merge_request.web_url.empty() || !merge_request.external_id.empty()) return merge_request.web_url;
    return review_url(request, services, merge_request.id);
}

}  // namespace docent::api
