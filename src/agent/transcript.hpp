#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "llm/types.hpp"
#include "store/timeline.hpp"

namespace docent::agent {

/// What the engine keeps with an event, in store::Event::engine: how the model saw it.
struct EngineNote {
    std::int64_t step = 0;         // of the session, from 1: which reply of the model made the event; 0: none
    llm::ToolCall call;            // events of tools; an empty id: none
    std::string result;            // of the call, for the model
    std::string tell;              // system_message: what the model is told with it
    std::int64_t through = 0;      // a summary: it stands for all events up to this place
    std::int64_t seen = 0;         // on the first event of its step: the last place that the model had seen
    boost::json::object opaque;    // of the reply, on the first event of its step
    llm::Usage usage;              // the same
    boost::json::object question;  // agent_ask_user: {default, expires}
    std::int64_t began = 0;        // a message that waited: the change with which its turn began

    static EngineNote read(const store::Event& event);
    std::string write() const;
};

/// Where an event stands in the conversation. A message that waited is heard when its turn begins.
std::int64_t place_of(const store::Event& event);
/// The events in that order.
std::vector<const store::Event*> as_heard(const std::vector<store::Event>& events);

/// The conversation as a model is to see it, out of a session's timeline: summaries stand for what they
/// replace, every call has its result, and what was interrupted says so.
std::vector<llm::Message> transcript(const std::vector<store::Event>& events);

/// Of the events made after the change `position`: what the model has done and used.
struct Spent {
    std::int64_t steps = 0;
    llm::Usage usage;
    std::int64_t last_step = 0;  // its number; of all events
};
Spent spent(const std::vector<store::Event>& events, std::int64_t position);

/// The payload of an event, {} when it cannot be read.
boost::json::object payload_of(const store::Event& event);
/// A string field of a payload, "" when it has none.
std::string text_field(const boost::json::object& payload, std::string_view name);

}  // namespace docent::agent
