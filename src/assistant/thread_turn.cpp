#include "assistant/thread_turn.hpp"

#include <boost/json/serialize.hpp>

#include "assistant/masking.hpp"
#include "assistant/question_clusters.hpp"
#include "assistant/suggestions.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"

namespace docent::assistant {
namespace {

constexpr std::int64_t stored_turns = 10;  // of a thread, that a follow-up may build on
constexpr std::size_t thread_key_length = 32;

Error unknown_thread() {
    return not_found("threadId and threadKey name no conversation; leave both out to begin a new one");
}

/// The thread's stored turns become the conversation's history.
Task<Status> recall(Conversation& c, store::Threads& threads) {
    CO_TRY(auto turns, co_await threads.turns(c.question.thread_id, stored_turns));
    for (auto& turn : turns) {
        ChatMessage asked;
        asked.role = "user";
        asked.text = std::move(turn.question);
        c.history.push_back(std::move(asked));
        if (turn.answer.empty()) continue;
        ChatMessage answered;
        answered.role = "assistant";
        answered.text = std::move(turn.answer);
        c.history.push_back(std::move(answered));
    }
    co_return Status();
}

}  // namespace

Task<Status> join_thread(Conversation& c, store::Threads& threads, Millis now, bool require_key,
                         std::optional<store::Thread>& new_thread) {
    const Question& q = c.question;
    std::string thread_id = q.thread_id, new_key;
    if (thread_id.empty()) {
        new_key = random_token(thread_key_length);
        store::Thread thread;
        thread.id = thread_id = new_ulid(now);
        thread.project_id = q.project_id;
        thread.key_hash = c.thread_key_hash = hash_hex(new_key);
        thread.fp = q.fp;
        thread.created = thread.updated = now;
        new_thread = std::move(thread);
    } else {
        if (!is_ulid(thread_id)) co_return unknown_thread();
        auto found = co_await threads.find(q.project_id, thread_id);
        if (!found && found.error().code == ErrorCode::not_found) co_return unknown_thread();
        if (!found) co_return std::move(found).error();
        const bool has_key = !q.thread_key.empty();
        if (!has_key && require_key) co_return unknown_thread();
        if (has_key && !equal_constant_time(hash_hex(q.thread_key), found->key_hash))
            co_return unknown_thread();
        c.thread_key_hash = found->key_hash;
        // What the caller did not send itself is for the holder of the thread's key alone.
        if (has_key && c.history.empty()) {
            CO_TRY_VOID(co_await recall(c, threads));
        }
    }
    // Clients know the turn by the answer's message: feedback names it.
    c.turn.id = new_ulid(now);
    c.answer = std::make_shared<Answer>("msg_" + c.turn.id, thread_id, new_key);
    c.answer->key_id = q.key_id;
    c.answer->chat_id = q.chat_id;
    c.answer->project_id = q.project_id;

    c.turn.thread_id = thread_id;
    c.turn.project_id = q.project_id;
    c.turn.fp = q.fp;
    c.turn.question = q.mask_stored ? mask_personal_data(c.asked) : c.asked;
    c.turn.sources = "[]";
    c.turn.state = "running";
    c.turn.language = detect_language(c.asked);
    c.turn.page = q.current_path;
    c.turn.caller = q.caller;
    c.turn.created = now;
    co_return Status();
}

void close_turn(Conversation& c, Millis now) {
    boost::json::array cited;
    for (const auto& s : c.sources) {
        boost::json::object one;
        one["title"] = s.title;
        one["url"] = s.url;
        cited.push_back(std::move(one));
    }
    c.turn.answer = without_suggestions(c.text);
    if (c.question.mask_stored) c.turn.answer = mask_personal_data(c.turn.answer);
    c.turn.sources = boost::json::serialize(cited);
    if (c.turn.state != "complete" && c.text.empty()) c.answered = false;
    c.turn.resolution = c.answered ? "answered" : "unanswered";
    if (c.turn.state == "complete" && !c.answered) c.turn.gap = c.gap;
    c.turn.response_type = c.response_type;
    c.turn.finished = now;
}

}  // namespace docent::assistant
