#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "api/server_fixture.hpp"
#include "base/ids.hpp"

namespace docent::api {
namespace {

using test::ApiServer;
namespace json = boost::json;

constexpr auto browser = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";

/// A server with an administrator, and the words of a test.
class AnalyticsApi : public ::testing::Test {
protected:
    AnalyticsApi() { make(LimitConfig()); }
    void make(LimitConfig limits) {
        server.reset();
        server = std::make_unique<ApiServer>(limits);
        admin = server->add_key(KeyKind::admin, "");
    }
    net::Reply as_admin(const std::string& method, const std::string& path, const std::string& body = {}) {
        return server->call(method, "/v1/analytics/docs" + path, body,
                            {{"Authorization", "Bearer " + admin}});
    }
    json::object get(const std::string& path) {
        const auto reply = as_admin("GET", path);
        EXPECT_EQ(reply.status, 200) << path << " " << reply.body;
        return object(reply.body);
    }
    static json::object object(const std::string& text) {
        boost::system::error_code failed;
        auto value = json::parse(text, failed);
        EXPECT_TRUE(!failed && value.is_object()) << text;
        return !failed && value.is_object() ? value.get_object() : json::object();
    }
    /// Asks and lets the answer end.
    net::Reply ask(const std::string& text, const std::string& fp = "anonymous", net::Headers headers = {}) {
        const json::object message = {{"role", "user"}, {"content", text}};
        const json::object body = {
            {"fp", fp}, {"messages", json::array{message}}, {"currentPath", "/quickstart"}};
        server->clock.advance(std::chrono::milliseconds(10));
        auto reply =
            server->asked("POST", "/v2/assistant/docs/message", json::serialize(body), std::move(headers));
        EXPECT_TRUE(reply.status != 200 || reply.body.ends_with("[DONE]\n\n")) << reply.body;
        return reply;
    }
    net::Reply say(const std::string& body) {
        return server->asked("POST", "/v2/assistant/docs/feedback", body);
    }
    void set(const std::string& settings) {
        ApiServer::must(test::run(server->loop, server->projects->set_settings(server->docs_id, settings)));
    }
    void flush() { ApiServer::must(test::run(server->loop, server->analytics->traffic.flush())); }
    void refused(const std::string& path, const std::string& field) {
        const auto reply = as_admin("GET", path);
        EXPECT_EQ(reply.status, 400) << path << " " << reply.body;
        const auto body = object(reply.body);
        EXPECT_NE(std::string(body.at("error").as_string()).find(field), std::string::npos) << reply.body;
        const auto& details = body.at("details").as_array();
        ASSERT_FALSE(details.empty());
        EXPECT_TRUE(details[0].as_object().at("message").as_string().starts_with(field)) << reply.body;
    }

    std::unique_ptr<ApiServer> server;
    std::string admin;
};

const std::vector<std::string> lists = {"/assistant",
                                        "/assistant/caller-stats",
                                        "/assistant/clusters",
                                        "/feedback",
                                        "/feedback/by-page",
                                        "/searches",
                                        "/views",
                                        "/visitors",
                                        "/export/views.csv"};

TEST_F(AnalyticsApi, OnlyAnAdminKeyOpensIt) {
    const auto reads = server->add_key(KeyKind::admin, "", [](auto& key) { key.scopes = "read"; });
    const auto others = server->add_key(KeyKind::admin, server->other_id);
    for (const auto& path : lists) {
        const auto url = "/v1/analytics/docs" + path;
        EXPECT_EQ(server->call("GET", url).status, 401) << path;
        EXPECT_EQ(server->asked("GET", url).status, 403) << path;
        EXPECT_EQ(server->call("GET", url, {}, {{"Authorization", "Bearer " + reads}}).status, 200) << path;
        const auto foreign = server->call("GET", url, {}, {{"Authorization", "Bearer " + others}});
        EXPECT_EQ(foreign.status, 404) << path;
        EXPECT_TRUE(object(foreign.body).contains("error"));
        EXPECT_EQ(
            server->call("GET", "/v1/analytics/nowhere" + path, {}, {{"Authorization", "Bearer " + admin}})
                .status,
            404);
    }
    EXPECT_EQ(server
                  ->call("DELETE", "/v1/analytics/docs/assistant?fp=ann", {},
                         {{"Authorization", "Bearer " + reads}})
                  .status,
              403);
}

TEST_F(AnalyticsApi, WrongParametersAreNamed) {
    for (const auto& path : lists) {
        refused(path + "?dateFrom=yesterday", "dateFrom");
        refused(path + "?dateTo=2026-02-30", "dateTo");
        refused(path + "?dateFrom=2026-02-02&dateTo=2026-02-01", "dateTo");
    }
    for (const std::string path : {"/assistant", "/assistant/clusters", "/feedback", "/feedback/by-page",
                                   "/searches", "/views", "/visitors"}) {
        refused(path + "?limit=0", "limit");
        refused(path + "?limit=1001", "limit");
        refused(path + "?limit=ten", "limit");
        refused(path + "?limit=5.5", "limit");
    }
    EXPECT_EQ(as_admin("GET", "/assistant?limit=1000").status, 200);
    EXPECT_EQ(as_admin("GET", "/views?limit=250").status, 200);
    refused("/views?limit=251", "limit");
    refused("/feedback?limit=101", "limit");
    refused("/assistant?cursor=abc", "cursor");
    EXPECT_EQ(as_admin("GET", "/feedback?cursor=%FF").status, 400);
    refused("/searches?cursor=zz", "cursor");
    refused("/views?offset=-1", "offset");
    refused("/visitors?offset=x", "offset");
    refused("/feedback?source=contextual,shouting", "source");
    refused("/feedback/by-page?status=open", "status");
    refused("/assistant?fp=anonymous", "fp");
    refused("/assistant?resolutionStatus=maybe", "resolutionStatus");
    refused("/assistant/threads/123", "threadId");
    EXPECT_EQ(as_admin("GET", "/assistant/threads/01ARZ3NDEKTSV4RRFFQ69G5FAV").status, 404);
    EXPECT_EQ(as_admin("GET", "/export/secrets.csv").status, 404);
    // Empty ones are absent ones, and unknown ones are nobody's business.
    EXPECT_EQ(as_admin("GET", "/feedback?cursor=&limit=&source=&dateTo=&x=y").status, 200);
}

TEST_F(AnalyticsApi, ConversationsAreRowsOfQuestions) {
    ask("How do I install Acme?");
    ask("Which planets orbit the sun?", "ann");
    ask("How do I move a crate?", "ann");
    auto body = get("/assistant?limit=2");
    EXPECT_TRUE(body.at("hasMore").as_bool());
    const auto& rows = body.at("conversations").as_array();
    ASSERT_EQ(rows.size(), 2u);
    const auto& newest = rows[0].as_object();
    EXPECT_EQ(newest.at("query"), "How do I move a crate?");
    EXPECT_EQ(newest.at("resolutionStatus"), "answered");
    EXPECT_EQ(newest.at("responseType"), "answer");
    EXPECT_EQ(newest.at("pageUrl"), "/quickstart");
    EXPECT_TRUE(newest.at("queryCategory").is_null());
    EXPECT_EQ(newest.at("sources").as_array().at(0).as_object().size(), 2u);
    EXPECT_TRUE(is_ulid(newest.at("id").as_string()));
    const auto& unanswered = rows[1].as_object();
    EXPECT_EQ(unanswered.at("resolutionStatus"), "unanswered");
    EXPECT_EQ(unanswered.at("unansweredReason"), "not_covered");
    const auto next = std::string(body.at("nextCursor").as_string());
    body = get("/assistant?limit=2&cursor=" + next);
    EXPECT_FALSE(body.at("hasMore").as_bool());
    EXPECT_TRUE(body.at("nextCursor").is_null());
    EXPECT_EQ(body.at("conversations").as_array().size(), 1u);
    EXPECT_EQ(get("/assistant?fp=ann").at("conversations").as_array().size(), 2u);
    EXPECT_EQ(get("/assistant?resolutionStatus=unanswered").at("conversations").as_array().size(), 1u);
    // dateTo is the first moment that no longer counts.
    EXPECT_EQ(get("/assistant?dateTo=2023-11-14T22:13:20.020Z").at("conversations").as_array().size(), 1u);
    EXPECT_EQ(get("/assistant?dateFrom=2023-11-14T22:13:20.020Z").at("conversations").as_array().size(), 2u);
    EXPECT_EQ(get("/assistant?dateFrom=2023-11-15").at("conversations").as_array().size(), 0u);
    const auto stats = get("/assistant/caller-stats");
    EXPECT_EQ(json::serialize(stats), R"({"web":0,"api":3,"other":0,"total":3})");
}

TEST_F(AnalyticsApi, AThreadIsFoundByItsIdAndByThatOfARow) {
    const auto reply = ask("How do I install Acme?");
    const auto thread = reply.headers.at("x-thread-id");
    const auto row =
        std::string(get("/assistant").at("conversations").as_array().at(0).as_object().at("id").as_string());
    const auto by_thread = get("/assistant/threads/" + thread);
    EXPECT_EQ(by_thread, get("/assistant/threads/" + row));
    EXPECT_EQ(by_thread.at("threadId"), json::value(thread));
    const auto& messages = by_thread.at("messages").as_array();
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0].at("role"), "user");
    EXPECT_EQ(messages[1].at("role"), "assistant");
    EXPECT_EQ(messages[1].at("id"), json::value("msg_" + row));
    EXPECT_NE(reply.body.find("\"messageId\":\"msg_" + row), std::string::npos)
        << "a client knows the answer by the same id";
}

TEST_F(AnalyticsApi, AReaderIsForgotten) {
    ask("How do I install Acme?", "ann");
    ask("How do I move a crate?", "bob");
    EXPECT_EQ(as_admin("DELETE", "/assistant").status, 400);
    EXPECT_EQ(as_admin("DELETE", "/assistant?fp=anonymous").status, 400);
    const auto reply = as_admin("DELETE", "/assistant?fp=ann");
    EXPECT_EQ(reply.body, R"({"deleted":{"threads":1,"messages":1,"feedback":0}})");
    EXPECT_EQ(get("/assistant").at("conversations").as_array().size(), 1u);
}

TEST_F(AnalyticsApi, FeedbackOnAnAnswerIsOneRowAndHasAStatus) {
    const auto reply = ask("How do I install Acme?");
    const auto thread = reply.headers.at("x-thread-id");
    const auto row =
        std::string(get("/assistant").at("conversations").as_array().at(0).as_object().at("id").as_string());
    const auto first =
        say(R"({"threadId":")" + thread + R"(","messageId":"msg_)" + row + R"(","helpful":false})");
    EXPECT_EQ(first.status, 201) << first.body;
    const auto second = say(R"({"messageId":"msg_)" + row + R"(","comment":" The flag is wrong "})");
    EXPECT_EQ(object(second.body).at("id"), object(first.body).at("id"));
    auto items = get("/feedback").at("feedback").as_array();
    ASSERT_EQ(items.size(), 1u);
    const auto item = items[0].as_object();
    EXPECT_EQ(item.at("path"), "/quickstart");
    EXPECT_EQ(item.at("comment"), "The flag is wrong");
    EXPECT_EQ(item.at("helpful"), false);
    EXPECT_EQ(item.at("source"), "contextual");
    EXPECT_EQ(item.at("status"), "pending");
    EXPECT_TRUE(item.at("contact").is_null());
    const auto id = std::string(item.at("id").as_string());
    const auto change = [&](const std::string& body) { return as_admin("PATCH", "/feedback/" + id, body); };
    EXPECT_EQ(change(R"({"status":"in_progress"})").status, 200);
    for (const auto* wrong : {R"({"status":"open"})", "{}", "[]", R"({"status":""})", R"({"status":7})"})
        EXPECT_EQ(change(wrong).status, 400) << wrong;
    EXPECT_EQ(change("nonsense").status, 400);
    EXPECT_EQ(as_admin("PATCH", "/feedback/01ARZ3NDEKTSV4RRFFQ69G5FAV", R"({"status":"resolved"})").status,
              404);
    EXPECT_EQ(as_admin("PATCH", "/feedback/x", R"({"status":"resolved"})").status, 404);
    EXPECT_EQ(get("/feedback?status=in_progress,resolved").at("feedback").as_array().size(), 1u);
    EXPECT_EQ(get("/feedback?status=pending").at("feedback").as_array().size(), 0u);
    // Without messageId it is the newest answer of the thread.
    EXPECT_EQ(object(say(R"({"threadId":")" + thread + R"(","helpful":true})").body).at("id"),
              json::value(id));
}

TEST_F(AnalyticsApi, FeedbackOnPagesIsCountedByPage) {
    EXPECT_EQ(say(R"({"path":"quickstart.md","helpful":true})").status, 201);
    EXPECT_EQ(
        say(R"({"path":"/quickstart#install","helpful":false,"feedback":"Outdated","contact":"ann"})").status,
        201);
    EXPECT_EQ(
        say(R"({"path":"/quickstart","code":"acme move","filename":null,"lang":"sh","feedback":"fails"})")
            .status,
        201);
    EXPECT_EQ(say(R"({"path":"/not/a/page/","helpful":true})").status, 201);
    auto pages = get("/feedback/by-page");
    EXPECT_EQ(json::serialize(pages),
              R"({"feedback":[{"path":"/quickstart","thumbsUp":1,"thumbsDown":1,"code":1,"total":3},)"
              R"({"path":"/not/a/page","thumbsUp":1,"thumbsDown":0,"code":0,"total":1}],"hasMore":false})");
    EXPECT_TRUE(get("/feedback/by-page?limit=1").at("hasMore").as_bool());
    const auto code = get("/feedback?source=code_snippet").at("feedback").as_array().at(0).as_object();
    EXPECT_EQ(code.at("code"), "acme move");
    EXPECT_TRUE(code.at("filename").is_null());
    const auto list = get("/feedback?limit=3");
    EXPECT_TRUE(list.at("hasMore").as_bool());
    const auto rest = get("/feedback?limit=3&cursor=" + std::string(list.at("nextCursor").as_string()));
    EXPECT_EQ(rest.at("feedback").as_array().size(), 1u);
}

TEST_F(AnalyticsApi, WrongFeedbackIsRefusedWithTheFieldsName) {
    const std::vector<std::pair<const char*, const char*>> cases = {
        {R"({"helpful":true})", "path"},
        {R"({"path":"/x"})", "helpful"},
        {R"({"path":"/x","helpful":"yes"})", "helpful"},
        {R"({"path":7,"helpful":true})", "path"},
        {R"({"path":"/x","helpful":true,"source":"mine"})", "source"},
        {R"({"path":"/x","helpful":true,"source":"code_snippet"})", "code"},
        {R"({"threadId":"x","helpful":true})", "threadId"},
        {"[]", "object"},
    };
    for (const auto& [body, field] : cases) {
        const auto reply = say(body);
        EXPECT_EQ(reply.status, 400) << body << reply.body;
        EXPECT_NE(std::string(object(reply.body).at("error").as_string()).find(field), std::string::npos)
            << reply.body;
    }
    EXPECT_EQ(say(R"({"path":"/x","comment":")" + std::string(10'001, 'a') + R"("})").status, 400);
    EXPECT_EQ(say(R"({"threadId":"01ARZ3NDEKTSV4RRFFQ69G5FAV","helpful":true})").status, 404);
    EXPECT_EQ(say(R"({"messageId":"msg_01ARZ3NDEKTSV4RRFFQ69G5FAV","helpful":true})").status, 404);
}

TEST_F(AnalyticsApi, ThreadsAreReadAndDeletedWithTheirKeyOnly) {
    const auto reply = ask("How do I install Acme?");
    const auto id = reply.headers.at("x-thread-id"), key = reply.headers.at("x-thread-key");
    const auto path = "/v2/assistant/docs/threads/" + id;
    EXPECT_EQ(server->asked("GET", path).status, 404);
    EXPECT_EQ(server->asked("GET", path, {}, {{"x-thread-key", "wrong"}}).status, 404);
    EXPECT_EQ(server->asked("GET", "/v2/assistant/docs/threads/x", {}, {{"x-thread-key", key}}).status, 404);
    EXPECT_EQ(server->call("GET", path, {}, {{"x-thread-key", key}}).status, 401);
    const auto read = server->asked("GET", path, {}, {{"x-thread-key", key}});
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(object(read.body).at("messages").as_array().size(), 2u);
    EXPECT_EQ(server->asked("GET", "/discovery/v1/assistant/docs/threads/" + id + "?threadKey=" + key).status,
              200);
    EXPECT_EQ(server->call("GET", path, {}, {{"Authorization", "Bearer " + admin}}).status, 200);
    const auto reads = server->add_key(KeyKind::admin, "", [](auto& k) { k.scopes = "read"; });
    EXPECT_EQ(server->call("DELETE", path, {}, {{"Authorization", "Bearer " + reads}}).status, 403);
    EXPECT_EQ(server->asked("DELETE", path, {}, {{"x-thread-key", "wrong"}}).status, 404);
    EXPECT_EQ(server->asked("DELETE", path, {}, {{"x-thread-key", key}}).status, 200);
    EXPECT_EQ(server->asked("DELETE", path, {}, {{"x-thread-key", key}}).status, 404);
    EXPECT_EQ(get("/assistant").at("conversations").as_array().size(), 0u);
}

TEST_F(AnalyticsApi, SearchesAreMergedWithTheirClicks) {
    const auto search = [&](const std::string& query) {
        server->clock.advance(std::chrono::milliseconds(10));
        return server->asked("POST", "/v1/search/docs", R"({"query":")" + query + R"("})")
            .headers.at("x-search-id");
    };
    search("Install  Acme");
    const auto id = search("install acme");
    search("zzzz");
    const auto click = [&](const std::string& body) {
        return server->asked("POST", "/v1/search/docs/click", body);
    };
    EXPECT_EQ(click(R"({"searchId":")" + id + R"(","path":"quickstart#install"})").status, 200);
    EXPECT_EQ(click(R"({"searchId":"01ARZ3NDEKTSV4RRFFQ69G5FAV","path":"/x"})").status, 404);
    for (const auto* wrong : {"{}", R"({"searchId":"x","path":"/x"})", R"({"searchId":7,"path":"/x"})"})
        EXPECT_EQ(click(wrong).status, 400) << wrong;
    flush();
    auto body = get("/searches?limit=1");
    EXPECT_EQ(body.at("totalSearches"), 3);
    EXPECT_FALSE(body.contains("hasMore"));
    const auto row = body.at("searches").as_array().at(0).as_object();
    EXPECT_EQ(row.at("searchQuery"), "install acme");
    EXPECT_EQ(row.at("hits"), 2);
    EXPECT_EQ(row.at("ctr"), 50.0);
    EXPECT_EQ(row.at("topClickedPage"), "/quickstart");
    EXPECT_EQ(row.at("lastSearchedAt"), "2023-11-14T22:13:20.020Z");
    body = get("/searches?limit=1&cursor=" + std::string(body.at("nextCursor").as_string()));
    EXPECT_EQ(body.at("searches").as_array().at(0).as_object().at("searchQuery"), "zzzz");
    EXPECT_TRUE(body.at("searches").as_array().at(0).as_object().at("topClickedPage").is_null());
    EXPECT_TRUE(body.at("nextCursor").is_null());
}

TEST_F(AnalyticsApi, PeopleAndMachinesAreToldApart) {
    const auto view = [&](const std::string& path, const std::string& agent) {
        return server->asked("POST", "/v1/views/docs", R"({"path":")" + path + R"("})",
                             {{"User-Agent", agent}});
    };
    EXPECT_EQ(view("/quickstart", browser).status, 204);
    EXPECT_EQ(view("/quickstart/", browser).status, 204);
    EXPECT_EQ(view("/quickstart", "Mozilla/5.0 (compatible; GPTBot/1.2)").status, 204);
    EXPECT_EQ(view("/nothing", browser).status, 404);
    EXPECT_EQ(view("/", browser).status, 204);
    server->call("GET", "/docs/quickstart.md", {}, {{"User-Agent", browser}});
    server->call("GET", "/docs/llms.txt", {}, {{"User-Agent", "curl/8.5.0"}});
    server->asked("POST", "/v1/page/docs", R"({"path":"quickstart"})");
    flush();
    const auto views = get("/views");
    EXPECT_EQ(json::serialize(views.at("totals")), R"({"human":3,"ai":4,"total":7})");
    EXPECT_EQ(json::serialize(views.at("views").as_array().at(0)),
              R"({"path":"/quickstart","human":2,"ai":3,"total":5})");
    EXPECT_TRUE(get("/views?limit=2").at("hasMore").as_bool());
    EXPECT_EQ(get("/views?limit=2&offset=2").at("views").as_array().size(), 1u);
    const auto visitors = get("/visitors");
    const auto& totals = visitors.at("totals").as_object();
    EXPECT_EQ(totals.at("human"), 1);
    // GPTBot, the browser that read Markdown, curl, and the client of the page call.
    EXPECT_EQ(totals.at("ai"), 4);
    EXPECT_EQ(totals.at("total"), 4) << "whoever reads both ways is one";
    EXPECT_EQ(get("/views?dateFrom=2023-11-15").at("totals").as_object().at("total"), 0);
}

TEST_F(AnalyticsApi, SimilarUnansweredQuestionsAreOneCluster) {
    ask("Which planets orbit the sun?");
    ask("planets that orbit our sun");
    ask("Is there a vegetarian menu?");
    ask("How do I install Acme?");
    const auto body = get("/assistant/clusters");
    EXPECT_EQ(body.at("totalQuestions"), 3);
    const auto& clusters = body.at("clusters").as_array();
    ASSERT_EQ(clusters.size(), 2u);
    const auto& first = clusters[0].as_object();
    EXPECT_EQ(first.at("count"), 2);
    EXPECT_EQ(first.at("reason"), "not_covered");
    EXPECT_EQ(first.at("examples").as_array().size(), 2u);
    EXPECT_TRUE(get("/assistant/clusters?limit=1").at("hasMore").as_bool());
    EXPECT_EQ(get("/assistant/clusters?resolutionStatus=all").at("totalQuestions"), 4);
}

TEST_F(AnalyticsApi, TablesAreExportedAndFormulasAreNot) {
    ask("=HYPERLINK(\\\"x\\\"), \\\"planets\\\"?");
    say(R"({"path":"/quickstart","helpful":true,"comment":"a,b\n\"c\""})");
    server->asked("POST", "/v1/search/docs", R"({"query":"install"})");
    flush();
    const auto csv = as_admin("GET", "/export/assistant.csv");
    EXPECT_EQ(csv.status, 200);
    EXPECT_EQ(csv.headers.at("content-type"), "text/csv; charset=utf-8");
    EXPECT_NE(csv.headers.at("content-disposition").find("docs-assistant.csv"), std::string::npos);
    EXPECT_TRUE(csv.body.starts_with("Timestamp,Conversation ID,")) << csv.body;
    EXPECT_NE(csv.body.find(",\"'=HYPERLINK("), std::string::npos) << csv.body;
    EXPECT_NE(as_admin("GET", "/export/feedback.csv").body.find("\"a,b\n\"\"c\"\"\""), std::string::npos);
    EXPECT_NE(as_admin("GET", "/export/searches.csv").body.find("install,1,0.0,,0,"), std::string::npos);
    EXPECT_EQ(as_admin("GET", "/export/views.csv").body, "Path,Human,AI,Total\r\n");
    EXPECT_EQ(as_admin("GET", "/export/visitors.csv").body, "Path,Human,AI,Total\r\n");
}

TEST_F(AnalyticsApi, AllReadsTogetherAreLimitedByTheHour) {
    LimitConfig limits;
    limits.analytics_hour = 3;
    make(limits);
    EXPECT_EQ(as_admin("GET", "/views").headers.at("ratelimit-remaining"), "2");
    EXPECT_EQ(as_admin("GET", "/feedback").status, 200);
    EXPECT_EQ(as_admin("GET", "/feedback?limit=0").status, 400);
    const auto reply = as_admin("GET", "/searches");
    EXPECT_EQ(reply.status, 429);
    EXPECT_TRUE(reply.headers.contains("retry-after"));
    EXPECT_TRUE(object(reply.body).contains("error"));
    EXPECT_EQ(as_admin("DELETE", "/assistant?fp=ann").status, 200) << "whoever must delete can";
    EXPECT_EQ(ask("How do I install Acme?").status, 200);
    server->clock.advance(std::chrono::hours(1));
    EXPECT_EQ(as_admin("GET", "/searches").status, 200);
}

TEST_F(AnalyticsApi, PersonalDataIsMaskedBeforeItIsStored) {
    set(R"({"mask_personal_data":"stored"})");
    ask("How do I install Acme? Write to ann@firma.de");
    say(R"({"path":"/quickstart","helpful":true,"comment":"call +49 170 1234567","contact":"ann@firma.de"})");
    server->asked("POST", "/v1/search/docs", R"({"query":"mail of ann@firma.de"})");
    flush();
    const auto row = get("/assistant").at("conversations").as_array().at(0).as_object();
    EXPECT_EQ(row.at("query"), "How do I install Acme? Write to [email]");
    const auto item = get("/feedback").at("feedback").as_array().at(0).as_object();
    EXPECT_EQ(item.at("comment"), "call [phone]");
    EXPECT_EQ(item.at("contact"), "[email]");
    EXPECT_EQ(get("/searches").at("searches").as_array().at(0).as_object().at("searchQuery"),
              "mail of [email]");
    set("{}");
    ask("Write to ann@firma.de");
    EXPECT_EQ(get("/assistant").at("conversations").as_array().at(0).as_object().at("query"),
              "Write to ann@firma.de");
    set(R"({"mask_personal_data":"always"})");
    const auto reply = ask("Who is ann@firma.de?");
    EXPECT_EQ(reply.body.find("ann@firma.de"), std::string::npos) << reply.body;
}

}  // namespace
}  // namespace docent::api
