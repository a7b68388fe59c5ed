#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "net/http.hpp"
#include "store/searches.hpp"
#include "store/views.hpp"

namespace docent::api {

/// True for a program that reads by itself: crawlers, models' fetchers, libraries, command-line tools. By
/// the user agent; "" is one too.
bool is_machine(std::string_view user_agent);

/// What readers read and search, gathered in memory and written behind in one transaction, so that no
/// request waits for it. A crash loses at most what came since the last flush(); nothing of it was promised
/// to anybody. On the loop.
///
/// Who reads is known by address and user agent, and only as a hash with a key of the day.
class Traffic {
public:
    Traffic(store::Searches& searches, store::Views& views, const Clock& clock)
        : searches_(searches), views_(views), clock_(clock) {}

    enum class Reader { by_user_agent, machine };
    /// `path` is the page's as search results name it, "llms.txt", ...
    void page_read(const std::string& project_id, std::string_view path, const net::Request& request,
                   Reader reader);

    /// A search and how many results it had. The id is for clicked(). "" when it was not kept.
    std::string searched(const std::string& project_id, std::string_view query, std::size_t results);
    /// The page that the search led to. Durable. not_found: no such search in this project.
    Task<Status> clicked(std::string project_id, std::string search_id, std::string path);

    /// Every second or so, and at the end.
    Task<Status> flush();

    std::uint64_t dropped() const { return dropped_; }
    static constexpr std::size_t max_pending = 20'000;
    static constexpr std::size_t max_query = 300;  // bytes that are kept

private:
    struct Read {
        std::string project_id, path;
        Millis day = 0;
        auto operator<=>(const Read&) const = default;
    };
    struct Counts {
        std::int64_t human = 0, ai = 0;
    };
    struct Seen {
        std::string project_id, path, who;
        Millis day = 0;
        bool ai = false;
        auto operator<=>(const Seen&) const = default;
    };
    Task<Result<std::string>> salt_of(Millis day);
    Task<Status> flush_reads();
    Task<Status> flush_searches();

    store::Searches& searches_;
    store::Views& views_;
    const Clock& clock_;
    std::map<Read, Counts> reads_;
    std::set<Seen> seen_;
    std::vector<store::Search> pending_;
    std::map<Millis, std::string> salts_;  // of the last days
    std::uint64_t dropped_ = 0;
};

/// "/quickstart" for "quickstart", "quickstart.md" and "/quickstart/"; "/" for "index".
std::string site_path(std::string_view path);

}  // namespace docent::api
