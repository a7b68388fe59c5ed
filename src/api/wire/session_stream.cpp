#include "api/wire/session_stream.hpp"

#include <deque>
#include <optional>

#include "api/session_json.hpp"
#include "api/wire/json_text.hpp"

namespace docent::api {
namespace {

using Item = agent::Feeds::Item;

constexpr std::int64_t changes_at_once = 64;

/// What is read from the store for a stream. The reading may outlive the stream: then nobody is woken.
struct StreamReading {
    Coding& coding;
    const std::string session;
    std::int64_t after;  // the last change that was read or sent
    std::deque<store::Event> changes{};
    std::optional<store::Session> now{};  // the session, when all that is stored was read
    bool running = false, failed = false;
    bool again = false;  // what is being read now began too early
    bool whole = false;  // the store had no more: what follows comes from the feed
    std::function<void()> wake{};
};

Task<> read_changes(std::shared_ptr<StreamReading> reading) {
    auto& r = *reading;
    // The session first: what changes it after this comes from the feed, after the changes.
    auto session = co_await r.coding.stored.find("", r.session);
    auto found = co_await r.coding.timeline.changes(r.session, r.after, changes_at_once);
    r.running = false;
    if (found && session) {
        r.whole = static_cast<std::int64_t>(found->size()) < changes_at_once && !r.again;
        r.again = false;
        if (r.whole) r.now = *std::move(session);
        for (auto& change : *found) r.changes.push_back(std::move(change));
        if (!r.changes.empty()) r.after = r.changes.back().change;
    } else {
        r.failed = true;
    }
    if (r.wake) r.wake();
}

class SessionStream final : public net::BodySource {
public:
    SessionStream(Coding& coding, const std::string& session, std::int64_t after)
        : coding_(coding), reading_(new StreamReading{coding, session, after}) {}

    ~SessionStream() override { reading_->wake = nullptr; }

    void start(std::function<void()> wake) override {
        reading_->wake = std::move(wake);
        follow();
        first_ = "retry: 1000\n\n";
    }

    Next read(std::string& out, std::size_t limit) override {
        const auto before = out.size();
        out += first_;
        first_.clear();
        while (out.size() - before < limit) {
            auto& r = *reading_;
            if (!r.changes.empty()) {
                put(r.changes.front(), out);
                r.changes.pop_front();
            } else if (r.now) {
                put(*std::move(r.now), out);
                r.now.reset();
            } else if (follower_->lost) {
                follow();
            } else if (!r.whole) {
                if (r.failed) return Next::end;
                if (r.running) return Next::wait;
                r.running = coding_.readers.spawn("session stream", read_changes(reading_)) != 0;
                return r.running ? Next::wait : Next::end;
            } else if (const auto item = follower_->take()) {
                put(*item, out);
            } else {
                return follower_->ended ? Next::end : Next::wait;
            }
        }
        return Next::more;
    }

    std::string_view keep_alive() const override { return ":\n\n"; }

private:
    /// From now on; what came before is read from the store first.
    void follow() {
        follower_ = coding_.sessions.feeds().follow(reading_->session, [reading = reading_] {
            if (reading->wake) reading->wake();
        });
        reading_->whole = false;
        reading_->again = reading_->running;
    }

    void put(const store::Event& event, std::string& out) {
        out += "id: " + std::to_string(event.change) + "\nevent: session_event\ndata: ";
        append_json(out, event);
        out += "\n\n";
    }
    void put(store::Session session, std::string& out) {
        coding_.sessions.correct(session);
        out += "event: session\ndata: ";
        append_json(out, to_json(session));
        out += "\n\n";
    }
    void put(const Item& item, std::string& out) {
        auto& r = *reading_;
        switch (item.kind) {
            case Item::Kind::event:
                if (item.change <= r.after) return;  // read from the store before
                if (item.change > r.after + 1) {     // another process wrote in between
                    r.whole = false;
                    return;
                }
                r.after = item.change;
                return put(*item.event, out);
            case Item::Kind::session:
                if (item.session->last_change > r.after) {  // another process wrote
                    r.whole = false;
                    return;
                }
                return put(*item.session, out);
            case Item::Kind::delta:
                out += "event: delta\ndata: {\"event_id\":";
                append_json_string(out, item.event_id);
                out += ",\"text\":";
                append_json_string(out, item.text);
                out += "}\n\n";
                return;
            case Item::Kind::progress:
                out += "event: progress\ndata: {\"event_id\":";
                append_json_string(out, item.event_id);
                out += ",\"payload\":";
                append_json(out, item.fields);
                out += "}\n\n";
                return;
        }
    }

    Coding& coding_;
    const std::shared_ptr<StreamReading> reading_;
    std::shared_ptr<agent::Feeds::Follower> follower_;
    std::string first_;
};

}  // namespace

std::unique_ptr<net::BodySource> session_stream(Coding& coding, const std::string& session,
                                                std::int64_t after) {
    return std::make_unique<SessionStream>(coding, session, after);
}

}  // namespace docent::api
