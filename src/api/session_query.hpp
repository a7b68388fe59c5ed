#pragma once
#include "agent/sessions.hpp"
#include "api/auth.hpp"
#include "api/services.hpp"
#include "net/http.hpp"
#include "store/page.hpp"
#include "store/timeline.hpp"

namespace docent::api {

/// Which workspace (project) a caller means: a sessions key has one; an admin key of all projects names it by
/// slug or id in the header x-workspace-id, and means the only one, or `default`, when it names none.
Task<Result<std::string>> workspace_of(const net::Request& request, const store::Key& key,
                                       Services& services);

/// The session that the path names. not_found, also for one of another workspace.
Task<Result<store::Session>> asked_session(const net::Request& request, const Caller& caller,
                                           Services& services);

/// `cursor` and `limit` (1 to 100, else 20) of a list. `page.limit` is one more than `limit`, to see whether
/// there is a next page. invalid_argument, with reason invalid_cursor for a cursor that no list gave.
struct ListQuery {
    store::Page page;
    std::int64_t limit = 20;
};
enum class Cursors { ids, names };
Result<ListQuery> read_list_query(const net::Request& request, Cursors cursors = Cursors::ids);

/// after (an event's id), updated_since, types, limit, wait of a timeline. `after` is not looked up.
struct EventsQuery {
    store::EventQuery query;
    std::string after;
    std::chrono::seconds wait{0};
};
Result<EventsQuery> read_events_query(const net::Request& request);

/// Where a stream of changes begins: the header last-event-id, else `after`, else 0. invalid_argument
/// "invalid_cursor" for what is no number of a change so far.
Result<std::int64_t> read_change_cursor(const net::Request& request, const store::Session& session);

/// True if the list `include` of the query has this name.
bool includes(const net::Request& request, std::string_view name);

/// A query parameter; "" when absent.
const std::string& query_text(const net::Request& request, const std::string& name);

}  // namespace docent::api
