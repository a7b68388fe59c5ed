#include "assistant/masking.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/text.hpp"

namespace docent::assistant {
namespace {

struct Case {
    const char* text;
    const char* masked;
};

TEST(MaskingTest, WhatBelongsToAPersonIsReplaced) {
    const std::vector<Case> cases = {
        {"Write to ann.smith+docs@corp.co.uk, please.", "Write to [email], please."},
        {"mailto:ann@firma.de?subject=x", "mailto:[email]?subject=x"},
        {"ann@firma.de,bob@firma.de", "[email],[email]"},
        {"I paid with 4539 1488 0343 6467 yesterday", "I paid with [card] yesterday"},
        {"card 4539148803436467.", "card [card]."},
        {"3714-496353-98432", "3714-496353-98432"},  // fails Luhn's check
        {"5425-2334-3010-9903", "[card]"},
        {"IBAN DE89 3704 0044 0532 0130 00 is mine", "IBAN [iban] is mine"},
        {"DE89370400440532013000", "[iban]"},
        {"GB29NWBK60161331926819", "[iban]"},
        {"my address is 84.119.23.7.", "my address is [ip address]."},
        {"from 84.119.23.7:443", "from [ip address]:443"},
        {"http://84.119.23.7/", "http://[ip address]/"},
        {"2a02:8109:9c40:2d4::1", "[ip address]"},
        {"call +49 170 1234567 now", "call [phone] now"},
        {"+1 (415) 555-2671", "[phone]"},
        {"(415) 555-2671", "[phone]"},
        {"415-555-2671", "[phone]"},
        {"Telefon: 030 1234567", "Telefon: [phone]"},
        {"my phone number is 0171/1234567", "my phone number is [phone]"},
        {"sk-proj-a8Fk39dKw02mZq81Lx7Pn4", "[secret]"},
        {"export KEY=ghp_a8Fk39dKw02mZq81Lx7Pn4Rt56", "export KEY=[secret]"},
        {"AKIAQ3EGR5XW27YPLK4D", "[secret]"},
        {"Authorization: Bearer a8Fk39dKw02mZq81Lx7", "Authorization: Bearer [secret]"},
        {"password=Sommer2024!geheim", "password=[secret]"},
        {"postgres://me:hunter2x@db.corp.de/x", "postgres://me:[secret]@db.corp.de/x"},
        {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r", "[secret]"},
        {"-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----\nhelp", "[secret]\nhelp"},
        {"Grüße an ann@firma.de – ü", "Grüße an [email] – ü"},
    };
    for (const auto& one : cases) EXPECT_EQ(mask_personal_data(one.text), one.masked) << one.text;
}

TEST(MaskingTest, WhatDocumentationIsFullOfStays) {
    const std::vector<const char*> texts = {
        "Upgrade from 1.2.3 to 10.14.2-beta.1, or to 2024.11.22.",
        "version 13.2.1.0 and v4.12.99.1 and Chrome/120.0.0.0 and foo==84.12.100.7",
        "On 2026-11-22 at 12:30:45 (1700000000000 ms, 1700000000 s)",
        "commit 3bbce7aa19fe1d2c44b1b0f6d8a2b7f0c9e1a2d3",
        "id 550e8400-e29b-41d4-a716-446655440000, ULID 01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "order 1234567890123456 and 4539148803436460",
        "test card 4242 4242 4242 4242 or 4111111111111111",
        "user@example.com, bob@mail.example.org, root@db.test, git@github.com:acme/docs.git",
        "npm install react@18.2.0 @ai-sdk/openai@1.0.0 lodash@latest",
        "docker pull img@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "logo@2x.png and icon@3x.svg",
        "listen on 127.0.0.1:8080, 0.0.0.0, 10.0.0.5, 192.168.1.20, 172.16.0.1, 203.0.113.7 or ::1",
        "2001:db8::1, fe80::1, std::string, a::b, 12:30:45",
        "DNS 8.8.8.8 and 1.1.1.1",
        "api_key=YOUR_API_KEY_2, password: <password>, token=$TOKEN, secret: xxxxxxxxxxxxxxxx",
        "Authorization: Bearer YOUR_API_KEY",
        "sk-... or sk-xxxxxxxxxxxxxxxxxxxxxxxx, pk_order_items_2, AKIAIOSFODNN7EXAMPLE",
        "postgres://user:password@localhost/db and redis://:$PASS@host",
        "array[1234567] = 0x4539148803436467; x = 0.4539148803436467",
        "section 415.555.26 and RFC 9110, port 65535, 1,234,567 rows, +10%, UTC+02:00",
        "curl -X POST 'https://api.acme.dev/v1/items?id=20240101123456'",
        "for (int i = 0; i < 1000000; ++i) sum += 1234567890;",
    };
    for (const auto* text : texts) EXPECT_EQ(mask_personal_data(text), text);
}

TEST(MaskingTest, WhatIsMaskedStaysSoAndLongTextIsFine) {
    const std::string once = mask_personal_data("ann@firma.de +49 170 1234567 84.119.23.7");
    EXPECT_EQ(mask_personal_data(once), once);
    std::string text;
    for (int i = 0; i < 2'000; ++i) text += "a@b 1234 5678 1.2.3 aa:bb: +1 ";
    EXPECT_EQ(mask_personal_data(text), text);
    EXPECT_EQ(mask_personal_data(""), "");
    EXPECT_TRUE(is_utf8(mask_personal_data(std::string(1'000, 'x') + "ü@ü")));
}

}  // namespace
}  // namespace docent::assistant
