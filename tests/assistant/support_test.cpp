// The check of citations on a labelled set: support/passages.tsv and support/pairs.tsv.
#include "assistant/support.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

#include "assistant/fixture.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

std::vector<std::vector<std::string>> rows(const std::string& name) {
    std::ifstream in(std::filesystem::path(DOCENT_SOURCE_DIR) / "tests/assistant/support" / name);
    std::vector<std::vector<std::string>> out;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line[0] != '#') out.push_back(split(line, '\t'));
    }
    return out;
}

std::string lines(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_end = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
        out += is_end ? '\n' : text[i];
        i += is_end;
    }
    return out;
}

struct Rates {
    std::size_t supported = 0, unsupported = 0, rejected = 0, accepted = 0;
    double false_reject() const { return static_cast<double>(rejected) / static_cast<double>(supported); }
    double false_accept() const { return static_cast<double>(accepted) / static_cast<double>(unsupported); }
};

class SupportTest : public ::testing::Test {
protected:
    SupportTest() {
        SiteMaker site;
        std::uint32_t page = 0;
        for (const auto& row : rows("passages.tsv")) {
            site.page(row.at(0), row.at(2), {{row.at(3), "", lines(row.at(4))}}, row.at(1));
            pages_[row[0]] = page++;
        }
        index_ = site.index(dir_);
    }

    test::TempDir dir_;
    std::shared_ptr<const search::Index> index_;
    std::map<std::string, std::uint32_t> pages_;
};

/// To read the mistakes: DOCENT_SUPPORT_REPORT=1 build/dev/test_assistant --gtest_filter='SupportTest.*'
TEST_F(SupportTest, OnLabelledPairsKeepsItsLevel) {
    SupportCheck check(*index_);
    std::map<std::string, Rates> rates;  // by half, by kind of mistake, by language
    const bool report = std::getenv("DOCENT_SUPPORT_REPORT") != nullptr;
    const auto pairs = rows("pairs.tsv");
    EXPECT_GE(pairs.size(), 240u);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto& pair = pairs[i];
        ASSERT_EQ(pair.size(), 4u) << i;
        ASSERT_EQ(pages_.count(pair[0]), 1u) << pair[0];
        const auto found = check.of_page(pair[3], pages_[pair[0]]);
        const bool wanted = pair[1] == "+";
        const bool kept = found.verdict == Support::Verdict::supported;
        const std::string half = i % 2 ? "second half" : "first half";
        const std::string language(index_->page(pages_[pair[0]]).language);
        for (const auto& group : {std::string("all"), half, "kind " + pair[2], "language " + language}) {
            auto& r = rates[group];
            (wanted ? r.supported : r.unsupported) += 1;
            r.rejected += wanted && !kept;
            r.accepted += !wanted && kept;
        }
        if (report && wanted != kept)
            std::cout << (wanted ? "rejected " : "accepted ") << pair[2] << " " << pair[0] << " "
                      << found.score << " " << found.why << ": " << pair[3] << "\n";
    }
    for (const auto& [group, r] : rates)
        std::cout << group << ": false accept " << r.accepted << "/" << r.unsupported << ", false reject "
                  << r.rejected << "/" << r.supported << "\n";
    // The floors of docs/internals/citations.md.
    EXPECT_LE(rates["all"].false_accept(), 0.10);
    EXPECT_LE(rates["all"].false_reject(), 0.10);
    EXPECT_LE(rates["second half"].false_accept(), 0.12);
    EXPECT_LE(rates["second half"].false_reject(), 0.12);
}

TEST_F(SupportTest, AnotherPagesSentencesAreNotSupported) {
    SupportCheck check(*index_);
    std::size_t asked = 0, kept = 0;
    for (const auto& pair : rows("pairs.tsv")) {
        if (pair[1] != "+") continue;
        const auto own = index_->page(pages_[pair[0]]);
        for (const auto& [name, page] : pages_) {
            // The same documents in other words, and translations.
            const auto other = index_->page(page);
            if (other.title == own.title || other.language != own.language) continue;
            ++asked;
            kept += check.of_page(pair[3], page).verdict == Support::Verdict::supported;
        }
    }
    std::cout << "other pages: " << kept << " of " << asked << " accepted\n";
    EXPECT_GT(asked, 1000u);
    EXPECT_LE(static_cast<double>(kept) / static_cast<double>(asked), 0.01);
}

TEST_F(SupportTest, ASentenceThatSaysNothingOrIsInAnotherLanguageIsNotJudgedByItsWords) {
    SupportCheck check(*index_);
    EXPECT_EQ(check.of_page("See the guide.", pages_["red"]).verdict, Support::Verdict::no_claim);
    EXPECT_EQ(check.of_page("Die Seiten sind nicht privat und jeder kann sie sehen.", pages_["hidw"]).verdict,
              Support::Verdict::other_language);
    EXPECT_EQ(
        check.of_page("Die Weiterleitung hat den Status 308 und nicht den alten.", pages_["red"]).verdict,
        Support::Verdict::supported);
    EXPECT_EQ(
        check.of_page("Die Weiterleitung hat den Status 301 und nicht den neuen, `moved`.", pages_["red"])
            .verdict,
        Support::Verdict::unsupported);
}

TEST_F(SupportTest, TextOfAnyShapeIsNoTrouble) {
    SupportCheck check(*index_);
    for (const std::string& text :
         {std::string(), std::string("`"), std::string("\xff\xfe not"), std::string(20000, '1'),
          std::string("don't"), std::string("不"), std::string("[](")})
        (void)check.of_page(text, pages_["klim"]);
}

}  // namespace
}  // namespace docent::assistant
