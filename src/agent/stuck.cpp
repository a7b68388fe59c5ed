#include "agent/stuck.hpp"

#include <boost/json/serialize.hpp>

#include "agent/transcript.hpp"

namespace docent::agent {
namespace {

struct Made {
    std::string call;  // name and arguments
    std::string name;
    std::string result;
    std::string error;  // its code and sentence; "": it worked
};

std::string error_of(const store::Event& event) {
    const auto payload = payload_of(event);
    const auto* error = payload.if_contains("error");
    if (!error || !error->is_object()) return "";
    return text_field(error->as_object(), "code") + ": " + text_field(error->as_object(), "message");
}

/// True if the last `count` are equal in what `key` gives, and that is not empty.
template <class F>
bool same_at_end(const std::vector<Made>& calls, std::size_t count, F key) {
    if (calls.size() < count) return false;
    const auto& last = key(calls.back());
    if (last.empty()) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (key(calls[calls.size() - 1 - i]) != last) return false;
    }
    return true;
}

}  // namespace

std::string stuck_reason(const std::vector<store::Event>& events) {
    constexpr std::size_t same_calls = 4, same_errors = 3, alternations = 6, same_words = 3;
    std::vector<Made> calls;
    std::vector<std::string> said;  // in a row, without a call between
    for (const auto& event : events) {
        // What a person says is news: it may make sense of doing the same again.
        if ((event.type == "user_message" && event.status != "queued") ||
            event.type == "user_ask_user_response") {
            calls.clear();
            said.clear();
        }
        const auto note = EngineNote::read(event);
        if (event.type == "agent_message") said.push_back(text_field(payload_of(event), "message"));
        if (note.call.id.empty() || event.status == "processing") continue;
        said.clear();
        Made made;
        made.name = note.call.name;
        made.call = note.call.name + boost::json::serialize(note.call.args);
        made.result = made.call + "\n" + note.result;
        made.error = error_of(event);
        calls.push_back(std::move(made));
    }
    if (same_at_end(calls, same_calls, [](const Made& m) -> const std::string& { return m.result; }))
        return "the same call (" + calls.back().name + ") gave the same result four times";
    if (same_at_end(calls, same_errors, [](const Made& m) -> const std::string& { return m.error; }))
        return "the same error came three times: " + calls.back().error;
    if (calls.size() >= alternations) {
        const auto* end = calls.data() + calls.size();
        bool alternates = end[-1].result != end[-2].result;
        for (std::size_t i = 1; i + 2 <= alternations; ++i)
            alternates = alternates && end[-static_cast<std::ptrdiff_t>(i)].result ==
                                           end[-static_cast<std::ptrdiff_t>(i) - 2].result;
        if (alternates)
            return "two calls (" + end[-2].name + ", " + end[-1].name + ") alternate without getting on";
    }
    if (said.size() >= same_words) {
        bool same = true;
        for (std::size_t i = 1; i < same_words; ++i) same = same && said[said.size() - 1 - i] == said.back();
        if (same) return "the agent says the same again and again";
    }
    return "";
}

}  // namespace docent::agent
