// What a turn writes into the timeline, and how it ends there.
#include <boost/json/serialize.hpp>

#include "agent/turn.hpp"
#include "agent/turn_payloads.hpp"
#include "agent/workspaces.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"

namespace docent::agent {
namespace json = boost::json;

Task<Status> Turn::append(std::vector<store::Event> events, store::SessionPatch patch) {
    auto appended = co_await services_.timeline.append(session_.id, session_.turn, std::move(events),
                                                       std::move(patch), services_.clock.now());
    if (!appended) {
        const bool lost =
            appended.error().reason == "turn_lost" || appended.error().code == ErrorCode::not_found;
        log::warn("a session's log: " + appended.error().message + " " + appended.error().detail);
        end(lost ? End::Why::lost : End::Why::failed, "internal_error",
            "The session's log cannot be written.");
        co_return std::move(appended).error();
    }
    take(*appended);
    co_return Status();
}

void Turn::take(const store::Appended& appended) {
    session_ = appended.session;
    feeds_.publish(session_, appended.events);
    // Another process may have closed or stopped it.
    if (session_.ended() || session_.stopping) stop();
}

store::Event Turn::new_event(std::string_view type, json::object payload) const {
    store::Event event;
    event.id = new_uuid(services_.clock.now());
    event.type = type;
    json::object whole{{"type", type}};
    for (auto& field : payload) whole[field.key()] = std::move(field.value());
    secrets_.mask(whole);
    event.payload = json::serialize(whole);
    event.goal_id = goal_id();
    event.task_id = task_id_;
    return event;
}

std::string Turn::goal_id() const {
    for (const auto& one : events_) {
        if (one.id == session_.turn_event) return one.goal_id;
    }
    return "";
}

/// What is open is closed, why the turn ended is said, and the next one begins.
Task<Turn::Outcome> Turn::close() {
    using Why = End::Why;
    Outcome outcome;
    if (!end_) end(Why::failed, "internal_error", "The turn ended without a reason.");
    if (end_->why == Why::lost) {
        outcome.lost = true;
        co_return outcome;
    }
    if (end_->why == Why::waits) {
        store::SessionPatch patch;
        patch.agent_status = "waiting_for_user";
        std::vector<store::Event> no_events;
        auto noted = co_await append(std::move(no_events), std::move(patch));
        outcome.lost = !noted.ok();
        outcome.waits = noted.ok();
        outcome.expires = end_->expires;
        co_return outcome;
    }
    const bool well = end_->why == Why::answered || end_->why == Why::finished;
    if (session_.auto_commit && well && !tree_.path.empty()) {
        std::string message = session_.title;
        co_await commit(std::move(message));
    }
    store::TurnEnd last;
    auto read = co_await read_on();
    if (read) {
        for (auto event : events_) {
            if (event.status != "processing" || event.type == "user_message") continue;
            auto payload = payload_of(event);
            payload["error"] =
                error_json(end_->code.empty() ? "stopped" : end_->code,
                           end_->why == Why::stopped ? "stopped by the user" : "the turn ended");
            event.payload = json::serialize(payload);
            event.status = "canceled";
            last.events.push_back(std::move(event));
        }
    }
    if (!end_->message.empty()) {
        const char* level = end_->why == Why::stopped                            ? "info"
                            : end_->why == Why::limit || end_->why == Why::stuck ? "warning"
                                                                                 : "error";
        last.events.push_back(new_event("system_message", system_payload(level, end_->code, end_->message)));
    }
    if (end_->why == Why::finished) last.patch.status = "finished";
    if (end_->why == Why::failed) last.patch.agent_status = "error";
    if (end_->why == Why::stopped) last.goal_status = "canceled";
    if (end_->why == Why::failed || end_->why == Why::stuck) last.goal_status = "failed";
    if (end_->why == Why::limit) last.goal_status = "pending";
    last.hold = end_->why == Why::limit || end_->why == Why::failed;
    if (well) last.seen = seen_;
    auto written = co_await write_end(std::move(last), outcome);
    outcome.goes_on = !written && written.error().reason == "turn_goes_on";
    outcome.lost = !written && !outcome.goes_on;
    co_return outcome;
}

Task<Status> Turn::write_end(store::TurnEnd last, Outcome& outcome) {
    auto ended = co_await services_.timeline.end_turn(session_.id, session_.turn, std::move(last),
                                                      services_.clock.now());
    if (!ended) {
        if (ended.error().reason != "turn_goes_on")
            log::warn("the end of a turn: " + ended.error().message + " " + ended.error().detail);
        co_return std::move(ended).error();
    }
    session_ = ended->session;
    auto changes = std::move(ended->events);
    if (ended->next) {
        changes.push_back(*ended->next);
        outcome.next = session_;
    }
    feeds_.publish(session_, changes);
    co_return Status();
}

}  // namespace docent::agent
