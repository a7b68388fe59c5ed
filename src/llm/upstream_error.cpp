#include "llm/upstream_error.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace docent::llm {
namespace {

constexpr std::size_t most_detail = 600;  // bytes of the service's own words in the log

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](auto word) { return text.find(word) != text.npos; });
}

/// In the words of OpenAI, Azure, vLLM, llama.cpp, Anthropic, OpenRouter; `text` is in lower case.
bool says_too_long(std::string_view text) {
    return has_any(text, {"context_length_exceeded", "maximum context length", "context window",
                          "prompt is too long", "exceed_context_size", "exceeds the available context size",
                          "input is too long", "too many tokens", "request_too_large",
                          "string_above_max_length", "reduce the length of the messages"});
}

Error too_long(std::string detail) {
    return Error(ErrorCode::upstream_failed, "the question and its context are too long for the model",
                 std::move(detail))
        .because("context_overflow");
}
Error bad_request(std::string detail) {
    return Error(ErrorCode::upstream_failed, "the model's service refused the request", std::move(detail))
        .because("bad_request");
}
Error unauthorized(std::string detail) {
    return Error(ErrorCode::upstream_failed, "the model's service refuses the key", std::move(detail))
        .because("unauthorized");
}
Error no_quota(std::string detail) {
    return Error(ErrorCode::rate_limited, "the quota at the model's service is used up", std::move(detail))
        .because("quota");
}

}  // namespace

Error error_of_status(int status, std::string_view body) {
    const auto words = lower_ascii(body);
    auto detail = "status " + std::to_string(status) + ": " + repair_utf8(cut_utf8(trim(body), most_detail));
    switch (status) {
        case 401:
        case 403:
            return unauthorized(std::move(detail));
        case 402:
            return no_quota(std::move(detail));
        case 404:
            return Error(ErrorCode::upstream_failed,
                         "the model's service does not know this model or address", std::move(detail))
                .because("unknown_model");
        case 408:
            return Error(ErrorCode::timed_out, "the model's service took too long", std::move(detail));
        case 413:
            return too_long(std::move(detail));
        case 429:
            if (has_any(words, {"insufficient_quota", "billing_hard_limit"}))
                return no_quota(std::move(detail));
            return Error(ErrorCode::rate_limited, "the model's service limits the rate of requests",
                         std::move(detail));
        case 409:
        case 425:
            return Error(ErrorCode::upstream_failed, "the model's service was in conflict",
                         std::move(detail));
        case 503:
        case 529:
            return Error(ErrorCode::unavailable, "the model's service is overloaded", std::move(detail));
        default:
            break;
    }
    if (status >= 500)
        return Error(ErrorCode::upstream_failed, "the model's service failed", std::move(detail));
    if (status >= 400) return says_too_long(words) ? too_long(detail) : bad_request(detail);
    return Error(ErrorCode::upstream_failed,
                 "the address of the model's service answers something else than a model", std::move(detail))
        .because("bad_request");
}

Error error_of_event(std::string_view kind, std::string_view message) {
    const auto words = lower_ascii(kind) + " " + lower_ascii(message);
    const auto type = lower_ascii(kind);
    auto detail = "within the stream: " + repair_utf8(cut_utf8(kind, 80)) + ": " +
                  repair_utf8(cut_utf8(message, most_detail));
    if (says_too_long(words)) return too_long(std::move(detail));
    if (has_any(type, {"insufficient_quota", "billing"})) return no_quota(std::move(detail));
    if (has_any(type, {"rate_limit", "429"}))
        return Error(ErrorCode::rate_limited, "the model's service limits the rate of requests",
                     std::move(detail));
    if (has_any(type, {"authentication", "permission", "invalid_api_key", "401", "403"}))
        return unauthorized(std::move(detail));
    if (has_any(type, {"overloaded", "unavailable", "503", "529"}))
        return Error(ErrorCode::unavailable, "the model's service is overloaded", std::move(detail));
    if (has_any(type, {"timeout", "408", "504"}))
        return Error(ErrorCode::timed_out, "the model's service took too long", std::move(detail));
    if (has_any(type, {"invalid_request", "badrequest", "invalid_prompt", "400", "422"}))
        return bad_request(std::move(detail));
    return Error(ErrorCode::upstream_failed, "the model's service failed", std::move(detail));
}

std::chrono::milliseconds retry_after(const std::map<std::string, std::string>& headers, Millis now) {
    constexpr double longest = 24.0 * 3'600'000;
    const auto as_number = [](const std::string& text, double factor) -> double {
        double value = -1;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failed != std::errc() || end != text.data() + text.size() || !(value >= 0)) return -1;
        return value * factor;
    };
    double wait = -1;
    if (const auto it = headers.find("retry-after-ms"); it != headers.end()) wait = as_number(it->second, 1);
    if (const auto it = headers.find("retry-after"); wait < 0 && it != headers.end()) {
        wait = as_number(it->second, 1000);
        std::tm date{};
        const char* end =
            wait < 0 ? strptime(it->second.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) : nullptr;
        if (end && !*end) wait = static_cast<double>(timegm(&date)) * 1000.0 - static_cast<double>(now);
    }
    if (!(wait > 0)) return std::chrono::milliseconds(0);
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(wait, longest)));
}

bool worth_a_retry(const Error& error) {
    if (error.reason == "empty_answer") return true;
    if (!error.reason.empty()) return false;
    switch (error.code) {
        case ErrorCode::rate_limited:
        case ErrorCode::timed_out:
        case ErrorCode::upstream_failed:
        case ErrorCode::unavailable:
            return true;
        default:
            return false;
    }
}

}  // namespace docent::llm
