#include "api/gate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "api/server_fixture.hpp"

namespace docent::api {
namespace {

using test::ApiServer;
namespace json = boost::json;

std::string solve(const std::string& challenge, int bits) {
    for (std::uint64_t n = 0;; ++n) {
        auto proof = challenge + ":" + std::to_string(n);
        if (leading_zero_bits(proof) >= bits) return proof;
    }
}

class GateApi : public ::testing::Test {
protected:
    void set(const std::string& settings) {
        ApiServer::must(test::run(server.loop, server.projects->set_settings(server.docs_id, settings)));
    }
    json::object challenge() {
        const auto reply = server.asked("GET", "/v2/assistant/docs/challenge");
        EXPECT_EQ(reply.status, 200) << reply.body;
        return json::parse(reply.body).as_object();
    }
    std::string solved() {
        const auto given = challenge();
        return solve(std::string(given.at("challenge").as_string()),
                     static_cast<int>(given.at("difficulty").as_int64()));
    }
    net::Reply ask(net::Headers headers = {}, const std::string& fp = "anonymous") {
        const json::object message = {{"role", "user"}, {"content", "How do I install Acme?"}};
        return server.asked("POST", "/v2/assistant/docs/message",
                            json::serialize(json::object{{"fp", fp}, {"messages", json::array{message}}}),
                            std::move(headers));
    }
    void refused(const net::Reply& reply, const std::string& code) {
        EXPECT_EQ(reply.status, 403) << reply.body;
        const auto body = json::parse(reply.body).as_object();
        EXPECT_EQ(body.at("code"), json::value(code));
        EXPECT_NE(body.at("error").as_string().find("challenge"), json::string::npos);
    }

    ApiServer server;
};

TEST(GateTest, ZeroBitsAreCounted) {
    // sha256("") = e3b0..., sha256("abc") = ba78...; "1110" and "1011" have no leading zero.
    EXPECT_EQ(leading_zero_bits(""), 0);
    EXPECT_EQ(leading_zero_bits("abc"), 0);
    int best = 0;
    for (int i = 0; i < 4'000; ++i) best = std::max(best, leading_zero_bits(std::to_string(i)));
    EXPECT_GE(best, 8);
    EXPECT_LE(best, 24);
}

TEST_F(GateApi, WithoutTheSettingNobodyIsAsked) {
    EXPECT_EQ(json::serialize(challenge()), R"({"required":false})");
    EXPECT_EQ(ask().status, 200);
}

TEST_F(GateApi, AMessageNeedsAProofThatIsTakenOnce) {
    set(R"({"challenge":true,"challenge_bits":9})");
    refused(ask(), "challenge_required");
    const auto given = challenge();
    EXPECT_EQ(given.at("difficulty"), 9);
    EXPECT_EQ(given.at("header"), "x-docent-proof");
    EXPECT_EQ(given.at("algorithm"), "SHA-256");
    const auto proof = solved();
    EXPECT_EQ(ask({{"x-docent-proof", proof}}).status, 200);
    refused(ask({{"x-docent-proof", proof}}), "challenge_used");
    // Another solution of the same challenge is the same challenge.
    const auto text = proof.substr(0, proof.find(':'));
    std::uint64_t n = std::stoull(proof.substr(proof.find(':') + 1)) + 1;
    while (leading_zero_bits(text + ":" + std::to_string(n)) < 9) ++n;
    refused(ask({{"x-docent-proof", text + ":" + std::to_string(n)}}), "challenge_used");
    EXPECT_EQ(server.asked("POST", "/v1/search/docs", R"({"query":"x"})").status, 200) << "searching is free";
}

TEST_F(GateApi, ForgedOldAndForeignProofsAreRefused) {
    set(R"({"challenge":true,"challenge_bits":8})");
    const auto proof = solved();
    for (const auto& wrong : std::vector<std::string>{
             std::string("x"), std::string(":"), std::string("....:1"), proof + "x", std::string("1.2.3.4:5"),
             proof.substr(0, proof.find(':')), proof.substr(0, proof.find(':') + 1), std::string(5'000, '1'),
             "9" + proof, proof.substr(0, proof.find(':')) + ":-1"})
        refused(ask({{"x-docent-proof", wrong}}), "challenge_failed");
    // Easier than it was signed.
    auto parts = proof;
    parts.replace(parts.find(".8."), 3, ".0.");
    refused(ask({{"x-docent-proof", parts}}), "challenge_failed");
    // Not solved.
    const auto given = challenge();
    std::uint64_t n = 0;
    const auto text = std::string(given.at("challenge").as_string());
    while (leading_zero_bits(text + ":" + std::to_string(n)) >= 8) ++n;
    refused(ask({{"x-docent-proof", text + ":" + std::to_string(n)}}), "challenge_failed");
    // Of another project.
    const auto other_key = server.add_key(KeyKind::assistant, server.other_id);
    ApiServer::must(test::run(server.loop, server.projects->set_settings(
                                               server.other_id, R"({"challenge":true,"challenge_bits":8})")));
    const auto foreign = json::parse(server
                                         .call("GET", "/v2/assistant/other/challenge", {},
                                               {{"Authorization", "Bearer " + other_key}})
                                         .body)
                             .as_object();
    refused(ask({{"x-docent-proof", solve(std::string(foreign.at("challenge").as_string()), 8)}}),
            "challenge_failed");
    server.clock.advance(std::chrono::milliseconds(Gate::good_for));
    refused(ask({{"x-docent-proof", proof}}), "challenge_expired");
}

TEST_F(GateApi, AReaderAndAnAddressHaveTheirHours) {
    set(R"({"limit_reader_hour":2})");
    EXPECT_EQ(ask({}, "ann").status, 200);
    EXPECT_EQ(ask({}, "ann").status, 200);
    const auto reply = ask({}, "ann");
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(reply.headers.at("ratelimit-limit"), "2");
    EXPECT_TRUE(reply.headers.contains("retry-after"));
    EXPECT_NE(reply.body.find("per reader and hour"), std::string::npos) << reply.body;
    EXPECT_EQ(ask({}, "bob").status, 200);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(ask().status, 200) << "anonymous is nobody";
    server.clock.advance(std::chrono::hours(1));
    EXPECT_EQ(ask({}, "ann").status, 200);
    set(R"({"limit_address_hour":1})");
    EXPECT_EQ(ask({}, "carl").status, 200);
    EXPECT_EQ(ask({}, "dora").status, 429);
}

}  // namespace
}  // namespace docent::api
