#pragma once
#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>

#include "net/sse.hpp"

namespace docent::cli {

/// A session's stream as text for a reader. What is stored is shown once, when it is whole; on a terminal the
/// agent's words are shown while they come, and diffs have colours.
class SessionView {
public:
    explicit SessionView(bool terminal) : terminal_(terminal) {}

    /// What this event adds to the output.
    std::string show(const net::SseEvent& event);

    /// Of the last `session` event; "" before the first.
    const std::string& agent_status() const { return agent_status_; }
    const std::string& status() const { return status_; }
    const std::string& id() const { return id_; }
    /// The question that waits for an answer; null: none.
    const boost::json::object* question() const { return question_.empty() ? nullptr : &question_; }

private:
    std::string show_event(const boost::json::object& event);
    std::string colour(const char* code, std::string text) const;

    const bool terminal_;
    std::string agent_status_, status_, id_;
    boost::json::object question_;
    std::map<std::string, bool> shown_;  // by event id: whole
    std::string open_;                   // the message whose deltas are being shown
    bool at_line_start_ = true;
};

/// A unified diff with its lines coloured as git does.
std::string coloured_diff(std::string_view diff);

/// One line for an event: what was done, to what, and how it ended.
std::string event_line(const boost::json::object& event);

}  // namespace docent::cli
