#include "browser/browser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "base/task_group.hpp"
#include "browser/chromium.hpp"
#include "support/net_test_server.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::browser {
namespace {

using namespace std::chrono_literals;

/// Why no page can be shown here; "" where one can. Looked at once.
const std::string& trouble() {
    static const std::string why = [] {
        if (find_chromium("").empty()) return std::string("Chromium is not installed");
        boost::asio::io_context loop{1};
        sandbox::Sandbox sandbox;
        const auto probe = test::run(loop, sandbox.probe());
        return probe.works ? "" : "no sandbox: " + probe.describe();
    }();
    return why;
}

class BrowserTest : public testing::Test {
protected:
    void SetUp() override {
        if (!trouble().empty()) GTEST_SKIP() << "no browser here: " << trouble();
        config.folder = folder.path() / "browser";
        // A machine that is busy is no reason to fail.
        config.start = 60s;
        config.limits.whole = 120s;
        config.limits.load = 60s;
    }
    ~BrowserTest() override { end(); }
    void end() {
        if (browser) test::run_to_end(loop, browser->stop());
        browser.reset();
    }

    Result<Page> open(const std::string& url, std::vector<std::string> rules = {}) {
        if (!browser) browser.emplace(loop.get_executor(), http, config);
        Visit visit;
        visit.url = url;
        rules.push_back("127.0.0.1:" + std::to_string(server.port()));
        visit.rules = *net::HostRules::parse(rules);
        return test::run(loop, browser->open(std::move(visit)));
    }
    Page page(const std::string& path) {
        auto shown = open(server.url(path));
        EXPECT_TRUE(shown.ok()) << (shown ? "" : shown.error().message + ": " + shown.error().detail);
        return shown ? *std::move(shown) : Page();
    }
    void html(const std::string& path, const std::string& text) {
        server.on("GET", path, 200, "text/html; charset=utf-8", text);
    }
    void redirect(const std::string& from, const std::string& to) {
        server.on("GET", from, [to](const net::Request&) {
            net::Response response;
            response.status = 302;
            response.headers.emplace_back("Location", to);
            return response;
        });
    }
    static bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

    test::TempDir folder;
    test::Imposter server;
    boost::asio::io_context loop{1};
    net::HttpClient http{loop.get_executor()};
    Config config;
    std::optional<Browser> browser;
};

TEST_F(BrowserTest, APageIsSeenAsItsScriptsMakeIt) {
    html("/page", R"(<!doctype html><title>Before</title><link rel=stylesheet href=/style.css>
        <p id=a>loading</p><p class=off>hidden words</p><iframe src=/frame></iframe><script src=/app.js></script>)");
    html("/frame", "<p>framed");
    server.on("GET", "/style.css", 200, "text/css", ".off { display: none }");
    server.on("GET", "/app.js", 200, "text/javascript",
              "fetch('/data.json').then(r => r.json()).then(d => { document.title = d.title; "
              "document.getElementById('a').textContent = 'from a script'; });");
    server.on("GET", "/data.json", 200, "application/json", R"({"title": "After \u00e4"})");
    const auto shown = page("/page");
    EXPECT_EQ(shown.title, "After \xC3\xA4");
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.url, server.url("/page"));
    EXPECT_TRUE(shown.loaded);
    EXPECT_TRUE(has(shown.html, "<p id=\"a\">from a script</p>")) << shown.html;
    EXPECT_TRUE(has(shown.html, "<p class=\"off\" hidden=\"\">")) << shown.html;
    EXPECT_TRUE(shown.screenshot.starts_with("\x89PNG")) << shown.screenshot.size();
    EXPECT_TRUE(shown.refused.empty());
    EXPECT_TRUE(std::ranges::any_of(server.requests(), [](const auto& r) { return r.path == "/frame"; }));
}

TEST_F(BrowserTest, WhatItLoadsIsHeldToTheRules) {
    test::Imposter inner;
    inner.on("GET", "/secret", 200, "text/plain", "swordfish");
    const auto there = inner.url("/secret");
    html("/page", "<p>text</p><img src=" + there + "><iframe src=" + there +
                      "></iframe><img src=http://169.254.169.254/latest/><script>"
                      "fetch('" +
                      there +
                      "', {mode: 'no-cors'}).catch(() => {});"
                      "navigator.sendBeacon('" +
                      there +
                      "', 'x');"
                      "new WebSocket('ws://127.0.0.1:" +
                      std::to_string(inner.port()) +
                      "/secret');"
                      "new Worker(URL.createObjectURL(new Blob([\"fetch('" +
                      there +
                      "')\"])));"
                      "new EventSource('" +
                      there +
                      "');"
                      "const pc = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:" +
                      std::to_string(inner.port()) +
                      "'}]}); pc.createDataChannel('x');"
                      "pc.createOffer().then(o => pc.setLocalDescription(o));</script>");
    const auto shown = page("/page");
    EXPECT_TRUE(has(shown.html, "<p>text</p>"));
    EXPECT_TRUE(inner.requests().empty()) << inner.requests().front().path;
    EXPECT_EQ(std::ranges::count(shown.refused, "127.0.0.1"), 1);
    EXPECT_EQ(std::ranges::count(shown.refused, "169.254.169.254"), 1);
}

TEST_F(BrowserTest, RedirectsAreFollowedAsFarAsTheRulesGo) {
    test::Imposter inner;
    inner.on("GET", "/secret", 200, "text/html", "swordfish");
    html("/end", "<p>the end");
    redirect("/start", "/end#there");
    redirect("/away", inner.url("/secret"));
    html("/script", "<p>here</p><script>location = '" + inner.url("/secret") + "'</script>");
    const auto shown = page("/start");
    EXPECT_EQ(shown.url, server.url("/end#there"));
    EXPECT_TRUE(has(shown.html, "the end"));
    const auto refused = open(server.url("/away"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
    EXPECT_EQ(refused.error().reason, "not_allowed");
    const auto stays = page("/script");
    EXPECT_EQ(stays.url, server.url("/script"));
    EXPECT_TRUE(has(stays.html, "here"));
    EXPECT_EQ(stays.refused, std::vector<std::string>{"127.0.0.1"});
    EXPECT_TRUE(inner.requests().empty());
    EXPECT_EQ(open(inner.url("/secret")).error().code, ErrorCode::permission_denied);
    EXPECT_EQ(open("file:///etc/passwd").error().code, ErrorCode::invalid_argument);
    // A name that is allowed does not make its address allowed.
    const auto port = std::to_string(inner.port());
    EXPECT_EQ(open("http://localhost:" + port + "/secret", {"localhost:" + port}).error().code,
              ErrorCode::permission_denied);
    EXPECT_TRUE(inner.requests().empty());
}

TEST_F(BrowserTest, PagesKnowNothingOfEachOtherAndReachNothingOfTheMachine) {
    html("/set",
         "<script>document.cookie = 'a=swordfish'; localStorage.a = 'swordfish'; "
         "document.title = document.cookie</script>");
    html("/get",
         "<p id=a></p><script>document.title = '[' + document.cookie + (localStorage.a || '') + ']';"
         "fetch('file:///etc/passwd').then(() => { document.title = 'read' }).catch(() => {});"
         "</script><iframe src='file:///etc/passwd'></iframe><iframe src='chrome://version'></iframe>");
    EXPECT_EQ(page("/set").title, "a=swordfish");
    const auto shown = page("/get");
    EXPECT_EQ(shown.title, "[]");
    EXPECT_FALSE(has(shown.html, "root:"));
}

TEST_F(BrowserTest, FilesWindowsAndDialogsAreNoTrouble) {
    server.on("GET", "/file.zip", 200, "application/zip", "PK");
    html("/page",
         "<p>before</p><script>alert('hello'); if (!confirm('?')) document.title = 'refused';"
         "window.open('/other'); onbeforeunload = () => 'stay';"
         "const a = document.createElement('a'); a.href = '/file.zip'; a.download = 'x'; a.click();"
         "</script>");
    html("/other", "<p>other");
    EXPECT_EQ(page("/page").title, "refused");
    const auto file = open(server.url("/file.zip"));
    ASSERT_FALSE(file.ok());
    EXPECT_EQ(file.error().reason, "not_a_page") << file.error().message;
    EXPECT_EQ(page("/page").title, "refused");
}

TEST_F(BrowserTest, APageThatNeverRestsIsTakenAsItIs) {
    config.limits.rest = 500ms;
    config.limits.requests = 40;
    html("/page",
         "<p>text</p><script>const again = () => fetch('/more').then(again, again); again();</script>");
    server.on("GET", "/more", 200, "text/plain", "more");
    const auto shown = page("/page");
    EXPECT_TRUE(has(shown.html, "<p>text</p>"));
    EXPECT_LE(server.requests().size(), 40u);
}

TEST_F(BrowserTest, APageThatNeverLoadsIsTakenAsItIs) {
    config.limits.load = 1s;
    html("/page", "<p>text</p><img src=/slow>");
    server.on("GET", "/slow", [](const net::Request&) {
        net::Response response;
        response.stream = std::make_unique<test::Pieces>(std::vector<std::string>{"a"}, true);
        return response;
    });
    const auto shown = page("/page");
    EXPECT_FALSE(shown.loaded);
    EXPECT_TRUE(has(shown.html, "<p>text</p>"));
}

TEST_F(BrowserTest, AReplyThatNeverEndsOrIsTooLargeFails) {
    config.limits.reply = 1s;
    config.limits.reply_bytes = 1000;
    server.on("GET", "/slow", [](const net::Request&) {
        net::Response response;
        response.stream = std::make_unique<test::Pieces>(std::vector<std::string>{"a"}, true);
        return response;
    });
    html("/large", std::string(2000, 'x'));
    EXPECT_EQ(open(server.url("/slow")).error().code, ErrorCode::timed_out);
    EXPECT_EQ(open(server.url("/large")).error().code, ErrorCode::too_large);
}

TEST_F(BrowserTest, APageThatHangsEndsTheBrowserAndTheNextIsShown) {
    config.limits.load = 1s;
    config.limits.whole = 4s;
    html("/hangs", "<script>for (;;);</script>");
    html("/page", "<p>text");
    EXPECT_EQ(open(server.url("/hangs")).error().code, ErrorCode::timed_out);
    end();
    config.limits.load = 60s;
    config.limits.whole = 120s;
    EXPECT_TRUE(has(page("/page").html, "text"));
}

TEST_F(BrowserTest, WhoWaitsForAPageCanGiveItUp) {
    server.on("GET", "/slow", [](const net::Request&) {
        net::Response response;
        response.stream = std::make_unique<test::Pieces>(std::vector<std::string>{"a"}, true);
        return response;
    });
    browser.emplace(loop.get_executor(), http, config);
    std::optional<Result<Page>> ended;
    TaskGroup group(loop.get_executor());
    Visit visit;
    visit.url = server.url("/slow");
    visit.rules = *net::HostRules::parse({"127.0.0.1:" + std::to_string(server.port())});
    const auto task = group.spawn("page", keep(browser->open(std::move(visit)), ended));
    while (server.requests().empty()) loop.run_one();
    group.cancel(task);
    while (!ended) loop.run_one();
    EXPECT_EQ(ended->error().code, ErrorCode::cancelled);
    test::run_to_end(loop, group.stop());
    EXPECT_EQ(browser->processes(), 0u) << "it has ended with the page";
}

TEST_F(BrowserTest, AnIdleBrowserEnds) {
    config.idle = 10ms;
    html("/page", "<p>text");
    page("/page");
    loop.restart();
    while (browser->processes() > 0) loop.run_one();
    EXPECT_TRUE(has(page("/page").html, "text"));
}

TEST_F(BrowserTest, WithoutAProgramNothingIsCalled) {
    html("/page", "<p>text");
    for (const char* program : {"off", "/nowhere/chromium", "/bin/true"}) {
        end();
        config.program = program;
        const auto none = open(server.url("/page"));
        ASSERT_FALSE(none.ok());
        EXPECT_EQ(none.error().code, ErrorCode::unavailable) << program;
    }
    EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace docent::browser
