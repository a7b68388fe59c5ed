#include "api/key_settings.hpp"

#include <gtest/gtest.h>

#include <set>

namespace docent::api {
namespace {

TEST(KeySettingsTest, SecretsHaveThePrefixOfTheirKindAndAreNeverTheSame) {
    std::set<std::string> seen;
    for (const auto kind : {KeyKind::admin, KeyKind::assistant, KeyKind::sessions})
        for (int i = 0; i < 100; ++i) {
            const auto secret = new_secret(kind);
            EXPECT_TRUE(seen.insert(secret).second);
            EXPECT_EQ(kind_of_secret(secret), kind);
            EXPECT_GE(secret.size(), 32u + 5);
        }
    EXPECT_TRUE(new_secret(KeyKind::admin).starts_with("mint_"));
    EXPECT_TRUE(new_secret(KeyKind::assistant).starts_with("mint_dsc_"));
    EXPECT_TRUE(new_secret(KeyKind::sessions).starts_with("agen_"));
}

TEST(KeySettingsTest, TheLongestPrefixDecidesTheKind) {
    EXPECT_EQ(kind_of_secret("mint_dsc_abc"), KeyKind::assistant);
    EXPECT_EQ(kind_of_secret("mint_abc"), KeyKind::admin);
    EXPECT_EQ(kind_of_secret("agen_abc"), KeyKind::sessions);
    for (const auto* no :
         {"", "mint", "mint_", "mint_dsc_", "sk-123", "Basic dXNlcg==", "mint_dsc_a b", "mint_a'--"})
        EXPECT_EQ(kind_of_secret(no), std::nullopt) << no;
    EXPECT_EQ(kind_of_secret("mint_" + std::string(1000, 'a')), std::nullopt);
}

TEST(KeySettingsTest, AHintShowsPrefixAndLastFourOnly) {
    EXPECT_EQ(hint_of_secret("mint_dsc_0123456789abcdef"), "mint_dsc_…cdef");
    EXPECT_EQ(hint_of_secret("mint_short"), "…");
}

TEST(AddressRangeTest, ContainsWhatItSays) {
    struct Case {
        const char *range, *address;
        bool inside;
    };
    for (const auto& c : std::initializer_list<Case>{{"10.0.0.1", "10.0.0.1", true},
                                                     {"10.0.0.1", "10.0.0.2", false},
                                                     {"10.0.0.0/8", "10.255.1.2", true},
                                                     {"10.0.0.0/8", "11.0.0.0", false},
                                                     {"192.168.1.128/25", "192.168.1.127", false},
                                                     {"192.168.1.128/25", "192.168.1.200", true},
                                                     {"10.0.0.1/32", "10.0.0.1", true},
                                                     {"10.0.0.1", "::ffff:10.0.0.1", true},
                                                     {"::ffff:10.0.0.0/104", "10.9.9.9", true},
                                                     {"2001:db8::/32", "2001:db8:1::5", true},
                                                     {"2001:db8::/32", "2001:db9::1", false},
                                                     {"2001:db8::/33", "2001:db8:8000::1", false},
                                                     {"::1", "::1", true},
                                                     {"::1", "0:0:0:0:0:0:0:1", true},
                                                     {"10.0.0.0/8", "not an address", false},
                                                     {"10.0.0.0/8", "", false}}) {
        const auto range = AddressRange::parse(c.range);
        ASSERT_TRUE(range) << c.range;
        EXPECT_EQ(range->contains(c.address), c.inside) << c.range << " " << c.address;
        EXPECT_FALSE(range->is_everything());
    }
}

TEST(AddressRangeTest, WhatIsNoRangeIsRefused) {
    for (const auto* bad : {"", "10.0.0", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/8x", "::1/129",
                            "host", "10.0.0.1/8/8", "1.2.3.4.5", "/8", "300.1.1.1"})
        EXPECT_FALSE(AddressRange::parse(bad)) << bad;
}

TEST(KeySettingsTest, CatchAllRangesAreRefused) {
    for (const auto* all : {"0.0.0.0/0", "::/0", "1.2.3.4/0", "::ffff:0:0/96"}) {
        KeySettings settings;
        settings.project_id = "p";
        settings.allow_ips = {"10.0.0.1", all};
        const auto checked = check_key_settings(settings, 0);
        ASSERT_FALSE(checked) << all;
        EXPECT_NE(checked.error().message.find("allows every address"), std::string::npos);
    }
}

TEST(KeySettingsTest, ScopesFitTheKind) {
    const auto checked = [](KeyKind kind, std::vector<std::string> scopes) {
        KeySettings settings;
        settings.kind = kind;
        settings.project_id = "p";
        settings.scopes = std::move(scopes);
        return check_key_settings(settings, 0).ok();
    };
    EXPECT_TRUE(checked(KeyKind::admin, {"read", "write"}));
    EXPECT_TRUE(checked(KeyKind::sessions, {"sessions:read", "all:write"}));
    EXPECT_TRUE(checked(KeyKind::assistant, {}));
    EXPECT_FALSE(checked(KeyKind::admin, {"delete"}));
    EXPECT_FALSE(checked(KeyKind::admin, {"all:all"}));
    EXPECT_FALSE(checked(KeyKind::sessions, {"read"}));
    EXPECT_FALSE(checked(KeyKind::assistant, {"read"}));
}

TEST(KeySettingsTest, OnlyAdminKeysAreForAllProjects) {
    KeySettings settings;
    EXPECT_FALSE(check_key_settings(settings, 0));
    settings.kind = KeyKind::admin;
    EXPECT_TRUE(check_key_settings(settings, 0));
    settings.expires = 99;
    EXPECT_FALSE(check_key_settings(settings, 100));
}

TEST(KeySettingsTest, OriginsAreSchemeHostAndPort) {
    EXPECT_EQ(*parse_origin_pattern("HTTPS://Docs.Example.com/"), "https://docs.example.com");
    EXPECT_EQ(*parse_origin_pattern("http://localhost:3000"), "http://localhost:3000");
    for (const auto* bad : {"", "docs.example.com", "https://", "https://a/b", "ftp://a", "https://*",
                            "https://*.com", "https://a.*.com", "*", "https://u@a.com", "https://a b"})
        EXPECT_FALSE(parse_origin_pattern(bad)) << bad;

    EXPECT_TRUE(origin_matches("https://docs.example.com", "https://Docs.example.com"));
    EXPECT_FALSE(origin_matches("https://docs.example.com", "http://docs.example.com"));
    EXPECT_FALSE(origin_matches("https://docs.example.com", "https://docs.example.com.evil.org"));
    EXPECT_TRUE(origin_matches("https://*.example.com", "https://a.b.example.com"));
    EXPECT_FALSE(origin_matches("https://*.example.com", "https://example.com"));
    EXPECT_FALSE(origin_matches("https://*.example.com", "https://evilexample.com"));
    EXPECT_FALSE(origin_matches("https://*.example.com", "https://evil.org/.example.com"));
    EXPECT_FALSE(origin_matches("https://*.example.com", "null"));
}

TEST(KeySettingsTest, ExpiryIsATimeFromNowOrADate) {
    const Millis now = 1'700'000'000'000;
    EXPECT_EQ(*parse_expiry("90d", now), now + Millis{90} * 86'400'000);
    EXPECT_EQ(*parse_expiry("12h", now), now + Millis{12} * 3'600'000);
    EXPECT_EQ(*parse_expiry("never", now), 0);
    EXPECT_EQ(*parse_expiry("2027-01-31", now), 1'801'353'600'000);
    EXPECT_EQ(*parse_expiry("2027-01-31T12:00:00.5Z", now), 1'801'353'600'000 + 12 * 3'600'000);
    for (const auto* bad : {"", "d", "-1d", "90", "90x", "2020-01-01", "2027-13-01", "2027-01-31T25:00:00Z",
                            "tomorrow", "99999999999999999999d", "2027-01-31T12:00:00"})
        EXPECT_FALSE(parse_expiry(bad, now)) << bad;
}

TEST(KeySettingsTest, AddressesAreCountedByTheNetworkThatOneReaderHas) {
    EXPECT_EQ(address_group("10.1.2.3"), "10.1.2.3");
    EXPECT_EQ(address_group("::ffff:10.1.2.3"), "10.1.2.3");
    EXPECT_EQ(address_group("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::/64");
    EXPECT_EQ(address_group("2001:db8:1:2:bbbb::9"), "2001:db8:1:2::/64");
}

TEST(KeySettingsTest, ListsSurviveTheStore) {
    EXPECT_EQ(to_json_list({}), "[]");
    const std::vector<std::string> list = {"10.0.0.0/8", "a\"b"};
    EXPECT_EQ(from_json_list(to_json_list(list)), list);
}

}  // namespace
}  // namespace docent::api
