#include "assistant/suggestions.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::string_view opening_fence = "```suggestions", closing_fence = "\n```";

}  // namespace

std::string without_suggestions(std::string_view text) {
    SuggestionsFilter filter;
    std::string out = filter.feed(text);
    out += filter.end();
    return std::string(trim(out));
}

std::string SuggestionsFilter::feed(std::string_view text) {
    held_ += text;
    std::string out;
    std::size_t at = 0;  // the front is dropped once, at the end: a text may have thousands of blocks
    for (;;) {
        const auto mark = held_.find(inside_ ? closing_fence : opening_fence, at);
        if (mark == held_.npos) break;
        if (!inside_) out.append(held_, at, mark - at);
        at = mark + (inside_ ? closing_fence : opening_fence).size();
        inside_ = !inside_;
    }
    // Only what could be the beginning of the next mark is held back.
    std::size_t keep = std::min(held_.size() - at, (inside_ ? closing_fence : opening_fence).size() - 1);
    if (!inside_) {
        while (keep > 0 && held_.compare(held_.size() - keep, keep, opening_fence.substr(0, keep)) != 0)
            --keep;
        out.append(held_, at, held_.size() - keep - at);
    }
    held_.erase(0, held_.size() - keep);
    return out;
}

std::string SuggestionsFilter::end() {
    std::string out;
    if (!inside_) out = std::move(held_);
    held_.clear();
    inside_ = false;
    return out;
}

}  // namespace docent::assistant
