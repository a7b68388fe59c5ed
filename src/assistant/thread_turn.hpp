#pragma once
#include <optional>

#include "assistant/conversation.hpp"
#include "base/clock.hpp"
#include "base/task.hpp"
#include "store/threads.hpp"

namespace docent::assistant {

// The conversation's place in the store: a turn of a thread. What is written down is masked where the
// project says so.

/// Finds the question's thread or thinks of a new one (`new_thread`), recalls its earlier turns for the
/// holder of its key, and fills in the turn and the answer. Writes nothing. not_found: unknown thread, wrong
/// thread key, or none where `require_key` demands one.
Task<Status> join_thread(Conversation& c, store::Threads& threads, Millis now, bool require_key,
                         std::optional<store::Thread>& new_thread);

/// Fills in what the answer came to; the turn's state is set before.
void close_turn(Conversation& c, Millis now);

}  // namespace docent::assistant
