// Chat completions as OpenAI's API has them, and the many servers that follow it.
// Source: platform.openai.com/docs/api-reference/chat (object, streaming); npm openai 7.57.0.
#include "api/wire/openai_chat.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/wire/json_text.hpp"

namespace docent::api {
namespace {

using namespace assistant;

std::size_t characters(std::string_view text) {
    std::size_t out = 0;
    for (const char c : text) out += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return out;
}

std::string_view finish_reason(std::string_view reason) {
    if (reason == "length") return "length";
    return reason == "content-filter" ? "content_filter" : "stop";
}

/// A title or address inside "[title](url)": its brackets must not end it early.
std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : text) {
        if (special.find(c) != special.npos) out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

/// What both forms have in common: the text with its sources, and what the answer came to.
class OpenAiChat : public Encoder {
public:
    explicit OpenAiChat(OpenAiChatOptions options) : options_(std::move(options)) {}

    void encode(const AnswerPart& part, std::string& out) override {
        if (ended_) return;
        if (const auto* text = std::get_if<Text>(&part)) {
            say(new_step_ && length_ > 0 ? "\n\n" + text->text : text->text, out);
            new_step_ = false;
        } else if (std::holds_alternative<StepStart>(part)) {
            new_step_ = true;
        } else if (const auto* source = std::get_if<Source>(&part)) {
            sources_.emplace_back(source->url, source->title.empty() ? source->url : source->title);
        } else if (const auto* finished = std::get_if<Finished>(&part)) {
            ended_ = true;
            list_sources(out);
            finish(finish_reason(finished->reason), finished->usage, out);
        } else if (const auto* failed = std::get_if<Failed>(&part)) {
            ended_ = true;
            fail(failed->message, out);
        }
    }

protected:
    /// `text` is not empty.
    virtual void put(const std::string& text, std::string& out) = 0;
    virtual void finish(std::string_view reason, const llm::Usage& usage, std::string& out) = 0;
    virtual void fail(const std::string& message, std::string& out) = 0;

    void head(std::string_view object, std::string& out) const {
        out += "{\"id\":";
        append_json_string(out, options_.id);
        out += ",\"object\":\"";
        out += object;
        out += "\",\"created\":" + std::to_string(options_.created / 1000) + ",\"model\":";
        append_json_string(out, options_.model);
    }

    static std::string usage_text(const llm::Usage& usage) {
        return "{\"prompt_tokens\":" + std::to_string(usage.input_tokens) +
               ",\"completion_tokens\":" + std::to_string(usage.output_tokens) +
               ",\"total_tokens\":" + std::to_string(usage.input_tokens + usage.output_tokens) + "}";
    }

    /// ",\"annotations\":[...]" or nothing.
    const std::string& annotations() const { return annotations_; }

    const OpenAiChatOptions options_;

private:
    void say(const std::string& text, std::string& out) {
        if (text.empty()) return;
        length_ += characters(text);
        put(text, out);
    }

    void list_sources(std::string& out) {
        if (sources_.empty()) return;
        std::string list = "\n\n---\n";
        for (const auto& [url, title] : sources_) {
            list += "\n- ";
            const auto from = length_ + characters(list);
            list += "[" + escaped(title, "[]\\") + "](" + escaped(url, "()\\ ") + ")";
            annotations_ += annotations_.empty() ? ",\"annotations\":[" : ",";
            annotations_ +=
                "{\"type\":\"url_citation\",\"url_citation\":{\"start_index\":" + std::to_string(from) +
                ",\"end_index\":" + std::to_string(length_ + characters(list)) + ",\"title\":";
            append_json_string(annotations_, title);
            annotations_ += ",\"url\":";
            append_json_string(annotations_, url);
            annotations_ += "}}";
        }
        annotations_ += ']';
        say(list + "\n", out);
    }

    bool ended_ = false, new_step_ = false;
    std::size_t length_ = 0;  // characters so far
    std::vector<std::pair<std::string, std::string>> sources_;
    std::string annotations_;
};

class Chunks final : public OpenAiChat {
public:
    using OpenAiChat::OpenAiChat;

    net::Headers headers() const override {
        return {{"Content-Type", "text/event-stream"},
                {"Cache-Control", "no-cache"},
                {"X-Accel-Buffering", "no"}};
    }
    std::string_view keep_alive() const override { return ": keep-alive\n\n"; }

private:
    void chunk(std::string_view delta, std::string_view reason, std::string& out) {
        out += "data: ";
        head("chat.completion.chunk", out);
        out += ",\"choices\":[{\"index\":0,\"delta\":{";
        if (!begun_) out += delta.empty() ? "\"role\":\"assistant\"" : "\"role\":\"assistant\",";
        begun_ = true;
        out += delta;
        out += "},\"logprobs\":null,\"finish_reason\":";
        if (reason.empty()) {
            out += "null}]";
        } else {
            out += '"';
            out += reason;
            out += "\"}]";
        }
        out += options_.include_usage ? ",\"usage\":null}\n\n" : "}\n\n";
    }

    void put(const std::string& text, std::string& out) override {
        std::string delta = "\"content\":";
        append_json_string(delta, text);
        chunk(delta, "", out);
    }

    void finish(std::string_view reason, const llm::Usage& usage, std::string& out) override {
        chunk(annotations().empty() ? std::string_view() : std::string_view(annotations()).substr(1), reason,
              out);
        if (options_.include_usage) {
            out += "data: ";
            head("chat.completion.chunk", out);
            out += ",\"choices\":[],\"usage\":" + usage_text(usage) + "}\n\n";
        }
        out += "data: [DONE]\n\n";
    }

    // Clients of this format take an object with "error" for the end.
    void fail(const std::string& message, std::string& out) override {
        out += "data: {\"error\":{\"message\":";
        append_json_string(out, message);
        out += ",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\ndata: [DONE]\n\n";
    }

    bool begun_ = false;
};

class Whole final : public OpenAiChat {
public:
    using OpenAiChat::OpenAiChat;

    net::Headers headers() const override { return {{"Content-Type", "application/json"}}; }
    std::string_view keep_alive() const override { return " "; }

private:
    void put(const std::string& text, std::string&) override { text_ += text; }

    void write(std::string_view reason, const llm::Usage& usage, const std::string& more, std::string& out) {
        head("chat.completion", out);
        out += ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":";
        append_json_string(out, text_);
        out += ",\"refusal\":null" + annotations() + "},\"logprobs\":null,\"finish_reason\":\"";
        out += reason;
        out += "\"}],\"usage\":" + usage_text(usage) + more + "}";
    }

    void finish(std::string_view reason, const llm::Usage& usage, std::string& out) override {
        write(reason, usage, "", out);
    }

    // The status is sent by then: the sentence is the answer, and programs see the error beside it.
    void fail(const std::string& message, std::string& out) override {
        if (!text_.empty()) text_ += "\n\n";
        text_ += message;
        std::string error = ",\"error\":{\"message\":";
        append_json_string(error, message);
        error += ",\"type\":\"server_error\",\"param\":null,\"code\":null}";
        write("stop", {}, error, out);
    }

    std::string text_;
};

}  // namespace

std::unique_ptr<Encoder> openai_chat_chunks(OpenAiChatOptions options) {
    return std::make_unique<Chunks>(std::move(options));
}

std::unique_ptr<Encoder> openai_chat(OpenAiChatOptions options) {
    return std::make_unique<Whole>(std::move(options));
}

net::Response openai_problem(net::Response problem) {
    boost::system::error_code failed;
    const auto body = boost::json::parse(problem.body, failed);
    if (failed || !body.is_object() || !body.get_object().contains("code")) return problem;
    const auto& given = body.get_object();
    const char* type = "invalid_request_error";
    if (problem.status == 401) type = "authentication_error";
    if (problem.status == 403) type = "permission_error";
    if (problem.status == 429) type = "rate_limit_error";
    if (problem.status >= 500) type = "server_error";
    const boost::json::object error{
        {"message", given.at("message")}, {"type", type}, {"param", nullptr}, {"code", given.at("code")}};
    problem.body = boost::json::serialize(boost::json::object{{"error", error}});
    return problem;
}

}  // namespace docent::api
