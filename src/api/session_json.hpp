#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "agent/merge_requests.hpp"
#include "net/http.hpp"
#include "store/alerts.hpp"
#include "store/attachments.hpp"
#include "store/goals.hpp"
#include "store/repositories.hpp"
#include "store/timeline.hpp"

namespace docent::api {

/// The objects of the sessions API. Session, Event, Repository and CodeProvider are published schemas: fields
/// of ours go elsewhere.
boost::json::object to_json(const store::Session& session);
/// What the Session's schema has no place for; on request (include=details).
boost::json::object details_json(const store::Session& session);
boost::json::object to_json(const store::Goal& goal);
boost::json::object to_json(const store::SessionTask& task);
boost::json::object to_json(const store::Alert& alert);
boost::json::object to_json(const store::Attachment& attachment);
/// `web_url`: review_url.hpp.
boost::json::object to_json(const agent::ShownMergeRequest& shown, const std::string& web_url);
/// The mr_pipeline_summary of a session.
boost::json::object to_json(const forge::Pipeline& pipeline);
/// Secrets are shown as "********": the webhook's only when `masked`, a code provider's always.
boost::json::object to_json(const store::Repository& repository, bool masked);
boost::json::object to_json(const store::CodeProvider& provider);

/// The payload is stored as JSON and copied as it is.
void append_json(std::string& out, const store::Event& event);
net::Response event_reply(const store::Event& event);
/// A bare array.
net::Response events_reply(const std::vector<store::Event>& events);

inline constexpr const char* masked_secret = "********";

/// A page: {items, next_cursor}. `rows` has one more than `limit` when there are more; the cursor is the id
/// of the last one shown.
template <class Row, class ToJson>
boost::json::object page_json(const std::vector<Row>& rows, std::int64_t limit, ToJson to_json) {
    boost::json::array items;
    std::string last;
    for (const auto& row : rows) {
        if (static_cast<std::int64_t>(items.size()) == limit) break;
        items.push_back(to_json(row));
        last = row.id;
    }
    boost::json::object out{{"items", std::move(items)}, {"next_cursor", nullptr}};
    if (static_cast<std::int64_t>(rows.size()) > limit) out["next_cursor"] = last;
    return out;
}

}  // namespace docent::api
