#include <algorithm>

#include "api/asked_project.hpp"
#include "api/page_text.hpp"
#include "api/routes/handlers.hpp"
#include "base/text.hpp"
#include "net/problem.hpp"

namespace docent::api {
namespace {

net::Response markdown(std::string body, const std::string& base, bool shown) {
    const auto* type = shown ? "text/plain; charset=utf-8" : "text/markdown; charset=utf-8";
    auto out = net::reply(200, type, std::move(body));
    out.headers.emplace_back("Link", "<" + base + "/llms.txt>; rel=\"llms-txt\", <" + base +
                                         "/llms-full.txt>; rel=\"llms-full-txt\"");
    out.headers.emplace_back("X-Llms-Txt", base + "/llms.txt");
    return out;
}

/// All listed pages, made while they are sent: no copy of the documentation in memory.
class FullText final : public net::BodySource {
public:
    explicit FullText(std::shared_ptr<const search::Index> index)
        : index_(std::move(index)), pages_(listed_pages(*index_)) {}

    void start(std::function<void()>) override {}

    Next read(std::string& out, std::size_t limit) override {
        const auto before = out.size();
        while (next_ < pages_.size() && out.size() - before < limit) {
            out += page_text(index_->page(pages_[next_++]));
            out += '\n';
        }
        return next_ == pages_.size() ? Next::end : Next::more;
    }

private:
    const std::shared_ptr<const search::Index> index_;
    const std::vector<std::uint32_t> pages_;
    std::size_t next_ = 0;
};

/// Markdown and llms.txt are for machines, whoever reads them; a page that is shown may have any reader.
void note_read(const store::Project& project, std::string_view path, const net::Request& request,
               Services& services, bool shown = false) {
    services.analytics.traffic.page_read(project.id, path, request,
                                         shown ? Traffic::Reader::by_user_agent : Traffic::Reader::machine);
}

std::optional<net::Response> page_of(const store::Project& project, std::string_view path,
                                     const std::string& base, bool shown, const net::Request& request,
                                     Services& services) {
    const auto index = services.sources.index(project.id);
    if (!index) return std::nullopt;
    const auto settings = settings_of(project);
    // A link of an answer has the base path that the site itself is served under.
    std::string_view prefix = settings.base_path;
    if (!prefix.empty()) prefix.remove_prefix(1);
    if (!prefix.empty() && path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/'))
        path.remove_prefix(prefix.size() + 1);
    const search::Filter everybody;
    const auto found = index->find_page(path);
    if (!found || !index->allowed(*found, everybody)) return std::nullopt;
    if (request.method != "GET" && request.method != "HEAD")
        return net::other_method(request.method, "GET, HEAD, OPTIONS");
    note_read(project, index->page(*found).path, request, services, shown);
    return markdown(page_text(index->page(*found)), base, shown);
}

}  // namespace

Task<Result<net::Response>> get_llms(net::Request& request, const Caller&, Services& services) {
    auto project = co_await asked_project(request, services);
    if (!project) co_return std::move(project).error();
    auto index = find_index(*project, services);
    if (!index) co_return std::move(index).error();
    const auto base = document_base(request, services);
    note_read(*project, "llms.txt", request, services);
    auto body = co_await on(services.pools.search, [&] { return llms_text(**index, base); });
    co_return net::reply(200, "text/plain; charset=utf-8", std::move(body));
}

Task<Result<net::Response>> get_llms_full(net::Request& request, const Caller&, Services& services) {
    auto project = co_await asked_project(request, services);
    if (!project) co_return std::move(project).error();
    auto index = find_index(*project, services);
    if (!index) co_return std::move(index).error();
    note_read(*project, "llms-full.txt", request, services);
    net::Response out;
    out.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    out.stream = std::make_unique<FullText>(*index);
    co_return out;
}

Task<Result<net::Response>> get_document(net::Request& request, const Caller&, Services& services) {
    std::string_view path = request.path;
    // Links of answers name a page without ".md": who follows one with a browser is shown the text.
    const bool shown = !path.ends_with(".md") && request.header("accept").find("text/markdown") == path.npos;
    if (path.ends_with(".md")) path.remove_suffix(3);
    path.remove_prefix(std::min<std::size_t>(path.size(), 1));
    if (path.empty() || !is_utf8(path) || path.find('\0') != path.npos) co_return no_route();

    const auto origin = public_origin(request, services);
    auto root = co_await root_project(request, services);
    if (root) {
        if (auto page = page_of(*root, path, origin, shown, request, services)) co_return *std::move(page);
    } else if (root.error().code != ErrorCode::not_found) {
        co_return std::move(root).error();
    }
    const auto slash = path.find('/');
    if (slash == path.npos) co_return no_route();
    const Caller anybody;
    std::string domain(path.substr(0, slash));
    const auto base = origin + "/" + percent_encode(domain);
    auto project = co_await find_project(std::move(domain), anybody, services);
    if (project) {
        if (auto page = page_of(*project, path.substr(slash + 1), base, shown, request, services))
            co_return *std::move(page);
    } else if (project.error().code != ErrorCode::not_found) {
        co_return std::move(project).error();
    }
    co_return no_route();
}

}  // namespace docent::api
