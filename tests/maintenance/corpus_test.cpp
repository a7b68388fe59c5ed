#include <chrono>
#include <iostream>

#include "maintenance/site_fixture.hpp"

namespace docent::maintenance {
namespace {

class Corpus : public SiteTest {
protected:
    void SetUp() override {
        const auto data = test::shared_data();
        if (data.empty()) GTEST_SKIP() << "the shared data is not there";
        std::filesystem::copy(data / "corpora/mintlify", root, std::filesystem::copy_options::recursive);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
            std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_all);
        std::filesystem::permissions(root, std::filesystem::perms::owner_all);
        base = commit("the site");
    }

    template <class F>
    auto timed(const std::string& what, F&& work) {
        const auto begin = std::chrono::steady_clock::now();
        auto out = work();
        std::cout << what << ": "
                  << std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                           begin)
                         .count()
                  << " ms\n";
        return out;
    }

    std::string base;
};

TEST_F(Corpus, links_are_fixed_and_a_page_renamed_on_a_site_of_four_languages) {
    if (base.empty()) return;
    const auto fixed = timed("/fix-links", [&] { return run("/fix-links"); });
    std::cout << fixed.title << "\n";
    EXPECT_GT(fixed.changes.size(), 0U);
    apply(fixed);
    base = commit("fixed");
    const auto outcome =
        timed("/rename-page", [&] { return run("/rename-page organize/pages organize/page-files"); });
    std::cout << outcome.report << "\n";
    EXPECT_EQ(outcome.changes.size(), 80U);
    apply(outcome);
    for (const auto& finding : timed("validation", [&] { return validate(base); }))
        ADD_FAILURE() << finding.file << ":" << finding.line << " " << finding.message;
    for (const std::string language : {"", "es/", "fr/", "zh/"}) {
        EXPECT_TRUE(is_there(language + "organize/page-files.mdx"));
        EXPECT_FALSE(is_there(language + "organize/pages.mdx"));
    }
    // Nothing but lines with the path is different.
    docent::Command command;
    command.argv = {"git", "diff", "-M", "--unified=0", "HEAD"};
    command.directory = root;
    git({"add", "-A"});
    const auto diff = docent::blocking_run(command);
    ASSERT_TRUE(diff);
    std::size_t at = 0, lines = 0;
    while (at < diff->out.size()) {
        const auto end = std::min(diff->out.find('\n', at), diff->out.size());
        const auto line = diff->out.substr(at, end - at);
        at = end + 1;
        if ((line[0] != '+' && line[0] != '-') || line.rfind("+++", 0) == 0 || line.rfind("---", 0) == 0)
            continue;
        ++lines;
        const bool of_redirect = line.find_first_not_of("+- {},") == std::string::npos;
        EXPECT_TRUE(of_redirect || line.find("organize/page") != std::string::npos) << line;
    }
    std::cout << lines << " lines differ\n";
}

}  // namespace
}  // namespace docent::maintenance
