#include "llm/models.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/task_group.hpp"
#include "llm/chain.hpp"
#include "llm/tool_args.hpp"
#include "llm/upstream_error.hpp"
#include "net/http_client.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::llm {
namespace {

using namespace std::chrono_literals;

class ModelsTest : public ::testing::Test {
protected:
    /// One that plays a script.
    ModelConfig scripted(const std::string& name, const std::string& script, std::int64_t context = 0) {
        dir_.write(name + ".json", script);
        ModelConfig config;
        config.name = name;
        config.provider.kind = "scripted";
        config.provider.script = (dir_.path() / (name + ".json")).string();
        config.provider.context_tokens = context;
        return config;
    }
    std::string refusal(std::vector<ModelConfig> configs, std::vector<std::string> order = {}) {
        const auto made = Models::make(std::move(configs), std::move(order), http_);
        return made ? "taken" : made.error().message;
    }
    test::TempDir dir_;
    boost::asio::io_context loop_;
    net::HttpClient http_{loop_.get_executor()};
};

class Nowhere final : public Sink<Delta> {
public:
    Task<Status> put(Delta) override { co_return Status(); }
};

constexpr const char* says_hello = R"([{"text":"hello","repeat":true}])";
constexpr const char* fails = R"([{"error":{"code":"upstream_failed","message":"no"},"repeat":true}])";

}  // namespace

TEST_F(ModelsTest, AListIsAskedInItsOrder) {
    auto bad = scripted("bad", fails);
    bad.retries = 0;
    auto models = Models::make({bad, scripted("a", says_hello), scripted("b", says_hello)}, {}, http_);
    ASSERT_TRUE(models) << models.error().message;
    Nowhere out;
    const Request request;
    EXPECT_EQ(test::run(loop_, (*models)->chain()->complete(request, out))->model, "a");
    EXPECT_EQ(test::run(loop_, (*models)->chain({"b", "a"})->complete(request, out))->model, "b");
    EXPECT_EQ((*models)->chain({"b", "a"}), (*models)->chain({"b", "a"}));
    EXPECT_EQ((*models)->states().at(0).failures, 1u);
}

TEST_F(ModelsTest, ThereMayBeNoModel) {
    auto none = Models::make({}, {}, http_);
    ASSERT_TRUE(none);
    EXPECT_EQ((*none)->chain(), nullptr);
    auto one = Models::make({scripted("a", says_hello)}, {}, http_);
    ASSERT_TRUE(one);
    EXPECT_EQ((*one)->chain({"none"}), nullptr);
    EXPECT_EQ((*one)->chain({"gone"}), nullptr);
    EXPECT_NE((*one)->chain({"gone", "a"}), nullptr);
}

TEST_F(ModelsTest, TheOrderOfTheConfigurationIsTheDefault) {
    auto models = Models::make({scripted("a", says_hello), scripted("b", says_hello)}, {"b"}, http_);
    ASSERT_TRUE(models);
    Nowhere out;
    const Request request;
    EXPECT_EQ(test::run(loop_, (*models)->chain()->complete(request, out))->model, "b");
}

TEST_F(ModelsTest, WrongConfigurationsAreRefusedWithTheModelsName) {
    EXPECT_NE(refusal({scripted("a", says_hello), scripted("a", says_hello)}).find("named a"),
              std::string::npos);
    EXPECT_NE(refusal({scripted("fast", says_hello)}, {"fats"}).find("did you mean \"fast\""),
              std::string::npos);
    EXPECT_NE(refusal({scripted("none", says_hello)}).find("no name"), std::string::npos);
    auto odd = scripted("odd", says_hello);
    odd.provider.kind = "oracle";
    EXPECT_NE(refusal({odd}).find("model odd: provider is \"oracle\""), std::string::npos) << refusal({odd});
}

TEST(Prices, AreForAMillionTokensAndRoundedUp) {
    Prices prices;
    prices.input = *parse_money("3");
    prices.output = *parse_money("15");
    Usage usage;
    usage.input_tokens = 1'000;
    usage.output_tokens = 100;
    EXPECT_EQ(prices.cost(usage), 3'000 + 1'500);
    usage.cached_input_tokens = 900;
    EXPECT_EQ(prices.cost(usage), 4'500) << "without a price of its own a cached token costs as others do";
    prices.cached_input = *parse_money("0.3");
    prices.cache_write = *parse_money("3.75");
    usage.cache_write_tokens = 50;
    EXPECT_EQ(prices.cost(usage), 50 * 3 + 270 + 188 + 1'500) << "187.5 rounded up";
    EXPECT_EQ(Prices().cost(usage), 0);
}

TEST(Breaker, OpensAfterFailuresInARowAndTriesOneCallThen) {
    Breaker breaker(3, 10s);
    Breaker::Time now{};
    const auto fail = [&] {
        auto pass = breaker.ask(now);
        ASSERT_TRUE(pass);
        pass.failed(now);
    };
    fail();
    fail();
    breaker.ask(now).succeeded();
    fail();
    fail();
    EXPECT_FALSE(breaker.resting(now)) << "a success begins the count anew";
    fail();
    EXPECT_FALSE(breaker.ask(now + 9s));
    now += 10s;
    {
        auto trial = breaker.ask(now);
        ASSERT_TRUE(trial);
        EXPECT_FALSE(breaker.ask(now)) << "one call tries it";
        trial.failed(now);
    }
    EXPECT_FALSE(breaker.ask(now + 19s)) << "the second rest is longer";
    now += 20s;
    {
        auto cancelled = breaker.ask(now);
        ASSERT_TRUE(cancelled);
    }
    auto again = breaker.ask(now);
    ASSERT_TRUE(again) << "a call that was cancelled proves nothing";
    again.succeeded();
    EXPECT_TRUE(breaker.ask(now));
}

TEST(Breaker, AServiceThatAsksForRestGetsIt) {
    Breaker breaker(3, 10s);
    const Breaker::Time now{};
    breaker.ask(now).rest_until(now + 5s);
    EXPECT_FALSE(breaker.ask(now + 4s));
    EXPECT_TRUE(breaker.ask(now + 5s));
    breaker.ask(now + 6s).failed_for_good(now + 6s);
    EXPECT_TRUE(breaker.resting(now + 7s));
}

TEST(Slots, APlaceGoesToTheOneWhoWaitedLongest) {
    boost::asio::io_context loop;
    Slots slots(1);
    std::vector<int> order;
    const auto work = [](Slots& s, std::vector<int>& o, int number) -> Task<> {
        const auto place = co_await s.wait(10s);
        if (place) o.push_back(number);
    };
    TaskGroup group(loop.get_executor());
    {
        std::optional<Slots::Place> first;
        test::run_to_end(loop, keep(slots.wait(1s), first));
        for (int i = 1; i <= 3; ++i) group.spawn("waits", work(slots, order, i));
        loop.restart();
        loop.poll();
        EXPECT_EQ(slots.waiting(), 3u);
    }
    test::run_to_end(loop, group.stop());
    EXPECT_EQ(order.front(), 1);
    EXPECT_EQ(slots.taken(), 0u) << "those who were cancelled have left the line";
    EXPECT_EQ(slots.waiting(), 0u);
}

TEST(RetryDelay, DoublesWithJitterAndNeverComesBeforeWhatTheServiceAsked) {
    ModelConfig config;
    config.retry_wait = 100ms;
    config.longest_retry_wait = 1'000ms;
    EXPECT_EQ(retry_delay(config, 1, 0ms, 0.0), 100ms);
    EXPECT_EQ(retry_delay(config, 1, 0ms, 1.0), 50ms);
    EXPECT_EQ(retry_delay(config, 3, 0ms, 0.0), 400ms);
    EXPECT_EQ(retry_delay(config, 9, 0ms, 0.0), 1'000ms);
    EXPECT_EQ(retry_delay(config, 1, 700ms, 0.0), 700ms);
    EXPECT_GT(retry_delay(config, 1, 700ms, 1.0), 700ms) << "not all at once";
    EXPECT_GE(retry_delay(config, 1, 3'000ms, 0.5), 3'000ms);
}

TEST(RetryAfter, IsReadInSecondsAsADateOrInMilliseconds) {
    const Millis now = 1'772'323'200'000;  // Sun, 01 Mar 2026 00:00:00 GMT
    const auto of = [&](const std::string& value) {
        return retry_after({{"retry-after", value}}, now).count();
    };
    EXPECT_EQ(of("3"), 3'000);
    EXPECT_EQ(of("0.5"), 500);
    EXPECT_EQ(of("Sun, 01 Mar 2026 00:00:07 GMT"), 7'000);
    for (const char* none : {"", "-1", "soon", "Sat, 28 Feb 2026 00:00:00 GMT", "nan", "1 2"})
        EXPECT_EQ(of(none), 0) << none;
    EXPECT_EQ(of("1e30"), 24 * 3'600'000) << "bounded";
    EXPECT_EQ(retry_after({{"retry-after-ms", "25"}, {"retry-after", "9"}}, now).count(), 25);
    EXPECT_EQ(retry_after({}, now).count(), 0);
}

TEST(ErrorOfEvent, TellsTheKindsApart) {
    EXPECT_EQ(error_of_event("overloaded_error", "").code, ErrorCode::unavailable);
    EXPECT_EQ(error_of_event("rate_limit_exceeded", "").code, ErrorCode::rate_limited);
    EXPECT_EQ(error_of_event("insufficient_quota", "").reason, "quota");
    EXPECT_EQ(error_of_event("authentication_error", "").reason, "unauthorized");
    EXPECT_EQ(error_of_event("invalid_request_error", "prompt is too long: 5 tokens").reason,
              "context_overflow");
    EXPECT_EQ(error_of_event("invalid_request_error", "no").reason, "bad_request");
    EXPECT_TRUE(worth_a_retry(error_of_event("server_error", "")));
    EXPECT_FALSE(worth_a_retry(error_of_event("invalid_request_error", "no")));
}

}  // namespace docent::llm
