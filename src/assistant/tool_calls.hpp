#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "assistant/conversation.hpp"
#include "assistant/tools/tool.hpp"
#include "base/pools.hpp"
#include "llm/types.hpp"

namespace docent::assistant {

/// Runs the tool calls of one answer, and keeps count: a call that is unknown, broken, repeated or one too
/// many is answered to the model with a sentence. On the event loop; the tools run on the search pool, those
/// of a step at the same time.
class ToolCalls {
public:
    ToolCalls(Conversation& c, Pools& pools) : c_(c), pools_(pools) {}

    struct Step {
        std::vector<llm::Message> answers;  // one for each call, in order
        std::set<std::uint32_t> pages;      // that the model has been given
        std::optional<Clarification> asks;
        bool not_found = false;
        std::size_t ran = 0;
    };
    /// Streams what ran into the conversation's answer.
    Task<Step> run(const std::vector<llm::ToolCall>& calls);

private:
    /// Why the call is not run; "" when it is.
    std::string refusal(const llm::ToolCall& call, std::size_t place);

    Conversation& c_;
    Pools& pools_;
    std::set<std::string> made_;  // name and arguments
    std::map<std::string, std::size_t> uses_;
};

}  // namespace docent::assistant
