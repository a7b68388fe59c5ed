#include "agent/turn.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "agent/prompt.hpp"
#include "agent/stuck.hpp"
#include "agent/turn_limits.hpp"
#include "agent/workspaces.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "sources/sources.hpp"

namespace docent::agent {

Turn::Turn(Services& services, Feeds& feeds, store::Session session)
    : services_(services), feeds_(feeds), session_(std::move(session)) {
    for (const auto& secret : services_.settings.secrets) secrets_.add(secret);
}

void Turn::stop() {
    stopping_ = true;
    if (watch_) watch_->extend(std::chrono::milliseconds(0));
}

Task<Turn::Outcome> Turn::run() {
    const auto limits = limits_of(session_, services_.settings.limits);
    watch_.emplace(std::chrono::duration_cast<std::chrono::milliseconds>(limits.time));
    if (stopping_) watch_->extend(std::chrono::milliseconds(0));
    for (;;) {
        const bool in_time = co_await finishes_before(*watch_, work());
        if (!in_time && stopping_)
            end(End::Why::stopped, "stopped", "Stopped by the user.");
        else if (!in_time)
            end(End::Why::limit, "time_limit",
                fmt::format("Paused: this turn has run for {} minutes. Send a message to go on.",
                            limits.time.count() / 60));
        auto outcome = co_await close();
        if (!outcome.goes_on) co_return outcome;
        end_.reset();
    }
}

void Turn::end(End::Why why, std::string code, std::string message) {
    End ended;
    ended.why = why;
    ended.code = std::move(code);
    ended.message = std::move(message);
    if (end_) ended.expires = end_->expires;
    end_ = std::move(ended);
}

Task<> Turn::work() {
    if (!prepared_) {
        prepared_ = co_await prepare();
        if (!prepared_) co_return;
    }
    for (;;) {
        const bool goes_on = co_await step();
        if (!goes_on) co_return;
    }
}

/// The model and the tree.
Task<bool> Turn::prepare() {
    std::vector<std::string> wanted;
    if (!session_.model.empty()) wanted.push_back(session_.model);
    model_ = services_.models.chain(wanted);
    auto loaded = co_await load();
    if (!loaded) co_return false;
    const bool command = command_progress(events_).has_value();
    if (!command && !has_model()) co_return false;
    auto opened = co_await services_.workspaces->open(session_);
    if (!opened) {
        log::warn("a session's tree: " + opened.error().message + " " + opened.error().detail);
        end(End::Why::failed, "workspace_failed", opened.error().message);
        co_return false;
    }
    tree_ = std::move(opened->tree);
    secrets_.add(tree_.remote.token);
    store::SessionPatch patch = std::move(opened->patch);
    patch.agent_status = "running";
    std::vector<store::Event> no_events;
    auto noted = co_await append(std::move(no_events), std::move(patch));
    if (!noted) co_return false;
    Research research;
    auto others = co_await services_.workspaces->others(session_);
    if (others) research.repositories = *std::move(others);
    research.documentation = services_.sources && services_.sources->index(session_.project_id);
    system_ =
        co_await on(services_.pools.git, [&] { return blocking_system_prompt(session_, tree_, research); });
    co_return true;
}

bool Turn::has_model() {
    if (!model_)
        end(End::Why::failed, "model_unavailable",
            "No language model is configured: add one under [models] in the configuration.");
    return model_ != nullptr;
}

/// The timeline as it is: what others wrote meanwhile (a message that steers) is in it.
Task<Status> Turn::load() {
    auto read = co_await read_on();
    if (!read) {
        end(End::Why::failed, "internal_error", "The session's log cannot be read.");
        co_return std::move(read).error();
    }
    for (const auto& event : events_) {
        if (event.id == session_.turn_event) began_ = event.change;
        if (event.type != "agent_plan_execution_update" || event.status != "completed") continue;
        task_id_.clear();
        if (event.goal_id != goal_id()) continue;  // the plan of what was asked for before
        const auto payload = payload_of(event);
        const auto* steps = payload.if_contains("steps");
        if (!steps || !steps->is_array()) continue;
        for (const auto& one : steps->as_array()) {
            if (one.is_object() && text_field(one.as_object(), "status") == "in_progress")
                task_id_ = text_field(one.as_object(), "session_task_id");
        }
    }
    step_ = spent(events_, began_).last_step;
    co_return Status();
}

/// Whole at first, then only what is new.
Task<Status> Turn::read_on() {
    if (events_.empty()) {
        store::EventQuery query;
        auto all = co_await services_.timeline.events(session_.id, std::move(query));
        if (!all) co_return std::move(all).error();
        events_ = *std::move(all);
        co_return Status();
    }
    constexpr std::int64_t page = 500;
    for (;;) {
        std::int64_t seen = 0;
        for (const auto& event : events_) seen = std::max(seen, event.change);
        auto changes = co_await services_.timeline.changes(session_.id, seen, page);
        if (!changes) co_return std::move(changes).error();
        for (auto& change : *changes) {
            const auto place =
                std::ranges::lower_bound(events_, change.position, {}, &store::Event::position);
            if (place != events_.end() && place->position == change.position)
                *place = std::move(change);
            else
                events_.insert(place, std::move(change));
        }
        if (std::ssize(*changes) < page) co_return Status();
    }
}

bool Turn::over_limit() {
    const auto limits = limits_of(session_, services_.settings.limits);
    const auto so_far = spent(events_, began_);
    const auto pause = [&](const char* code, const std::string& what) {
        end(End::Why::limit, code,
            "Paused: this turn " + what + ". Send a message to go on, or raise the limit.");
        return true;
    };
    if (so_far.steps >= limits.steps)
        return pause("step_limit", fmt::format("has taken {} steps", so_far.steps));
    const auto tokens = so_far.usage.input_tokens + so_far.usage.output_tokens;
    if (limits.tokens > 0 && tokens >= limits.tokens)
        return pause("token_limit", fmt::format("has used {} tokens", tokens));
    if (limits.cost > 0 && so_far.usage.cost >= limits.cost)
        return pause("cost_limit",
                     fmt::format("has cost {:.2f}", static_cast<double>(so_far.usage.cost) / 1e6));
    return false;
}

/// One call of the model and what it asks for. False when the turn is over or waits.
Task<bool> Turn::step() {
    auto loaded = co_await load();
    if (!loaded || over_limit()) co_return false;
    const std::string message_id = new_uuid(services_.clock.now());
    if (auto command = command_progress(events_)) {
        auto reply = co_await command_reply(*std::move(command));
        if (!reply) co_return false;
        co_return co_await record(*std::move(reply), message_id);
    }
    if (!has_model()) co_return false;
    std::vector<store::Event> of_turn;
    for (const auto& event : events_) {
        if (event.position > began_) of_turn.push_back(event);
    }
    if (const auto reason = stuck_reason(of_turn); !reason.empty()) {
        end(End::Why::stuck, "stuck", "Stopped, because nothing was gained: " + reason + ".");
        co_return false;
    }
    auto reply = co_await ask(message_id);
    if (end_) co_return false;
    if (!reply) {
        // It broke off in the middle: what it had begun is not kept, and it is asked again.
        if (reply.error().reason == "interrupted" && ++broken_replies_ <= 2) co_return true;
        log::warn("the model failed: " + reply.error().message + " " + reply.error().detail);
        end(End::Why::failed, "model_failed",
            "The model could not be asked: " + reply.error().message + ". Send a message to try again.");
        co_return false;
    }
    broken_replies_ = 0;
    if (reply->message.calls.empty() && trim(reply->message.text).empty()) {
        if (++empty_replies_ <= 2) co_return true;
        end(End::Why::failed, "empty_answer", "The model answered nothing, three times.");
        co_return false;
    }
    empty_replies_ = 0;
    co_return co_await record(*std::move(reply), message_id);
}

}  // namespace docent::agent
