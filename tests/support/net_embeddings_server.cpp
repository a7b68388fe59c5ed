#include "support/net_embeddings_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <map>

namespace docent::test {
namespace json = boost::json;

EmbeddingsServer::EmbeddingsServer(std::size_t dimensions) : dimensions_(dimensions) {
    imposter_.on("POST", "/v1/embeddings", [this](const net::Request& request) { return answer(request); });
}

std::vector<float> EmbeddingsServer::vector(const std::string& text) const {
    static const std::map<std::string, std::string> same{{"automobile", "car"}, {"voiture", "car"}};
    std::vector<float> out(dimensions_, 0.01f);
    std::string word;
    const auto end_word = [&] {
        if (const auto other = same.find(word); other != same.end()) word = other->second;
        word = "^" + word + "$";
        for (std::size_t i = 0; i + 3 <= word.size(); ++i) {
            std::uint32_t hash = 2166136261u;
            for (std::size_t k = i; k < i + 3; ++k)
                hash = (hash ^ static_cast<unsigned char>(word[k])) * 16777619u;
            hash ^= hash >> 15;
            out[hash % out.size()] += (hash >> 16 & 1) ? 1.0f : -1.0f;
        }
        word.clear();
    };
    for (const char c : text) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter))
            word += static_cast<char>(std::tolower(letter));
        else if (!word.empty())
            end_word();
    }
    if (!word.empty()) end_word();
    return out;
}

void EmbeddingsServer::fail_next(int status, net::Headers headers, std::string body) {
    auto response = net::reply(status, "application/json", std::move(body));
    for (auto& header : headers) response.headers.push_back(std::move(header));
    const std::lock_guard lock(mutex_);
    failures_.push_back(std::move(response));
}

void EmbeddingsServer::answer_next(std::string body) { fail_next(200, {}, std::move(body)); }

net::Response EmbeddingsServer::answer(const net::Request& request) {
    if (silent_) {
        auto response = net::reply(200, "application/json", "");
        response.stream = std::make_unique<Pieces>(std::vector<std::string>{"{"}, true);
        return response;
    }
    {
        const std::lock_guard lock(mutex_);
        if (!failures_.empty()) {
            auto response = std::move(failures_.front());
            failures_.erase(failures_.begin());
            return response;
        }
    }
    const auto body = json::parse(request.body);
    json::array data;
    for (const auto& text : body.at("input").as_array()) {
        if (text.as_string().size() > longest_text_)
            return net::reply(400, "application/json", R"({"error":{"message":"too many tokens"}})");
        json::array numbers;
        for (const float number : vector(std::string(text.as_string()))) numbers.emplace_back(number);
        json::object row{{"object", "embedding"}, {"index", data.size()}};
        row["embedding"] = std::move(numbers);
        data.push_back(std::move(row));
    }
    texts_ += data.size();
    json::object reply{{"object", "list"}, {"model", body.at("model")}};
    reply["data"] = std::move(data);
    return net::reply(200, "application/json", json::serialize(reply));
}

}  // namespace docent::test
