#include "api/session_query.hpp"

#include <algorithm>
#include <charconv>

#include "agent/event_types.hpp"
#include "api/parse.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::int64_t most_items = 100;
constexpr std::int64_t most_events = 100'000;
constexpr std::int64_t longest_wait = 30;  // seconds

Error wrong(std::string message) { return invalid(std::move(message)).because("validation_failed"); }
Error invalid_cursor(const char* name) {
    return invalid(std::string(name) + ": names nothing here; begin again without it")
        .because("invalid_cursor");
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size() || out < 0)
        return std::nullopt;
    return out;
}

Result<std::int64_t> whole(const net::Request& request, const std::string& name, std::int64_t least,
                           std::int64_t most, std::int64_t otherwise) {
    const auto& text = query_text(request, name);
    if (text.empty()) return otherwise;
    const auto given = number(text);
    if (given && *given >= least && *given <= most) return *given;
    return wrong(name + ": must be a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most));
}

}  // namespace

const std::string& query_text(const net::Request& request, const std::string& name) {
    static const std::string absent;
    const auto found = request.query.find(name);
    return found == request.query.end() ? absent : found->second;
}

bool includes(const net::Request& request, std::string_view name) {
    const auto list = split(query_text(request, "include"), ',');
    return std::ranges::any_of(list, [&](const std::string& one) { return trim(one) == name; });
}

Task<Result<std::string>> workspace_of(const net::Request& request, const store::Key& key,
                                       Services& services) {
    if (!key.project_id.empty()) co_return key.project_id;
    std::string name = request.header("x-workspace-id");
    const auto merge_request = request.params.find("mergeRequestId");
    if (name.empty() && merge_request != request.params.end() && is_uuid(merge_request->second)) {
        // It says by itself where it belongs: people come to it by a link.
        auto named = co_await services.coding.proposed.get("", merge_request->second);
        if (!named) co_return std::move(named).error();
        co_return std::move(named->project_id);
    }
    if (!name.empty()) {
        auto found = co_await services.projects.find(std::move(name));
        if (!found && found.error().code == ErrorCode::not_found)
            co_return not_found("x-workspace-id names no workspace").because("not_found");
        if (!found) co_return std::move(found).error();
        co_return std::move(found->id);
    }
    auto all = co_await services.projects.list();
    if (!all) co_return std::move(all).error();
    if (all->size() == 1) co_return all->front().id;
    for (const auto& project : *all)
        if (project.slug == "default") co_return project.id;
    co_return wrong("x-workspace-id: is missing; name the workspace in this header");
}

Task<Result<store::Session>> asked_session(const net::Request& request, const Caller& caller,
                                           Services& services) {
    std::string id = request.param("sessionId");
    if (!is_uuid(id)) co_return not_found("there is no such session");
    auto found = co_await services.coding.stored.find(caller.project_id, std::move(id));
    co_return found;
}

Result<ListQuery> read_list_query(const net::Request& request, Cursors cursors) {
    ListQuery out;
    TRY(out.limit, whole(request, "limit", 1, most_items, 20));
    out.page.limit = out.limit + 1;
    out.page.after = query_text(request, "cursor");
    if (cursors == Cursors::ids && !out.page.after.empty() && !is_uuid(out.page.after))
        return invalid_cursor("cursor");
    return out;
}

Result<EventsQuery> read_events_query(const net::Request& request) {
    EventsQuery out;
    TRY(out.query.limit, whole(request, "limit", 1, most_events, 0));
    TRY(const auto wait, whole(request, "wait", 0, longest_wait, 0));
    out.wait = std::chrono::seconds(wait);
    out.after = query_text(request, "after");
    if (!out.after.empty() && !is_uuid(out.after)) return invalid_cursor("after");
    if (const auto& since = query_text(request, "updated_since"); !since.empty()) {
        const auto time = parse_iso8601(since);
        if (!time) return wrong("updated_since: write a time such as 2027-01-31T12:00:00Z");
        out.query.updated_since = *time;
    }
    for (const auto& one : split(query_text(request, "types"), ',')) {
        const auto type = trim(one);
        if (type.empty()) continue;
        if (!agent::is_event_type(type)) return wrong("types: there is no event type " + shown(type));
        out.query.types.emplace_back(type);
    }
    return out;
}

Result<std::int64_t> read_change_cursor(const net::Request& request, const store::Session& session) {
    const auto& header = request.header("last-event-id");
    const bool resumed = !header.empty();
    const auto& text = resumed ? header : query_text(request, "after");
    if (text.empty()) return std::int64_t{0};
    const auto change = number(text);
    if (!change || *change > session.last_change) return invalid_cursor(resumed ? "last-event-id" : "after");
    return *change;
}

}  // namespace docent::api
