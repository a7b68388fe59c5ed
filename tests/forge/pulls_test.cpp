// GitHub and Forgejo: pull requests at a forge that checks each call against its published description.
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "forge/credentials.hpp"
#include "forge/forge.hpp"
#include "net/http_client.hpp"
#include "support/net_fake_forge.hpp"
#include "support/run.hpp"
#include "support/store_postgres.hpp"

namespace docent::forge {
namespace {

using test::FakeForge;

class PullsTest : public testing::TestWithParam<FakeForge::Kind> {
protected:
    PullsTest() : fake(GetParam()), http(loop.get_executor()), forges(pools, clock, &http) {
        log::set_level(log::Level::off);
        place.repository.platform = github() ? "github" : "forgejo";
        place.repository.full_name = "zoo/repo";
        place.repository.name = "repo";
        place.api_url = fake.api_url() + "/";
        place.token = FakeForge::token;
        request.title = "Add a page";
        request.description = "With \"quotes\".";
        request.source_branch = "docent/page";
        fake.commit(request.source_branch, "a.md", "A\n");
        request.target_branch = "main";
        request.head_sha = fake.git("rev-parse docent/page");
        request.created = clock.now();
    }
    ~PullsTest() override { EXPECT_EQ(fake.mistakes(), std::vector<std::string>()); }

    bool github() const { return GetParam() == FakeForge::Kind::github; }
    Forge& forge() { return forges.of(place.repository); }
    template <class T>
    T done(Task<Result<T>> task) {
        auto out = test::run(loop, std::move(task));
        if (!out) throw std::runtime_error(out.error().message + " " + out.error().detail);
        return *std::move(out);
    }
    State open() {
        auto state = done(forge().open(place, request));
        request.external_id = state.external_id;
        return state;
    }
    Error refused(MergeMethod method = MergeMethod::merge) {
        auto out = test::run(loop, forge().merge(place, request, method));
        return out ? Error(ErrorCode::internal, "it was merged") : out.error();
    }

    boost::asio::io_context loop;
    Pools pools;
    FakeClock clock;
    FakeForge fake;
    net::HttpClient http;
    Forges forges;
    Place place;
    store::MergeRequest request;
};

TEST_P(PullsTest, OneIsOpenedForTheBranchesHoweverOften) {
    const auto made = open();
    EXPECT_EQ(made.external_id, "1");
    EXPECT_EQ(made.status, "open");
    EXPECT_EQ(made.head_sha, request.head_sha);
    EXPECT_EQ(made.merge_commit_sha, "");
    EXPECT_EQ(made.mergeable, true);
    EXPECT_EQ(made.draft, false);
    request.title = "Add two pages";
    EXPECT_EQ(open().external_id, "1");
    ASSERT_EQ(fake.pulls().size(), 1u);
    EXPECT_EQ(fake.pulls()[0].title, "Add two pages");
    EXPECT_EQ(fake.pulls()[0].body, "With \"quotes\".");
}

TEST_P(PullsTest, ALostAnswerDoublesNothing) {
    fake.lose_answers(1);
    EXPECT_EQ(test::run(loop, forge().open(place, request)).error().code, ErrorCode::upstream_failed);
    EXPECT_EQ(open().external_id, "1");
    EXPECT_EQ(fake.pulls().size(), 1u);
    fake.lose_answers(1);
    EXPECT_FALSE(test::run(loop, forge().comment(place, request, "It conflicts.", "conflicts-1")));
    EXPECT_TRUE(test::run(loop, forge().comment(place, request, "It conflicts.", "conflicts-1")));
    ASSERT_EQ(fake.comments().size(), 1u);
    EXPECT_TRUE(fake.comments()[0].body.starts_with("It conflicts."));
    EXPECT_TRUE(test::run(loop, forge().comment(place, request, "Hello.", "")));
    EXPECT_EQ(fake.comments().size(), 2u);
}

TEST_P(PullsTest, ADraftIsMadeReadyAndADraftAgain) {
    request.draft = true;
    EXPECT_EQ(open().draft, true);
    EXPECT_EQ(refused().reason, "not_mergeable");
    request.draft = false;
    EXPECT_EQ(done(forge().update(place, request)).draft, false);
    EXPECT_EQ(done(forge().read(place, request)).draft, false);
    request.draft = true;
    EXPECT_EQ(done(forge().update(place, request)).draft, true);
    EXPECT_EQ(done(forge().read(place, request)).draft, true);
}

TEST_P(PullsTest, ItIsMergedByTheMethodThatWasAskedFor) {
    open();
    const auto state = done(forge().merge(place, request, MergeMethod::squash));
    EXPECT_EQ(state.status, "merged");
    EXPECT_EQ(state.by, "grace");
    EXPECT_EQ(state.merge_commit_sha, fake.git("rev-parse main"));
    EXPECT_EQ(fake.pulls()[0].method, "squash");
    EXPECT_EQ(done(forge().merge(place, request, MergeMethod::merge)).status, "merged") << "a second time";
}

TEST_P(PullsTest, WhatCannotBeMergedIsSaid) {
    open();
    const auto right = request.head_sha;
    request.head_sha = fake.git("rev-parse main");
    EXPECT_EQ(refused().reason, "head_changed");
    request.head_sha = right;
    fake.commit("main", "a.md", "A person's\n");
    EXPECT_EQ(done(forge().read(place, request)).mergeable, false);
    EXPECT_EQ(refused().reason, "not_mergeable");
    EXPECT_EQ(done(forge().close(place, request)).status, "closed");
    EXPECT_EQ(refused().reason, "not_mergeable");
    EXPECT_EQ(done(forge().read(place, request)).status, "closed");
    EXPECT_EQ(done(forge().open(place, request)).external_id, "2") << "a closed one is not found again";
}

TEST_P(PullsTest, ARenamedRepositoryIsFollowed) {
    open();
    fake.rename();
    EXPECT_EQ(done(forge().read(place, request)).external_id, "1");
    request.title = "Another title";
    EXPECT_EQ(done(forge().update(place, request)).external_id, "1");
    EXPECT_EQ(fake.pulls()[0].title, "Another title");
}

TEST_P(PullsTest, AForgeThatAsksForPatienceIsLeftAlone) {
    open();
    fake.go_down(429, {{"Retry-After", "120"}});
    EXPECT_EQ(test::run(loop, forge().read(place, request)).error().code, ErrorCode::rate_limited);
    fake.go_down(0);
    const auto before = fake.calls();
    EXPECT_EQ(test::run(loop, forge().read(place, request)).error().code, ErrorCode::rate_limited);
    EXPECT_EQ(fake.calls(), before);
    clock.advance(std::chrono::seconds(121));
    EXPECT_EQ(done(forge().read(place, request)).status, "open");
    if (!github()) return;
    const auto reset = std::to_string(clock.now() / 1'000 + 60);
    fake.go_down(403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset}});
    EXPECT_EQ(test::run(loop, forge().read(place, request)).error().code, ErrorCode::rate_limited);
}

TEST_P(PullsTest, ErrorsNameTheCauseAndNeverTheToken) {
    open();
    place.token = "tok-wrong";
    const auto wrong = test::run(loop, forge().read(place, request)).error();
    EXPECT_EQ(wrong.reason, "forge_refused");
    EXPECT_NE(wrong.message.find("token"), std::string::npos);
    EXPECT_EQ((wrong.message + wrong.detail).find("tok-wrong"), std::string::npos);
    place.token = FakeForge::token;
    fake.go_down(403);
    EXPECT_EQ(test::run(loop, forge().read(place, request)).error().reason, "forge_refused");
    fake.go_down(503);
    EXPECT_EQ(test::run(loop, forge().read(place, request)).error().code, ErrorCode::upstream_failed);
    fake.go_down(0);
    request.external_id = "77";
    EXPECT_EQ(test::run(loop, forge().read(place, request)).error().code, ErrorCode::not_found);
    request.source_branch = "nowhere";
    const auto refusal = test::run(loop, forge().open(place, request)).error();
    EXPECT_EQ(refusal.code, ErrorCode::invalid_argument);
    EXPECT_NE(refusal.message.find("head"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Forges, PullsTest,
                         testing::Values(FakeForge::Kind::github, FakeForge::Kind::forgejo),
                         [](const auto& one) {
                             return one.param == FakeForge::Kind::github ? "GitHub" : "Forgejo";
                         });

}  // namespace
}  // namespace docent::forge
