#pragma once
#include <string>
#include <string_view>

#include "assistant/answer.hpp"
#include "base/result.hpp"

namespace docent::api {

/// The body of POST /v1/chat/completions, as far as it means something here. Source: the OpenAI API
/// reference, "Chat completions".
struct ChatBody {
    assistant::Question question;  // messages and fp only
    bool stream = false;
    bool include_usage = false;  // stream_options.include_usage
};

/// invalid_argument in one sentence that names the field. Only the messages of user and assistant count:
/// system, developer, tool and function messages are somebody's instructions or results, and not obeyed.
/// Refused, because an answer could not keep them: n above 1, response_format other than text, a tool_choice
/// that forces a call. Tools that are merely offered are not called. All else (temperature, max_tokens, seed,
/// ...) is accepted and without effect.
Result<ChatBody> parse_chat(std::string_view body);

}  // namespace docent::api
