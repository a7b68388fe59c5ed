#include "assistant/model_stream.hpp"

namespace docent::assistant {

Task<Status> ModelStream::put(llm::Delta delta) {
    if (c_.answer->full()) co_return Error(ErrorCode::cancelled, "the answer is as long as it may be");
    if (auto* text = std::get_if<llm::TextDelta>(&delta)) {
        auto pieces = links_.feed(suggestions_.feed(text->text));
        co_await show(std::move(pieces));
    } else if (auto* reasoning = std::get_if<llm::ReasoningDelta>(&delta)) {
        c_.answer->append(Reasoning(std::move(reasoning->text)));
    }
    co_return Status();
}

Task<> ModelStream::end() {
    auto pieces = links_.feed(suggestions_.end());
    for (auto& piece : links_.end()) pieces.push_back(std::move(piece));
    co_await show(std::move(pieces));
}

Task<> ModelStream::show(std::vector<LinkFilter::Piece> pieces) {
    for (auto& piece : pieces) {
        if (!piece.link) {
            if (!piece.text.empty()) c_.say(std::move(piece.text));
            continue;
        }
        auto decision = co_await on(pools_.search, [&] { return citations_.decide(*piece.link); });
        if (decision.is_source) c_.supports.insert(decision.page);
        if (!decision.markdown.empty()) c_.say(std::move(decision.markdown));
        c_.answer->checks.push_back(std::move(decision.check));
    }
}

}  // namespace docent::assistant
