#pragma once
#include "assistant/citations.hpp"
#include "assistant/conversation.hpp"
#include "assistant/suggestions.hpp"
#include "base/pools.hpp"
#include "llm/types.hpp"

namespace docent::assistant {

/// Streams a model's deltas into the answer: without a suggestions block of its own, with every link
/// checked. One for each call of the model. On the event loop; pages are compared on the search pool.
class ModelStream final : public Sink<llm::Delta> {
public:
    ModelStream(Conversation& c, Pools& pools, Citations& citations)
        : c_(c), pools_(pools), citations_(citations) {}

    /// Fails when the answer is as long as it may be: what exceeds that is not worth paying for.
    Task<Status> put(llm::Delta delta) override;
    /// What was held back.
    Task<> end();

private:
    Task<> show(std::vector<LinkFilter::Piece> pieces);

    Conversation& c_;
    Pools& pools_;
    Citations& citations_;
    SuggestionsFilter suggestions_;
    LinkFilter links_;
};

}  // namespace docent::assistant
