#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include "docs/import.hpp"
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

/// What a link of a page means on the site, without query and anchor.
std::string address_of(const docs::Page& page, std::string target) {
    target = target.substr(0, target.find_first_of("?#"));
    if (target.empty()) return page.path;
    std::filesystem::path out = target;
    if (!target.starts_with('/')) out = "/" / std::filesystem::path(page.path).parent_path() / target;
    auto path = out.lexically_normal().string().substr(1);
    while (path.ends_with('/')) path.pop_back();
    for (const std::string_view ending : {".mdx", ".md", "/index"})
        if (path.ends_with(ending)) path.resize(path.size() - ending.size());
    return path.empty() ? "index" : path;
}

TEST_F(Corpus, what_the_commands_wrote_leads_somewhere_when_the_site_is_imported_again) {
    if (base.empty()) return;
    const auto imported = [&] {
        auto site = docs::import_folder(root, {});
        if (!site) throw std::runtime_error(site.error().message);
        return *std::move(site);
    };
    std::map<std::string, std::multiset<std::string>> before;
    for (const auto& page : imported().pages)
        for (const auto& link : page.links) before[page.file].insert(link.target);
    apply(run("/fix-links"));
    commit("fixed");
    apply(run("/rename-page organize/pages organize/page-files"));

    const auto site = imported();
    std::map<std::string, const docs::Page*> pages;
    for (const auto& page : site.pages) pages[page.path] = &page;
    for (const std::string language : {"", "es/", "fr/", "zh/"}) {
        EXPECT_TRUE(pages.contains(language + "organize/page-files"));
        EXPECT_FALSE(pages.contains(language + "organize/pages"));
        ASSERT_TRUE(site.redirects.contains(language + "organize/pages"));
        EXPECT_EQ(address_of(*site.pages.begin(), "/" + site.redirects.at(language + "organize/pages")),
                  language + "organize/page-files");
    }
    std::size_t touched = 0;
    for (const auto& page : site.pages) {
        auto file = page.file;
        if (file.ends_with("organize/page-files.mdx")) file.replace(file.size() - 14, 10, "pages");
        auto known = before[file];
        for (const auto& link : page.links) {
            if (const auto same = known.find(link.target); same != known.end()) {
                known.erase(same);
                continue;
            }
            if (link.target.find("://") != std::string::npos || link.target.starts_with("mailto:")) continue;
            const auto where = page.file + ":" + std::to_string(link.line) + " " + link.target;
            const auto address = address_of(page, link.target);
            // files.
            const auto redirect = site.redirects.find(address);
            const bool moved = redirect != site.redirects.end() && !address.ends_with("organize/pages");
            const auto found = pages.find(address);
            EXPECT_TRUE(found != pages.end() || moved || is_there(address)) << where;
            ++touched;
            const auto hash = link.target.find('#');
            if (found == pages.end() || hash == std::string::npos) continue;
            EXPECT_TRUE(std::ranges::count(found->second->anchors, link.target.substr(hash + 1))) << where;
        }
    }
    EXPECT_GT(touched, 80U);
    std::cout << touched << " links were touched\n";
}

}  // namespace
}  // namespace docent::maintenance
