// The turns that run: begun, ended, and closed after a restart.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include "agent/sessions.hpp"
#include "agent/turn.hpp"
#include "agent/workspaces.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "store/processes.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

/// Restarts in a row that may each begin the interrupted work again.
constexpr int most_resumes = 3;
constexpr auto look_at_others_every = std::chrono::milliseconds(300);
constexpr int look_for_files_every = 30;  // seconds

bool is_resume(const store::Event& event) {
    return event.type == "system_message" && text_field(payload_of(event), "code") == "resumed";
}

/// How many turns in a row, at the end of the timeline, a restart began.
int resumes_in_a_row(const std::vector<store::Event>& events) {
    int count = 0;
    for (auto it = events.rbegin(); it != events.rend(); ++it) {
        if (it->type == "user_message" && it->status != "queued") break;
        if (it->type == "agent_message") break;
        if (is_resume(*it)) ++count;
    }
    return count;
}

}  // namespace

void Sessions::run_turn(store::Session session) {
    if (removing_.contains(session.id) || !driven_.insert(session.id).second) return;
    lost_.erase(session.id);
    questions_.erase(session.id);
    const auto id = session.id;
    if (group_.spawn("turn of a session", drive(std::move(session))) == 0) driven_.erase(id);
}

/// Runs the turns of one session, one after the other, until none is left or one waits for a person.
Task<> Sessions::drive(store::Session session) {
    const std::string id = session.id;
    struct Leave {
        Sessions& all;
        const std::string& id;
        bool slot = false, ended = false, waits = false;
        ~Leave() {
            if (!ended) all.lost_.insert(id);
            all.running_.erase(id);
            all.driven_.erase(id);
            all.stop_when_begun_.erase(id);
            if (slot) --all.slots_taken_;
            all.slot_freed_.cancel();
            if (ended && !waits && all.idle_) all.idle_(id);
        }
    } leave{*this, id};
    while (slots_taken_ >= services_.settings.max_running && !is_stopped(session)) {
        [[maybe_unused]] auto [woken] =
            co_await slot_freed_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none) co_return;
    }
    ++slots_taken_;
    leave.slot = true;
    for (;;) {
        const bool stopped = is_stopped(session);
        Turn turn(services_, feeds_, std::move(session));
        if (stopped) turn.stop();
        running_[id] = &turn;
        auto outcome = co_await turn.run();
        running_.erase(id);
        if (outcome.waits) {
            constexpr Millis never = INT64_MAX;
            questions_[id] = outcome.expires > 0 ? outcome.expires : never;
        }
        if (!outcome.next) {
            leave.ended = !outcome.lost;
            leave.waits = outcome.waits;
            co_return;
        }
        session = *std::move(outcome.next);
    }
}

Task<Status> Sessions::start() {
    auto removed = co_await services_.workspaces->finish_removals();
    if (!removed) log::warn("removed sessions: " + removed.error().message + " " + removed.error().detail);
    auto recovered = co_await recover();
    if (!recovered) co_return recovered;
    group_.spawn("sessions that wait", watch());
    if (services_.engine == store::Engine::postgres) group_.spawn("sessions of others", watch_others());
    co_return Status();
}

Task<> Sessions::stop() {
    co_await group_.stop();
    feeds_.end("");
}

/// Turns of processes that are gone are closed, and go on if they may. What waits where no turn runs was held
/// on purpose: its session takes it up with the next message.
Task<Status> Sessions::recover() {
    auto taken = co_await services_.timeline.take_over(services_.clock.now());
    if (!taken) co_return std::move(taken).error();
    for (auto& session : *taken) {
        std::string said = "The server restarted and interrupted this turn.";
        auto closed = co_await close_interrupted(std::move(session), std::move(said));
        if (!closed) co_return closed;
    }
    co_return Status();
}

/// A turn that this process ran and whose end it could not store, the disk being full, say: it is closed as
/// soon as that can be stored, and nobody is told meanwhile that it runs.
Task<> Sessions::close_lost() {
    const std::vector<std::string> lost(lost_.begin(), lost_.end());
    for (const auto& id : lost) {
        if (driven_.contains(id)) continue;
        auto session = co_await services_.sessions.find("", id);
        if (!session && session.error().code != ErrorCode::not_found) continue;
        const bool ours = session && !session->turn_event.empty() && session->owner == store::process_id();
        if (ours && !driven_.contains(id)) {
            std::string said = "This turn could not be stored to its end.";
            auto closed = co_await close_interrupted(*std::move(session), std::move(said));
            if (!closed) continue;
        }
        lost_.erase(id);
    }
}

Task<Status> Sessions::close_interrupted(store::Session session, std::string said) {
    store::EventQuery all;
    auto events = co_await services_.timeline.events(session.id, std::move(all));
    if (!events) co_return std::move(events).error();
    const bool stopped = session.stopping || session.ended();
    store::TurnEnd end;
    std::string interrupted;
    for (auto& event : *events) {
        if (event.status != "processing" || event.type == "user_message") continue;
        if (event.type == "agent_ask_user" && session.agent_status == "waiting_for_user" && !stopped) {
            // Nothing ran: the question is still asked.
            const auto expires = parse_iso8601(text_field(payload_of(event), "expires_at"));
            questions_[session.id] = expires.value_or(INT64_MAX);
            co_return Status();
        }
        auto payload = payload_of(event);
        payload["error"] = {{"code", "interrupted"}, {"message", "this was interrupted"}};
        event.payload = json::serialize(payload);
        event.status = "canceled";
        const auto call = EngineNote::read(event).call;
        interrupted += "\n- " + call.name + " " + json::serialize(call.args).substr(0, 400);
        end.events.push_back(event);
    }
    const bool resumes = session.recovery == "resume";
    const bool again = resumes && !stopped && resumes_in_a_row(*events) < most_resumes;
    const auto now = services_.clock.now();
    const auto message = [&](const std::string& code, const std::string& text, const std::string& tell) {
        store::Event event;
        event.id = new_uuid(now);
        event.type = "system_message";
        event.goal_id = session.turn_event;
        for (const auto& one : *events) {
            if (one.id == session.turn_event) event.goal_id = one.goal_id;
        }
        event.payload = json::serialize(json::object{
            {"type", "system_message"}, {"message", text}, {"level", "warning"}, {"code", code}});
        EngineNote note;
        note.tell = tell;
        event.engine = note.write();
        return event;
    };
    if (stopped)
        said += " It had been stopped, and does not go on.";
    else if (!again && resumes)
        said += " It was begun again several times: it waits for a message now.";
    end.events.push_back(message("interrupted", said, ""));
    if (again)
        end.continues = message(
            "resumed", "The agent goes on from where it was interrupted.",
            said + " Nothing was done again by itself." +
                (interrupted.empty() ? std::string()
                                     : " These calls were interrupted; whether they had an effect is not "
                                       "known:" +
                                           interrupted) +
                "\nLook at the state of the working tree before you act, and then go on with the task.");
    else
        end.hold = !(stopped && resumes);
    end.goal_status = again ? "in_progress" : stopped ? "canceled" : "pending";
    auto ended = co_await services_.timeline.end_turn(session.id, session.turn, std::move(end), now);
    if (!ended) {
        if (ended.error().reason == "turn_lost") co_return Status();
        co_return std::move(ended).error();
    }
    auto changes = std::move(ended->events);
    if (ended->next) changes.push_back(*ended->next);
    feeds_.publish(ended->session, changes);
    if (ended->next) run_turn(std::move(ended->session));
    co_return Status();
}

/// Once a second: questions whose time is over; where several processes share the store, also the sessions of
/// those that are gone.
Task<> Sessions::watch() {
    boost::asio::steady_timer timer(loop_);
    for (int second = 1;; ++second) {
        timer.expires_after(std::chrono::seconds(1));
        co_await timer.async_wait(boost::asio::use_awaitable);
        co_await expire_questions();
        if (!lost_.empty()) co_await close_lost();
        if (services_.engine != store::Engine::postgres) continue;
        if (second % look_for_files_every == 1) {
            auto removed = co_await services_.workspaces->remove_left_files();
            if (!removed)
                log::warn("removed sessions: " + removed.error().message + " " + removed.error().detail);
        }
        if (second % 5 != 0) continue;
        auto recovered = co_await recover();
        if (!recovered) log::warn("sessions: " + recovered.error().message + " " + recovered.error().detail);
    }
}

/// What other processes have stored: those who watch are shown it (they read it from the store, as after a
/// lost connection), and a turn of ours that was stopped there, or whose session was closed or removed, ends.
Task<> Sessions::watch_others() {
    boost::asio::steady_timer timer(loop_);
    for (;;) {
        timer.expires_after(look_at_others_every);
        co_await timer.async_wait(boost::asio::use_awaitable);
        const auto followed = feeds_.followed();
        std::set<std::string> all(followed.begin(), followed.end());
        all.insert(driven_.begin(), driven_.end());
        for (const auto& [waiting, expires] : questions_) all.insert(waiting);
        std::vector<std::string> left(all.begin(), all.end());
        while (!left.empty()) {
            const auto some = std::min<std::size_t>(left.size(), 500);
            std::vector<std::string> ids(left.end() - static_cast<std::ptrdiff_t>(some), left.end());
            left.resize(left.size() - some);
            auto looked = co_await look_at(std::move(ids));
            if (!looked) break;
        }
    }
}

Task<Status> Sessions::look_at(std::vector<std::string> ids) {
    std::set<std::string> gone(ids.begin(), ids.end());
    auto now = co_await services_.sessions.find_all(std::move(ids));
    if (!now) co_return std::move(now).error();
    const std::vector<store::Event> no_events;
    for (const auto& session : *now) {
        gone.erase(session.id);
        if (feeds_.is_news(session)) feeds_.publish(session, no_events);
        if (session.stopping || session.ended()) stop_here(session);
    }
    for (const auto& id : gone) {
        if (const auto found = running_.find(id); found != running_.end()) found->second->stop();
        questions_.erase(id);
        feeds_.end(id);
    }
    co_return Status();
}

Task<> Sessions::expire_questions() {
    const auto now = services_.clock.now();
    std::vector<std::string> due;
    for (const auto& [session, expires] : questions_) {
        if (expires <= now) due.push_back(session);
    }
    for (const auto& id : due) {
        store::EventQuery query;
        query.types = {"agent_ask_user"};
        auto asked = co_await services_.timeline.events(id, std::move(query));
        if (!asked || asked->empty() || asked->back().status != "processing") {
            questions_.erase(id);
            continue;
        }
        const auto& question = asked->back();
        const auto standard = text_field(EngineNote::read(question).call.args, "default_answer");
        store::NewAnswer answer;
        answer.now = now;
        answer.id = new_uuid(now);
        answer.question = question.id;
        answer.type = "system_message";
        const auto said = standard.empty()
                              ? std::string("Nobody answered in time. The agent goes on as it thinks best.")
                              : "Nobody answered in time. The agent goes on with: " + standard;
        answer.payload = json::serialize(json::object{
            {"type", "system_message"}, {"message", said}, {"level", "info"}, {"code", "question_expired"}});
        EngineNote note;
        note.tell = said;
        answer.engine = note.write();
        auto accepted = co_await services_.timeline.add_answer(id, std::move(answer));
        if (!accepted) {
            log::warn("a question's time: " + accepted.error().message);
            questions_.erase(id);
            continue;
        }
        feeds_.publish(accepted->session, {accepted->event});
        run_turn(std::move(accepted->session));
    }
}

}  // namespace docent::agent
