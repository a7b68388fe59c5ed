#include "llm/embeddings.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <random>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "llm/upstream_error.hpp"

namespace docent::llm {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::size_t most_questions = 512;  // kept with their vectors
constexpr int failures_before_rest = 3;
constexpr std::chrono::seconds rest{15};
constexpr milliseconds longest_pause{60'000};
constexpr std::size_t shortest_cut = 256;  // bytes: a text that is refused even so is given up

std::string request_body(const EmbeddingsConfig& config, const std::vector<std::string>& texts) {
    json::array input;
    for (const auto& text : texts) input.emplace_back(text);
    json::object body{{"model", config.model}, {"encoding_format", "float"}};
    if (config.dimensions > 0) body["dimensions"] = config.dimensions;
    body["input"] = std::move(input);
    return json::serialize(body);
}

Error broken(std::string what) {
    return Error(ErrorCode::upstream_failed, "The embeddings endpoint answered wrongly.", std::move(what));
}

/// One row of `data`, made to length 1.
Result<Vector> read_vector(const json::value& row, std::int64_t dimensions) {
    const auto* numbers = row.is_object() ? row.get_object().if_contains("embedding") : nullptr;
    if (!numbers || !numbers->is_array() || numbers->get_array().empty())
        return broken("a row without a vector");
    Vector out;
    out.reserve(numbers->get_array().size());
    double square = 0;
    for (const auto& number : numbers->get_array()) {
        if (!number.is_number()) return broken("a vector with something else than numbers");
        const auto value = number.to_number<double>();
        square += value * value;
        out.push_back(static_cast<float>(value));
    }
    if (!std::isfinite(square) || square <= 0) return broken("a vector without a direction");
    if (dimensions > 0 && static_cast<std::int64_t>(out.size()) != dimensions) {
        return invalid("embeddings.dimensions is " + std::to_string(dimensions) +
                       ", but the endpoint's vectors have " + std::to_string(out.size()) +
                       ": set it to that, or to 0.");
    }
    const auto scale = static_cast<float>(1 / std::sqrt(square));
    for (auto& value : out) value *= scale;
    return out;
}

Result<std::vector<Vector>> read_reply(const std::string& body, std::size_t texts, std::int64_t dimensions) {
    boost::system::error_code failed;
    const auto parsed = json::parse(body, failed);
    if (failed || !parsed.is_object()) return broken("no JSON object: " + std::string(cut_utf8(body, 200)));
    const auto* data = parsed.get_object().if_contains("data");
    if (!data || !data->is_array()) return broken("no data: " + std::string(cut_utf8(body, 200)));
    const auto& rows = data->get_array();
    if (rows.size() != texts)
        return broken(std::to_string(rows.size()) + " vectors for " + std::to_string(texts) + " texts");
    std::vector<Vector> out(texts);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        TRY(auto vector, read_vector(rows[i], dimensions));
        std::size_t place = i;
        if (const auto* index = rows[i].get_object().if_contains("index"); index && index->is_int64())
            place = static_cast<std::size_t>(index->get_int64());
        if (place >= texts || !out[place].empty()) return broken("an index twice or out of range");
        if (i > 0 && vector.size() != out[0].size() && !out[0].empty()) return broken("vectors of two sizes");
        out[place] = std::move(vector);
    }
    for (const auto& vector : out)
        if (vector.size() != out[0].size()) return broken("vectors of two sizes");
    return out;
}

Error refusal(const net::Reply& reply) {
    const std::string status = std::to_string(reply.status);
    const std::string detail = status + " " + std::string(cut_utf8(reply.body, 300));
    switch (reply.status) {
        case 429:
            return Error(ErrorCode::rate_limited, "The embeddings endpoint asks for patience.", detail);
        case 401:
        case 403:
            return Error(ErrorCode::invalid_argument,
                         "The embeddings endpoint refuses the key: check embeddings.api_key.", detail);
        case 404:
            return Error(
                ErrorCode::invalid_argument,
                "The embeddings endpoint is not there or does not know the model: check embeddings.base_url "
                "and embeddings.model.",
                detail);
        case 408:
            return Error(ErrorCode::timed_out, "The embeddings endpoint took too long.", detail);
        default:
            break;
    }
    if (reply.status >= 500)
        return Error(ErrorCode::upstream_failed, "The embeddings endpoint failed.", detail);
    return Error(ErrorCode::invalid_argument,
                 "The embeddings endpoint refused the request with " + status + ".", detail);
}

bool may_pass(const Error& error) {
    return error.code == ErrorCode::rate_limited || error.code == ErrorCode::upstream_failed ||
           error.code == ErrorCode::timed_out || error.code == ErrorCode::too_large;
}

double jitter() {
    static std::minstd_rand random(std::random_device{}());
    return std::uniform_real_distribution<double>(0.5, 1.5)(random);
}

}  // namespace

std::string EmbeddingsConfig::id() const {
    return model + "\n" + std::to_string(dimensions) + "\n" + passage_prefix;
}

Status check(const EmbeddingsConfig& config) {
    if (!config.on()) return {};
    if (!config.base_url.starts_with("https://") && !config.base_url.starts_with("http://"))
        return invalid("embeddings.base_url must begin with https:// or http://");
    if (config.model.empty())
        return invalid("embeddings.model is missing: name the model to ask for vectors");
    if (config.batch < 1 || config.batch > 2048) return invalid("embeddings.batch must be from 1 to 2048");
    if (config.dimensions < 0 || config.dimensions > 16'384)
        return invalid("embeddings.dimensions must be from 0 to 16384");
    return {};
}

struct Embeddings::Outcome {
    Result<std::vector<Vector>> vectors;
    milliseconds wait{0};   // asked for by the endpoint
    bool too_long = false;  // of the texts, perhaps: fewer or shorter ones may do
};

Embeddings::Embeddings(boost::asio::any_io_executor loop, net::HttpClient& http, EmbeddingsConfig config)
    : loop_(std::move(loop)), http_(http), config_(std::move(config)) {}

Task<Embeddings::Outcome> Embeddings::ask(std::vector<std::string> texts, milliseconds limit) {
    net::Call call;
    call.method = "POST";
    call.url = config_.base_url;
    while (call.url.ends_with('/')) call.url.pop_back();
    call.url += "/embeddings";
    call.headers.emplace_back("content-type", "application/json");
    if (!config_.api_key.empty()) call.headers.emplace_back("authorization", "Bearer " + config_.api_key);
    call.body = request_body(config_, texts);
    call.limit = call.idle_limit = limit;
    call.connect_limit = std::min(call.connect_limit, limit);
    call.max_body = 64 << 20;
    call.max_redirects = 0;
    auto reply = co_await http_.fetch(std::move(call));
    if (!reply) co_return Outcome{std::move(reply).error()};
    if (reply->status != 200) {
        Outcome out{refusal(*reply)};
        out.wait = std::min(longest_pause, retry_after(reply->headers, system_clock().now()));
        out.too_long = reply->status == 400 || reply->status == 413 || reply->status == 422;
        co_return out;
    }
    co_return Outcome{read_reply(reply->body, texts.size(), config_.dimensions)};
}

Task<Status> Embeddings::pause(milliseconds time) {
    boost::asio::steady_timer timer(loop_, time);
    auto [failed] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (failed) co_return Error(ErrorCode::cancelled, "the server is stopping");
    co_return Status();
}

Task<Result<std::vector<Vector>>> Embeddings::ask_patiently(std::vector<std::string> texts) {
    auto wait = config_.retry_first;
    for (int attempt = 1;; ++attempt) {
        auto outcome = co_await ask(texts, config_.request_limit);
        if (outcome.vectors) co_return std::move(outcome.vectors);
        if (outcome.too_long && texts.size() > 1) {
            // One of them is too long, or all together: they are asked for one by one.
            std::vector<Vector> out;
            for (const auto& text : texts) {
                auto one = co_await embed_one(text);
                if (!one) co_return std::move(one).error();
                out.push_back(std::move(*one));
            }
            co_return out;
        }
        if (!may_pass(outcome.vectors.error()) || attempt >= config_.attempts)
            co_return std::move(outcome.vectors).error();
        const auto own =
            milliseconds(static_cast<std::int64_t>(static_cast<double>(wait.count()) * jitter()));
        auto waited = co_await pause(std::max(own, outcome.wait));
        if (!waited) co_return std::move(waited).error();
        wait = std::min(wait * 2, longest_pause);
    }
}

Task<Result<Vector>> Embeddings::embed_one(std::string text) {
    for (;;) {
        std::vector<std::string> alone{text};
        auto outcome = co_await ask_patiently(std::move(alone));
        if (outcome) co_return std::move(outcome->front());
        if (outcome.error().code != ErrorCode::invalid_argument || text.size() <= shortest_cut)
            co_return std::move(outcome).error();
        text = std::string(cut_utf8(text, text.size() / 2));
    }
}

Task<Result<std::vector<Vector>>> Embeddings::embed_sections(std::vector<std::string> texts) {
    std::vector<Vector> out;
    if (texts.empty()) co_return out;
    for (auto& text : texts) text.insert(0, config_.passage_prefix);
    if (texts.size() > 1) co_return co_await ask_patiently(std::move(texts));
    auto one = co_await embed_one(std::move(texts.front()));
    if (!one) co_return std::move(one).error();
    out.push_back(std::move(*one));
    co_return out;
}

void Embeddings::note_question(const Status& outcome) {
    if (outcome.ok()) {
        if (failed_questions_ >= failures_before_rest) log::info("the embeddings endpoint answers again");
        failed_questions_ = 0;
        return;
    }
    if (outcome.error().code == ErrorCode::cancelled) return;
    if (++failed_questions_ < failures_before_rest) return;
    rest_until_ = std::chrono::steady_clock::now() + rest;
    if (failed_questions_ == failures_before_rest) {
        log::warn("the embeddings endpoint does not answer; searching by words alone: " +
                  outcome.error().message + " " + outcome.error().detail);
    }
}

Task<Vector> Embeddings::embed_question(std::string text) {
    if (!config_.on() || trim(text).empty()) co_return Vector();
    text = config_.query_prefix + std::string(cut_utf8(text, 4'000));
    if (const auto known = questions_.find(text); known != questions_.end()) co_return known->second;
    if (std::chrono::steady_clock::now() < rest_until_) co_return Vector();
    std::vector<std::string> alone{text};
    auto outcome = co_await ask(std::move(alone), config_.query_limit);
    note_question(outcome.vectors ? Status() : Status(outcome.vectors.error()));
    if (!outcome.vectors) co_return Vector();
    if (questions_.size() >= most_questions) questions_.clear();
    questions_[std::move(text)] = outcome.vectors->front();
    co_return std::move(outcome.vectors->front());
}

}  // namespace docent::llm
