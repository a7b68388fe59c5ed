#include "net/http.hpp"

namespace docent::net {

const std::string& Request::header(const std::string& name) const {
    static const std::string absent;
    const auto found = headers.find(name);
    return found == headers.end() ? absent : found->second;
}

Response reply(int status, std::string content_type, std::string body) {
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", std::move(content_type));
    response.body = std::move(body);
    return response;
}

}  // namespace docent::net
