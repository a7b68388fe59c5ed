#include <algorithm>
#include <fstream>

#include "agent/page_text.hpp"
#include "agent/services.hpp"
#include "agent/tools/allowed_hosts.hpp"
#include "agent/tools/output.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "browser/browser.hpp"
#include "git/transport.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t largest_page = 8 << 20, told_links = 30, links_text = 4 << 10;
constexpr auto limit = std::chrono::seconds(30);
constexpr std::int64_t most_attached = 256 << 20;  // bytes of all attachments of a session

/// A page and how it was had.
struct Seen {
    browser::Page page;
    std::string plain;         // what is no HTML is text as it came
    bool with_browser = true;  // false: its scripts did not run
};

bool is_html(std::string_view type, std::string_view body) {
    if (type.find("html") != type.npos) return true;
    return type.empty() && lower_ascii(trim(body.substr(0, 1000))).starts_with('<');
}

bool is_binary(std::string_view body) { return body.substr(0, 8000).find('\0') != body.npos; }

/// Without a browser: the page as it comes, before any script.
Task<Result<Seen>> fetch_plain(net::HttpClient& client, net::HostRules rules, const std::string& url) {
    net::GuardedHttp http(client, std::move(rules));
    net::Call call;
    call.url = url;
    call.headers.emplace_back("Accept", "text/html, text/*;q=0.9, */*;q=0.1");
    call.limit = limit;
    call.max_body = largest_page;
    CO_TRY(auto reply, co_await http.fetch(std::move(call)));
    const auto found = reply.headers.find("content-type");
    const auto type = found == reply.headers.end() ? std::string() : lower_ascii(found->second);
    Seen seen;
    seen.with_browser = false;
    seen.page.url = reply.url;
    seen.page.status = reply.status;
    seen.page.loaded = true;
    if (is_html(type, reply.body))
        seen.page.html = std::move(reply.body);
    else if (is_binary(reply.body))
        co_return invalid("the address is no page but a file (" + repair_utf8(cut_utf8(type, 100)) + ")")
            .because("not_a_page");
    else
        seen.plain = std::move(reply.body);
    co_return seen;
}

Task<Result<Seen>> look(Services& services, net::HostRules rules, const std::string& url) {
    if (services.browser && services.browser->available()) {
        browser::Visit visit{url, rules};
        auto page = co_await services.browser->open(std::move(visit));
        if (page) {
            Seen seen;
            seen.page = *std::move(page);
            co_return seen;
        }
        if (page.error().code != ErrorCode::unavailable) co_return std::move(page).error();
        log::warn("the browser: " + page.error().message + " " + page.error().detail);
    }
    co_return co_await fetch_plain(*services.http, std::move(rules), url);
}

Status blocking_write(const std::filesystem::path& file, const std::string& bytes) {
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << bytes;
    out.close();
    if (out) return {};
    std::filesystem::remove(file, failed);
    return Error(ErrorCode::unavailable, "the disk refused a file");
}

/// Keeps the screenshot; null when there is none, or no room for it.
Task<json::value> keep_screenshot(ToolContext& context, const std::string& png) {
    auto& services = context.services;
    if (png.empty() || !services.attachments) co_return nullptr;
    const auto used = co_await services.attachments->size_of(context.session.id);
    if (!used || *used + std::ssize(png) > most_attached) co_return nullptr;
    store::Attachment kept;
    kept.created = services.clock.now();
    kept.id = new_uuid(kept.created);
    kept.session_id = context.session.id;
    kept.event_id = context.event_id;
    kept.name = "screenshot.png";
    kept.media_type = "image/png";
    kept.size = std::ssize(png);
    kept.file = context.session.id + "/" + kept.id;
    const auto file = services.settings.data / "attachments" / kept.file;
    const auto written = co_await on(services.pools.git, [&] { return blocking_write(file, png); });
    if (!written) co_return nullptr;
    const std::string id = kept.id;
    const auto added = co_await services.attachments->add(std::move(kept));
    if (added) co_return json::value(id);
    log::warn("a screenshot is not kept: " + added.error().message + " " + added.error().detail);
    co_return nullptr;
}

std::string how_it_was_had(const Seen& seen) {
    std::string out = "Status " + std::to_string(seen.page.status) + ".";
    if (!seen.with_browser) out += " Read without a browser: its scripts did not run.";
    if (!seen.page.loaded) out += " It was still loading when its time was over.";
    if (!seen.page.refused.empty()) {
        out += " Hosts that it wanted and that may not be called:";
        for (const auto& host : seen.page.refused) out += " " + host;
        out += ".";
    }
    return out + "\n";
}

json::array links_json(const std::vector<PageText::Link>& links) {
    json::array out;
    for (const auto& link : links) {
        json::object one;
        one["text"] = link.text;
        one["url"] = link.url;
        out.push_back(std::move(one));
    }
    return out;
}

/// The text, and where it leads, with room for the latter.
std::string for_the_model(const PageText& text) {
    auto out = cut_text(text.content, result_text_limit - links_text - 2000).text;
    if (out.size() < text.content.size()) out += "\n[the rest is left out]\n";
    std::string links;
    for (std::size_t i = 0; i < std::min(told_links, text.links.size()); ++i)
        links += "- " + text.links[i].text + ": " + text.links[i].url + "\n";
    if (!links.empty()) out += "\n\nLinks:\n" + cut_text(links, links_text).text;
    return out;
}

}  // namespace

json::object web_browse_begin(const json::object& args) {
    return {{"url", git::masked(cut_text(llm::text_arg(args, "url"), 4000).text)},
            {"final_url", nullptr},
            {"status_code", nullptr},
            {"title", nullptr},
            {"content", nullptr},
            {"links", nullptr},
            {"refused_hosts", nullptr},
            {"screenshot_id", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> web_browse_tool(ToolContext& context, const json::object& args) {
    auto rules = allowed_hosts(context);
    if (!rules) co_return refusal(std::move(rules).error());
    const auto url = llm::text_arg(args, "url");
    Task<Result<Seen>> looking = look(context.services, *std::move(rules), url);
    auto seen = co_await std::move(looking);
    if (!seen) co_return refusal(std::move(seen).error());
    auto text =
        co_await on(context.services.pools.git, [&] { return page_text(seen->page.html, seen->page.url); });
    if (!seen->plain.empty()) text.content = repair_utf8(seen->plain);
    if (text.title.empty()) text.title = seen->page.title;
    const auto screenshot = co_await keep_screenshot(context, seen->page.screenshot);
    const auto content = cut_text(text.content);
    json::array refused;
    for (const auto& host : seen->page.refused) refused.emplace_back(host);
    ToolOutcome out;
    out.payload = {{"final_url", cut_text(seen->page.url, 8000).text},
                   {"status_code", seen->page.status},
                   {"title", cut_text(text.title, 1000).text},
                   {"content", content.text},
                   {"links", links_json(text.links)},
                   {"refused_hosts", std::move(refused)},
                   {"screenshot_id", screenshot},
                   {"truncated", content.truncated || seen->page.cut}};
    out.text = how_it_was_had(*seen);
    out.text += text.content.empty() && text.links.empty()
                    ? "The page has no text.\n"
                    : quoted(seen->page.url, text.title.substr(0, cut_utf8(text.title, 200).size()),
                             for_the_model(text));
    co_return out;
}

}  // namespace docent::agent
