#include "api/routes/assistant_answer.hpp"

namespace docent::api {

Format format_of(const net::Request& request) {
    const std::string_view path = request.path;
    return path.starts_with("/v1/") || path.starts_with("/discovery/v1/") ? Format::ai_sdk_v4
                                                                          : Format::ai_sdk_v5;
}

net::Response answer_response(std::shared_ptr<assistant::Answer> answer, Format format,
                              EncoderOptions options, bool first, std::function<void()> left) {
    options.message_id = answer->message_id;
    options.thread_id = answer->thread_id;
    auto encoder =
        format == Format::ai_sdk_v4 ? ai_sdk_v4(std::move(options)) : ai_sdk_v5(std::move(options));
    net::Response out;
    out.headers = encoder->headers();
    out.headers.emplace_back("x-thread-id", answer->thread_id);
    if (first && !answer->new_thread_key.empty())
        out.headers.emplace_back("x-thread-key", answer->new_thread_key);
    out.stream = answer_body(std::move(answer), std::move(encoder), std::move(left));
    return out;
}

}  // namespace docent::api
