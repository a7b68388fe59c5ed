#include "api/wire/session_stream.hpp"

#include "api/session_json.hpp"
#include "api/wire/json_text.hpp"
#include "api/wire/timeline_body.hpp"

namespace docent::api {
namespace {

class SessionStream final : public TimelineBody {
public:
    using TimelineBody::TimelineBody;

    std::string_view keep_alive() const override { return ":\n\n"; }

private:
    void begin(std::string& out) override { out += "retry: 1000\n\n"; }

    void put(const store::Event& event, std::string& out) override {
        out += "id: " + std::to_string(event.change) + "\nevent: session_event\ndata: ";
        append_json(out, event);
        out += "\n\n";
    }
    void put(store::Session session, std::string& out) override {
        coding().sessions.correct(session);
        out += "event: session\ndata: ";
        append_json(out, to_json(session));
        out += "\n\n";
    }
    void put_delta(const std::string& event_id, const std::string& text, std::string& out) override {
        out += "event: delta\ndata: {\"event_id\":";
        append_json_string(out, event_id);
        out += ",\"text\":";
        append_json_string(out, text);
        out += "}\n\n";
    }
    void put_progress(const std::string& event_id, const boost::json::object& fields,
                      std::string& out) override {
        out += "event: progress\ndata: {\"event_id\":";
        append_json_string(out, event_id);
        out += ",\"payload\":";
        append_json(out, fields);
        out += "}\n\n";
    }
};

}  // namespace

std::unique_ptr<net::BodySource> session_stream(Coding& coding, const std::string& session,
                                                std::int64_t after) {
    return std::make_unique<SessionStream>(coding, session, after);
}

}  // namespace docent::api
