#include "llm/stream/reply_draft.hpp"

#include <boost/json/serialize.hpp>
#include <set>

#include "base/text.hpp"
#include "llm/tool_args.hpp"

namespace docent::llm {
namespace {

constexpr std::int64_t most_tokens = 100'000'000;  // of one call: more is a mistake

bool possible(std::int64_t tokens) { return tokens >= 0 && tokens <= most_tokens; }

Usage checked(Usage usage, std::int64_t prompt, std::int64_t answer) {
    if (usage.input_tokens <= 0 || !possible(usage.input_tokens)) usage.input_tokens = prompt;
    if (usage.output_tokens <= 0 || !possible(usage.output_tokens)) usage.output_tokens = answer;
    if (!possible(usage.cached_input_tokens)) usage.cached_input_tokens = 0;
    if (!possible(usage.cache_write_tokens)) usage.cache_write_tokens = 0;
    usage.cached_input_tokens = std::min(usage.cached_input_tokens, usage.input_tokens);
    usage.cache_write_tokens =
        std::min(usage.cache_write_tokens, usage.input_tokens - usage.cached_input_tokens);
    return usage;
}

}  // namespace

void ReplyDraft::add_text(std::string_view piece, std::vector<Delta>& out) {
    bytes_ += piece.size();
    std::string whole = text_joiner_.feed(piece);
    if (whole.empty()) return;
    text_ += whole;
    out.emplace_back(TextDelta(std::move(whole)));
}

void ReplyDraft::add_reasoning(std::string_view piece, std::vector<Delta>& out) {
    bytes_ += piece.size();
    std::string whole = reasoning_joiner_.feed(piece);
    if (whole.empty()) return;
    reasoning_ += whole;
    out.emplace_back(ReasoningDelta(std::move(whole)));
}

void ReplyDraft::add_call(std::int64_t slot, std::string_view id, std::string_view name,
                          std::string_view args) {
    bytes_ += id.size() + name.size() + args.size() + 1;
    if (!calls_.contains(slot)) order_.push_back(slot);
    Call& call = calls_[slot];
    if (call.id.empty()) call.id = repair_utf8(id);
    if (call.name.empty()) call.name = repair_utf8(name);
    call.args += args;
}

void ReplyDraft::set_call_args(std::int64_t slot, std::string_view args) {
    const auto it = calls_.find(slot);
    if (it == calls_.end()) return;
    if (args.size() > it->second.args.size()) bytes_ += args.size() - it->second.args.size();
    it->second.args = args;
}

void ReplyDraft::flush(std::vector<Delta>& out) {
    std::string reasoning = reasoning_joiner_.end();
    if (!reasoning.empty()) {
        reasoning_ += reasoning;
        out.emplace_back(ReasoningDelta(std::move(reasoning)));
    }
    std::string text = text_joiner_.end();
    if (!text.empty()) {
        text_ += text;
        out.emplace_back(TextDelta(std::move(text)));
    }
}

std::vector<ToolCall> ReplyDraft::finished_calls(const Request& request) const {
    std::vector<ToolCall> out;
    std::set<std::string> ids;
    for (const auto slot : order_) {
        const Call& draft = calls_.at(slot);
        ToolCall call;
        call.name = draft.name;
        call.id = draft.id.empty() ? "call_" + std::to_string(out.size() + 1) : draft.id;
        for (int n = 2; ids.contains(call.id); ++n)
            call.id = (draft.id.empty() ? "call" : draft.id) + "_" + std::to_string(n);
        ids.insert(call.id);
        read_tool_args(draft.args, request, call);
        out.push_back(std::move(call));
    }
    return out;
}

Result<Reply> ReplyDraft::finish(const Request& request, std::string_view kind, std::vector<Delta>& out) {
    flush(out);
    Reply reply;
    reply.message.role = Message::Role::assistant;
    reply.message.text = std::move(text_);
    // A call that was cut off is not one to run.
    if (!too_long()) reply.message.calls = finished_calls(request);
    reply.finish_reason = finish_reason.empty() ? "stop" : finish_reason;
    if (too_long()) reply.finish_reason = "length";
    if (!reply.message.calls.empty()) reply.finish_reason = "tool-calls";
    if (reply.message.calls.empty() && reply.finish_reason == "tool-calls") reply.finish_reason = "stop";
    reply.usage = checked(usage, estimate_tokens(request), estimate_tokens(bytes_));
    if (reply.message.calls.empty() && trim(reply.message.text).empty()) {
        return Error(ErrorCode::upstream_failed, "the model gave an empty answer",
                     "finish reason " + reply.finish_reason +
                         (reasoning_.empty() ? "" : ", after some reasoning"))
            .because("empty_answer");
    }
    if (!opaque.empty()) {
        reply.message.opaque["kind"] = kind;
        reply.message.opaque["items"] = std::move(opaque);
    }
    for (const auto& call : reply.message.calls) out.emplace_back(call);
    return reply;
}

std::int64_t ReplyDraft::estimate_tokens(std::size_t bytes) {
    return static_cast<std::int64_t>((bytes + 3) / 4);
}

std::int64_t ReplyDraft::estimate_tokens(const Request& request) {
    std::size_t bytes = boost::json::serialize(request.tools).size();
    for (const auto& message : request.messages) {
        bytes += message.text.size() + 16;
        for (const auto& call : message.calls)
            bytes += call.name.size() + boost::json::serialize(call.args).size() + 16;
    }
    return estimate_tokens(bytes);
}

Usage ReplyDraft::usage_so_far(const Request& request) const {
    if (empty() && usage.input_tokens <= 0) return {};
    return checked(usage, estimate_tokens(request), estimate_tokens(bytes_));
}

}  // namespace docent::llm
