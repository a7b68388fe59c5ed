#include "maintenance/command_line.hpp"

#include <gtest/gtest.h>

#include "maintenance/commands.hpp"

namespace docent::maintenance {
namespace {

std::vector<std::string> words_of(std::string_view text) {
    const auto words = split_words(text);
    if (!words) return {"error: " + words.error().message};
    std::vector<std::string> out;
    for (const auto& word : *words) out.push_back(word.quoted ? "<" + word.text + ">" : word.text);
    return out;
}

using Words = std::vector<std::string>;

const Command sample{.name = "replace",
                     .usage = "/replace OLD NEW [--in GLOB] [--word]",
                     .summary = "",
                     .options = {"in"},
                     .flags = {"word"},
                     .run = nullptr,
                     .values = {"OLD", "NEW"}};

std::string complaint(std::string_view text) {
    const auto words = split_words(text);
    if (!words) return words.error().message;
    const auto arguments = read_arguments(sample, *words);
    return arguments ? "" : arguments.error().message;
}

}  // namespace

TEST(CommandLine, WordsStandBetweenBlanksAndQuotesKeepThem) {
    EXPECT_EQ(words_of("  a  b\nc\t"), (Words{"a", "b", "c"}));
    EXPECT_EQ(words_of(""), Words{});
    EXPECT_EQ(words_of(R"("a b" 'c d' "" '')"), (Words{"<a b>", "<c d>", "<>", "<>"}));
}

TEST(CommandLine, QuotesOfPhonesAndOtherLanguagesAreQuotes) {
    EXPECT_EQ(words_of("“a b” „c d“ «e f» ‘g h’ ”i j”"),
              (Words{"<a b>", "<c d>", "<e f>", "<g h>", "<i j>"}));
    EXPECT_EQ(words_of("“a\" ‘b'"), (Words{"<a>", "<b>"}));
    EXPECT_EQ(words_of("—in docs –word"), (Words{"--in", "docs", "--word"}));
    EXPECT_EQ(words_of("— \"—in\""), (Words{"—", "<—in>"}));
}

TEST(CommandLine, AnApostropheEndsNothing) {
    EXPECT_EQ(words_of("'it's here' don't"), (Words{"<it's here>", "don't"}));
    EXPECT_EQ(words_of("‘it’s here’"), (Words{"<it’s here>"}));
}

TEST(CommandLine, ABackslashTakesTheMeaningFromQuotesAndBlanksOnly) {
    EXPECT_EQ(words_of(R"("say \"hi\" now" a\ b \"c\")"), (Words{R"(<say "hi" now>)", "a b", "\"c\""}));
    EXPECT_EQ(words_of(R"(C:\docs\n "\d+" '\' \\)"), (Words{R"(C:\docs\n)", R"(<\d+>)", R"(<\>)", R"(\)"}));
}

TEST(CommandLine, AnOptionsValueMayBeQuotedBehindItsEqualsSign) {
    EXPECT_EQ(words_of(R"(--in="a b" --in='c d'e' x="y z")"),
              (Words{"--in=a b", "--in=c d'e", "x=\"y", "z\""}));
}

TEST(CommandLine, AQuoteThatDoesNotEndIsToldWithItsBeginning) {
    EXPECT_EQ(complaint("\"Old name"), "the quote before \"Old name\" does not end: put \" behind the value");
}

TEST(CommandLine, OptionsStandAnywhereAndMayComeAgain) {
    const auto words = split_words("--in docs/** A --word B --in=guides");
    ASSERT_TRUE(words);
    const auto got = read_arguments(sample, *words);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->values, (Words{"A", "B"}));
    EXPECT_TRUE(got->has("word"));
    EXPECT_EQ(got->value("in"), "docs/**");
    EXPECT_EQ(got->options.size(), 3U);
    EXPECT_EQ(got->options[2].second, "guides");
    EXPECT_EQ(got->value("since", "never"), "never");
}

TEST(CommandLine, WhatLooksLikeAnOptionIsAValueInQuotesOrBehindTwoDashes) {
    for (const auto* line : {"\"--in\" '--word'", "-- --in --word"}) {
        const auto words = split_words(line);
        ASSERT_TRUE(words);
        const auto got = read_arguments(sample, *words);
        ASSERT_TRUE(got) << got.error().message;
        EXPECT_EQ(got->values, (Words{"--in", "--word"}));
    }
}

TEST(CommandLine, EveryMistakeIsNamedWithTheUsage) {
    const std::string usage = ". Usage: /replace OLD NEW [--in GLOB] [--word]";
    EXPECT_EQ(complaint("A B --wrod"),
              "/replace has no option --wrod; did you mean --word?" + usage.substr(1));
    EXPECT_EQ(complaint("A B --zzzzzzz"), "/replace has no option --zzzzzzz" + usage);
    EXPECT_EQ(complaint("A B --in"), "--in needs a value" + usage);
    EXPECT_EQ(complaint("A B --in --word"), "--in needs a value" + usage);
    EXPECT_EQ(complaint("A B --in="), "--in needs a value" + usage);
    EXPECT_EQ(complaint("A B --word=yes"), "--word takes no value" + usage);
    EXPECT_EQ(complaint("A"), "NEW is missing" + usage);
    EXPECT_EQ(complaint(""), "OLD is missing" + usage);
    EXPECT_EQ(complaint("A B C"), "\"C\" is too much" + usage);
}

TEST(Commands, TextThatBeginsWithANameIsACommandAndAPathIsNone) {
    for (const auto* text : {"/help", "  /fix-links --in a", "/Replace\n\"a\" b", "/nonsense"})
        EXPECT_TRUE(is_command(text)) << text;
    for (const auto* text : {"", "/", "help", "/ help", "//help", "/guides/start has a typo", "/1", "/-a",
                             "/start.mdx is wrong", "see /help"})
        EXPECT_FALSE(is_command(text)) << text;
}

TEST(Commands, AnUnknownOneIsToldTheNearest) {
    const auto got = blocking_run({}, "/hlep");
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(got.error().message, "there is no command /hlep; did you mean /help? /help lists them");
    EXPECT_EQ(blocking_run({}, "hello").error().message,
              "a command begins with / and its name; /help lists them");
}

TEST(Commands, EachHasItsNameInItsUsageAndASentence) {
    for (const auto& command : commands()) {
        EXPECT_TRUE(command.usage.starts_with("/" + std::string(command.name))) << command.name;
        EXPECT_TRUE(command.summary.ends_with('.')) << command.name;
        for (const auto option : command.options)
            EXPECT_NE(command.usage.find("--" + std::string(option) + " "), std::string_view::npos) << option;
        for (const auto flag : command.flags)
            EXPECT_NE(command.usage.find("--" + std::string(flag)), std::string_view::npos) << flag;
        for (const auto value : command.values)
            EXPECT_NE(command.usage.find(value), std::string_view::npos) << value;
    }
    const auto got = blocking_run({}, "/help");
    ASSERT_TRUE(got);
    for (const auto& command : commands())
        EXPECT_NE(got->report.find("`" + std::string(command.usage) + "`"), std::string::npos);
}

}  // namespace docent::maintenance
