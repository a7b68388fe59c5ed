#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "net/http.hpp"
#include "store/feedback.hpp"
#include "store/searches.hpp"
#include "store/threads.hpp"
#include "store/views.hpp"

namespace docent::api {

/// The rows of the analytics as JSON. Source of the names: the published analytics API; what is ours beside
/// them says so in docs/analytics.mdx.
boost::json::object to_json(const store::Turn& turn);
boost::json::object to_json(const store::Feedback& feedback);
boost::json::object to_json(const store::FeedbackOfPage& page);
boost::json::object to_json(const store::SearchStats& stats);
/// With `with_path` false the totals.
boost::json::object to_json(const store::Traffic& traffic, bool with_path);

/// A thread's turns as messages: {threadId, createdAt, messages: [{id, role, content, createdAt}]}.
boost::json::object thread_json(const store::Thread& thread, const std::vector<store::Turn>& turns);

/// Clicks of 100 searches, with one decimal.
double click_rate(const store::SearchStats& stats);

net::Response json_reply(int status, const boost::json::object& body);

}  // namespace docent::api
