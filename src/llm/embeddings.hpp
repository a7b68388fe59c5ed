#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "net/http_client.hpp"

namespace docent::llm {

/// Where texts become vectors: any endpoint of the form POST {base_url}/embeddings
/// (platform.openai.com/docs/api-reference/embeddings).
struct EmbeddingsConfig {
    std::string base_url;  // "https://api.openai.com/v1"; "" is off
    std::string api_key;   // "" sends none
    std::string model;
    std::int64_t dimensions = 0;                 // asked for, and then required; 0: the model's own
    std::int64_t batch = 32;                     // texts in a request
    std::string query_prefix;                    // before a question, for models that want one: "query: "
    std::string passage_prefix;                  // before a section's text
    std::chrono::milliseconds query_limit{400};  // for a question's vector; then words alone answer
    std::chrono::milliseconds request_limit{60'000};  // for one batch of sections
    std::chrono::milliseconds retry_first{500};       // before the second attempt; doubles, with jitter
    int attempts = 6;                                 // for one batch

    bool on() const { return !base_url.empty(); }
    /// Vectors of equal ids can be compared. Keys and addresses do not count.
    std::string id() const;
};

/// invalid_argument, naming the setting.
Status check(const EmbeddingsConfig& config);

using Vector = std::vector<float>;  // of length 1

/// The client. On the event loop; any number of calls at once.
class Embeddings {
public:
    Embeddings(boost::asio::any_io_executor loop, net::HttpClient& http, EmbeddingsConfig config);

    const EmbeddingsConfig& config() const { return config_; }

    /// A vector for each section's text. Failures that may pass are retried, as long as Retry-After says or
    /// with growing pauses; a text that the model finds too long is cut. invalid_argument: the endpoint
    /// refuses, so retrying does not help; rate_limited, upstream_failed, timed_out after the last attempt.
    Task<Result<std::vector<Vector>>> embed_sections(std::vector<std::string> texts);

    /// The question's vector, or an empty one when that fails or takes longer than query_limit: then words
    /// alone answer. After some failures in a row it is not tried for a while.
    Task<Vector> embed_question(std::string text);

private:
    struct Outcome;
    Task<Outcome> ask(std::vector<std::string> texts, std::chrono::milliseconds limit);
    Task<Result<std::vector<Vector>>> ask_patiently(std::vector<std::string> texts);
    Task<Result<Vector>> embed_one(std::string text);
    Task<Status> pause(std::chrono::milliseconds time);
    void note_question(const Status& outcome);

    boost::asio::any_io_executor loop_;
    net::HttpClient& http_;
    const EmbeddingsConfig config_;
    std::map<std::string, Vector> questions_;  // embedded lately: an answer searches several times
    int failed_questions_ = 0;                 // in a row
    std::chrono::steady_clock::time_point rest_until_{};
};

}  // namespace docent::llm
