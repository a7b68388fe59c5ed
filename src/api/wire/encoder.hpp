#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "assistant/answer.hpp"
#include "net/http.hpp"

namespace docent::api {

/// Writes an answer in one client's format: pure, parts in, bytes out. One subclass, in one file, for
/// each format. One instance a reader.
class Encoder {
public:
    virtual ~Encoder() = default;

    /// Content-Type and the format's own headers.
    virtual net::Headers headers() const = 0;
    /// Appends the bytes of a part. Every append is whole lines or frames. What comes after Finished or
    /// Failed is dropped.
    virtual void encode(const assistant::AnswerPart& part, std::string& out) = 0;
    virtual std::string_view keep_alive() const = 0;
};

struct EncoderOptions {
    std::string message_id;
    std::string thread_id;                 // "": there is no thread, and none is told (v1)
    bool thread_id_on_finish = false;      // v2: the top-level finish.threadId of the published page
    bool search_result_as_object = false;  // v1: {type, results} instead of a bare array
};

std::unique_ptr<Encoder> ai_sdk_v4(EncoderOptions options);  // wire/ai_sdk_v4.cpp: POST /v1/...
std::unique_ptr<Encoder> ai_sdk_v5(EncoderOptions options);  // wire/ai_sdk_v5.cpp: POST /v2/...

/// The word for why an answer or a step ended that every release of the clients knows.
std::string_view finish_word(std::string_view reason);

/// A body that follows `answer` from its first part in the encoder's format. `left` is called when the
/// reader went away before the end.
std::unique_ptr<net::BodySource> answer_body(std::shared_ptr<assistant::Answer> answer,
                                             std::unique_ptr<Encoder> encoder,
                                             std::function<void()> left = {});

}  // namespace docent::api
