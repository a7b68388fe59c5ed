#include "api/asked_project.hpp"

#include "base/text.hpp"

namespace docent::api {
namespace {

std::string host_name(const net::Request& request) {
    std::string_view host = request.header("host");
    if (host.starts_with('[')) return std::string(host.substr(0, host.find(']') + 1));
    return lower_ascii(host.substr(0, host.find(':')));
}

}  // namespace

Error no_route() { return not_found("there is no such route").because("unknown_route"); }

Task<Result<store::Project>> root_project(const net::Request& request, Services& services) {
    const Caller anybody;
    std::string host = host_name(request);
    auto project = co_await find_project(std::move(host), anybody, services);
    if (project || project.error().code != ErrorCode::not_found) co_return project;
    std::string fallback = "default";
    auto other = co_await find_project(std::move(fallback), anybody, services);
    if (!other && other.error().code == ErrorCode::not_found) co_return no_route();
    co_return other;
}

Task<Result<store::Project>> asked_project(const net::Request& request, Services& services) {
    const auto named = request.params.find("domain");
    if (named == request.params.end()) {
        auto project = co_await root_project(request, services);
        co_return project;
    }
    const Caller anybody;
    std::string domain = named->second;
    auto project = co_await find_project(std::move(domain), anybody, services);
    if (!project && project.error().code == ErrorCode::not_found) co_return no_route();
    co_return project;
}

std::string link_base(const store::Project& project, const std::string& documents) {
    const auto settings = settings_of(project);
    return settings.site_url.empty() ? documents : settings.site_url + settings.base_path;
}

std::string document_base(const net::Request& request, const Services& services) {
    const auto named = request.params.find("domain");
    const auto origin = public_origin(request, services);
    return named == request.params.end() ? origin : origin + "/" + percent_encode(named->second);
}

}  // namespace docent::api
