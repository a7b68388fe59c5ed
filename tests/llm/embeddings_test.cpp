#include "llm/embeddings.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <cmath>
#include <numeric>

#include "support/net_embeddings_server.hpp"
#include "support/run.hpp"

namespace docent::llm {
namespace {

using namespace std::chrono_literals;

class EmbeddingsTest : public ::testing::Test {
protected:
    EmbeddingsTest() {
        config.base_url = server.base_url();
        config.model = "letters";
        config.retry_first = 1ms;
        config.query_limit = 10s;
    }
    Embeddings& client() {
        if (!client_) client_ = std::make_unique<Embeddings>(loop.get_executor(), http, config);
        return *client_;
    }
    Result<std::vector<Vector>> sections(std::vector<std::string> texts) {
        return test::run(loop, client().embed_sections(std::move(texts)));
    }
    Vector question(std::string text) { return test::run(loop, client().embed_question(std::move(text))); }

    boost::asio::io_context loop;
    net::HttpClient http{loop.get_executor()};
    test::EmbeddingsServer server;
    EmbeddingsConfig config;

private:
    std::unique_ptr<Embeddings> client_;
};

double length(const Vector& vector) {
    return std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
}

TEST_F(EmbeddingsTest, TextsBecomeVectorsOfLengthOneInTheirOrder) {
    config.api_key = "secret";
    config.passage_prefix = "passage: ";
    const auto got = sections({"keys expire", "webhooks"});
    ASSERT_TRUE(got.ok()) << got.error().detail;
    ASSERT_EQ(got->size(), 2u);
    for (const auto& vector : *got) EXPECT_NEAR(length(vector), 1, 1e-5);
    const auto raw = server.vector("passage: webhooks");
    EXPECT_NEAR((*got)[1][3], raw[3] / length(raw), 1e-5);

    const auto request = server.requests().at(0);
    EXPECT_EQ(request.header("authorization"), "Bearer secret");
    const auto body = boost::json::parse(request.body);
    EXPECT_EQ(body.at("model").as_string(), "letters");
    EXPECT_EQ(body.at("input").at(0).as_string(), "passage: keys expire");
    EXPECT_FALSE(body.as_object().contains("dimensions"));
}

TEST_F(EmbeddingsTest, RowsAreTakenByTheirIndex) {
    server.answer_next(R"({"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[3,0]}]})");
    const auto got = sections({"a", "b"});
    ASSERT_TRUE(got.ok());
    EXPECT_EQ((*got)[0], (Vector{1, 0}));
    EXPECT_EQ((*got)[1], (Vector{0, 1}));
}

TEST_F(EmbeddingsTest, WhatMayPassIsTriedAgainAfterAsLongAsTheEndpointSays) {
    server.fail_next(429, {{"Retry-After", "0.05"}});
    server.fail_next(503);
    server.answer_next(R"({"data":[{"index":0,"embedding":[1,)");  // cut
    server.answer_next(R"({"data":[]})");
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(sections({"keys"}).ok());
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
    EXPECT_EQ(server.requests().size(), 5u);
}

TEST_F(EmbeddingsTest, AStormEndsWithTheLastFailure) {
    config.attempts = 3;
    for (int i = 0; i < 3; ++i) server.fail_next(500);
    const auto got = sections({"keys"});
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, ErrorCode::upstream_failed);
    EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(EmbeddingsTest, ARefusedKeyIsNotTriedAgain) {
    server.fail_next(401);
    const auto got = sections({"keys"});
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(got.error().message.find("embeddings.api_key"), std::string::npos);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(EmbeddingsTest, OtherDimensionsThanAskedForAreSaidWithTheFix) {
    config.dimensions = 32;
    const auto got = sections({"keys"});
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(got.error().message.find("embeddings.dimensions is 32"), std::string::npos);
    EXPECT_NE(got.error().message.find("64"), std::string::npos);
}

TEST_F(EmbeddingsTest, WrongAnswersAreFailuresAndNeverVectors) {
    config.attempts = 1;
    for (const char* body :
         {"", "[]", "{}", R"({"data":{}})", R"({"data":[1]})", R"({"data":[{"embedding":[]}]})",
          R"({"data":[{"embedding":[0,0]}]})", R"({"data":[{"embedding":["a"]}]})",
          R"({"data":[{"index":7,"embedding":[1]}]})", R"({"data":[{"index":-1,"embedding":[1]}]})",
          R"({"data":[{"embedding":[1]},{"embedding":[1]}]})", R"({"data":[{"embedding":[1e300,1e300]}]})"}) {
        server.answer_next(body);
        const auto got = sections({"keys"});
        ASSERT_FALSE(got.ok()) << body;
        EXPECT_EQ(got.error().code, ErrorCode::upstream_failed) << body;
    }
    server.answer_next(R"({"data":[{"embedding":[1,2]},{"embedding":[1]}]})");
    EXPECT_FALSE(sections({"a", "b"}).ok());
    server.answer_next(R"({"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[1]}]})");
    EXPECT_FALSE(sections({"a", "b"}).ok());
}

TEST_F(EmbeddingsTest, ATextThatIsTooLongForTheModelIsCutAndTheOthersAreNot) {
    server.set_longest_text(1'000);
    const std::string longest(3'500, 'x');
    const auto got = sections({"keys", longest, "webhooks"});
    ASSERT_TRUE(got.ok()) << got.error().detail;
    const auto raw = server.vector("webhooks");
    EXPECT_NEAR((*got)[2][5], raw[5] / length(raw), 1e-5);
    EXPECT_EQ(server.texts(), 3u);
}

TEST_F(EmbeddingsTest, AQuestionIsEmbeddedOnce) {
    config.query_prefix = "query: ";
    const auto one = question("how do keys expire");
    EXPECT_EQ(one.size(), 64u);
    EXPECT_EQ(question("how do keys expire"), one);
    EXPECT_EQ(server.requests().size(), 1u);
    EXPECT_NE(server.requests()[0].body.find("query: how"), std::string::npos);
    EXPECT_TRUE(question("  ").empty());
}

TEST_F(EmbeddingsTest, ASilentEndpointCostsAQuestionItsLimitAndSoonNothing) {
    config.query_limit = 20ms;
    server.go_silent();
    for (const char* text : {"one", "two", "three"}) EXPECT_TRUE(question(text).empty());
    const auto asked = server.requests().size();
    EXPECT_TRUE(question("four").empty());
    EXPECT_EQ(server.requests().size(), asked);
}

TEST(EmbeddingsConfigTest, WhatIsMissingIsNamed) {
    EmbeddingsConfig config;
    EXPECT_TRUE(check(config).ok());
    config.base_url = "api.example.com";
    EXPECT_NE(check(config).error().message.find("embeddings.base_url"), std::string::npos);
    config.base_url = "https://api.example.com/v1";
    EXPECT_NE(check(config).error().message.find("embeddings.model"), std::string::npos);
    config.model = "m";
    EXPECT_TRUE(check(config).ok());
    config.batch = 0;
    EXPECT_NE(check(config).error().message.find("embeddings.batch"), std::string::npos);
    config.batch = 1;
    const auto before = config.id();
    config.dimensions = 8;
    EXPECT_NE(config.id(), before);
}

}  // namespace
}  // namespace docent::llm
