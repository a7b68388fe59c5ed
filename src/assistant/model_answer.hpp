#pragma once
#include <chrono>

#include "assistant/conversation.hpp"
#include "base/clock.hpp"
#include "base/pools.hpp"
#include "llm/provider.hpp"

namespace docent::assistant {

struct ModelLimits {
    std::size_t steps = 6;                       // calls of the model; the last may call no tools
    std::chrono::milliseconds research{60'000};  // after so long it must answer from what it has
    std::vector<std::string> link_hosts;         // other hosts that answers may link
};

/// Lets the model answer: it reads the passages that were found, researches with the tools, and its text is
/// streamed into the conversation's answer. Returns false when it gave no whole answer (an error, no text):
/// what it said until then has been streamed, and its step may be open.
Task<bool> answer_with_model(Conversation& c, Pools& pools, const Clock& clock, llm::Provider& model,
                             const Extract& found, ModelLimits limits);

}  // namespace docent::assistant
