#include "api/projects.hpp"

#include <algorithm>

#include "api/parse.hpp"
#include "base/text.hpp"

namespace docent::api {
Task<Result<store::Project>> find_project(std::string domain, const Caller& caller, Services& services) {
    auto unknown =
        not_found("there is no project " + shown(domain) + " that this key opens").because("unknown_project");
    if (domain.empty() || domain.size() > 253 || !is_utf8(domain) || domain.find('\0') != domain.npos)
        co_return std::move(unknown);
    auto project = co_await services.projects.find(domain);
    if (!project && project.error().code == ErrorCode::not_found) {
        for (const std::string_view host : {".mintlify.app", ".mintlify.site", ".mintlify.dev"}) {
            if (!domain.ends_with(host)) continue;
            std::string slug = domain.substr(0, domain.size() - host.size());
            project = co_await services.projects.find(std::move(slug));
            break;
        }
    }
    if (!project) {
        if (project.error().code != ErrorCode::not_found) co_return std::move(project).error();
        co_return std::move(unknown);
    }
    if (caller.key && !caller.key->project_id.empty() && caller.key->project_id != project->id)
        co_return std::move(unknown);
    co_return *std::move(project);
}

Result<std::shared_ptr<const search::Index>> find_index(const store::Project& project, Services& services) {
    auto index = services.sources.index(project.id);
    if (index) return index;
    const auto state = services.sources.state(project.id);
    if (state.phase == sources::State::Phase::failed)
        return Error(ErrorCode::unavailable,
                     "the documentation of this project could not be read; see the server's log")
            .because("no_index");
    return Error(ErrorCode::unavailable, "the documentation is being indexed; try again in a moment")
        .because("no_index");
}

std::string page_url(const search::PageView& page, std::string_view anchor, const std::string& base_path) {
    std::string out(page.url);
    if (out.empty()) {
        out = base_path + "/";
        if (page.path != "index") out += percent_encode(page.path, "/@:!$&'()*+,;=");
    }
    if (!anchor.empty()) (out += '#') += percent_encode(anchor, "@:!$&'()*+,;=/?");
    return out;
}

std::string public_origin(const net::Request& request, const Services& services) {
    auto out = services.settings.public_url;
    while (out.ends_with('/')) out.pop_back();
    if (!out.empty()) return out;
    const auto& host = request.header("host");
    const bool plain = std::ranges::all_of(host, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '-' || c == ':' || c == '[' || c == ']';
    });
    return host.empty() || !plain ? std::string() : "http://" + host;
}

}  // namespace docent::api
