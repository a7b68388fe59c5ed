#include "docs/front_matter.hpp"

#include <gtest/gtest.h>

namespace docent::docs {
namespace {

TEST(FrontMatter, FieldsAreRead) {
    const auto got = read_front_matter(
        "---\ntitle: \"A: b\"\nkeywords: [\"x\", y]\nboost: 2.5\nhidden: false\ngroups:\n  - "
        "staff\nsidebar_label: Short\nslug: /x\n---\n\nBody\n");
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.fields.title, "A: b");
    EXPECT_EQ(got.fields.keywords, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(got.fields.boost, 2.5);
    EXPECT_EQ(got.fields.hidden, false);
    EXPECT_FALSE(got.fields.noindex.has_value());
    EXPECT_EQ(got.fields.groups, std::vector<std::string>{"staff"});
    EXPECT_EQ(got.fields.sidebar_title, "Short");
    EXPECT_EQ(got.fields.slug, "/x");
    EXPECT_EQ(got.body_line, 11u);
}

TEST(FrontMatter, GroupsMayExcludeOthers) {
    const auto got = read_front_matter("---\ngroups:\n  - includes: [pro, '*']\n    excludes: [trial]\n---\n")
                         .fields.groups;
    EXPECT_EQ(got, (std::vector<std::string>{"pro", "*", "!trial"}));
    EXPECT_EQ(read_front_matter("---\ngroups: {excludes: trial}\n---\n").fields.groups,
              std::vector<std::string>{"!trial"});
}

TEST(FrontMatter, BrokenYamlIsToldWithItsLineAndItsPlainFieldsAreTaken) {
    const auto got = read_front_matter("---\ntitle: Kept\ndescription: a: b: [\n---\nBody");
    EXPECT_EQ(got.fields.title, "Kept");
    EXPECT_NE(got.error, "");
    EXPECT_GE(got.error_line, 2u);
    EXPECT_LE(got.error_line, 4u);
}

TEST(FrontMatter, APageWithoutIsItsBody) {
    EXPECT_EQ(read_front_matter("# Hi\n---\n").body, 0u);
    EXPECT_EQ(read_front_matter("---\nno end\n").body, 0u);
    EXPECT_EQ(read_front_matter("").body, 0u);
}

TEST(FrontMatter, DeepNestingIsRefused) {
    EXPECT_NE(read_front_matter("---\na: " + std::string(5000, '[') + "\n---\n").error, "");
}

}  // namespace
}  // namespace docent::docs
