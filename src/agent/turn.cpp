#include "agent/turn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "agent/compaction.hpp"
#include "agent/prompt.hpp"
#include "agent/stuck.hpp"
#include "agent/turn_limits.hpp"
#include "agent/workspaces.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "llm/fitting.hpp"
#include "llm/tool_args.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::int64_t default_context = 128'000;  // of models that do not tell
constexpr std::size_t most_reply_text = 1 << 20;
constexpr std::size_t calls_a_step = 16;

/// Shows followers what the model writes, as it comes.
class Live final : public Sink<llm::Delta> {
public:
    Live(Feeds& feeds, const std::string& session, const std::string& message)
        : feeds_(feeds), session_(session), message_(message) {}
    Task<Status> put(llm::Delta delta) override {
        if (const auto* text = std::get_if<llm::TextDelta>(&delta)) {
            bytes_ += text->text.size();
            if (bytes_ > most_reply_text)
                co_return Error(ErrorCode::too_large, "the model's message is too long");
            feeds_.delta(session_, message_, text->text);
        }
        co_return Status();
    }

private:
    Feeds& feeds_;
    const std::string &session_, &message_;
    std::size_t bytes_ = 0;
};

std::size_t tool_tokens() {
    static const std::size_t tokens = [] {
        std::size_t sum = 0;
        for (const auto& tool : tools())
            sum += llm::estimate_tokens(tool.description) + llm::estimate_tokens(tool.parameters) + 20;
        return sum;
    }();
    return tokens;
}

json::object system_payload(const std::string& level, const std::string& code, const std::string& message) {
    json::object payload{{"message", message}, {"level", level}, {"code", nullptr}};
    if (!code.empty()) payload["code"] = code;
    return payload;
}

json::object error_json(const std::string& code, const std::string& message) {
    return {{"code", code}, {"message", message}};
}

}  // namespace

Turn::Turn(Services& services, Feeds& feeds, store::Session session)
    : services_(services), feeds_(feeds), session_(std::move(session)) {}

void Turn::stop() {
    stopping_ = true;
    if (watch_) watch_->extend(std::chrono::milliseconds(0));
}

Task<Turn::Outcome> Turn::run() {
    const auto limits = limits_of(session_, services_.settings.limits);
    watch_.emplace(std::chrono::duration_cast<std::chrono::milliseconds>(limits.time));
    if (stopping_) watch_->extend(std::chrono::milliseconds(0));
    const bool in_time = co_await finishes_before(*watch_, work());
    if (!in_time && stopping_)
        end(End::Why::stopped, "stopped", "Stopped by the user.");
    else if (!in_time)
        end(End::Why::limit, "time_limit",
            fmt::format("Paused: this turn has run for {} minutes. Send a message to go on.",
                        limits.time.count() / 60));
    auto outcome = co_await close();
    co_return outcome;
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
    const bool prepared = co_await prepare();
    if (!prepared) co_return;
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
    if (!model_) {
        end(End::Why::failed, "model_unavailable",
            "No language model is configured: add one under [models] in the configuration.");
        co_return false;
    }
    auto opened = co_await services_.workspaces->open(session_);
    if (!opened) {
        log::warn("a session's tree: " + opened.error().message + " " + opened.error().detail);
        end(End::Why::failed, "workspace_failed", opened.error().message);
        co_return false;
    }
    tree_ = std::move(opened->tree);
    store::SessionPatch patch = std::move(opened->patch);
    patch.agent_status = "running";
    std::vector<store::Event> no_events;
    auto noted = co_await append(std::move(no_events), std::move(patch));
    if (!noted) co_return false;
    system_ = co_await on(services_.pools.git, [&] { return blocking_system_prompt(session_, tree_); });
    auto loaded = co_await load();
    co_return loaded.ok();
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
    std::vector<store::Event> of_turn;
    for (const auto& event : events_) {
        if (event.position > began_) of_turn.push_back(event);
    }
    if (const auto reason = stuck_reason(of_turn); !reason.empty()) {
        end(End::Why::stuck, "stuck", "Stopped, because nothing was gained: " + reason + ".");
        co_return false;
    }
    const std::string message_id = new_uuid(services_.clock.now());
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

std::size_t Turn::budget() const {
    const auto context = model_->context_tokens() > 0 ? model_->context_tokens() : default_context;
    return llm::prompt_budget(context, tool_tokens(), 0);
}

Task<Result<llm::Reply>> Turn::ask(const std::string& message_id) {
    if (budget_ == 0) budget_ = budget();
    for (bool compacted = false;; compacted = true) {
        llm::Request request;
        llm::Message system;
        system.role = llm::Message::Role::system;
        system.text = system_;
        request.messages.push_back(std::move(system));
        for (auto& message : transcript(events_)) request.messages.push_back(std::move(message));
        const auto tokens = llm::estimate_tokens(request.messages);
        if (tokens > budget_ * 4 / 5 && !compacted) {
            const bool shorter = co_await compact(budget_, budget_ / 4);
            if (end_) co_return internal("ended");
            if (shorter) continue;
        }
        llm::fit_tool_results(request.messages, budget_);
        if (llm::estimate_tokens(request.messages) > budget_) {
            end(End::Why::limit, "context_full",
                "Paused: the conversation no longer fits the model, and a summary gains nothing. Start a new "
                "session, or choose a model with a larger context.");
            co_return internal("ended");
        }
        request.tools = tool_list();
        Live live(feeds_, session_.id, message_id);
        auto reply = co_await model_->complete(request, live);
        if (reply || reply.error().reason != "context_overflow") co_return reply;
        // Our count was too low for this model.
        const auto fits = std::min(budget_, llm::estimate_tokens(request.messages)) / 2;
        if (fits < 2'000) co_return reply;
        budget_ = fits;
        const bool shorter = co_await compact(budget_, budget_ / 4);
        if (end_) co_return internal("ended");
        if (!shorter && compacted) co_return reply;
    }
}

/// A summary takes the place of what is oldest. False when that gains nothing.
Task<bool> Turn::compact(std::size_t budget, std::size_t keep) {
    const auto through = summary_end(events_, keep);
    if (through == 0) co_return false;
    const auto before = llm::estimate_tokens(transcript(events_));
    llm::Request request;
    request.messages = summary_request(events_, through, budget / 2);
    const std::string nobody;
    Feeds unseen;
    Live discard(unseen, nobody, nobody);
    auto reply = co_await model_->complete(request, discard);
    if (!reply) {
        log::warn("a summary failed: " + reply.error().message + " " + reply.error().detail);
        co_return false;
    }
    EngineNote note;
    note.through = through;
    note.tell = told_summary(events_, through, reply->message.text);
    note.usage = reply->usage;
    if (llm::estimate_tokens(note.tell) > before * 9 / 10) co_return false;
    auto event = new_event("system_message", system_payload("info", "compacted",
                                                            "The conversation was shortened by a summary."));
    event.engine = note.write();
    std::vector<store::Event> events;
    events.push_back(std::move(event));
    store::SessionPatch patch;
    auto stored = co_await append(std::move(events), std::move(patch));
    if (!stored) co_return false;
    auto loaded = co_await load();
    if (!loaded) co_return false;
    ++compactions_;
    co_return llm::estimate_tokens(transcript(events_)) <= before * 9 / 10;
}

/// The reply goes into the log, its calls as "processing", and then each runs.
Task<bool> Turn::record(llm::Reply reply, const std::string& message_id) {
    ++step_;
    EngineNote first;
    first.step = step_;
    first.opaque = reply.message.opaque;
    first.usage = reply.usage;
    first.seen = events_.empty() ? 0 : events_.back().position;
    std::vector<store::Event> stored, unstored;
    const bool says = !trim(reply.message.text).empty();
    if (says) {
        auto event = new_event("agent_message", {{"message", repair_utf8(reply.message.text)}});
        event.id = message_id;
        event.engine = first.write();
        stored.push_back(std::move(event));
    }
    for (std::size_t i = 0; i < reply.message.calls.size(); ++i) {
        auto& call = reply.message.calls[i];
        EngineNote note;
        note.step = step_;
        if (i == 0 && !says) note = first;
        note.call = call;
        const Tool* tool = find_tool(call.name);
        std::string refusal = call.problem;
        if (refusal.empty() && !tool) refusal = "There is no such tool.";
        // Not every provider checks.
        if (refusal.empty())
            refusal = llm::check_against_schema(call.args, json::parse(tool->parameters).as_object());
        if (refusal.empty() && i >= calls_a_step) refusal = "Too many calls at once: this one was not made.";
        if (!refusal.empty()) {
            note.result = refusal;
            auto payload = system_payload("warning", "call_refused",
                                          "A call of the model was not made: " + call.name + ": " + refusal);
            payload["error"] = error_json("call_refused", refusal);
            auto event = new_event("system_message", std::move(payload));
            event.engine = note.write();
            stored.push_back(std::move(event));
            continue;
        }
        auto payload = tool->begin(call.args);
        payload["repository"] = nullptr;
        if (!tree_.repository.empty()) payload["repository"] = tree_.repository;
        payload["duration_ms"] = nullptr;
        payload["error"] = nullptr;
        auto event = new_event(tool->event_type, std::move(payload));
        event.status = "processing";
        event.engine = note.write();
        // That the session is finished is said once it is.
        (tool->event_type == "session_finished" ? unstored : stored).push_back(std::move(event));
    }
    store::SessionPatch patch;
    if (!stored.empty()) {
        auto appended = co_await services_.timeline.append(session_.id, session_.turn, std::move(stored),
                                                           std::move(patch), services_.clock.now());
        if (!appended) {
            end(End::Why::lost, "", appended.error().message);
            co_return false;
        }
        session_ = appended->session;
        feeds_.publish(session_, appended->events);
        stored = std::move(appended->events);
    }
    for (auto& event : unstored) stored.push_back(std::move(event));
    bool called = false;
    for (auto& event : stored) {
        if (event.status != "processing") continue;
        called = true;
        store::Event one = event;
        const bool goes_on = co_await run_call(std::move(one));
        if (!goes_on) co_return false;
    }
    if (end_) co_return false;
    if (reply.message.calls.empty()) {
        end(End::Why::answered);
        co_return false;
    }
    co_return called || !reply.message.calls.empty();
}

Task<bool> Turn::run_call(store::Event event) {
    auto note = EngineNote::read(event);
    const Tool* tool = find_tool(note.call.name);
    ToolContext context{session_, tree_, services_, event.id, {}};
    const std::string event_id = event.id;
    context.progress = [this, &event_id](const json::object& fields) {
        feeds_.progress(session_.id, event_id, fields);
    };
    const auto began = std::chrono::steady_clock::now();
    auto ran = co_await tool->run(context, note.call.args);
    if (!ran) {
        log::error("tool " + note.call.name + ": " + ran.error().message + " " + ran.error().detail);
        end(End::Why::failed, "internal_error", "A tool could not work: " + ran.error().message + ".");
        co_return false;
    }
    auto& outcome = *ran;
    auto payload = payload_of(event);
    for (auto& field : outcome.payload) payload[field.key()] = std::move(field.value());
    const auto took = std::chrono::steady_clock::now() - began;
    payload["duration_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    if (!outcome.error_code.empty()) payload["error"] = error_json(outcome.error_code, outcome.error_message);
    event.payload = json::serialize(payload);
    event.status = outcome.waits ? "processing" : "completed";
    note.result = outcome.text;
    event.engine = note.write();
    const bool plan = event.type == "agent_plan_execution_update" && outcome.error_code.empty();
    std::vector<store::Event> events;
    events.push_back(std::move(event));
    store::SessionPatch patch;
    auto stored = co_await append(std::move(events), std::move(patch));
    if (!stored) co_return false;
    if (plan && session_.auto_commit) {
        std::string message;
        if (const auto* steps = payload.if_contains("steps"); steps && steps->is_array()) {
            for (const auto& one : steps->as_array()) {
                if (one.is_object() && text_field(one.as_object(), "status") == "completed")
                    message = text_field(one.as_object(), "title");
            }
        }
        if (!message.empty()) {
            co_await commit(std::move(message));
        }
    }
    if (outcome.waits) {
        const auto expires = parse_iso8601(text_field(payload, "expires_at"));
        end(End::Why::waits);
        end_->expires = expires.value_or(0);
    } else if (outcome.ends_turn && !end_) {
        end(End::Why::finished);
    }
    co_return true;
}

Task<> Turn::commit(std::string message) {
    auto done = co_await services_.workspaces->commit(tree_, std::move(message));
    if (!done) log::warn("a commit failed: " + done.error().message + " " + done.error().detail);
}

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
    session_ = appended->session;
    feeds_.publish(session_, appended->events);
    co_return Status();
}

store::Event Turn::new_event(std::string_view type, json::object payload) const {
    store::Event event;
    event.id = new_uuid(services_.clock.now());
    event.type = type;
    json::object whole{{"type", type}};
    for (auto& field : payload) whole[field.key()] = std::move(field.value());
    event.payload = json::serialize(whole);
    for (const auto& one : events_) {
        if (one.id == session_.turn_event) event.goal_id = one.goal_id;
    }
    event.task_id = task_id_;
    return event;
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
    auto written = co_await write_end(std::move(last), outcome);
    outcome.lost = !written.ok();
    co_return outcome;
}

Task<Status> Turn::write_end(store::TurnEnd last, Outcome& outcome) {
    auto ended = co_await services_.timeline.end_turn(session_.id, session_.turn, std::move(last),
                                                      services_.clock.now());
    if (!ended) {
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
