#include "agent/transcript.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/json_fields.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

std::int64_t number(const json::object& o, std::string_view name) {
    const auto* value = o.if_contains(name);
    return value && value->is_int64() ? value->as_int64() : 0;
}

json::object object_field(const json::object& o, std::string_view name) {
    const auto* value = o.if_contains(name);
    return value && value->is_object() ? value->as_object() : json::object();
}

json::object usage_json(const llm::Usage& u) {
    return {{"input", u.input_tokens},
            {"output", u.output_tokens},
            {"cached", u.cached_input_tokens},
            {"written", u.cache_write_tokens},
            {"cost", u.cost}};
}

llm::Usage usage_of(const json::object& o) {
    llm::Usage u;
    u.input_tokens = number(o, "input");
    u.output_tokens = number(o, "output");
    u.cached_input_tokens = number(o, "cached");
    u.cache_write_tokens = number(o, "written");
    u.cost = number(o, "cost");
    return u;
}

/// What a model is told of a call that has no result.
std::string missing_result(const store::Event& event) {
    const auto error = object_field(payload_of(event), "error");
    const auto message = text_field(error, "message");
    if (!message.empty()) return "This call did not end: " + message;
    if (event.type == "agent_ask_user") return "The user's answer follows.";
    return "This call did not end. Look at the state of things before you do it again.";
}

/// True if the reply that follows was begun before this was said.
bool came_during_next_step(const std::vector<const store::Event*>& events, std::size_t place) {
    for (std::size_t i = place + 1; i < events.size(); ++i) {
        const auto note = EngineNote::read(*events[i]);
        if (note.step != 0) return note.seen != 0 && note.seen < place_of(*events[place]);
    }
    return false;
}

/// Replies of the model are put together from the events of a step, whose results follow them.
class Assembly {
public:
    void add(const store::Event& event) {
        const auto note = EngineNote::read(event);
        if (event.type == "user_message") {
            if (event.status != "queued" && event.status != "canceled")
                say(text_field(payload_of(event), "message"));
            return;
        }
        if (event.type == "user_ask_user_response") return say(answer_text(payload_of(event)));
        if (note.step == 0) {
            if (!note.tell.empty()) say(note.tell);
            return;
        }
        if (note.step != step_) {
            flush();
            step_ = note.step;
            reply_.role = llm::Message::Role::assistant;
        }
        if (!note.opaque.empty()) reply_.opaque = note.opaque;
        if (event.type == "agent_message") reply_.text += text_field(payload_of(event), "message");
        if (note.call.id.empty()) return;
        llm::Message result;
        result.role = llm::Message::Role::tool;
        result.call_id = note.call.id;
        result.text = note.result.empty() ? missing_result(event) : note.result;
        reply_.calls.push_back(note.call);
        results_.push_back(std::move(result));
    }

    std::vector<llm::Message> take() {
        flush();
        return std::move(all_);
    }

private:
    static std::string answer_text(const json::object& payload) {
        const auto* dismissed = payload.if_contains("dismissed");
        if (dismissed && dismissed->is_bool() && dismissed->as_bool())
            return "The user does not want to answer the question. Go on as you think best.";
        const auto* answers = payload.if_contains("answers");
        return "The user's answer to your question: " + (answers ? json::serialize(*answers) : "[]");
    }

    /// What a person says comes after the results of a step, in one message with what was said just before.
    void say(const std::string& text) {
        flush();
        if (!all_.empty() && all_.back().role == llm::Message::Role::user) {
            all_.back().text += "\n\n" + text;
            return;
        }
        llm::Message message;
        message.text = text;
        all_.push_back(std::move(message));
    }

    void flush() {
        if (step_ == 0) return;
        all_.push_back(std::move(reply_));
        for (auto& result : results_) all_.push_back(std::move(result));
        reply_ = llm::Message();
        results_.clear();
        step_ = 0;
    }

    std::vector<llm::Message> all_, results_;
    llm::Message reply_;
    std::int64_t step_ = 0;
};

}  // namespace

json::object payload_of(const store::Event& event) { return object_in(event.payload); }

std::string text_field(const json::object& payload, std::string_view name) { return text_of(payload, name); }

EngineNote EngineNote::read(const store::Event& event) {
    EngineNote out;
    if (event.engine.size() <= 2) return out;
    const auto o = object_in(event.engine);
    out.step = number(o, "step");
    if (const auto call = object_field(o, "call"); !call.empty()) {
        out.call.id = text_field(call, "id");
        out.call.name = text_field(call, "name");
        out.call.args = object_field(call, "args");
    }
    out.result = text_field(o, "result");
    out.tell = text_field(o, "tell");
    out.through = number(o, "through");
    out.seen = number(o, "seen");
    out.opaque = object_field(o, "opaque");
    out.usage = usage_of(object_field(o, "usage"));
    out.question = object_field(o, "question");
    out.began = number(o, "began");
    return out;
}

std::string EngineNote::write() const {
    json::object o;
    if (step) o["step"] = step;
    if (!call.id.empty()) o["call"] = {{"id", call.id}, {"name", call.name}, {"args", call.args}};
    if (!result.empty()) o["result"] = result;
    if (!tell.empty()) o["tell"] = tell;
    if (through) o["through"] = through;
    if (seen) o["seen"] = seen;
    if (!opaque.empty()) o["opaque"] = opaque;
    if (usage.input_tokens || usage.output_tokens || usage.cost) o["usage"] = usage_json(usage);
    if (!question.empty()) o["question"] = question;
    if (began) o["began"] = began;
    return json::serialize(o);
}

std::int64_t place_of(const store::Event& event) {
    const auto began = event.type == "user_message" ? EngineNote::read(event).began : 0;
    return began ? began : event.position;
}

std::vector<const store::Event*> as_heard(const std::vector<store::Event>& events) {
    std::vector<std::pair<std::int64_t, const store::Event*>> places;
    places.reserve(events.size());
    for (const auto& event : events) places.emplace_back(place_of(event), &event);
    std::ranges::stable_sort(places, {}, [](const auto& one) { return one.first; });
    std::vector<const store::Event*> out;
    out.reserve(places.size());
    for (const auto& [place, event] : places) out.push_back(event);
    return out;
}

std::vector<llm::Message> transcript(const std::vector<store::Event>& timeline) {
    const auto events = as_heard(timeline);
    std::int64_t through = 0;
    for (const auto* event : events) through = std::max(through, EngineNote::read(*event).through);
    Assembly assembly;
    for (const auto* event : events) {
        // The summary itself lies after what it stands for: it is said first.
        if (through && EngineNote::read(*event).through == through) assembly.add(*event);
    }
    std::vector<const store::Event*> unseen;  // said while the model wrote the step that comes next
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& event = *events[i];
        if (place_of(event) <= through || EngineNote::read(event).through != 0) continue;
        if (event.type == "user_message" && came_during_next_step(events, i)) {
            unseen.push_back(&event);
            continue;
        }
        assembly.add(event);
        const auto step = EngineNote::read(event).step;
        if (unseen.empty() || step == 0) continue;
        if (i + 1 < events.size() && EngineNote::read(*events[i + 1]).step == step) continue;
        for (const auto* said : unseen) assembly.add(*said);
        unseen.clear();
    }
    for (const auto* said : unseen) assembly.add(*said);
    return assembly.take();
}

Spent spent(const std::vector<store::Event>& events, std::int64_t position) {
    Spent out;
    std::int64_t seen = 0;
    for (const auto& event : events) {
        const auto note = EngineNote::read(event);
        out.last_step = std::max(out.last_step, note.step);
        if (event.position <= position) continue;
        out.usage.add(note.usage);
        if (note.step != 0 && note.step != seen) ++out.steps;
        if (note.step != 0) seen = note.step;
    }
    return out;
}

}  // namespace docent::agent
