// What a reply of the model asks for: each call is an event before it runs.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "agent/disk_use.hpp"
#include "agent/turn.hpp"
#include "agent/turn_payloads.hpp"
#include "agent/workspaces.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "llm/tool_args.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t calls_a_step = 16;

}  // namespace

/// The reply goes into the log, its calls as "processing", and then each runs.
Task<bool> Turn::record(llm::Reply reply, const std::string& message_id) {
    ++step_;
    EngineNote first;
    first.step = step_;
    first.opaque = reply.message.opaque;
    first.usage = reply.usage;
    seen_ = 0;
    for (const auto& event : events_) seen_ = std::max(seen_, place_of(event));
    first.seen = seen_;
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
        if (refusal.empty() && i >= calls_a_step && !reply.message.opaque.contains("command"))
            refusal = "Too many calls at once: this one was not made.";
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
        take(*appended);
        stored = std::move(appended->events);
    }
    for (auto& event : unstored) stored.push_back(std::move(event));
    for (auto& event : stored) {
        if (event.status != "processing") continue;
        store::Event one = event;
        const bool goes_on = co_await run_call(std::move(one));
        if (!goes_on) co_return false;
    }
    if (end_) co_return false;
    if (reply.message.calls.empty()) {
        end(End::Why::answered);
        co_return false;
    }
    co_return true;
}

Task<bool> Turn::run_call(store::Event event) {
    auto note = EngineNote::read(event);
    const Tool* tool = find_tool(note.call.name);
    ToolContext context{session_, tree_, services_, event.id, event.goal_id, {}};
    const std::string event_id = event.id;
    context.progress = [this, &event_id](const json::object& fields) {
        auto shown = fields;
        secrets_.mask(shown);
        feeds_.progress(session_.id, event_id, std::move(shown));
    };
    if (tool->changes_tree && !disk_use_) co_await look_at_disk();
    const auto began = std::chrono::steady_clock::now();
    auto ran = co_await tool->run(context, note.call.args);
    if (!ran) {
        if (ran.error().code != ErrorCode::cancelled)
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
    secrets_.mask(payload);
    event.payload = json::serialize(payload);
    event.status = outcome.waits ? "processing" : "completed";
    note.result = secrets_.masked(std::move(outcome.text));
    event.engine = note.write();
    const bool plan = event.type == "agent_plan_execution_update" && outcome.error_code.empty();
    std::vector<store::Event> events;
    events.push_back(std::move(event));
    store::SessionPatch patch;
    auto stored = co_await append(std::move(events), std::move(patch));
    if (!stored) co_return false;
    if (tool->changes_tree && !end_) co_await look_at_disk();
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

/// A turn that fills the disk pauses; one that makes room goes on.
Task<> Turn::look_at_disk() {
    const auto most = services_.settings.max_disk;
    const auto before = disk_use_.value_or(UINT64_MAX);
    const auto folder = tree_.path.parent_path();
    disk_use_ = co_await on(services_.pools.git, [&] { return blocking_disk_use(folder, 2 * most); });
    if (*disk_use_ > most && *disk_use_ > before)
        end(End::Why::limit, "disk_limit",
            fmt::format("Paused: the files of this session take more than {} MiB. Make room, or raise "
                        "agent.max_disk.",
                        most >> 20));
}

Task<> Turn::commit(std::string message) {
    auto done = co_await services_.workspaces->commit(tree_, std::move(message));
    if (!done) log::warn("a commit failed: " + done.error().message + " " + done.error().detail);
}

}  // namespace docent::agent
