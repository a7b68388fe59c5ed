#include "agent/sessions.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include "agent/turn.hpp"
#include "agent/turn_limits.hpp"
#include "agent/workspaces.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "git/repository.hpp"
#include "maintenance/command.hpp"
#include "store/processes.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_title = 60;  // characters

/// The first line of a message, cut at a word.
std::string title_of(const std::string& message) {
    std::string_view line = trim(message);
    line = trim(line.substr(0, line.find('\n')));
    return line.empty() ? "New session" : std::string(cut_at_word(line, longest_title, 20));
}

/// What a person chose must be among what was asked.
Status check_answers(const json::object& asked, const json::array& answers) {
    const auto* questions = asked.if_contains("questions");
    if (!questions || !questions->is_array()) return {};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto name = "answers[" + std::to_string(i) + "]";
        if (!answers[i].is_object()) return invalid(name + " must be an object");
        const auto& answer = answers[i].as_object();
        const auto id = text_field(answer, "question_id");
        const json::object* question = nullptr;
        for (const auto& one : questions->as_array()) {
            if (one.is_object() && text_field(one.as_object(), "id") == id) question = &one.as_object();
        }
        if (!question) return invalid(name + ".question_id names no question of this event");
        const auto* options = question->if_contains("options");
        const auto* chosen = answer.if_contains("option_ids");
        if (chosen && chosen->is_array()) {
            for (const auto& option : chosen->as_array()) {
                bool known = false;
                if (options && options->is_array() && option.is_string()) {
                    for (const auto& one : options->as_array())
                        known = known ||
                                (one.is_object() && text_field(one.as_object(), "id") == option.as_string());
                }
                if (!known) return invalid(name + ".option_ids has one that the question does not offer");
            }
            const auto* several = question->if_contains("allow_multiple");
            if (chosen->as_array().size() > 1 && !(several && several->is_bool() && several->as_bool()))
                return invalid(name + ".option_ids: the question takes one option");
        }
        const auto* free_text = question->if_contains("allow_free_text");
        if (!text_field(answer, "text").empty() && free_text && free_text->is_bool() && !free_text->as_bool())
            return invalid(name + ".text: the question takes options only");
    }
    return {};
}

}  // namespace

Sessions::Sessions(boost::asio::any_io_executor loop, Services& services)
    : loop_(loop), services_(services), slot_freed_(loop), group_(loop) {
    slot_freed_.expires_at(std::chrono::steady_clock::time_point::max());
}

Sessions::~Sessions() = default;

Task<Status> Sessions::check_branch(const store::Session& session) {
    const auto& branch = session.branch_name;
    if (branch.empty()) co_return Status();
    if (!git::is_branch_name(branch))
        co_return invalid("branch_name \"" + branch + "\" is no name that git allows for a branch");
    auto used = co_await services_.sessions.branch_in_use(session.repository_id, branch, session.id);
    if (!used) co_return std::move(used).error();
    if (*used)
        co_return conflict("branch_name \"" + branch + "\" is the branch of another open session")
            .because("branch_in_use");
    co_return Status();
}

Task<Result<store::Session>> Sessions::create(NewSession wanted) {
    CO_TRY_VOID(check_limits(wanted.limits));
    if (!wanted.model.empty() && !services_.models.find(wanted.model))
        co_return invalid("model \"" + wanted.model + "\" is not configured; GET /api/v1/models lists them");
    if (wanted.recovery != "resume" && wanted.recovery != "hold")
        co_return invalid("recovery takes \"resume\" or \"hold\"");
    auto open = co_await services_.sessions.count_open(wanted.project_id);
    if (!open) co_return std::move(open).error();
    if (*open >= services_.settings.max_open)
        co_return Error(ErrorCode::rate_limited, "too many sessions are open; close some")
            .because("rate_limited");
    store::Session session;
    const auto now = services_.clock.now();
    session.id = new_uuid(now);
    session.project_id = wanted.project_id;
    session.user_id = wanted.user_id;
    session.repository_id = wanted.repository_id;
    if (!wanted.title.empty()) {
        session.title = wanted.title;
        session.titled = true;
    }
    session.branch_name = wanted.branch_name;
    session.target_branch = wanted.target_branch;
    session.auto_commit = wanted.auto_commit;
    session.model = wanted.model;
    session.recovery = wanted.recovery;
    session.limits = json::serialize(wanted.limits);
    session.origin = wanted.origin;
    session.created = session.updated = now;
    auto branch = co_await check_branch(session);
    if (!branch) co_return std::move(branch).error();
    co_return co_await services_.sessions.add(std::move(session));
}

Task<Result<store::Event>> Sessions::send(std::string session_id, MessageToSend message) {
    if (!services_.models.chain({}) && !maintenance::is_command(trim(message.text)))
        co_return Error(ErrorCode::unavailable,
                        "no language model is configured: add one under [models] in the configuration")
            .because("model_unavailable");
    store::NewMessage wanted;
    wanted.now = services_.clock.now();
    wanted.id = new_uuid(wanted.now);
    wanted.payload = json::serialize(json::object{{"type", "user_message"}, {"message", message.text}});
    wanted.client_id = message.client_id;
    wanted.title = title_of(message.text);
    wanted.steer = message.steer;
    wanted.expected_turn = message.expected_turn;
    wanted.max_queued = services_.settings.max_queued;
    auto accepted = co_await services_.timeline.add_message(session_id, std::move(wanted));
    if (!accepted) co_return std::move(accepted).error();
    if (accepted->repeated) co_return std::move(accepted->event);
    auto changes = accepted->changed;
    changes.push_back(accepted->event);
    if (accepted->next && accepted->next->id != accepted->event.id) changes.push_back(*accepted->next);
    feeds_.publish(accepted->session, changes);
    const bool answered = !accepted->changed.empty();
    if (accepted->next || answered) run_turn(accepted->session);
    co_return std::move(accepted->event);
}

Task<Result<store::Event>> Sessions::answer(std::string session_id, AskedAnswer answer) {
    auto asked = co_await services_.timeline.find(session_id, answer.event_id);
    if (!asked) co_return std::move(asked).error();
    if (asked->type != "agent_ask_user") co_return not_found("there is no such question");
    CO_TRY_VOID(check_answers(payload_of(*asked), answer.answers));
    store::NewAnswer wanted;
    wanted.now = services_.clock.now();
    wanted.id = new_uuid(wanted.now);
    wanted.question = answer.event_id;
    wanted.client_id = answer.client_id;
    wanted.payload = json::serialize(json::object{{"type", "user_ask_user_response"},
                                                  {"ask_user_event_id", answer.event_id},
                                                  {"answers", answer.answers},
                                                  {"dismissed", answer.dismissed}});
    auto accepted = co_await services_.timeline.add_answer(session_id, std::move(wanted));
    if (!accepted) co_return std::move(accepted).error();
    if (accepted->repeated) co_return std::move(accepted->event);
    auto changes = accepted->changed;
    changes.push_back(accepted->event);
    feeds_.publish(accepted->session, changes);
    run_turn(accepted->session);
    co_return std::move(accepted->event);
}

Task<Result<store::Event>> Sessions::cancel_message(std::string session_id, std::string event_id) {
    auto canceled =
        co_await services_.timeline.cancel_message(session_id, std::move(event_id), services_.clock.now());
    if (!canceled) co_return std::move(canceled).error();
    auto session = co_await services_.sessions.find("", session_id);
    if (session) feeds_.publish(*session, {*canceled});
    co_return canceled;
}

Task<Result<store::Session>> Sessions::stop_turn(std::string session_id, bool cancel_queued) {
    if (cancel_queued) {
        auto canceled = co_await services_.timeline.cancel_queued(session_id, services_.clock.now());
        if (!canceled) co_return std::move(canceled).error();
        feeds_.publish(canceled->session, canceled->events);
    }
    auto session = co_await services_.timeline.request_stop(session_id, services_.clock.now());
    if (!session) {
        // What runs here ends even where that cannot be stored.
        if (const auto found = running_.find(session_id); found != running_.end()) found->second->stop();
        co_return session;
    }
    if (session->turn_event.empty()) co_return session;
    const std::vector<store::Event> no_events;
    feeds_.publish(*session, no_events);
    stop_here(*session);
    correct(*session);
    co_return session;
}

/// Ends a turn that is to end, if it is this process that has it.
void Sessions::stop_here(const store::Session& session) {
    if (session.turn_event.empty() || session.owner != store::process_id()) return;
    const auto& id = session.id;
    if (const auto found = running_.find(id); found != running_.end()) {
        if (found->second->session().turn == session.turn) found->second->stop();
        return;
    }
    stop_when_begun_[id] = session.turn;
    if (driven_.contains(id))
        slot_freed_.cancel();
    else if (questions_.erase(id) > 0)
        run_turn(session);  // it waits for a person: nothing runs that could end the turn
    else
        stop_when_begun_.erase(id);
}

bool Sessions::is_stopped(const store::Session& session) const {
    const auto asked = stop_when_begun_.find(session.id);
    return session.stopping || removing_.contains(session.id) ||
           (asked != stop_when_begun_.end() && asked->second == session.turn);
}

Task<Result<store::Session>> Sessions::update(std::string session_id, SessionChanges changes) {
    CO_TRY_VOID(check_limits(changes.limits));
    auto session = co_await services_.sessions.find("", session_id);
    if (!session) co_return session;
    if (session->ended()) co_return conflict("the session is " + session->status).because("session_closed");
    store::SessionPatch patch;
    patch.title = changes.title;
    patch.auto_commit = changes.auto_commit;
    if (changes.model) {
        if (!changes.model->empty() && !services_.models.find(*changes.model))
            co_return invalid("model \"" + *changes.model +
                              "\" is not configured; GET /api/v1/models lists them");
        patch.model = changes.model;
    }
    if (!changes.limits.empty()) patch.limits = merge_limits(session->limits, changes.limits);
    if (changes.branch_name && *changes.branch_name != session->branch_name) {
        if (!session->sandbox_id.empty())
            co_return conflict("branch_name can be changed only before the session has a working tree");
        auto wanted = *session;
        wanted.branch_name = *changes.branch_name;
        auto branch = co_await check_branch(wanted);
        if (!branch) co_return std::move(branch).error();
        patch.branch_name = changes.branch_name;
    }
    std::vector<store::Event> events;
    if (changes.status && *changes.status != session->status) {
        if (*changes.status != "closed" && *changes.status != "active")
            co_return invalid("status takes \"closed\", or \"active\" for a finished session");
        patch.status = changes.status;
        if (*changes.status == "closed") {
            store::Event closed;
            closed.id = new_uuid(services_.clock.now());
            closed.type = "session_closed";
            closed.payload = json::serialize(json::object{{"type", "session_closed"},
                                                          {"reason", "user"},
                                                          {"closed_by", session->user_id},
                                                          {"message", nullptr}});
            events.push_back(std::move(closed));
        }
    }
    auto appended = co_await services_.timeline.append(session_id, 0, std::move(events), std::move(patch),
                                                       services_.clock.now());
    if (!appended) co_return std::move(appended).error();
    auto session_now = appended->session;
    CO_TRY_VOID(co_await announce(*std::move(appended)));
    co_return session_now;
}

Task<Status> Sessions::announce(store::Appended appended) {
    const auto& session = appended.session;
    feeds_.publish(session, appended.events);
    if (session.ended()) stop_here(session);
    co_return Status();
}

Task<Status> Sessions::remove(std::string session_id) {
    struct Removing {
        std::set<std::string>& all;
        const std::string& id;
        Removing(std::set<std::string>& a, const std::string& i) : all(a), id(i) { all.insert(id); }
        ~Removing() { all.erase(id); }
    } removing(removing_, session_id);
    // Closed first: then nothing new begins in it, in no process.
    SessionChanges closing;
    closing.status = "closed";
    auto session = co_await update(session_id, std::move(closing));
    if (!session && session.error().reason != "session_closed") co_return std::move(session).error();
    boost::asio::steady_timer timer(loop_);
    for (int i = 0; i < 600; ++i) {
        session = co_await services_.sessions.find("", session_id);
        if (!session) co_return std::move(session).error();
        stop_here(*session);
        const bool elsewhere = !session->turn_event.empty() && session->owner != store::process_id();
        if (!elsewhere && !driven_.contains(session_id)) break;
        timer.expires_after(std::chrono::milliseconds(50));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    questions_.erase(session_id);
    CO_TRY_VOID(co_await services_.workspaces->set_aside(session_id));
    auto gone = co_await services_.sessions.remove(session->project_id, session_id);
    if (!gone) {
        auto back = co_await services_.workspaces->put_back(session_id);
        if (!back)
            log::error("session " + session_id + ": " + back.error().message + " " + back.error().detail);
        co_return std::move(gone).error();
    }
    feeds_.end(session_id);
    co_return co_await services_.workspaces->remove(session_id);
}

void Sessions::correct(store::Session& session) const {
    if (session.turn_event.empty()) {
        if (session.agent_status != "error") session.agent_status = "idle";
        return;
    }
    const auto found = running_.find(session.id);
    if (found != running_.end() && found->second->stopping())
        session.agent_status = "stopping";
    else if (lost_.contains(session.id))
        session.agent_status = "error";
    else if (session.stopping)
        session.agent_status = "stopping";
    else if (found == running_.end() && driven_.contains(session.id))
        session.agent_status = "queued";
}

}  // namespace docent::agent
