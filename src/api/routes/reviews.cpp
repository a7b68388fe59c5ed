#include <algorithm>

#include "api/analytics_json.hpp"
#include "api/asked_merge_request.hpp"
#include "api/review_json.hpp"
#include "api/review_url.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_json.hpp"
#include "api/session_query.hpp"

namespace docent::api {
namespace {

constexpr std::size_t most_review_text = 4 << 20;  // bytes of all files' diffs
constexpr std::size_t most_file_text = 128 << 10;  // bytes of one file's, in the list
constexpr std::size_t most_files = 1'000, most_commits = 250;

/// What the branch brings, in numbers.
struct Stat {
    int commits = 0, files = 0, additions = 0, deletions = 0;
    std::string base_sha;
    bool known = false;
};

Task<Stat> stat_of(const AskedMergeRequest& asked, Services& services) {
    Stat out;
    auto range = co_await services.coding.reviews.range(asked.session, asked.request);
    if (!range) co_return out;
    auto diff = co_await on(services.pools.git, [&]() -> Result<git::Diff> {
        git::DiffLimits limits;
        limits.max_text = 0;
        TRY(out.commits, git::blocking_commit_count(*range));
        return git::blocking_range_diff(*range, limits);
    });
    if (!diff) co_return out;
    out.files = static_cast<int>(diff->files.size());
    out.additions = diff->additions;
    out.deletions = diff->deletions;
    out.base_sha = range->base_sha;
    out.known = true;
    co_return out;
}

boost::json::value or_unknown(bool known, int number) {
    return known ? boost::json::value(number) : boost::json::value();
}

}  // namespace

/// The merge request with all that a reviewer's page shows at its head.
Task<Result<net::Response>> review_reply(net::Request& request, AskedMergeRequest asked,
                                         agent::ShownMergeRequest shown, Services& services) {
    auto session = co_await services.coding.stored.find(asked.session.project_id, asked.session.id);
    if (!session) co_return std::move(session).error();
    services.coding.sessions.correct(*session);
    asked.session = *std::move(session);
    asked.request = shown.request;
    const auto stat = co_await stat_of(asked, services);
    auto newer = co_await services.coding.reviews.has_newer_work(asked.session, asked.request);
    auto repository = co_await services.coding.repositories.find("", asked.request.repository_id);
    auto job = co_await services.coding.stored_jobs.find(asked.session.project_id, asked.session.id);
    auto out = to_json(shown, web_url(&request, services, shown.request));
    out["project_id"] = asked.session.project_id;
    out["job_id"] = job ? boost::json::value(job->id) : boost::json::value();
    out["base_sha"] = stat.known ? boost::json::value(stat.base_sha) : boost::json::value();
    out["commits"] = or_unknown(stat.known, stat.commits);
    out["files_changed"] = or_unknown(stat.known, stat.files);
    out["additions"] = or_unknown(stat.known, stat.additions);
    out["deletions"] = or_unknown(stat.known, stat.deletions);
    out["behind_by"] = shown.behind_by ? boost::json::value(*shown.behind_by) : boost::json::value();
    out["conflicting_files"] =
        boost::json::array(shown.conflicting_files.begin(), shown.conflicting_files.end());
    out["has_newer_work"] = newer && *newer;
    out["merge_methods"] = boost::json::array{"merge", "squash", "rebase"};
    out["platform"] = repository ? boost::json::value(repository->platform) : boost::json::value();
    out["repository"] = repository ? boost::json::value(repository->full_name) : boost::json::value();
    auto session_shown = to_json(asked.session);
    session_shown["details"] = details_json(asked.session);
    out["session"] = std::move(session_shown);
    co_return json_reply(200, out);
}

Task<Result<net::Response>> list_merge_requests(net::Request& request, const Caller& caller,
                                                Services& services) {
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    std::string status = query_text(request, "status");
    if (!status.empty() && status != "open" && status != "merged" && status != "closed")
        co_return invalid("status: takes open, merged or closed").because("validation_failed");
    auto rows = co_await services.coding.proposed.list(caller.project_id, std::move(status), list->page);
    if (!rows) co_return std::move(rows).error();
    const auto shown = [&](const store::MergeRequest& row) {
        agent::ShownMergeRequest one;
        one.request = row;
        return to_json(one, web_url(&request, services, row));
    };
    co_return json_reply(200, page_json(*rows, list->limit, shown));
}

Task<Result<net::Response>> show_merge_request(net::Request& request, const Caller& caller,
                                               Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto shown = co_await services.coding.merge_requests.read(asked->session, asked->request);
    if (!shown) co_return std::move(shown).error();
    co_return co_await review_reply(request, *std::move(asked), *std::move(shown), services);
}

Task<Result<net::Response>> list_review_commits(net::Request& request, const Caller& caller,
                                                Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto range = co_await services.coding.reviews.range(asked->session, asked->request);
    if (!range) co_return std::move(range).error();
    auto commits =
        co_await on(services.pools.git, [&] { return git::blocking_commits(*range, most_commits + 1); });
    if (!commits) co_return std::move(commits).error();
    boost::json::array items;
    const bool more = commits->size() > most_commits;
    for (std::size_t i = more ? 1 : 0; i < commits->size(); ++i) items.push_back(to_json((*commits)[i]));
    co_return json_reply(200, {{"items", std::move(items)},
                               {"truncated", more},
                               {"base_sha", range->base_sha},
                               {"head_sha", range->head_sha}});
}

Task<Result<net::Response>> list_review_files(net::Request& request, const Caller& caller,
                                              Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto range = co_await services.coding.reviews.range(asked->session, asked->request);
    if (!range) co_return std::move(range).error();
    const std::string only = query_text(request, "path");
    git::DiffLimits limits;
    limits.max_text = only.empty() ? most_review_text : 4 * most_review_text;
    auto diff = co_await on(services.pools.git, [&] { return git::blocking_range_diff(*range, limits); });
    if (!diff) co_return std::move(diff).error();
    const auto patches = git::split_by_file(*diff, only.empty() ? most_file_text : most_review_text);
    boost::json::array items;
    for (const auto& patch : patches) {
        if (!only.empty() && patch.file.path != only) continue;
        if (items.size() == most_files) break;
        items.push_back(to_json(patch));
    }
    if (!only.empty() && items.empty()) co_return not_found("the merge request does not change that file");
    const bool whole = only.empty() ? items.size() == patches.size() : true;
    co_return json_reply(200, {{"items", std::move(items)},
                               {"files_changed", diff->files.size()},
                               {"additions", diff->additions},
                               {"deletions", diff->deletions},
                               {"truncated", !whole},
                               {"base_sha", range->base_sha},
                               {"head_sha", range->head_sha}});
}

Task<Result<net::Response>> preview_review_page(net::Request& request, const Caller& caller,
                                                Services& services) {
    auto asked = co_await asked_merge_request(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    const auto& side = query_text(request, "side");
    if (!side.empty() && side != "before" && side != "after")
        co_return invalid("side: takes before or after").because("validation_failed");
    std::string path = query_text(request, "path");
    if (path.empty()) co_return invalid("path: is missing").because("validation_failed");
    auto range = co_await services.coding.reviews.range(asked->session, asked->request);
    if (!range) co_return std::move(range).error();
    const auto which = side == "before" ? agent::ReviewSide::before : agent::ReviewSide::after;
    auto preview = co_await services.coding.reviews.preview(*std::move(range), std::move(path), which);
    if (!preview) co_return std::move(preview).error();
    co_return json_reply(200, to_json(*preview));
}

}  // namespace docent::api
