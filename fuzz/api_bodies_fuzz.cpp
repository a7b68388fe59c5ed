// Invariant: any bytes are a request's body or an Error of one short line of valid UTF-8; and any text is
// written by both answer formats as whole lines or frames of valid UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/bodies.hpp"
#include "api/chat_completion.hpp"
#include "api/wire/encoder.hpp"
#include "api/wire/openai_chat.hpp"
#include "base/text.hpp"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

template <class T>
void one_line(const docent::Result<T>& result) {
    if (result) return;
    const auto& message = result.error().message;
    check(!message.empty() && message.size() <= 1'000 && docent::is_utf8(message));
    check(message.find_first_of("\r\n\0") == message.npos);
}

void encode(docent::api::Encoder& encoder, std::string_view bytes, std::string_view end) {
    using namespace docent::assistant;
    const std::string text(bytes);
    std::string out;
    for (const AnswerPart& part :
         {AnswerPart(StepStart()), AnswerPart(ToolCalled(text, text, {{"query", text}})),
          AnswerPart(ToolAnswered(text, text, boost::json::array{text})),
          AnswerPart(Source(text, text, text)), AnswerPart(Text(text)), AnswerPart(Reasoning(text)),
          AnswerPart(StepEnd(text, {})), AnswerPart(Failed(text))}) {
        encoder.encode(part, out);
        check(out.empty() || out.ends_with(end));
    }
    check(docent::is_utf8(out));
    for (const auto* separator : {"\r", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"})
        check(out.find(separator) == out.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto question = docent::api::parse_question(bytes);
    one_line(question);
    if (question) {
        const auto& messages = question->question.messages;
        check(!messages.empty() && messages.back().role == "user" && !messages.back().text.empty());
        check(question->question.retrieval_page_size >= 1 && question->question.retrieval_page_size <= 50);
    }
    const auto chat = docent::api::parse_chat(bytes);
    one_line(chat);
    if (chat) check(!chat->question.messages.empty() && chat->question.messages.back().role == "user");
    one_line(docent::api::parse_search(bytes));
    one_line(docent::api::parse_page(bytes));
    one_line(docent::api::parse_stop(bytes));
    docent::api::EncoderOptions options;
    options.message_id = options.thread_id = std::string(bytes);
    options.thread_id_on_finish = true;
    encode(*docent::api::ai_sdk_v4(options), bytes, "\n");
    encode(*docent::api::ai_sdk_v5(options), bytes, "\n\n");
    docent::api::OpenAiChatOptions chat_options;
    chat_options.id = chat_options.model = std::string(bytes);
    encode(*docent::api::openai_chat_chunks(chat_options), bytes, "\n\n");
    return 0;
}
