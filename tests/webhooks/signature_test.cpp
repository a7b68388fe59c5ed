#include "webhooks/signature.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "webhooks/retry.hpp"

namespace docent::webhooks {
namespace {

TEST(Signature, IsTheOneOfTheSpecificationsLibraries) {
    // The values that the libraries of standardwebhooks have in their own tests.
    const auto signature = sign({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1'614'265'330, R"({"test": 2432232314})");
    ASSERT_TRUE(signature);
    EXPECT_EQ(*signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, HasOneForEachSecret) {
    const auto one = new_secret(), other = new_secret();
    EXPECT_NE(one, other);
    std::string bytes;
    ASSERT_TRUE(base64_decode(one.substr(6), bytes));
    EXPECT_EQ(bytes.size(), 32u);
    EXPECT_EQ(*sign({one, other}, "id", 1, "{}"),
              *sign({one}, "id", 1, "{}") + " " + *sign({other}, "id", 1, "{}"));
    EXPECT_FALSE(sign({"whsec_"}, "id", 1, "{}"));
    EXPECT_FALSE(sign({"whsec_!"}, "id", 1, "{}"));
    EXPECT_FALSE(sign({"secret"}, "id", 1, "{}"));
}

TEST(Retry, WaitsLongerEachTimeAndThenNoMore) {
    std::chrono::milliseconds all{0}, last{0};
    for (std::int64_t attempt = 1; attempt < most_attempts(); ++attempt) {
        const auto least = retry_after(attempt, 0), most = retry_after(attempt, 1);
        ASSERT_TRUE(least && most);
        EXPECT_LT(*least, *most);
        EXPECT_GT(*most, last);
        last = *most;
        all += *least;
    }
    EXPECT_GT(all, std::chrono::hours(48));
    EXPECT_FALSE(retry_after(most_attempts(), 0.5));
    EXPECT_FALSE(retry_after(0, 0.5));
}

}  // namespace
}  // namespace docent::webhooks
