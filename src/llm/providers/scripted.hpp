#pragma once
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "llm/types.hpp"

namespace docent::llm {

/// One reply of a script. A script is a JSON array of these objects, or {"turns": [...]}; all fields
/// optional:
///   match           the turn answers only requests whose last user message contains this (ASCII case
///   ignored) expect          the last message must contain this, else the reply is an error that names it
///   text            the reply; or "tokens": N for N made-up words
///   reasoning       sent before the text
///   calls           [{"name", "args"}], after the text
///   usage           {"input", "output"}: tokens. By default a token is a word
///   finish_reason   "stop", or "tool-calls" when there are calls
///   chunk           bytes a delta (never inside a character), or "word", the default
///   delay_ms        between two deltas
///   first_delay_ms  before the first one
///   error           {"code", "message"}: how the call fails, after the text if there is one
///   repeat          the turn answers for ever and is never used up (turns without `match`)
struct ScriptTurn {
    std::string match, expect, text, reasoning, finish_reason = "stop";
    std::vector<ToolCall> calls;
    Usage usage;
    std::size_t chunk = 0;  // bytes; 0: words
    std::chrono::milliseconds delay{0}, first_delay{0};
    std::optional<Error> error;
    bool repeat = false;
};

/// invalid_argument that names the turn and the field.
Result<std::vector<ScriptTurn>> parse_script(std::string_view json);

/// The text in deltas: words with the space after them (`bytes` 0), or pieces of about so many bytes.
std::vector<std::string_view> script_chunks(std::string_view text, std::size_t bytes);

}  // namespace docent::llm
