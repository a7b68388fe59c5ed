#include "assistant/answer.hpp"

#include <iterator>

#include "base/text.hpp"

namespace docent::assistant {

void Answer::append(AnswerPart part) {
    if (ended_) return;
    auto* text = std::get_if<Text>(&part);
    auto* reasoning = std::get_if<Reasoning>(&part);
    if (text || reasoning) {
        std::string& words = text ? text->text : reasoning->text;
        if (words.size() > max_text - text_bytes_) {
            words = cut_utf8(words, max_text - text_bytes_);
            cut_ = true;
            text_bytes_ = max_text;
        } else {
            text_bytes_ += words.size();
        }
        if (words.empty()) return;
    }
    if (auto* end = std::get_if<StepEnd>(&part); end && cut_ && end->reason == "stop") end->reason = "length";
    if (auto* end = std::get_if<Finished>(&part); end && cut_ && end->reason == "stop")
        end->reason = "length";
    ended_ = std::holds_alternative<Finished>(part) || std::holds_alternative<Failed>(part);
    parts_.push_back(std::move(part));

    // A wake may drop its own handle or another's, or append: the outermost call cleans up.
    const auto followers = followers_;
    const bool outermost = !followers->waking;
    followers->waking = true;
    for (auto& follower : followers->list) {
        if (!follower.left) follower.wake();
    }
    if (!outermost) return;
    followers->waking = false;
    followers->list.remove_if([](const auto& follower) { return follower.left; });
}

Answer::Handle Answer::follow(std::function<void()> wake) {
    followers_->list.emplace_back().wake = std::move(wake);
    const auto it = std::prev(followers_->list.end());
    const auto leave = [followers = followers_, it](void*) {
        if (followers->waking) {
            it->left = true;
        } else {
            followers->list.erase(it);
        }
    };
    return Handle(static_cast<void*>(&*it), leave);
}

}  // namespace docent::assistant
