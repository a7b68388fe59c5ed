#pragma once
#include <memory>
#include <string>

#include "api/wire/encoder.hpp"
#include "base/clock.hpp"

namespace docent::api {

struct OpenAiChatOptions {
    std::string id;     // "chatcmpl-..."
    std::string model;  // the project's slug
    Millis created = 0;
    bool include_usage = false;
};

/// Chat completion chunks as server-sent events. The answer's sources come at its end as a list of Markdown
/// links, with an annotation "url_citation" for each.
std::unique_ptr<Encoder> openai_chat_chunks(OpenAiChatOptions options);

/// The same in one JSON object, written when the answer has ended. Until then a blank now and then, which
/// JSON allows before a value, keeps the connection.
std::unique_ptr<Encoder> openai_chat(OpenAiChatOptions options);

/// An error body of this server in the words of that API: {"error": {"message", "type", "param", "code"}}.
net::Response openai_problem(net::Response problem);

}  // namespace docent::api
