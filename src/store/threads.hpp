#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// An assistant conversation.
struct Thread {
    std::string id;  // ULID: x-thread-id
    std::string project_id;
    std::string key_hash;  // hash_hex of the thread key: x-thread-key
    std::string fp;        // who asked: the client's word; "anonymous" is nobody
    Millis created = 0;
    Millis updated = 0;
};

/// One question and its answer. Written when the question is accepted (state "running") and again when
/// the answer has ended.
struct Turn {
    std::string id;  // ULID
    std::string thread_id;
    std::string project_id;
    std::string fp;
    std::string question;
    std::string answer;      // Markdown, without the suggestions block
    std::string sources;     // JSON [{"title","url"}]
    std::string state;       // "running", "complete", "stopped", "failed", "interrupted"
    std::string resolution;  // "answered", "unanswered", "" while running
    std::string language;    // of the question, as detected
    std::string page;        // currentPath
    std::string caller;      // "web", "api", "other"
    Millis created = 0;
    Millis finished = 0;                   // 0 while running
    std::string response_type = "answer";  // or "clarifying_question"
    std::string gap;  // of an unanswered one: "missing" (nothing in the docs), "present" (there, but not
                      // found), "" (not known)
};

class Threads {
public:
    explicit Threads(Store& store) : store_(store) {}

    /// not_found when there is none in this project.
    Task<Result<Thread>> find(std::string project_id, std::string thread_id);
    /// Adds the thread when `new_thread` is set, and the turn, in one transaction.
    Task<Status> begin_turn(std::optional<Thread> new_thread, Turn turn);
    Task<Status> end_turn(Turn turn);
    /// Oldest first; the newest `limit` ones.
    Task<Result<std::vector<Turn>>> turns(std::string thread_id, std::int64_t limit);
    /// The thread, its turns and what was said of them. not_found.
    Task<Status> remove(std::string project_id, std::string thread_id);
    /// Turns that processes which are gone (processes.hpp) left "running" are "interrupted". Returns how
    /// many.
    Task<Result<std::int64_t>> interrupt_running(Millis now);

private:
    Store& store_;
};

}  // namespace docent::store
