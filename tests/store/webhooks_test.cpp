#include "store/webhooks.hpp"

#include <set>

#include "base/ids.hpp"
#include "store/deliveries.hpp"
#include "store/notices.hpp"
#include "store/projects.hpp"
#include "store_fixture.hpp"

namespace docent::store {
namespace {

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message + ": " + result.error().detail);
    return *std::move(result);
}

class WebhooksTest : public test::StoreTest {
protected:
    WebhooksTest() : webhooks(*db, "the installation's key"), deliveries(*db) {
        Project made;
        made.id = "docs";
        made.slug = "docs";
        made.name = "Docs";
        made.created = clock.now();
        EXPECT_TRUE(run(Projects(*db).add(made)));
    }

    Webhook add(std::vector<std::string> types = {}) {
        Webhook wanted;
        wanted.id = new_uuid(clock.now());
        wanted.project_id = "docs";
        wanted.url = "https://example.com/hook";
        wanted.types = std::move(types);
        wanted.created = clock.now();
        return must(run(webhooks.add(wanted, "whsec_one")));
    }
    Status notify(const std::string& type) {
        Notice notice;
        notice.project_id = "docs";
        notice.type = type;
        notice.data = R"({"jobId":"7"})";
        notice.now = clock.now();
        return run(db->write([&](Db& d) { return add_notice(d, notice); }));
    }
    std::vector<Delivery> logged(const std::string& webhook) {
        DeliveryQuery query;
        query.webhook_id = webhook;
        return must(run(deliveries.list(query)));
    }
    std::vector<Delivery> claim(const std::string& webhook, std::int64_t most = 10) {
        return must(run(deliveries.claim(webhook, most, clock.now(), clock.now() + 60'000)));
    }
    AttemptEnd end_of(const Delivery& delivery, bool delivered, Millis again = 0) {
        AttemptEnd out;
        out.delivery_id = delivery.id;
        out.webhook_id = delivery.webhook_id;
        out.attempt = delivery.attempts;
        out.delivered = delivered;
        out.answer_status = delivered ? 204 : 500;
        out.answer = delivered ? "" : "oops";
        out.duration = 12;
        out.next_attempt = again;
        out.now = clock.now();
        return out;
    }
    std::string finish(AttemptEnd end) { return must(run(deliveries.finish(std::move(end), {1'000, 3}))); }

    Task<> take(Deliveries& from, std::string webhook) {
        for (int i = 0; i < 10; ++i) {
            auto got = co_await from.claim(webhook, 3, clock.now(), clock.now() + 60'000);
            if (!got) co_return;
            claimed += got->size();
            for (const auto& one : *got) seen.insert(one.id);
        }
    }

    std::set<std::string> seen;
    std::size_t claimed = 0;
    FakeClock clock;
    Webhooks webhooks;
    Deliveries deliveries;
};

TEST_P(WebhooksTest, ANoticeIsADeliveryToEachEndpointThatWantsItsType) {
    const auto all = add().id, jobs = add({"job.created", "job.failed"}).id, off = add().id;
    auto disabled = must(run(webhooks.find("docs", off)));
    disabled.enabled = false;
    ASSERT_TRUE(run(webhooks.change(disabled)));
    ASSERT_TRUE(notify("job.failed"));
    ASSERT_TRUE(notify("session.finished"));
    EXPECT_EQ(logged(all).size(), 2u);
    ASSERT_EQ(logged(jobs).size(), 1u);
    EXPECT_EQ(logged(off).size(), 0u);
    const auto one = logged(jobs)[0];
    EXPECT_EQ(one.type, "job.failed");
    EXPECT_EQ(one.body,
              R"({"type":"job.failed","timestamp":"2023-11-14T22:13:20.000Z","data":{"jobId":"7"}})");
    EXPECT_EQ(one.status, "pending");
    EXPECT_EQ(one.next_attempt, clock.now());
}

TEST_P(WebhooksTest, ANoticeOfATransactionThatFailsIsNone) {
    const auto id = add().id;
    const auto failed = run(db->write([&](Db& d) -> Status {
        Notice notice;
        notice.project_id = "docs";
        notice.type = "job.created";
        TRY_VOID(add_notice(d, notice));
        return conflict("no");
    }));
    EXPECT_FALSE(failed);
    EXPECT_TRUE(logged(id).empty());
}

TEST_P(WebhooksTest, WhatIsClaimedIsNobodyElsesUntilItCountsAsLost) {
    const auto id = add().id;
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(notify("job.created"));
    EXPECT_EQ(must(run(deliveries.due(clock.now() - 1))).size(), 0u);
    ASSERT_EQ(must(run(deliveries.due(clock.now()))).size(), 1u);
    const auto first = claim(id, 2), second = claim(id, 2), third = claim(id, 2);
    EXPECT_EQ(first.size(), 2u);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(third.size(), 0u);
    EXPECT_EQ(second[0].attempts, 1);
    EXPECT_EQ(second[0].status, "sending");
    EXPECT_EQ(run(deliveries.redeliver(id, second[0].id, clock.now())).error().reason, "sending");
    clock.advance(std::chrono::minutes(2));
    const auto again = claim(id);
    ASSERT_EQ(again.size(), 3u);
    EXPECT_EQ(again[0].attempts, 2);
    // Whoever had it first learns of its end too late to change anything.
    finish(end_of(second[0], false));
    EXPECT_EQ(must(run(deliveries.find(id, second[0].id))).status, "sending");
    finish(end_of(again[2], true));
    EXPECT_EQ(must(run(deliveries.find(id, again[2].id))).status, "delivered");
}

TEST_P(WebhooksTest, TwoProcessesAtOnceClaimDifferentOnes) {
    const auto id = add().id;
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(notify("job.created"));
    auto other = must(Store::open(pools, url));
    Deliveries others(*other);
    TaskGroup group(loop.get_executor());
    group.spawn("one", take(deliveries, id));
    group.spawn("other", take(others, id));
    test::run_all(loop, group);
    EXPECT_EQ(claimed, 40u);
    EXPECT_EQ(seen.size(), 40u);
}

TEST_P(WebhooksTest, AnAttemptIsWrittenDownAndTriedAgainWhenItsTimeComes) {
    const auto id = add().id;
    ASSERT_TRUE(notify("job.created"));
    EXPECT_EQ(finish(end_of(claim(id).at(0), false, clock.now() + 5'000)), "");
    const auto waits = logged(id).at(0);
    EXPECT_EQ(waits.status, "pending");
    EXPECT_EQ(waits.answer_status, 500);
    EXPECT_EQ(waits.answer, "oops");
    EXPECT_EQ(waits.duration, 12);
    EXPECT_TRUE(claim(id).empty());
    EXPECT_EQ(must(run(webhooks.find("docs", id))).failing_since, clock.now());
    clock.advance(std::chrono::seconds(5));
    EXPECT_TRUE(must(run(deliveries.due(clock.now()))).at(0).failing);
    finish(end_of(claim(id).at(0), true));
    const auto done = logged(id).at(0);
    EXPECT_EQ(done.status, "delivered");
    EXPECT_EQ(done.attempts, 2);
    EXPECT_EQ(done.next_attempt, 0);
    EXPECT_EQ(must(run(webhooks.find("docs", id))).failing_since, 0);
    EXPECT_TRUE(must(run(deliveries.due(clock.now() + 1'000'000))).empty());
    EXPECT_EQ(must(run(deliveries.redeliver(id, done.id, clock.now()))).status, "pending");
    EXPECT_EQ(claim(id).at(0).body, done.body);
}

TEST_P(WebhooksTest, AnEndpointThatOnlyFailsIsDisabledAndWhatWaitsIsNotSent) {
    const auto id = add().id;
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(notify("job.created"));
    EXPECT_EQ(finish(end_of(claim(id, 1).at(0), false)), "");
    EXPECT_EQ(finish(end_of(claim(id, 1).at(0), false)), "");
    EXPECT_EQ(finish(end_of(claim(id, 1).at(0), false)), "") << "often enough, but not for long enough";
    ASSERT_TRUE(notify("job.created"));
    clock.advance(std::chrono::seconds(2));
    EXPECT_NE(finish(end_of(claim(id, 1).at(0), false)), "");
    auto webhook = must(run(webhooks.find("docs", id)));
    EXPECT_FALSE(webhook.enabled);
    EXPECT_NE(webhook.disabled_reason, "");
    EXPECT_TRUE(must(run(deliveries.due(clock.now()))).empty());
    EXPECT_EQ(logged(id).at(0).status, "failed");
    EXPECT_NE(logged(id).at(0).error, "");
    EXPECT_EQ(run(deliveries.redeliver(id, logged(id).at(0).id, clock.now())).error().reason,
              "webhook_disabled");
    webhook.enabled = true;
    webhook = must(run(webhooks.change(webhook)));
    EXPECT_EQ(webhook.failures, 0);
    EXPECT_EQ(webhook.disabled_reason, "");
    EXPECT_TRUE(run(deliveries.redeliver(id, logged(id).at(0).id, clock.now())));
}

TEST_P(WebhooksTest, OneThatIsGoneIsDisabledAtOnce) {
    const auto id = add().id;
    ASSERT_TRUE(notify("job.created"));
    auto gone = end_of(claim(id).at(0), false);
    gone.gone = true;
    EXPECT_NE(finish(gone), "");
    EXPECT_FALSE(must(run(webhooks.find("docs", id))).enabled);
}

TEST_P(WebhooksTest, ARotatedSecretSignsForAWhile) {
    const auto id = add().id;
    EXPECT_EQ(must(run(webhooks.secrets(id, clock.now()))), std::vector<std::string>{"whsec_one"});
    ASSERT_TRUE(run(webhooks.rotate("docs", id, "whsec_two", clock.now() + 1'000, clock.now())));
    const std::vector<std::string> both{"whsec_two", "whsec_one"};
    EXPECT_EQ(must(run(webhooks.secrets(id, clock.now()))), both);
    EXPECT_EQ(must(run(webhooks.secrets(id, clock.now() + 1'000))), std::vector<std::string>{"whsec_two"});
    EXPECT_EQ(run(Webhooks(*db, "another key").secrets(id, clock.now())).error().code,
              ErrorCode::unavailable);
    const auto stored =
        run(db->read([&](Db& d) { return d.query("SELECT secret, old_secret FROM webhooks"); }));
    EXPECT_EQ(text(must(stored)[0], 0).find("whsec_"), std::string::npos);
    EXPECT_EQ(text(must(stored)[0], 1).find("whsec_"), std::string::npos);
}

TEST_P(WebhooksTest, OtherProjectsDoNotSeeThemAndTheyGoWithTheirDeliveries) {
    const auto id = add().id;
    ASSERT_TRUE(notify("job.created"));
    EXPECT_EQ(run(webhooks.find("other", id)).error().code, ErrorCode::not_found);
    EXPECT_EQ(run(webhooks.remove("other", id)).error().code, ErrorCode::not_found);
    EXPECT_EQ(must(run(webhooks.list("other"))).size(), 0u);
    EXPECT_TRUE(run(webhooks.remove("docs", id)));
    EXPECT_TRUE(logged(id).empty());
    for (int i = 0; i < Webhooks::most; ++i) add();
    EXPECT_EQ(must(run(webhooks.list("docs"))).size(), std::size_t(Webhooks::most));
    EXPECT_THROW(add(), std::runtime_error);
}

TEST_P(WebhooksTest, OldDeliveriesAreForgottenAndLostOnesTakenUp) {
    const auto id = add().id;
    ASSERT_TRUE(notify("job.created"));
    ASSERT_EQ(claim(id).size(), 1u);
    EXPECT_TRUE(claim(id).empty());
    ASSERT_TRUE(run(deliveries.take_up(clock.now())));
    EXPECT_EQ(claim(id).size(), 1u);
    EXPECT_EQ(must(run(deliveries.remove_before(clock.now(), 10))), 0);
    EXPECT_EQ(must(run(deliveries.remove_before(clock.now() + 1, 10))), 1);
    EXPECT_TRUE(logged(id).empty());
}

ON_BOTH_ENGINES(WebhooksTest);

}  // namespace
}  // namespace docent::store
