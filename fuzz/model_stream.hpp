#pragma once
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>

#include "base/text.hpp"
#include "llm/stream/parser.hpp"

/// Reads bytes as a model's stream, cut in pieces of `size`, to its end or its first error.
struct ReadStream {
    std::string text, reasoning, error;
    std::string calls;  // their names, arguments' sizes and problems
    bool complete = false;
};

inline ReadStream read_stream(docent::llm::StreamParser& parser, std::string_view bytes, std::size_t size) {
    using namespace docent;
    ReadStream out;
    net::SseDecoder decoder(1 << 16);
    std::vector<llm::Delta> deltas;
    for (std::size_t at = 0; at < bytes.size() && out.error.empty(); at += size) {
        std::vector<net::SseEvent> events;
        decoder.feed(bytes.substr(at, size), events);
        for (const auto& event : events) {
            if (parser.complete() || parser.draft.too_long()) break;
            auto read = parser.read(event, deltas);
            if (read) continue;
            out.error = read.error().message;
            break;
        }
    }
    out.complete = parser.complete();
    auto reply = parser.draft.finish(llm::Request(), "kind", deltas);
    if (!reply) out.error += reply.error().message;
    std::set<std::string> ids;
    for (const auto& delta : deltas) {
        if (const auto* text = std::get_if<llm::TextDelta>(&delta)) out.text += text->text;
        if (const auto* reasoning = std::get_if<llm::ReasoningDelta>(&delta))
            out.reasoning += reasoning->text;
        const auto* call = std::get_if<llm::ToolCall>(&delta);
        if (!call) continue;
        if (!ids.insert(call->id).second) std::abort();  // ids are unique
        out.calls += call->name + ":" + call->problem + ";";
    }
    if (reply) {
        const auto& usage = reply->usage;
        const bool possible = usage.input_tokens >= 0 && usage.output_tokens >= 0 &&
                              usage.cached_input_tokens >= 0 && usage.cache_write_tokens >= 0 &&
                              usage.cached_input_tokens + usage.cache_write_tokens <= usage.input_tokens;
        if (!possible || reply->message.text != out.text) std::abort();
    }
    if (!is_utf8(out.text) || !is_utf8(out.reasoning)) std::abort();
    return out;
}

/// However the bytes are cut, the reply is the same, in whole characters, with unique ids.
inline int check_stream(std::unique_ptr<docent::llm::StreamParser> (*make)(), std::string_view bytes) {
    const auto at_once = make(), in_pieces = make();
    const auto a = read_stream(*at_once, bytes, bytes.size() + 1);
    const auto b = read_stream(*in_pieces, bytes, 1 + bytes.size() % 7);
    if (a.text != b.text || a.reasoning != b.reasoning || a.calls != b.calls || a.error != b.error ||
        a.complete != b.complete)
        std::abort();
    return 0;
}
