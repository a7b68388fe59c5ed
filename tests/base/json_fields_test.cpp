#include "base/json_fields.hpp"

#include <gtest/gtest.h>

namespace docent {
namespace {

TEST(JsonFields, WhatIsAbsentOrOfAnotherTypeIsEmpty) {
    const auto object =
        object_in(R"({"text": "a", "number": 7, "yes": true, "no": false, "part": {"x": "y"}})");
    EXPECT_EQ(text_of(object, "text"), "a");
    EXPECT_EQ(text_of(object, "number"), "");
    EXPECT_EQ(text_of(object, "absent"), "");
    EXPECT_EQ(number_of(object, "number"), "7");
    EXPECT_EQ(number_of(object, "text"), "");
    EXPECT_EQ(bool_of(object, "no"), false);
    EXPECT_EQ(bool_of(object, "text"), std::nullopt);
    EXPECT_TRUE(is_true(object, "yes"));
    EXPECT_FALSE(is_true(object, "no"));
    EXPECT_FALSE(is_true(object, "number"));
    EXPECT_EQ(text_of(part_of(object, "part"), "x"), "y");
    EXPECT_TRUE(part_of(object, "text").empty());
}

TEST(JsonFields, WhatIsNoObjectIsAnEmptyOne) {
    EXPECT_TRUE(object_in("").empty());
    EXPECT_TRUE(object_in("[1]").empty());
    EXPECT_TRUE(object_in(R"({"a": )").empty());
    EXPECT_TRUE(object_in(R"({"a": 1} more)").empty());
}

}  // namespace
}  // namespace docent
