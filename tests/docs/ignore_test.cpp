#include "docs/ignore.hpp"

#include <gtest/gtest.h>

namespace docent::docs {
namespace {

TEST(Ignore, RulesMatchAsGitDoes) {
    IgnoreRules rules;
    rules.add("# comment\n*.draft.mdx\n/root.md\nprivate/\n!keep.draft.mdx\na/**/z.md\nb?.md\nc[0-9].md\n");
    const std::pair<const char*, bool> table[] = {
        {"x/y.draft.mdx", true}, {"x/keep.draft.mdx", false},
        {"root.md", true},       {"x/root.md", false},
        {"a/z.md", true},        {"a/b/c/z.md", true},
        {"b1.md", true},         {"b12.md", false},
        {"c7.md", true},         {"cx.md", false},
    };
    for (const auto& [path, ignored] : table) EXPECT_EQ(rules.ignored(path, false), ignored) << path;
    EXPECT_TRUE(rules.ignored("x/private", true));
    EXPECT_FALSE(rules.ignored("x/private", false));
}

TEST(Ignore, HostilePatternsEnd) {
    std::string pattern, text(4000, 'a');
    for (int i = 0; i < 300; ++i) pattern += "*a";
    EXPECT_FALSE(glob_match(pattern + "b", text));
}

}  // namespace
}  // namespace docent::docs
