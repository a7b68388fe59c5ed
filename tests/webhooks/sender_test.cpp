#include "webhooks/sender.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "store/notices.hpp"
#include "store/projects.hpp"
#include "store/store_fixture.hpp"
#include "support/net_faulty_upstream.hpp"
#include "support/net_test_server.hpp"
#include "webhooks/retry.hpp"
#include "webhooks/signature.hpp"

namespace docent::webhooks {
namespace {

using store::Delivery;
using store::Webhook;

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message + ": " + result.error().detail);
    return *std::move(result);
}

class SenderTest : public test::StoreTest {
protected:
    SenderTest() : endpoints(*db, key), deliveries(*db), http(loop.get_executor()) {
        store::Project made;
        made.id = made.slug = made.name = "docs";
        EXPECT_TRUE(run(store::Projects(*db).add(made)));
        config.limit = std::chrono::milliseconds(400);
    }
    ~SenderTest() override {
        if (sender) test::run_to_end(loop, sender->stop());
    }

    void begin() {
        if (sender) test::run_to_end(loop, sender->stop());
        sender = std::make_unique<Sender>(loop.get_executor(), clock, *db, http, key, config);
    }
    std::string endpoint(const std::string& address) {
        config.allowed_hosts.push_back("127.0.0.1:" + std::to_string(net::parse_target(address)->port));
        Webhook wanted;
        wanted.id = new_uuid(clock.now());
        wanted.project_id = "docs";
        wanted.url = address;
        wanted.created = clock.now();
        return must(run(endpoints.add(wanted, secret))).id;
    }
    void notify(int times = 1) {
        for (int i = 0; i < times; ++i) {
            store::Notice notice;
            notice.project_id = "docs";
            notice.type = "job.completed";
            notice.data = R"({"jobId":"7","status":"completed"})";
            notice.now = clock.now();
            ASSERT_TRUE(run(db->write([&](store::Db& d) { return store::add_notice(d, notice); })));
        }
    }
    void send_due() {
        if (!sender) begin();
        ASSERT_TRUE(run(sender->send_due()));
    }
    std::vector<Delivery> logged(const std::string& id) {
        store::DeliveryQuery query;
        query.webhook_id = id;
        query.page.limit = 1'000;
        return must(run(deliveries.list(query)));
    }
    Delivery newest(const std::string& id) { return logged(id).at(0); }

    const std::string key = "the installation's key", secret = new_secret();
    FakeClock clock;
    Config config;
    store::Webhooks endpoints;
    store::Deliveries deliveries;
    net::HttpClient http;
    std::unique_ptr<Sender> sender;
};

TEST_P(SenderTest, ADeliveryIsSignedAsStandardWebhooksSays) {
    test::Imposter receiver;
    receiver.on("POST", "/hook", 200, "text/plain", "thanks");
    const auto id = endpoint(receiver.url("/hook"));
    notify();
    send_due();
    ASSERT_EQ(receiver.requests().size(), 1u);
    const auto request = receiver.requests()[0];
    const auto done = newest(id);
    EXPECT_EQ(request.header("content-type"), "application/json");
    EXPECT_EQ(request.header("webhook-id"), done.id);
    EXPECT_EQ(request.header("webhook-timestamp"), std::to_string(clock.now() / 1'000));
    EXPECT_EQ(request.header("webhook-signature"),
              *sign({secret}, done.id, clock.now() / 1'000, request.body));
    EXPECT_EQ(request.body, R"({"type":"job.completed","timestamp":"2023-11-14T22:13:20.000Z",)"
                            R"("data":{"jobId":"7","status":"completed"}})");
    EXPECT_EQ(done.status, "delivered");
    EXPECT_EQ(done.answer_status, 200);
    EXPECT_EQ(done.answer, "thanks");
    send_due();
    EXPECT_EQ(receiver.requests().size(), 1u) << "once";
}

TEST_P(SenderTest, ARotatedSecretSignsBesideTheNewOne) {
    test::Imposter receiver;
    receiver.on("POST", "/", 204, "text/plain", "");
    const auto id = endpoint(receiver.url("/"));
    const auto second = new_secret();
    ASSERT_TRUE(run(endpoints.rotate("docs", id, second, clock.now() + 86'400'000, clock.now())));
    notify();
    send_due();
    const auto request = receiver.requests().at(0);
    EXPECT_EQ(request.header("webhook-signature"),
              *sign({second, secret}, newest(id).id, clock.now() / 1'000, request.body));
}

TEST_P(SenderTest, WhatFailsIsTriedAgainWithTheSameIdUntilItIsGivenUp) {
    test::Imposter receiver;
    receiver.on("POST", "/", 500, "text/plain", "not today");
    const auto id = endpoint(receiver.url("/"));
    notify();
    for (std::int64_t attempt = 1; attempt <= most_attempts(); ++attempt) {
        send_due();
        const auto now = newest(id);
        EXPECT_EQ(now.attempts, attempt);
        EXPECT_EQ(now.status, attempt == most_attempts() ? "failed" : "pending");
        EXPECT_EQ(now.answer, "not today");
        const auto due = now.next_attempt;
        if (due == 0) break;
        EXPECT_GE(due - clock.now(), retry_after(attempt, 0)->count());
        EXPECT_LE(due - clock.now(), retry_after(attempt, 1)->count());
        send_due();
        EXPECT_EQ(newest(id).attempts, attempt) << "not before its time";
        clock.advance(std::chrono::milliseconds(due - clock.now()));
    }
    const auto requests = receiver.requests();
    EXPECT_EQ(requests.size(), std::size_t(most_attempts()));
    for (const auto& request : requests) EXPECT_EQ(request.header("webhook-id"), newest(id).id);
    EXPECT_NE(requests[0].header("webhook-timestamp"), requests[1].header("webhook-timestamp"));
}

TEST_P(SenderTest, ARestartGoesOnWithWhatWasDueAndWhatWasUnderWay) {
    test::Imposter receiver;
    receiver.on("POST", "/", 200, "text/plain", "");
    const auto id = endpoint(receiver.url("/"));
    notify(2);
    // A process that ended while it was sending.
    ASSERT_EQ(must(run(deliveries.claim(id, 1, clock.now(), clock.now() + 60'000))).size(), 1u);
    if (GetParam() == store::Engine::postgres) clock.advance(std::chrono::minutes(2));
    begin();
    ASSERT_TRUE(run(sender->start()));
    send_due();
    EXPECT_EQ(receiver.requests().size(), 2u);
    for (const auto& one : logged(id)) EXPECT_EQ(one.status, "delivered");
}

TEST_P(SenderTest, ARedirectIsNotFollowed) {
    test::Imposter receiver;
    receiver.on("POST", "/", [&](const net::Request&) {
        auto out = net::reply(301, "text/plain", "over there");
        out.headers.emplace_back("Location", receiver.url("/there"));
        return out;
    });
    const auto id = endpoint(receiver.url("/"));
    notify();
    send_due();
    EXPECT_EQ(receiver.requests().size(), 1u);
    EXPECT_EQ(newest(id).answer_status, 301);
    EXPECT_EQ(newest(id).error, "the endpoint answered 301; redirects are not followed");
    EXPECT_EQ(newest(id).status, "pending");
}

TEST_P(SenderTest, OneThatIsGoneIsDisabled) {
    test::Imposter receiver;
    receiver.on("POST", "/", 410, "text/plain", "");
    const auto id = endpoint(receiver.url("/"));
    notify();
    send_due();
    EXPECT_FALSE(must(run(endpoints.find("docs", id))).enabled);
    EXPECT_EQ(newest(id).status, "failed");
}

TEST_P(SenderTest, OneThatFailsForDaysIsDisabled) {
    test::Imposter receiver;
    receiver.on("POST", "/", 503, "text/plain", "");
    const auto id = endpoint(receiver.url("/"));
    notify(3);
    for (int day = 0; day < 20 && must(run(endpoints.find("docs", id))).enabled; ++day) {
        send_due();
        clock.advance(std::chrono::hours(24));
        notify();
    }
    const auto webhook = must(run(endpoints.find("docs", id)));
    EXPECT_FALSE(webhook.enabled);
    EXPECT_GE(clock.now() - webhook.failing_since, config.disable_after.count());
    EXPECT_NE(webhook.disabled_reason, "");
}

TEST_P(SenderTest, AnEndpointMayAskForMoreTime) {
    test::Imposter receiver;
    receiver.on("POST", "/", [](const net::Request&) {
        auto out = net::reply(429, "text/plain", "");
        out.headers.emplace_back("Retry-After", "600");
        return out;
    });
    const auto id = endpoint(receiver.url("/"));
    notify();
    send_due();
    EXPECT_EQ(newest(id).next_attempt, clock.now() + 600'000);
}

TEST_P(SenderTest, TroubleOfOneEndpointIsNotThatOfAnother) {
    test::FaultyUpstream silent, endless, garbage, reset, half;
    silent.always({test::hold()});
    std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";
    endless.always({test::send(head + std::string(1 << 20, 'x')), test::hold()});
    garbage.always({test::send(std::string("\x01\x02\0nonsense\r\n\r\n", 15)), test::close()});
    reset.always({test::reset()});
    half.always({test::send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), test::close()});
    test::Imposter well;
    well.on("POST", "/", 200, "text/plain", std::string("a\0b\xff", 4));
    const auto slow = endpoint(silent.url("/")), flood = endpoint(endless.url("/")),
               noise = endpoint(garbage.url("/")), cut = endpoint(reset.url("/")),
               torn = endpoint(half.url("/")), good = endpoint(well.url("/")),
               nobody = endpoint("http://127.0.0.1:1/");
    notify(3);
    send_due();
    EXPECT_EQ(well.requests().size(), 3u);
    for (const auto& one : logged(good)) EXPECT_EQ(one.status, "delivered");
    EXPECT_EQ(newest(good).answer, "a b\xEF\xBF\xBD");
    EXPECT_EQ(newest(slow).error, "the endpoint took too long");
    EXPECT_EQ(newest(flood).status, "delivered") << "it said 200; how much more it says is its own affair";
    EXPECT_EQ(newest(flood).answer, std::string(1'024, 'x'));
    for (const auto& id : {slow, noise, cut, torn, nobody}) {
        EXPECT_EQ(newest(id).status, "pending") << id;
        EXPECT_NE(newest(id).error, "") << id;
        EXPECT_GT(newest(id).next_attempt, clock.now()) << id;
    }
}

TEST_P(SenderTest, ManyAreSentAFewAtATime) {
    test::Imposter receiver;
    receiver.on("POST", "/", 200, "text/plain", "");
    const auto id = endpoint(receiver.url("/"));
    notify(25);
    send_due();
    const auto all = logged(id);
    EXPECT_EQ(receiver.requests().size(), 25u);
    EXPECT_TRUE(std::ranges::all_of(all, [](const Delivery& d) { return d.status == "delivered"; }));
}

TEST_P(SenderTest, PrivateAddressesAreCalledOnlyIfTheServersOwnerSaysSo) {
    test::Imposter receiver;
    receiver.on("POST", "/", 200, "text/plain", "");
    const auto id = endpoint(receiver.url("/"));
    config.allowed_hosts = {"*"};
    begin();
    EXPECT_FALSE(check_url(receiver.url("/"), sender->rules()));
    EXPECT_FALSE(check_url("http://169.254.169.254/latest", sender->rules()));
    EXPECT_FALSE(check_url("http://user:secret@example.com/", sender->rules()));
    EXPECT_FALSE(check_url("ftp://example.com/", sender->rules()));
    EXPECT_FALSE(check_url("https://example.com:22/", sender->rules()));
    EXPECT_TRUE(check_url("https://example.com/hook?x=1", sender->rules()));
    notify();
    send_due();
    EXPECT_EQ(receiver.requests().size(), 0u);
    EXPECT_EQ(newest(id).status, "pending");
    EXPECT_NE(newest(id).error, "");
}

TEST_P(SenderTest, AServerThatStopsLeavesWhatItSendsToTheNext) {
    test::FaultyUpstream silent;
    silent.always({test::hold()});
    config.limit = std::chrono::minutes(5);
    const auto id = endpoint(silent.url("/"));
    notify();
    begin();
    ASSERT_TRUE(run(sender->start()));
    while (silent.count() == 0) loop.run_one();
    test::run_to_end(loop, sender->stop());
    sender.reset();
    EXPECT_EQ(newest(id).status, "sending");
    EXPECT_EQ(newest(id).attempts, 1);
    EXPECT_EQ(must(run(endpoints.find("docs", id))).failures, 0);
}

TEST_P(SenderTest, OldDeliveriesAreForgotten) {
    test::Imposter receiver;
    receiver.on("POST", "/", 200, "text/plain", "");
    const auto id = endpoint(receiver.url("/"));
    notify();
    send_due();
    clock.advance(config.retention + std::chrono::hours(1));
    notify();
    begin();
    ASSERT_TRUE(run(sender->start()));
    while (logged(id).size() > 1) loop.run_one();
    EXPECT_EQ(logged(id).size(), 1u);
}

ON_BOTH_ENGINES(SenderTest);

}  // namespace
}  // namespace docent::webhooks
