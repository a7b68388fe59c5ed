#pragma once
#include "assistant/conversation.hpp"
#include "base/pools.hpp"
#include "llm/provider.hpp"

namespace docent::assistant {

/// Lets the model answer: it reads the passages that were found, may search for more, and its text is
/// streamed into the conversation's answer. Returns false when it gave no whole answer (an error, or no
/// text); what it said until then has been streamed.
Task<bool> answer_with_model(Conversation& c, Pools& pools, llm::Provider& model, const Extract& found,
                             std::size_t max_steps);

}  // namespace docent::assistant
