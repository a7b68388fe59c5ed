#include "api/host_check.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace docent::api {
namespace {

/// "example.com:8080" of "https://example.com:8080/x".
std::string_view authority(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == url.npos) return {};
    url.remove_prefix(scheme + 3);
    return url.substr(0, url.find_first_of("/?#"));
}

std::string name_of(std::string_view host) {
    if (host.starts_with('[')) return lower_ascii(host.substr(0, host.find(']') + 1));
    auto out = lower_ascii(host.substr(0, host.find(':')));
    if (out.ends_with('.')) out.pop_back();
    return out;
}

bool is_loopback(std::string_view name) {
    if (name == "localhost" || name.ends_with(".localhost") || name == "[::1]") return true;
    return name.starts_with("127.") && name.size() <= 15 &&
           name.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

Status check_host(const net::Request& request, const Settings& settings) {
    const auto& host = request.header("host");
    const auto name = name_of(host);
    const auto allowed = [&](const std::string& one) { return name_of(one) == name; };
    const bool known = is_loopback(name) || std::ranges::any_of(settings.allowed_hosts, allowed) ||
                       (!settings.public_url.empty() && name_of(authority(settings.public_url)) == name);
    if (name.empty() || !known)
        return Error(ErrorCode::permission_denied,
                     "this server does not answer for that host; add it to allowed_hosts")
            .because("unknown_host");
    const auto& origin = request.header("origin");
    if (!origin.empty() && lower_ascii(authority(origin)) != lower_ascii(host))
        return Error(ErrorCode::permission_denied, "this is for the server's own page only")
            .because("foreign_origin");
    // A form or an image of another site sends no Origin; browsers tell by this.
    const auto& site = request.header("sec-fetch-site");
    if (site == "cross-site" && request.header("sec-fetch-mode") != "navigate")
        return Error(ErrorCode::permission_denied, "this is for the server's own page only")
            .because("foreign_origin");
    return {};
}

Status check_origin(const net::Request& request, const Settings& settings,
                    const std::vector<std::string>& project_hosts) {
    const auto& origin = request.header("origin");
    if (origin.empty()) return {};
    const auto from = name_of(authority(origin));
    const auto to = name_of(request.header("host"));
    const auto own = [&](const std::string& name) {
        const auto same = [&](const std::string& one) { return name_of(one) == name; };
        return std::ranges::any_of(settings.allowed_hosts, same) ||
               std::ranges::any_of(project_hosts, same) ||
               (!settings.public_url.empty() && name_of(authority(settings.public_url)) == name);
    };
    if (!from.empty() && ((is_loopback(from) && is_loopback(to)) ||
                          ((own(from) || is_loopback(from)) && own(to)) || (own(from) && is_loopback(to))))
        return {};
    return Error(ErrorCode::permission_denied,
                 "pages of this origin may not call the server; add its host to allowed_hosts or to the "
                 "project")
        .because("foreign_origin");
}

}  // namespace docent::api
