#include "api/wire/timeline_body.hpp"

namespace docent::api {

using Item = agent::Feeds::Item;

struct SessionReading {
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

namespace {

constexpr std::int64_t changes_at_once = 64;

Task<> read_changes(std::shared_ptr<SessionReading> reading) {
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

}  // namespace

TimelineBody::TimelineBody(Coding& coding, const std::string& session, std::int64_t after)
    : coding_(coding), reading_(new SessionReading{coding, session, after}) {}

TimelineBody::~TimelineBody() { reading_->wake = nullptr; }

void TimelineBody::start(std::function<void()> wake) {
    reading_->wake = std::move(wake);
    follow();
}

TimelineBody::Next TimelineBody::read(std::string& out, std::size_t limit) {
    const auto before = out.size();
    if (!begun_) begin(out);
    begun_ = true;
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
            if (r.failed) return rest(true, out);
            if (r.running) return Next::wait;
            r.running = coding_.readers.spawn("session stream", read_changes(reading_)) != 0;
            return r.running ? Next::wait : rest(true, out);
        } else if (const auto item = follower_->take()) {
            put_item(*item, out);
        } else {
            return rest(follower_->ended, out);
        }
    }
    return Next::more;
}

/// From now on; what came before is read from the store first.
void TimelineBody::follow() {
    follower_ = coding_.sessions.feeds().follow(reading_->session, [reading = reading_] {
        if (reading->wake) reading->wake();
    });
    reading_->whole = false;
    reading_->again = reading_->running;
    unbroken_ = false;
}

void TimelineBody::put_item(const Item& item, std::string& out) {
    auto& r = *reading_;
    switch (item.kind) {
        case Item::Kind::event:
            if (item.change <= r.after) return;  // read from the store before
            if (item.change > r.after + 1) {     // another process wrote in between
                r.whole = false;
                return;
            }
            r.after = item.change;
            unbroken_ = true;
            return put(*item.event, out);
        case Item::Kind::session:
            if (item.session->last_change > r.after) {  // another process wrote
                r.whole = false;
                return;
            }
            return put(*item.session, out);
        case Item::Kind::delta:
            return put_delta(item.event_id, item.text, out);
        case Item::Kind::progress:
            return put_progress(item.event_id, item.fields, out);
    }
}

}  // namespace docent::api
