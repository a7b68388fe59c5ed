#pragma once
#include <memory>
#include <vector>

#include "llm/stream/reply_draft.hpp"
#include "net/sse.hpp"

namespace docent::llm {

/// Reads the events of one provider's stream into a draft. One a call; no I/O.
class StreamParser {
public:
    virtual ~StreamParser() = default;

    /// Appends to `out` what readers may see. An event of a kind that is not known is passed over. The
    /// Error is the one that the provider reports within the stream, or that the event is no JSON.
    virtual Status read(const net::SseEvent& event, std::vector<Delta>& out) = 0;

    /// True once the stream's last event came: nothing follows.
    bool complete() const { return complete_; }
    /// True once the reply is whole, even if the stream should break off now.
    virtual bool may_end_here() const { return complete_; }
    /// True if the last event was a part of the reply, not a sign of life.
    bool progressed() const { return progressed_; }

    ReplyDraft draft;

protected:
    bool complete_ = false;
    bool progressed_ = false;
};

// The formats; each is in providers/<kind>.cpp.
std::unique_ptr<StreamParser> openai_chat_parser();
std::unique_ptr<StreamParser> openai_responses_parser();
std::unique_ptr<StreamParser> anthropic_parser();

}  // namespace docent::llm
