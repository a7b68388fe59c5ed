#include "sources/llms_site.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <fstream>
#include <set>

#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::sources {
namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace urls = boost::urls;
namespace {

constexpr std::size_t most_pages = 20'000;
constexpr std::size_t most_page_bytes = 4 << 20;
constexpr std::size_t most_bytes = 512 << 20;  // of one round
constexpr std::size_t at_once = 6;

/// Beside the folder: what is in it is scanned for changes.
fs::path tags_file(const fs::path& folder) { return folder.string() + ".etags.json"; }

bool same_origin(const urls::url_view& a, const urls::url_view& b) {
    const auto port = [](const urls::url_view& u) {
        if (u.has_port()) return std::string(u.port());
        return std::string(u.scheme() == "https" ? "443" : "80");
    };
    return lower_ascii(std::string(a.scheme())) == lower_ascii(std::string(b.scheme())) &&
           lower_ascii(std::string(a.encoded_host())) == lower_ascii(std::string(b.encoded_host())) &&
           port(a) == port(b);
}

/// "" when the path must not become a file's name.
std::string file_of(const urls::url_view& url) {
    std::string decoded;
    const std::string path(url.encoded_path());
    if (!percent_decode(path, decoded) || !is_utf8(decoded) || decoded.find('\0') != decoded.npos) return "";
    std::string file;
    for (const auto& segment : split(decoded, '/')) {
        if (segment.empty()) continue;
        if (segment == "." || segment == ".." || segment.size() > 200 || segment.starts_with(".")) return "";
        file += (file.empty() ? "" : "/") + segment;
    }
    return file.size() > 1000 || !lower_ascii(file).ends_with(".md") ? "" : file;
}

/// The targets of Markdown links, in order.
std::vector<std::string> link_targets(const std::string& text) {
    std::vector<std::string> targets;
    for (auto at = text.find("]("); at != text.npos; at = text.find("](", at + 2)) {
        const auto begin = at + 2;
        const auto end = text.find_first_of(") \t\r\n", begin);
        if (end == text.npos) break;
        if (end > begin && end - begin < 4096) targets.push_back(text.substr(begin, end - begin));
        if (targets.size() > 4 * most_pages) break;
    }
    return targets;
}

}  // namespace

std::vector<SitePage> llms_pages(const std::string& address, const std::string& text) {
    std::vector<SitePage> pages;
    const auto base = urls::parse_uri(address);
    if (!base) return pages;
    std::set<std::string> seen{"llms.txt"};
    for (const auto& target : link_targets(text)) {
        const auto reference = urls::parse_uri_reference(target);
        urls::url url;
        if (!reference || !urls::resolve(*base, *reference, url) || !same_origin(*base, url)) continue;
        url.remove_fragment();
        url.remove_userinfo();
        const auto file = file_of(url);
        if (file.empty() || !seen.insert(file).second) continue;
        SitePage page;
        page.url = std::string(url.buffer());
        page.file = file;
        pages.push_back(std::move(page));
        if (pages.size() == most_pages) break;
    }
    return pages;
}

SiteFetch::SiteFetch(asio::any_io_executor loop, Pools& pools, net::HttpClient& http, TaskGroup& tasks,
                     std::string address, fs::path folder)
    : loop_(loop),
      pools_(pools),
      http_(http),
      tasks_(tasks),
      address_(std::move(address)),
      folder_(std::move(folder)),
      done_(loop) {
    done_.expires_at(asio::steady_timer::time_point::max());
}

Task<Result<net::Reply>> SiteFetch::get(std::string url, std::string tag) {
    net::Call call;
    call.url = std::move(url);
    call.max_body = most_page_bytes;
    call.headers.emplace_back("Accept", "text/markdown, text/plain, */*;q=0.1");
    if (!tag.empty()) call.headers.emplace_back("If-None-Match", std::move(tag));
    auto reply = co_await http_.fetch(std::move(call));
    if (!reply) co_return reply;
    const auto base = urls::parse_uri(address_);
    const auto last = urls::parse_uri(reply->url);
    if (!reply->url.empty() && (!last || !same_origin(*base, *last))) {
        co_return Error(ErrorCode::upstream_failed, "the site redirects to another origin", reply->url);
    }
    co_return reply;
}

Task<Status> SiteFetch::store(std::string file, std::string bytes) {
    co_return co_await on(pools_.git, [&]() -> Status {
        const auto path = folder_ / file;
        std::error_code failed;
        fs::create_directories(path.parent_path(), failed);
        {
            // The same bytes keep the file's time, so that nothing is built for them.
            std::ifstream old(path, std::ios::binary);
            if (old && std::string(std::istreambuf_iterator<char>(old), {}) == bytes) return {};
        }
        std::ofstream out(path.string() + ".tmp", std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out.close();
        if (out) fs::rename(path.string() + ".tmp", path, failed);
        if (!out || failed) return Error(ErrorCode::unavailable, "the disk refused a page", path.string());
        return {};
    });
}

Task<Status> SiteFetch::fetch_page(const SitePage& page) {
    const auto known = old_tags_.find(page.file);
    std::string tag = known == old_tags_.end() ? "" : known->second;
    auto reply = co_await get(page.url, tag);
    if (!reply) {
        log::warn(page.url + ":0: " + reply.error().message);
        ++failed_;
        if (!tag.empty())
            tags_[page.file] = tag;
        else
            tags_.emplace(page.file, "");
        co_return Status();
    }
    if (reply->status == 304) {
        tags_[page.file] = tag;
        co_return Status();
    }
    if (reply->status != 200) {
        log::warn(page.url + ":0: the site answers with status " + std::to_string(reply->status));
        ++failed_;
        if (reply->status != 404 && reply->status != 410) tags_[page.file] = tag;
        co_return Status();
    }
    bytes_ += reply->body.size();
    const auto fresh = reply->headers.find("etag");
    tags_[page.file] = fresh == reply->headers.end() ? "" : fresh->second;
    co_return co_await store(page.file, std::move(reply->body));
}

Task<> SiteFetch::work(std::shared_ptr<SiteFetch> /*keeps this*/) {
    while (next_ < pages_.size() && disk_.ok()) {
        if (bytes_ > most_bytes) {
            disk_ = Error(ErrorCode::too_large, "the site is too large: its pages have more than 512 MiB");
            break;
        }
        const SitePage page = pages_[next_++];
        auto done = co_await fetch_page(page);
        if (!done && disk_.ok()) disk_ = std::move(done);
    }
    if (--running_ == 0) done_.cancel();
}

Task<Status> SiteFetch::run() {
    if (!urls::parse_uri(address_)) co_return invalid("the address of the llms.txt is not a URL");
    auto index = co_await get(address_, "");
    if (!index) co_return std::move(index).error();
    if (index->status != 200) {
        co_return Error(ErrorCode::upstream_failed,
                        "the site's llms.txt answers with status " + std::to_string(index->status));
    }
    pages_ = llms_pages(index->url.empty() ? address_ : index->url, index->body);
    if (pages_.empty()) {
        co_return Error(ErrorCode::upstream_failed, "the llms.txt names no .md page of its own site");
    }
    old_tags_ = co_await on(pools_.git, [&] {
        Tags tags;
        std::ifstream in(tags_file(folder_), std::ios::binary);
        boost::system::error_code failed;
        const auto value = boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {}), failed);
        if (failed || !value.is_object()) return tags;
        for (const auto& [file, tag] : value.get_object()) {
            // A copy that is gone must come whole again.
            if (tag.is_string() && fs::exists(folder_ / std::string(file))) tags[file] = tag.get_string();
        }
        return tags;
    });
    auto kept = co_await store("llms.txt", std::move(index->body));
    if (!kept) co_return kept;
    running_ = std::min(at_once, pages_.size());
    for (std::size_t i = running_; i > 0; --i) tasks_.spawn("fetch a site", work(shared_from_this()));
    while (running_ > 0) {
        auto [woken] = co_await done_.async_wait(asio::as_tuple(asio::use_awaitable));
        (void)woken;
    }
    if (!disk_) co_return disk_;
    if (failed_ == pages_.size()) {
        co_return Error(ErrorCode::upstream_failed, "none of the site's pages can be fetched");
    }
    co_return co_await on(pools_.git, [&] { return blocking_finish(); });
}

Status SiteFetch::blocking_finish() {
    boost::json::object tags;
    for (const auto& [file, tag] : tags_) tags[file] = tag;
    std::ofstream(tags_file(folder_), std::ios::binary | std::ios::trunc) << boost::json::serialize(tags);
    // Pages that the site has no longer.
    std::error_code failed;
    std::vector<fs::path> gone;
    for (fs::recursive_directory_iterator it(folder_, failed), end; !failed && it != end;
         it.increment(failed)) {
        if (!it->is_regular_file(failed)) continue;
        const auto file = it->path().lexically_relative(folder_).string();
        if (file != "llms.txt" && !tags_.contains(file)) gone.push_back(it->path());
    }
    for (const auto& path : gone) fs::remove(path, failed);
    return {};
}

}  // namespace docent::sources
