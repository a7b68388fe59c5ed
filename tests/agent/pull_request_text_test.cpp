#include "agent/pull_request_text.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temp_dir.hpp"

namespace docent::agent {
namespace {

PullRequestText some_text() {
    PullRequestText out;
    out.prompt = "Document the retries\nof webhooks";
    out.message = "The page says when a delivery is tried again.";
    out.checks = {{"Links and anchors", "no problems"}};
    out.job_id = "j1";
    return out;
}

TEST(PullRequestTextTest, SaysWhatWhyAndHowItWasChecked) {
    EXPECT_EQ(pull_request_body(some_text(), ""),
              "The page says when a delivery is tried again.\n\n"
              "## How it was checked\n\n- Links and anchors: no problems\n\n"
              "---\n\nMade by Docent in job `j1`. It was asked for:\n\n"
              "> Document the retries\n> of webhooks\n");
}

TEST(PullRequestTextTest, ATemplateKeepsItsOrder) {
    const auto body = pull_request_body(
        some_text(), "<!-- say something -->\n## Description\n\n## Type\n- [ ] Bug\n\n## How tested\n");
    EXPECT_EQ(body.find("say something"), std::string::npos);
    const auto what = body.find("The page says"), type = body.find("- [ ] Bug"),
               checks = body.find("no problems");
    EXPECT_LT(body.find("## Description"), what);
    EXPECT_LT(what, type);
    EXPECT_LT(body.find("## How tested"), checks);
    EXPECT_LT(checks, body.find("Made by Docent"));
    EXPECT_EQ(body.find("## How it was checked"), std::string::npos);
}

TEST(PullRequestTextTest, WhatIsLeftIsListed) {
    auto text = some_text();
    text.remains = {"guide.mdx:3: the link /x leads nowhere"};
    EXPECT_NE(pull_request_body(text, "").find("- guide.mdx:3: the link /x leads nowhere"),
              std::string::npos);
}

TEST(PullRequestTextTest, ATitleIsOneShortLine) {
    EXPECT_EQ(pull_request_title("Fix 3 broken links.\nAnd more"), "Fix 3 broken links");
    EXPECT_EQ(pull_request_title("  "), "Update the documentation");
    const auto cut = pull_request_title(std::string(100, 'a') + " b");
    EXPECT_LE(cut.size(), 75u);
    EXPECT_TRUE(pull_request_title("äöü " + std::string(90, 'x')).starts_with("äöü"));
}

TEST(PullRequestTextTest, TheTemplateIsFoundButNotThroughALinkOutOfTheTree) {
    test::TempDir folder;
    EXPECT_EQ(blocking_pull_request_template(folder.path()), "");
    std::filesystem::create_directories(folder.path() / ".github");
    std::ofstream(folder.path() / "secret") << "secret";
    std::filesystem::create_symlink(folder.path() / "secret",
                                    folder.path() / ".github/pull_request_template.md");
    EXPECT_EQ(blocking_pull_request_template(folder.path()), "");
    std::ofstream(folder.path() / ".github/PULL_REQUEST_TEMPLATE.md") << "## What\n";
    EXPECT_EQ(blocking_pull_request_template(folder.path()), "## What\n");
}

}  // namespace
}  // namespace docent::agent
