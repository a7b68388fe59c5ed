#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "llm/types.hpp"

namespace docent::llm {

/// About how many tokens a model reads the text as; rather too many than too few, for every script.
std::size_t estimate_tokens(std::string_view text);
/// With what the format adds for each message.
std::size_t estimate_tokens(const Message& message);
std::size_t estimate_tokens(const std::vector<Message>& messages);

/// Of a list of tools, each with `description` and `parameters` (JSON Schema as text), as models get it.
template <class Tools>
std::size_t estimate_tool_tokens(const Tools& tools) {
    constexpr std::size_t overhead = 20;  // the name, and what the format adds
    std::size_t sum = 0;
    for (const auto& tool : tools)
        sum += estimate_tokens(tool.description) + estimate_tokens(tool.parameters) + overhead;
    return sum;
}

/// At most so many tokens from the front, cut between characters.
std::string_view cut_tokens(std::string_view text, std::size_t tokens);

/// How many tokens of a window of `context` tokens (0: not known) the messages may have: the answer and the
/// list of tools need room, too.
std::size_t prompt_budget(std::int64_t context, std::size_t tool_list_tokens, std::int64_t max_output_tokens);

/// Makes the messages fit: results of tools give way, the oldest first, the last step's last; a sentence
/// stands in their place, so that every call keeps its answer.
void fit_tool_results(std::vector<Message>& messages, std::size_t budget);

}  // namespace docent::llm
