#include <gtest/gtest.h>

#include "base/text.hpp"
#include "docs/import.hpp"
#include "docs/links.hpp"
#include "maintenance/page_files.hpp"
#include "maintenance/page_format.hpp"
#include "maintenance/rendered.hpp"
#include "maintenance/segments.hpp"
#include "maintenance/tree_fixture.hpp"

namespace docent::maintenance {
namespace {

/// The documentation of Mintlify, in four languages, as a repository of its own.
class CommandsCorpus : public TreeTest {
protected:
    bool take_corpus() {
        const auto data = test::shared_data();
        if (data.empty()) return false;
        const auto from = data / "corpora" / "mintlify";
        if (!std::filesystem::exists(from)) return false;
        std::filesystem::copy(from, root, std::filesystem::copy_options::recursive);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
            std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_all);
        return true;
    }
    docs::Site imported() const {
        auto site = docs::import_folder(root, {});
        if (!site) throw std::runtime_error(site.error().message);
        return *std::move(site);
    }
};

}  // namespace

TEST_F(CommandsCorpus, FormattingIsTheLastWordAndChangesNoPageOfTheSite) {
    if (!take_corpus()) GTEST_SKIP() << "no shared data";
    const auto before = imported();
    const auto got = run("/format");
    apply(got);
    EXPECT_TRUE(run("/format").changes.empty());
    const auto after_it = imported();
    ASSERT_EQ(before.pages.size(), after_it.pages.size());
    for (std::size_t i = 0; i < before.pages.size(); ++i) {
        const auto &a = before.pages[i], &b = after_it.pages[i];
        ASSERT_EQ(a.file, b.file);
        EXPECT_EQ(a.title, b.title);
        EXPECT_EQ(a.description, b.description);
        EXPECT_EQ(a.anchors, b.anchors) << a.file;
        EXPECT_TRUE(rendered(a.markdown, false) == rendered(b.markdown, false)) << a.file;
        ASSERT_EQ(a.links.size(), b.links.size()) << a.file;
        for (std::size_t n = 0; n < a.links.size(); ++n) EXPECT_EQ(a.links[n].target, b.links[n].target);
    }
    EXPECT_EQ(before.chunks.size(), after_it.chunks.size());
    RecordProperty("pages", static_cast<int>(got.changes.size()));
}

TEST_F(CommandsCorpus, ReplacingCountsWhatStandsInTextAndNothingElseMoves) {
    if (!take_corpus()) GTEST_SKIP() << "no shared data";
    const auto got = run("/replace Mintlify Docently");
    std::size_t counted_there = 0, changed = 0;
    for (const auto& change : got.changes) {
        // Each occurrence that is gone has become one of the other; all else is the same byte for byte.
        std::string back = change.after;
        std::size_t n = 0;
        for (auto at = back.find("Docently"); at != back.npos; at = back.find("Docently", at + 8)) {
            back.replace(at, 8, "Mintlify");
            ++n;
        }
        EXPECT_EQ(back, change.before) << change.path;
        const auto links = docs::find_links(change.before, 1), same = docs::find_links(change.after, 1);
        ASSERT_EQ(links.size(), same.size()) << change.path;
        for (std::size_t i = 0; i < links.size(); ++i)
            EXPECT_EQ(links[i].target, same[i].target) << change.path;
        changed += n;
        for (const auto& piece : split_page(change.before, true))
            if (piece.kind != Segment::Kind::markup && piece.kind != Segment::Kind::code)
                for (auto at = change.before.find("Mintlify", piece.begin); at < piece.end;
                     at = change.before.find("Mintlify", at + 8))
                    ++counted_there;
    }
    EXPECT_EQ(changed, counted_there);
    EXPECT_NE(got.report.find("in the text: " + counted(changed, "time") + " in " +
                              counted(got.changes.size(), "file")),
              std::string::npos)
        << got.report.substr(0, 200);
}

TEST_F(CommandsCorpus, TheOtherCommandsRun) {
    if (!take_corpus()) GTEST_SKIP() << "no shared data";
    commit("All of it");
    const auto fields = run("/frontmatter");
    apply(fields);
    EXPECT_TRUE(run("/frontmatter").changes.empty());
    EXPECT_EQ(run("/stale").problems, 0U);
    const auto languages = run("/translations");
    EXPECT_NE(languages.report.find(" in 3 languages"), std::string::npos) << languages.report.substr(0, 300);
}

}  // namespace docent::maintenance
