#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "api/wire/json_text.hpp"
#include "base/embedded.hpp"
#include "base/text.hpp"

namespace docent {
// Made by cmake/embed.cmake from the web page's files.
const std::vector<Embedded>& embedded_web();
}  // namespace docent

namespace docent::api {
namespace {

std::string_view type_of(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".json", "application/json"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
        {".webmanifest", "application/manifest+json"},
    };
    for (const auto& [end, type] : types)
        if (path.ends_with(end)) return type;
    return "application/octet-stream";
}

/// Scripts and styles of our own files alone, no frames around us, no forms elsewhere. Pages of the
/// documentation may show images of other sites.
constexpr auto policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

Result<net::Response> file(std::string_view path) {
    for (const auto& embedded : embedded_web()) {
        if (embedded.path != path) continue;
        auto out = net::reply(200, std::string(type_of(path)), std::string(embedded.bytes));
        const bool hashed = path.starts_with("assets/");  // its name changes with its content
        out.headers.emplace_back("Cache-Control",
                                 hashed ? "public, max-age=31536000, immutable" : "no-cache");
        out.headers.emplace_back("Content-Security-Policy", policy);
        out.headers.emplace_back("X-Frame-Options", "DENY");
        out.headers.emplace_back("Referrer-Policy", "same-origin");
        out.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
        out.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
        return out;
    }
    return not_found("there is no such file").because("unknown_route");
}

}  // namespace

Task<Result<net::Response>> get_ui(net::Request&, const Caller&, Services&) { co_return file("index.html"); }

Task<Result<net::Response>> get_ui_asset(net::Request& request, const Caller&, Services&) {
    co_return file(std::string_view(request.path).substr(1));
}

/// Its files are named from where it is: /review, or one folder below.
Task<Result<net::Response>> get_review_page(net::Request& request, const Caller&, Services&) {
    auto page = file("review.html");
    if (!page) co_return page;
    if (request.path.find('/', 1) == std::string::npos) co_return page;
    for (const std::string_view attribute : {"href=\"./", "src=\"./"}) {
        for (auto at = page->body.find(attribute); at != std::string::npos;
             at = page->body.find(attribute, at + attribute.size()))
            page->body.insert(at + attribute.size() - 2, ".");
    }
    co_return page;
}

/// What the page needs to ask: the project and its public key.
Task<Result<net::Response>> get_ui_config(net::Request&, const Caller&, Services& services) {
    std::string domain = services.settings.ui_domain;
    const Caller anybody;
    auto project = co_await find_project(std::move(domain), anybody, services);
    if (!project && project.error().code != ErrorCode::not_found) co_return std::move(project).error();
    // As its owner calls it, else as the site calls itself.
    std::string name;
    if (project) {
        name = project->name;
        const auto index = services.sources.index(project->id);
        if (name.empty() && index) name = index->site_name();
    }
    if (name.empty()) name = "Documentation";
    std::string out = "{\"domain\":";
    append_json_string(out, services.settings.ui_domain);
    out += ",\"name\":";
    append_json_string(out, name);
    out += ",\"key\":";
    append_json_string(out, services.settings.ui_key);
    if (project && settings_of(*project).challenge) out += ",\"challenge\":true";
    out += '}';
    auto response = net::reply(200, "application/json", std::move(out));
    response.headers.emplace_back("Cache-Control", "no-store");
    co_return response;
}

}  // namespace docent::api
