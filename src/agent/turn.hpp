#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/command_turn.hpp"
#include "agent/feeds.hpp"
#include "agent/secrets.hpp"
#include "agent/services.hpp"
#include "agent/tools/tool.hpp"
#include "agent/transcript.hpp"
#include "base/deadline.hpp"

namespace docent::agent {

/// One turn: what the agent does for one message. A state machine over the session's timeline: it reads the
/// log, asks the model, records each call before it runs and its result after, and goes on until the model
/// ends, asks, is stopped or reaches a limit. What it knows is in the log, so it can be cut off anywhere.
/// On the event loop.
class Turn {
public:
    Turn(Services& services, Feeds& feeds, store::Session session);

    /// How it left the session.
    struct Outcome {
        bool waits = false;                  // for a person's answer: the turn is not over
        std::int64_t expires = 0;            // when the question has its default answer; 0: never
        std::optional<store::Session> next;  // a session whose next turn begins now
        bool lost = false;     // another process has it, or nothing can be written: its end was not stored
        bool goes_on = false;  // a message joined it in the last moment
    };
    Task<Outcome> run();

    /// Ends it as soon as what runs can be cancelled.
    void stop();
    bool stopping() const { return stopping_; }
    const store::Session& session() const { return session_; }

private:
    struct End {
        enum class Why { answered, finished, waits, stopped, limit, stuck, failed, lost };
        Why why = Why::failed;
        std::string code, message;  // of the system_message that says so
        std::int64_t expires = 0;
    };

    Task<> work();
    Task<bool> prepare();
    Task<bool> step();
    Task<Result<llm::Reply>> ask(const std::string& message_id);
    Task<bool> compact(std::size_t budget, std::size_t keep);
    Task<Result<llm::Reply>> command_reply(CommandProgress progress);
    Task<bool> record(llm::Reply reply, const std::string& message_id);
    Task<bool> run_call(store::Event event);
    Task<Status> append(std::vector<store::Event> events, store::SessionPatch patch);
    Task<Status> load();
    Task<Status> read_on();
    Task<> commit(std::string message);
    Task<> look_at_disk();
    Task<Outcome> close();
    Task<Status> write_end(store::TurnEnd end, Outcome& outcome);

    void take(const store::Appended& appended);
    bool has_model();
    bool over_limit();
    void end(End::Why why, std::string code = "", std::string message = "");
    store::Event new_event(std::string_view type, boost::json::object payload) const;
    std::string goal_id() const;
    std::size_t budget() const;

    Services& services_;
    Feeds& feeds_;
    store::Session session_;
    llm::Provider* model_ = nullptr;
    Tree tree_;
    Secrets secrets_;
    std::string system_;
    std::vector<store::Event> events_;  // the timeline, as last read
    std::int64_t began_ = 0;            // the change with which the turn began
    std::int64_t step_ = 0;
    std::int64_t seen_ = 0;  // the last place that the newest answer of the model knew of
    std::string task_id_;
    std::size_t empty_replies_ = 0, broken_replies_ = 0;
    std::size_t budget_ = 0;
    std::optional<std::uint64_t> disk_use_;  // bytes, after the last call that may have changed it
    std::optional<End> end_;
    std::optional<Watch> watch_;
    bool prepared_ = false, stopping_ = false;
};

}  // namespace docent::agent
