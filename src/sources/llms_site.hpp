#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/pools.hpp"
#include "base/task_group.hpp"
#include "net/http_client.hpp"

namespace docent::sources {

/// A page that an llms.txt names.
struct SitePage {
    std::string url;
    std::string file;  // below the site's folder: the address's path, checked
};

/// The .md pages that `text`, the llms.txt at `address`, links to on its own origin, each once, in order.
/// Source of the format: llmstxt.org. Links to elsewhere and paths that would leave the folder are left out.
std::vector<SitePage> llms_pages(const std::string& address, const std::string& text);

/// One round of bringing a site's copy up to date: llms.txt, then its pages, a few at a time, with
/// conditional requests for what is there already. A page that cannot be had is logged and its old copy kept;
/// one that is gone is removed. On the event loop; its workers are tasks of `tasks`, and hold it by
/// shared_ptr.
class SiteFetch : public std::enable_shared_from_this<SiteFetch> {
public:
    SiteFetch(boost::asio::any_io_executor loop, Pools& pools, net::HttpClient& http, TaskGroup& tasks,
              std::string address, std::filesystem::path folder);

    /// upstream_failed when llms.txt cannot be had or names no page; unavailable when the disk refuses.
    Task<Status> run();

private:
    using Tags = std::map<std::string, std::string>;  // file -> ETag of our copy

    Task<> work(std::shared_ptr<SiteFetch> self);
    Task<Status> fetch_page(const SitePage& page);
    Task<Result<net::Reply>> get(std::string url, std::string tag);
    Task<Status> store(std::string file, std::string bytes);
    Status blocking_finish();

    boost::asio::any_io_executor loop_;
    Pools& pools_;
    net::HttpClient& http_;
    TaskGroup& tasks_;
    std::string address_;
    std::filesystem::path folder_;
    Tags old_tags_, tags_;
    std::vector<SitePage> pages_;
    std::size_t next_ = 0;
    std::size_t running_ = 0;
    std::size_t bytes_ = 0;
    std::size_t failed_ = 0;
    Status disk_;  // the first refusal
    boost::asio::steady_timer done_;
};

}  // namespace docent::sources
