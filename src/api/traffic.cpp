#include "api/traffic.hpp"

#include <algorithm>

#include "api/key_settings.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "search/analysis.hpp"

namespace docent::api {
namespace {

constexpr Millis day = 86'400'000;

// Words in the user agents of programs, in lower case. Browsers have none of them.
constexpr std::string_view machine_words[] = {
    "bot",       "crawl",      "spider",   "slurp",    "gptbot",      "chatgpt", "claude",  "anthropic",
    "openai",    "perplexity", "cohere",   "mistral",  "gemini",      "bytes",   "ccbot",   "diffbot",
    "curl/",     "wget/",      "python",   "httpx",    "aiohttp",     "go-http", "okhttp",  "java/",
    "node",      "undici",     "axios",    "got (",    "libwww",      "ruby",    "php/",    "guzzle",
    "httpie/",   "postman",    "insomnia", "headless", "phantomjs",   "cursor/", "copilot", "codex",
    "langchain", "llamaindex", "mcp",      "fetcher",  "externalhit", "preview", "scrapy",  "apache-http",
};

std::string folded(std::string_view query) {
    std::string out;
    for (const char c : search::fold(query)) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space) out += c;
        if (space && !out.empty() && out.back() != ' ') out += ' ';
    }
    return std::string(trim(out));
}

}  // namespace

bool is_machine(std::string_view user_agent) {
    auto agent = lower_ascii(user_agent);
    if (trim(agent).empty()) return true;
    if (const auto phone = agent.find("cubot"); phone != agent.npos) agent.erase(phone, 5);  // a brand
    const auto has = [&](std::string_view word) { return agent.find(word) != agent.npos; };
    return std::ranges::any_of(machine_words, has) || !(has("mozilla/") || has("opera/"));
}

std::string site_path(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/')) path.remove_suffix(1);
    if (path.ends_with(".md")) path.remove_suffix(3);
    if (path == "index") path = {};
    return "/" + std::string(path);
}

void Traffic::page_read(const std::string& project_id, std::string_view path, const net::Request& request,
                        Reader reader) {
    const auto& agent = request.header("user-agent");
    const bool ai = reader == Reader::machine || is_machine(agent);
    const auto now = clock_.now();
    Read read{project_id, site_path(cut_utf8(path, 500)), now - now % day};
    const auto known = reads_.find(read);
    if (known == reads_.end() && reads_.size() >= max_pending) {
        ++dropped_;
        return;
    }
    auto& counts = reads_[read];
    ++(ai ? counts.ai : counts.human);
    if (seen_.size() + 2 > max_pending) {
        ++dropped_;
        return;
    }
    const auto who = address_group(request.client) + "\n" + agent;
    seen_.insert(Seen{project_id, read.path, who, read.day, ai});
    seen_.insert(Seen{project_id, "", who, read.day, ai});
}

std::string Traffic::searched(const std::string& project_id, std::string_view query, std::size_t results) {
    const auto kept = cut_utf8(trim(query), max_query);
    if (pending_.size() >= max_pending) {
        ++dropped_;
        return {};
    }
    store::Search search;
    search.created = clock_.now();
    search.id = new_ulid(search.created);
    search.project_id = project_id;
    search.query = kept;
    search.folded = folded(kept);
    search.results = static_cast<std::int64_t>(results);
    pending_.push_back(search);
    return search.id;
}

Task<Status> Traffic::clicked(std::string project_id, std::string search_id, std::string path) {
    CO_TRY_VOID(co_await flush_searches());
    auto set = co_await searches_.set_clicked(std::move(project_id), std::move(search_id), std::move(path));
    co_return set;
}

Task<Result<std::string>> Traffic::salt_of(Millis of) {
    const auto known = salts_.find(of);
    if (known != salts_.end()) co_return known->second;
    std::string fresh = random_hex(32);
    auto salt = co_await views_.salt(of, std::move(fresh));
    if (!salt) co_return std::move(salt).error();
    salts_[of] = *salt;
    while (salts_.size() > 3) salts_.erase(salts_.begin());
    co_return *std::move(salt);
}

Task<Status> Traffic::flush_reads() {
    if (reads_.empty() && seen_.empty()) co_return Status();
    const auto reads = std::move(reads_);
    const auto seen = std::move(seen_);
    reads_.clear();
    seen_.clear();
    std::vector<store::PageReads> rows;
    for (const auto& [read, counts] : reads)
        rows.push_back({read.project_id, read.day, read.path, counts.human, counts.ai});
    std::vector<store::Visit> visits;
    Status done;
    for (const auto& one : seen) {
        auto salt = co_await salt_of(one.day);
        if (!salt) {
            done = std::move(salt).error();
            break;
        }
        auto visitor = hmac_sha256_hex(*salt, one.project_id + "\n" + one.who).substr(0, 32);
        visits.push_back({one.project_id, one.day, one.path, std::move(visitor), one.ai});
    }
    if (done) done = co_await views_.add(std::move(rows), std::move(visits));
    if (!done) {
        for (const auto& [read, counts] : reads) {
            reads_[read].human += counts.human;
            reads_[read].ai += counts.ai;
        }
        seen_.insert(seen.begin(), seen.end());
    }
    co_return done;
}

Task<Status> Traffic::flush_searches() {
    if (pending_.empty()) co_return Status();
    auto searches = std::move(pending_);
    pending_.clear();
    const auto again = searches;
    auto done = co_await searches_.add(std::move(searches));
    if (!done) pending_.insert(pending_.begin(), again.begin(), again.end());
    co_return done;
}

Task<Status> Traffic::flush() {
    CO_TRY_VOID(co_await flush_searches());
    auto done = co_await flush_reads();
    co_return done;
}

}  // namespace docent::api
