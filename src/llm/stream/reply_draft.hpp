#pragma once
#include <boost/json/array.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "llm/stream/utf8_joiner.hpp"
#include "llm/types.hpp"

namespace docent::llm {

/// A reply as a stream builds it up, the same for all wire formats: text and reasoning in whole characters,
/// several tool calls at once with arguments in fragments, bounded in bytes.
class ReplyDraft {
public:
    /// What readers may see at once is appended to `out`.
    void add_text(std::string_view piece, std::vector<Delta>& out);
    void add_reasoning(std::string_view piece, std::vector<Delta>& out);

    /// `slot` is the stream's own number of the call. Name and id are set once, arguments are appended.
    void add_call(std::int64_t slot, std::string_view id, std::string_view name, std::string_view args);
    /// Replaces what the fragments came to: some formats repeat the whole.
    void set_call_args(std::int64_t slot, std::string_view args);
    bool has_call(std::int64_t slot) const { return calls_.contains(slot); }
    const std::string& call_id(std::int64_t slot) const { return calls_.at(slot).id; }

    Usage usage;  // as the provider tells it; checked by finish()
    std::string finish_reason;
    boost::json::array opaque;  // Message::opaque's items

    /// True once the reply is longer than anyone reads: the stream is to be ended, with what is there.
    bool too_long() const { return bytes_ > max_bytes; }
    static constexpr std::size_t max_bytes = 2 << 20;

    bool empty() const { return bytes_ == 0; }
    std::size_t bytes() const { return bytes_; }

    /// The whole reply: calls checked against the request's tools, ids made unique, impossible usage
    /// replaced by an estimate. upstream_failed with reason "empty_answer" when there is neither text nor a
    /// call. What readers have not seen yet is appended to `out`, the calls too.
    Result<Reply> finish(const Request& request, std::string_view kind, std::vector<Delta>& out);

    /// Tokens of a prompt or a text when no one counted them: four bytes are one.
    static std::int64_t estimate_tokens(std::size_t bytes);
    static std::int64_t estimate_tokens(const Request& request);

    /// What was used up to now, for a call that does not end well.
    Usage usage_so_far(const Request& request) const;

private:
    struct Call {
        std::string id, name, args;
    };
    void flush(std::vector<Delta>& out);
    std::vector<ToolCall> finished_calls(const Request& request) const;

    std::string text_, reasoning_;
    Utf8Joiner text_joiner_, reasoning_joiner_;
    std::map<std::int64_t, Call> calls_;
    std::vector<std::int64_t> order_;
    std::size_t bytes_ = 0;
};

}  // namespace docent::llm
