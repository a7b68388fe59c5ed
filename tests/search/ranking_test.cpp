#include <gtest/gtest.h>

#include <algorithm>

#include "search/score.hpp"
#include "search/sites.hpp"

namespace docent::search {
namespace {

using test_sites::Built;
using test_sites::PageText;
using test_sites::site_of;
using Paths = std::vector<std::string>;

PageText page(std::string path, std::string title, std::string text) {
    PageText out;
    out.path = std::move(path);
    out.title = std::move(title);
    out.text = std::move(text);
    return out;
}

TEST(Ranking, ATitleWeighsMoreThanTheBodyAndProseMoreThanCode) {
    auto in_code = page("code", "Other", "An example.");
    in_code.code = "webhook()";
    const Built built(
        site_of({in_code, page("body", "Other", "It sends a webhook."),
                 page("title", "Webhook", "It sends an event."), page("none", "Other", "Nothing here.")}));
    EXPECT_EQ(built.paths("webhooks"), (Paths{"title", "body", "code"}));
}

TEST(Ranking, FindsIdentifiersWholeAndByTheirParts) {
    const Built built(site_of({page("a", "A", "Call useChatStore to begin."),
                               page("b", "B", "The store of a shop."), page("c", "C", "Unrelated.")}));
    EXPECT_EQ(built.first("useChatStore"), "a");
    EXPECT_EQ(built.first("usechatstore"), "a");
    EXPECT_EQ(built.paths("store"), (Paths{"b", "a"}));
}

TEST(Ranking, PrefersTheLanguageOfTheQuestion) {
    auto english = page("en", "Navigation", "Customise the navigation of your documentation.");
    auto french = page("fr", "Navigation", "Personnalisez la navigation de votre documentation.");
    french.language = "fr";
    const Built built(site_of({english, french}));
    EXPECT_EQ(built.first("How do I change the navigation?"), "en");
    EXPECT_EQ(built.first("Comment puis-je changer la navigation ?"), "fr");
}

TEST(Ranking, AWordIsAsRareAsItIsInTheLanguageOfTheQuestion) {
    // "docent" is on every English page and on no other; "key" is on one of four.
    std::vector<PageText> pages{page("a", "A", "docent words and a key"),
                                page("b", "B", "docent docent docent here"), page("c", "C", "docent there"),
                                page("d", "D", "docent again")};
    for (int i = 0; i < 40; ++i) {
        pages.push_back(
            page("fr" + std::to_string(i), "Page", "Le texte de cette page est en fran\u00e7ais."));
        pages.back().language = "fr";
    }
    const Built built(site_of(pages));
    EXPECT_EQ(built.first("where is the docent key"), "a");
}

TEST(Ranking, TheDescriptionIsProseOfTheFirstSection) {
    auto site = site_of({page("a", "A", "One."), page("b", "B", "Two.")});
    site.pages[1].description = "How webhooks are signed";
    const Built built(site);
    EXPECT_EQ(built.paths("signed webhooks"), Paths{"b"});
}

TEST(Ranking, ABoostDecidesBetweenEqualsButDoesNotDrownTheWords) {
    auto one = page("one", "Keys", "A key expires."), two = page("two", "Keys", "A key expires.");
    two.boost = 3;
    auto weak = page("weak", "Other", "There is a key somewhere in this long text about many other things.");
    weak.boost = 3;
    const Built built(site_of({one, two, weak}));
    EXPECT_EQ(built.paths("when does a key expire"), (Paths{"two", "one", "weak"}));
}

TEST(Ranking, ABoostBelowOneIsAPlainFactorAndIsNotScored) {
    auto log = page("log", "Keys", "A key expires. When a key expires, a new key is made.");
    log.boost = 0.25;
    auto rest = page("rest", "Projects", "A project has members and limits of its own.");
    const Built built(
        site_of({log, page("other", "Limits", "For an hour no key expires."), rest, rest, rest}));
    EXPECT_EQ(built.paths("when does a key expire"), (Paths{"other", "log"}));
    Query query;
    query.text = "when does a key expire";
    const auto pages = built.index->search(query).pages;
    EXPECT_GT(pages.at(1).score, pages.at(0).score);
}

TEST(Ranking, EqualPagesStandInTheOrderOfTheSite) {
    std::vector<PageText> pages;
    for (int i = 0; i < 30; ++i) pages.push_back(page("p" + std::to_string(i), "Same", "The same words."));
    const Built built(site_of(pages));
    const auto found = built.paths("same words");
    ASSERT_EQ(found.size(), 10u);
    for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(found[i], "p" + std::to_string(i));
}

TEST(Ranking, AQuestionOfStopWordsOrNothingFindsNothing) {
    const Built built(site_of({page("a", "A", "Some words about what it is.")}));
    EXPECT_TRUE(built.paths("what is it").empty());
    EXPECT_TRUE(built.paths("").empty());
    EXPECT_TRUE(built.paths("\xFF\xFE").empty());
    EXPECT_TRUE(built.paths(std::string(100'000, 'x')).empty());
}

TEST(Filter, UntaggedPagesPassAndCaseDoesNotMatter) {
    auto v1 = page("v1", "Keys", "Keys of version one."), v2 = page("v2", "Keys", "Keys of version two.");
    v1.version = "V1";
    v2.version = "v2";
    const Built built(site_of({v1, v2, page("all", "Keys", "Keys of all versions.")}));
    Filter filter;
    filter.version = "v1";
    auto found = built.paths("keys", filter);
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, (Paths{"all", "v1"}));
}

TEST(Filter, PagesOfGroupsNeverReachOthers) {
    auto secret = page("secret", "Salaries", "What the salaries are.");
    secret.groups = {"hr", "board"};
    const Built built(site_of({secret, page("open", "Jobs", "We pay salaries.")}));
    EXPECT_EQ(built.paths("salaries"), Paths{"open"});
    Filter filter;
    filter.groups = {"engineering"};
    EXPECT_EQ(built.paths("salaries", filter), Paths{"open"});
    EXPECT_FALSE(built.index->allowed(0, filter));
    filter.groups = {"HR"};
    EXPECT_EQ(built.paths("salaries", filter).size(), 2u);
    filter.groups = {"*"};
    EXPECT_EQ(built.paths("salaries", filter).size(), 2u);
    EXPECT_TRUE(built.index->allowed(0, filter));
}

TEST(Filter, AGroupThatAPageExcludesDoesNotSeeIt) {
    auto paid = page("paid", "Export", "Export for those who pay.");
    paid.groups = {"*", "!trial"};
    auto open = page("open", "Export", "Export for all but trials.");
    open.groups = {"!trial"};
    const Built built(site_of({paid, open}));
    const auto sees = [&](std::vector<std::string> groups) {
        Filter filter;
        filter.groups = std::move(groups);
        auto found = built.paths("export", filter);
        std::sort(found.begin(), found.end());
        return found;
    };
    EXPECT_EQ(sees({}), Paths{"open"});
    EXPECT_EQ(sees({"trial"}), Paths{});
    EXPECT_EQ(sees({"pro", "Trial"}), Paths{});
    EXPECT_EQ(sees({"pro"}), (Paths{"open", "paid"}));
    EXPECT_EQ(sees({"*"}), (Paths{"open", "paid"}));
}

TEST(Filter, PagesThatAreNotSearchableAreNotFound) {
    auto site = site_of({page("hidden", "Keys", "Keys."), page("open", "Keys", "Keys.")});
    site.pages[0].searchable = false;
    const Built built(site);
    EXPECT_EQ(built.paths("keys"), Paths{"open"});
}

TEST(Spelling, UnknownWordsAreMendedWithTheDocumentationsOwn) {
    const Built built(
        site_of({page("a", "Deployment", "The deployment runs. A deployment can fail."),
                 page("b", "Authentication", "Authentication with keys; authentication by cookie.")}));
    Query query;
    for (const auto& [asked, mended] : std::vector<std::pair<std::string, std::string>>{
             {"How does deploymnet work?", "How does deployment work?"},
             {"autentication", "authentication"},
             {"authentcation!", "authentication!"}}) {
        query.text = asked;
        const auto found = built.index->search(query);
        EXPECT_EQ(found.corrected, mended);
        EXPECT_FALSE(found.pages.empty());
    }
    for (const char* asked : {"deployment", "dep", "zebra", "How do deployments run?"}) {
        query.text = asked;
        EXPECT_EQ(built.index->search(query).corrected, "") << asked;
    }
}

TEST(Score, GrowsWithMatchAndCoverageAndStaysBetweenZeroAndOne) {
    EXPECT_EQ(answer_score(0, 0, 5), 0);
    EXPECT_LT(answer_score(0.1, 0.2, 5), answer_score(0.3, 0.2, 5));
    EXPECT_LT(answer_score(0.3, 0.2, 5), answer_score(0.3, 0.9, 5));
    EXPECT_LT(answer_score(0.3, 0.5, 3), answer_score(0.3, 0.5, 9));
    EXPECT_EQ(answer_score(0.1, 0.2, 16), answer_score(0.1, 0.2, 64));
    EXPECT_LE(answer_score(1, 1, 64), 1);
}

TEST(Score, MeansTheSameInATinyDocumentation) {
    const Built built(
        site_of({page("webhooks", "Webhooks",
                      "A webhook that is not answered is sent again. Retries end after five."),
                 page("limits", "Limits", "You can send a thousand events a minute."),
                 page("start", "Quickstart", "Install the tool, sign in, and send the first event.")}));
    Query query;
    query.text = "webhook retries";
    EXPECT_GT(built.index->search(query).pages.at(0).score, 0.4);
    query.text = "How do I send a parcel to Norway with a discount?";
    EXPECT_LT(built.index->search(query).pages.at(0).score, 0.3);
}

TEST(Score, AThresholdDropsWhatIsBelowItAndNothingElse) {
    const Built built(site_of({page("a", "Webhooks", "A webhook is sent for each event."),
                               page("b", "B", "An event."), page("c", "C", "Other words.")}));
    Query query;
    query.text = "which webhook event is sent";
    const auto all = built.index->search(query);
    ASSERT_EQ(all.pages.size(), 2u);
    query.score_threshold = (all.pages[0].score + all.pages[1].score) / 2;
    const auto some = built.index->search(query);
    ASSERT_EQ(some.pages.size(), 1u);
    EXPECT_EQ(some.pages[0].page, all.pages[0].page);
    EXPECT_EQ(some.pages[0].rank, all.pages[0].rank);
}

}  // namespace
}  // namespace docent::search
