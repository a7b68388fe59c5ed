#include "llm/fitting.hpp"

#include <unicode/utf8.h>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string>

namespace docent::llm {
namespace {

constexpr std::string_view left_out =
    "(This result was left out to make room. Call the tool again if you need it.)";
constexpr std::int64_t usual_context = 32'000;  // of a model whose window nobody told
constexpr std::size_t message_overhead = 6;
constexpr std::size_t least_budget = 1'000;

/// Quarters of a token for a character, by script: what current tokenizers need at most on ordinary text.
std::size_t quarters(UChar32 c) {
    if (c < 0) return 4;
    if (c == ' ') return 0;  // goes with the word after it
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return 1;
    if (c >= '0' && c <= '9') return 2;
    if (c < 0x80) return 3;                    // punctuation, line ends
    if (c < 0x250) return 2;                   // Latin with accents
    if (c < 0x900) return 2;                   // Greek, Cyrillic, Hebrew, Arabic
    if (c < 0x1100) return 4;                  // Indic, Thai
    if (c >= 0xAC00 && c <= 0xD7A3) return 4;  // Hangul
    if (c >= 0x3040 && c <= 0x30FF) return 4;  // Kana
    if (c >= 0x10000) return 8;                // emoji, rare ideographs
    return 5;                                  // ideographs and the rest
}

}  // namespace

std::size_t estimate_tokens(std::string_view text) {
    std::size_t sum = 0;
    const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 1 << 30));
    for (std::int32_t i = 0; i < size;) {
        UChar32 c = 0;
        U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), i, size, c);
        sum += quarters(c);
    }
    return (sum + 3) / 4 + (text.empty() ? 0 : 1);
}

std::size_t estimate_tokens(const Message& message) {
    std::size_t sum = message_overhead + estimate_tokens(message.text);
    for (const auto& call : message.calls)
        sum += message_overhead + estimate_tokens(call.name) +
               estimate_tokens(boost::json::serialize(call.args));
    return sum;
}

std::size_t estimate_tokens(const std::vector<Message>& messages) {
    std::size_t sum = 0;
    for (const auto& message : messages) sum += estimate_tokens(message);
    return sum;
}

std::string_view cut_tokens(std::string_view text, std::size_t tokens) {
    if (text.size() / 4 < tokens && estimate_tokens(text) <= tokens) return text;
    std::size_t sum = 0;
    const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size(), 1 << 30));
    for (std::int32_t i = 0; i < size;) {
        const auto from = i;
        UChar32 c = 0;
        U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), i, size, c);
        sum += quarters(c);
        if (sum + 4 > tokens * 4) return text.substr(0, static_cast<std::size_t>(from));
    }
    return text;
}

std::size_t prompt_budget(std::int64_t context, std::size_t tool_list_tokens,
                          std::int64_t max_output_tokens) {
    const auto window = static_cast<std::size_t>(context > 0 ? context : usual_context);
    const std::size_t output = max_output_tokens > 0
                                   ? std::min(static_cast<std::size_t>(max_output_tokens), window / 2)
                                   : std::min<std::size_t>(4'000, window / 4);
    const std::size_t used = output + tool_list_tokens;
    return std::max(least_budget, window > used ? window - used : 0);
}

void fit_tool_results(std::vector<Message>& messages, std::size_t budget) {
    std::size_t sum = estimate_tokens(messages);
    if (sum <= budget) return;
    std::size_t last_step = messages.size();
    while (last_step > 0 && messages[last_step - 1].role == Message::Role::tool) --last_step;
    std::size_t last_results = messages.size() - last_step;
    for (std::size_t i = 0; i < messages.size() && sum > budget; ++i) {
        auto& message = messages[i];
        if (message.role != Message::Role::tool) continue;
        const auto before = estimate_tokens(message);
        if (i < last_step) {
            if (message.text.size() <= left_out.size()) continue;
            message.text = left_out;
        } else {
            // Of the last step each result keeps its share of what is left.
            const std::size_t others = sum - before;
            const std::size_t room = budget > others ? budget - others : 0;
            const std::size_t share = std::max<std::size_t>(60, std::max(room, budget / (2 * last_results)));
            if (before <= share) continue;
            message.text = std::string(cut_tokens(message.text, share)) + "\n(The rest was left out.)";
        }
        sum = sum - before + estimate_tokens(message);
    }
}

}  // namespace docent::llm
