#include "api/wire/events_body.hpp"

#include <algorithm>
#include <memory>

#include "api/session_json.hpp"

namespace docent::api {
namespace {

/// What is read from the store. The reading may outlive the body: then nobody is woken.
struct Reading {
    Coding& coding;
    const std::string session;
    store::EventQuery query;  // of what is left
    std::int64_t left;        // how many more are wanted; below 0: all
    std::string text{};       // to be sent
    bool running = false, failed = false, whole = false;
    std::function<void()> wake{};
};

Task<> read_events(std::shared_ptr<Reading> reading) {
    auto& r = *reading;
    auto query = r.query;
    auto found = co_await r.coding.timeline.events(r.session, std::move(query));
    r.running = false;
    r.failed = !found;
    if (found) {
        for (const auto& event : *found) {
            r.text += ',';
            append_json(r.text, event);
            r.query.after_position = event.position;
        }
        const auto count = static_cast<std::int64_t>(found->size());
        if (r.left > 0) r.left -= count;
        r.whole = count < r.query.limit || r.left == 0;
        if (r.left > 0) r.query.limit = std::min(r.left, events_at_once);
    }
    if (r.wake) r.wake();
}

class EventsBody final : public net::BodySource {
public:
    explicit EventsBody(std::shared_ptr<Reading> reading) : reading_(std::move(reading)) {}
    ~EventsBody() override { reading_->wake = nullptr; }

    void start(std::function<void()> wake) override { reading_->wake = std::move(wake); }

    Next read(std::string& out, std::size_t limit) override {
        auto& r = *reading_;
        if (!r.text.empty()) {
            const auto some = std::min(limit, r.text.size() - sent_);
            out.append(r.text, sent_, some);
            sent_ += some;
            if (sent_ < r.text.size()) return Next::more;
            r.text.clear();
            sent_ = 0;
        }
        if (r.failed) return Next::end;
        if (r.whole) {
            out += ']';
            return Next::end;
        }
        if (r.running) return Next::wait;
        r.running = r.coding.readers.spawn("timeline", read_events(reading_)) != 0;
        return r.running ? Next::wait : Next::end;
    }

private:
    const std::shared_ptr<Reading> reading_;
    std::size_t sent_ = 0;
};

}  // namespace

net::Response events_reply(Coding& coding, const std::string& session, store::EventQuery query,
                           const std::vector<store::Event>& first) {
    const auto count = static_cast<std::int64_t>(first.size());
    if (count < events_at_once || query.limit == count) return events_reply(first);
    std::shared_ptr<Reading> reading(new Reading{coding, session, std::move(query), -1});
    auto& r = *reading;
    if (r.query.limit > 0) r.left = r.query.limit - count;
    r.query.limit = r.left > 0 ? std::min(r.left, events_at_once) : events_at_once;
    r.query.after_position = first.back().position;
    for (const auto& event : first) {
        r.text += r.text.empty() ? '[' : ',';
        append_json(r.text, event);
    }
    net::Response out;
    out.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    out.stream = std::make_unique<EventsBody>(std::move(reading));
    return out;
}

}  // namespace docent::api
