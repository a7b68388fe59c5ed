#include "api/auth.hpp"

#include <gtest/gtest.h>

#include "api/limits.hpp"
#include "base/crypto.hpp"
#include "store/projects.hpp"
#include "support/run.hpp"
#include "support/store_postgres.hpp"

namespace docent::api {
namespace {

class AuthTest : public testing::Test {
protected:
    AuthTest() {
        auto opened = store::Store::open(pools_, test::new_store_url(false, folder_));
        EXPECT_TRUE(opened);
        store_ = *std::move(opened);
        keys_.emplace(*store_);
        counters_.emplace(*store_);
        auth_.emplace(*keys_, clock_);
        store::Projects projects(*store_);
        store::Project project;
        project.id = "P1";
        project.slug = "docs";
        project.source_kind = "folder";
        project.hosts = "[]";
        project.settings = "{}";
        EXPECT_TRUE(test::run(loop_, projects.add(project)));
    }

    /// A stored key's secret.
    std::string add(KeyKind kind, const std::function<void(store::Key&)>& change = {}) {
        const auto secret = new_secret(kind);
        store::Key key;
        key.project_id = "P1";
        key.kind = key_kind_name(kind);
        key.hint = hint_of_secret(secret);
        key.hash = hash_hex(secret);
        key.user = "owner";
        key.allow_ips = key.origins = "[]";
        key.created = clock_.now();
        if (change) change(key);
        auto added = test::run(loop_, keys_->add(key));
        EXPECT_TRUE(added) << added.error().detail;
        return secret;
    }

    /// "" when the key is accepted, else code, a colon and the reason.
    std::string check(const net::Request& request, KeyKind kind = KeyKind::assistant, bool write = true) {
        auto checked = test::run(loop_, auth_->check(request, kind, write));
        if (checked) return "";
        const auto& error = checked.error();
        EXPECT_EQ(error.message.find('\n'), std::string::npos);
        EXPECT_EQ(error.message.find("mint_"), std::string::npos) << "a secret in a message";
        return (error.code == ErrorCode::unauthenticated ? "401:" : "403:") + error.reason;
    }

    static net::Request with(const std::string& name, const std::string& value) {
        net::Request request;
        request.client = "10.0.0.1";
        request.headers[name] = value;
        return request;
    }
    static net::Request bearer(const std::string& secret) {
        return with("authorization", "Bearer " + secret);
    }

    test::TempDir folder_;
    boost::asio::io_context loop_;
    Pools pools_;
    FakeClock clock_;
    std::unique_ptr<store::Store> store_;
    std::optional<store::Keys> keys_;
    std::optional<store::UsageCounters> counters_;
    std::optional<Auth> auth_;
};

TEST_F(AuthTest, AKeyIsReadWhereClientsPutIt) {
    const auto secret = add(KeyKind::assistant);
    for (const auto& request :
         {bearer(secret), with("authorization", secret), with("x-api-key", secret),
          with("authorization", "bearer   " + secret + " "), with("x-api-key", " " + secret)})
        EXPECT_EQ(check(request), "");
    EXPECT_EQ(check(net::Request()), "401:missing_api_key");
    EXPECT_EQ(check(with("authorization", "")), "401:missing_api_key");
    EXPECT_EQ(check(with("authorization", "Bearer ")), "401:missing_api_key");
    EXPECT_EQ(check(with("authorization", "Basic dXNlcjpwYXNz")), "401:invalid_api_key");
    EXPECT_EQ(check(bearer(secret + "x")), "401:invalid_api_key");
    EXPECT_EQ(check(bearer("mint_dsc_' OR 1=1 --")), "401:invalid_api_key");
    EXPECT_EQ(check(bearer(std::string(100'000, 'a'))), "401:invalid_api_key");
    EXPECT_EQ(check(bearer(new_secret(KeyKind::assistant))), "401:invalid_api_key");
}

TEST_F(AuthTest, AnExpiredOrRevokedKeyIs401) {
    const auto secret = add(KeyKind::assistant, [&](auto& key) { key.expires = clock_.now() + 1000; });
    EXPECT_EQ(check(bearer(secret)), "");
    clock_.advance(std::chrono::milliseconds(1000));
    EXPECT_EQ(check(bearer(secret)), "401:expired_api_key") << "also while the key is cached";

    const auto revoked = add(KeyKind::assistant);
    EXPECT_EQ(check(bearer(revoked)), "");
    ASSERT_TRUE(test::run(loop_, keys_->revoke(hint_of_secret(revoked), clock_.now())));
    auth_->forget();
    EXPECT_EQ(check(bearer(revoked)), "401:revoked_api_key");
}

TEST_F(AuthTest, AnotherProcessesRevocationCountsWithinSeconds) {
    const auto secret = add(KeyKind::assistant);
    EXPECT_EQ(check(bearer(secret)), "");
    ASSERT_TRUE(test::run(loop_, keys_->revoke(hint_of_secret(secret), clock_.now())));
    clock_.advance(std::chrono::milliseconds(Auth::cached_for));
    EXPECT_EQ(check(bearer(secret)), "401:revoked_api_key");
}

TEST_F(AuthTest, TheKindOfTheKeyMustFitTheRoute) {
    const KeyKind kinds[] = {KeyKind::admin, KeyKind::assistant, KeyKind::sessions};
    for (const auto given : kinds) {
        const auto secret = add(given);
        for (const auto wanted : kinds)
            EXPECT_EQ(check(bearer(secret), wanted), given == wanted ? "" : "403:wrong_key_kind");
    }
}

TEST_F(AuthTest, ScopesLimitWhatAKeyMayDo) {
    struct Case {
        KeyKind kind;
        const char* scopes;
        bool reads, writes;
    };
    for (const auto& c :
         {Case{KeyKind::admin, "", true, true}, Case{KeyKind::admin, "read", true, false},
          Case{KeyKind::admin, "write", true, true}, Case{KeyKind::admin, "read write", true, true},
          Case{KeyKind::sessions, "sessions:read", true, false},
          Case{KeyKind::sessions, "sessions:write", false, true},
          Case{KeyKind::sessions, "sessions:all", true, true},
          Case{KeyKind::sessions, "all:read", true, false}, Case{KeyKind::sessions, "all:write", false, true},
          Case{KeyKind::sessions, "all:all", true, true},
          Case{KeyKind::sessions, "other:all", false, false}}) {
        const auto secret = add(c.kind, [&](auto& key) { key.scopes = c.scopes; });
        EXPECT_EQ(check(bearer(secret), c.kind, false), c.reads ? "" : "403:missing_scope") << c.scopes;
        EXPECT_EQ(check(bearer(secret), c.kind, true), c.writes ? "" : "403:missing_scope") << c.scopes;
    }
}

TEST_F(AuthTest, AKeyWithAnAddressListIsRefusedElsewhere) {
    const auto secret =
        add(KeyKind::assistant, [](auto& key) { key.allow_ips = R"(["10.0.0.0/8","2001:db8::/32"])"; });
    auto request = bearer(secret);
    const std::pair<const char*, bool> cases[] = {{"10.9.9.9", true},  {"::ffff:10.9.9.9", true},
                                                  {"11.0.0.1", false}, {"2001:db8::5", true},
                                                  {"::1", false},      {"", false}};
    for (const auto& [address, allowed] : cases) {
        request.client = address;
        EXPECT_EQ(check(request), allowed ? "" : "403:address_not_allowed") << address;
    }
}

TEST_F(AuthTest, AKeyWithOriginsIsRefusedOnOtherSites) {
    const auto secret =
        add(KeyKind::assistant, [](auto& key) { key.origins = R"(["https://*.example.com"])"; });
    auto request = bearer(secret);
    EXPECT_EQ(check(request), "") << "a server has no origin";
    request.headers["origin"] = "https://docs.example.com";
    EXPECT_EQ(check(request), "");
    request.headers["origin"] = "https://evil.example.org";
    EXPECT_EQ(check(request), "403:origin_not_allowed");
    request.headers["origin"] = "null";
    EXPECT_EQ(check(request), "403:origin_not_allowed");
}

TEST_F(AuthTest, TheCacheIsBounded) {
    for (int i = 0; i < 30; ++i) EXPECT_EQ(check(bearer(add(KeyKind::assistant))), "");
    EXPECT_EQ(auth_->cached(), 30u);
    for (int i = 0; i < 30; ++i) check(bearer(new_secret(KeyKind::assistant)));
    EXPECT_EQ(auth_->cached(), 30u) << "unknown keys are not kept";
}

TEST_F(AuthTest, WhenAKeyWasUsedIsRecorded) {
    const auto secret = add(KeyKind::assistant);
    EXPECT_EQ(check(bearer(secret)), "");
    ASSERT_TRUE(test::run(loop_, auth_->flush()));
    const auto key = test::run(loop_, keys_->find_by_hash(hash_hex(secret)));
    EXPECT_EQ(key->last_used, clock_.now());
}

using LimitsTest = AuthTest;

LimitConfig config(std::int64_t key, std::int64_t organization, std::int64_t address) {
    LimitConfig out;
    out.per_key_month = key;
    out.per_organization_hour = organization;
    out.per_ip_day = address;
    return out;
}

TEST_F(LimitsTest, EachLimitRefusesTheUseAfterItsLast) {
    struct Case {
        LimitConfig limits;
        const char* which;
    };
    for (const auto& c : {Case{config(3, 100, 100), "key"}, Case{config(100, 3, 100), "organization"},
                          Case{config(100, 100, 3), "address"}}) {
        Limits limits(*counters_, clock_, c.limits);
        for (int left = 2; left >= 0; --left) {
            const auto verdict = limits.take("K", "10.0.0.1");
            EXPECT_TRUE(verdict.allowed);
            EXPECT_EQ(verdict.limit, 3);
            EXPECT_EQ(verdict.remaining, left);
            EXPECT_EQ(verdict.which, c.which);
        }
        const auto refused = limits.take("K", "10.0.0.1");
        EXPECT_FALSE(refused.allowed);
        EXPECT_EQ(refused.which, c.which);
        EXPECT_GT(refused.reset_seconds, 0);
        EXPECT_EQ(limits.refused(), 1u);
        const auto message = limit_error(refused).message;
        EXPECT_NE(message.find("try again in "), std::string::npos) << message;
    }
}

TEST_F(LimitsTest, AWindowEndsOnTheClock) {
    // 2023-11-14T22:13:20Z
    Limits limits(*counters_, clock_, config(0, 1, 0));
    const auto first = limits.take("K", "10.0.0.1");
    EXPECT_EQ(first.reset_seconds, 46 * 60 + 40);
    EXPECT_FALSE(limits.take("K", "10.0.0.1").allowed);
    clock_.advance(std::chrono::seconds(first.reset_seconds) - std::chrono::milliseconds(1));
    EXPECT_FALSE(limits.take("K", "10.0.0.1").allowed);
    clock_.advance(std::chrono::milliseconds(1));
    EXPECT_TRUE(limits.take("K", "10.0.0.1").allowed);
    EXPECT_EQ(month_of(clock_.now()), 1'698'796'800'000);    // 2023-11-01
    EXPECT_EQ(next_month(clock_.now()), 1'701'388'800'000);  // 2023-12-01
    EXPECT_EQ(next_month(1'703'980'800'000), 1'704'067'200'000);
}

TEST_F(LimitsTest, ARestartForgetsNothingThatWasFlushed) {
    const auto three = config(3, 0, 0);
    {
        Limits limits(*counters_, clock_, three);
        limits.take("K", "10.0.0.1");
        limits.take("K", "10.0.0.1");
        ASSERT_TRUE(test::run(loop_, limits.flush()));
        ASSERT_TRUE(test::run(loop_, limits.flush()));
    }
    Limits again(*counters_, clock_, three);
    ASSERT_TRUE(test::run(loop_, again.load()));
    EXPECT_EQ(again.take("K", "10.0.0.1").remaining, 0);
    EXPECT_FALSE(again.take("K", "10.0.0.1").allowed);
    EXPECT_TRUE(again.take("other", "10.0.0.1").allowed);

    clock_.advance(std::chrono::hours(24 * 31));
    Limits later(*counters_, clock_, three);
    ASSERT_TRUE(test::run(loop_, later.load()));
    EXPECT_EQ(later.take("K", "10.0.0.1").remaining, 2);
}

TEST_F(LimitsTest, AddressesAreBoundedAndTheBusyOnesAreKept) {
    auto small = config(0, 0, 5);
    small.max_addresses = 100;
    Limits limits(*counters_, clock_, small);
    for (int i = 0; i < 5; ++i) limits.take("K", "10.0.0.1");
    for (int i = 0; i < 1'000; ++i)
        limits.take("K", "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250));
    EXPECT_LE(limits.addresses(), 100u);
    EXPECT_FALSE(limits.take("K", "10.0.0.1").allowed);
    for (int i = 0; i < 5; ++i) limits.take("K", "2001:db8::" + std::to_string(i));
    EXPECT_FALSE(limits.take("K", "2001:db8::ffff").allowed) << "a network of one reader";
}

TEST_F(LimitsTest, NoLimitIsNoHeader) {
    Limits limits(*counters_, clock_, config(0, 0, 0));
    const auto verdict = limits.take("K", "10.0.0.1");
    EXPECT_TRUE(verdict.allowed);
    net::Response response;
    add_limit_headers(verdict, response);
    EXPECT_TRUE(response.headers.empty());
}

}  // namespace
}  // namespace docent::api
