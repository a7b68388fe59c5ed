#include "assistant/phrases.hpp"

#include <gtest/gtest.h>

namespace docent::assistant {
namespace {

TEST(DetectLanguage, TheBeginningOfALongTextTells) {
    std::string text = "How do I get the key of my account? ";
    std::string rest;
    while (rest.size() < 1'000'000) rest += "el los las del que para con una ";
    EXPECT_EQ(detect_language(text), "en");
    while (text.size() < 4'000) text += "What is the use of this and how can you do it? ";
    EXPECT_EQ(detect_language(text + rest), "en");
}

}  // namespace
}  // namespace docent::assistant
