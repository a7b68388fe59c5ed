#include "api/bodies.hpp"
#include "api/projects.hpp"
#include "api/protection.hpp"
#include "api/routes/handlers.hpp"
#include "api/wire/json_text.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::size_t max_content = 4'000;  // bytes of a result's text

void field(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += out.back() == '{' ? "\"" : ",\"";
    out += name;
    out += "\":";
    append_json_string(out, value);
}

std::string score_text(double score) {
    const auto thousandths = static_cast<int>(score * 1000 + .5);
    return thousandths >= 1000 ? "1" : "0." + std::to_string(1000 + thousandths).substr(1);
}

/// One section: its heading first, because clients take the first heading as the section's name.
void append_hit(std::string& out, const search::Index& index, const search::Hit& hit,
                const std::string& base_path) {
    const auto page = index.page(hit.page);
    const auto chunk = index.chunk(hit.chunk);
    std::string content;
    if (chunk.headings.empty()) {
        content = "# " + std::string(page.title);
    } else {
        content = std::string(std::min<std::size_t>(chunk.headings.size() + 1, 6), '#') + " ";
        content += chunk.headings.back();
    }
    content += "\n\n";
    content += chunk.markdown;

    out += "{\"content\":";
    append_json_string(out, cut_utf8(content, max_content));
    out += ",\"path\":";
    append_json_string(out, page.path);
    out += ",\"metadata\":{";
    field(out, "title", page.title);
    field(out, "description", page.description);
    field(out, "url", page_url(page, chunk.anchor, base_path));
    if (!chunk.headings.empty()) field(out, "section", chunk.headings.back());
    field(out, "language", page.language);
    field(out, "version", page.version);
    field(out, "tag", page.tag);
    if (!page.breadcrumbs.empty()) {
        out += ",\"breadcrumbs\":[";
        for (std::size_t i = 0; i < page.breadcrumbs.size(); ++i) {
            if (i > 0) out += ',';
            append_json_string(out, page.breadcrumbs[i]);
        }
        out += ']';
    }
    out += ",\"score\":" + score_text(hit.score) + "}}";
}

}  // namespace

Task<Result<net::Response>> post_search(net::Request& request, const Caller& caller, Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    auto query = parse_search(request.body);
    if (!query) co_return std::move(query).error();
    auto index = find_index(*project, services);
    if (!index) co_return std::move(index).error();

    const auto settings = settings_of(*project);
    if (settings.mask_personal_data == "always") query->text = masked_for(settings, std::move(query->text));
    co_await services.sources.add_meaning(project->id, *query);
    const auto& base_path = settings.base_path;
    std::size_t results = 0;
    auto body = co_await on(services.pools.search, [&] {
        const auto found = (*index)->search(*query);
        std::string out = "[";
        results = found.sections.size();
        for (const auto& hit : found.sections) {
            if (out.size() > 1) out += ',';
            append_hit(out, **index, hit, base_path);
        }
        out += ']';
        return out;
    });
    auto response = net::reply(200, "application/json", std::move(body));
    const auto kept = masked_for(settings, query->text);
    auto id = services.analytics.traffic.searched(project->id, kept, results);
    if (!id.empty()) response.headers.emplace_back("x-search-id", std::move(id));
    co_return response;
}

}  // namespace docent::api
