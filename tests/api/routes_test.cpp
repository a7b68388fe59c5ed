#include "api/routes.hpp"

#include <gtest/gtest.h>

#include <set>

#include "api/server_fixture.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

using test::ApiServer;

const std::string question =
    R"({"fp":"anonymous","messages":[{"role":"user","parts":[{"type":"text","text":"How do I get started"}]}]})";

/// The body of an error: flat JSON, one short line, nothing of the machine in it.
boost::json::object problem(const ApiServer& server, const net::Reply& reply) {
    boost::system::error_code failed;
    const auto value = boost::json::parse(reply.body, failed);
    EXPECT_FALSE(failed) << reply.status << " " << reply.body;
    if (failed || !value.is_object()) return {};
    const auto& body = value.get_object();
    EXPECT_TRUE(body.contains("error") && body.at("error") == body.at("message")) << reply.body;
    EXPECT_EQ(reply.body.find('\n'), std::string::npos);
    EXPECT_LE(reply.body.size(), 1'000u);
    for (const std::string& secret : {server.folder.path().string(), server.key, std::string("SELECT"),
                                      std::string("sqlite"), std::string("INSERT"), std::string(".cpp")})
        EXPECT_EQ(reply.body.find(secret), std::string::npos) << reply.body;
    return body;
}

/// A route's path with its parameters filled in.
std::string path_of(const Route& route, const std::string& domain = "docs") {
    std::string out = route.pattern;
    const std::pair<const char*, std::string> params[] = {{"{domain}", domain},
                                                          {"{chatId}", "chat-0123456789abcdef"},
                                                          {"{page...}", "quickstart.md"},
                                                          {"{file...}", "x.js"},
                                                          {"{projectId}", domain},
                                                          {"{threadId}", "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
                                                          {"{feedbackId}", "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
                                                          {"{file}", "views.csv"}};
    for (const auto& [name, value] : params)
        if (const auto at = out.find(name); at != out.npos) out.replace(at, std::string(name).size(), value);
    return out;
}

std::string body_of(const Route& route) {
    const std::string_view pattern = route.pattern;
    if (std::string_view(route.method) != "POST" || pattern.ends_with("/stop")) return "";
    if (pattern.ends_with("/feedback")) return R"({"path":"/quickstart","helpful":true})";
    if (pattern.ends_with("/click"))
        return R"({"searchId":"01ARZ3NDEKTSV4RRFFQ69G5FAV","path":"/quickstart"})";
    if (pattern.find("/views/") != pattern.npos) return R"({"path":"quickstart"})";
    if (pattern.find("/search/") != pattern.npos) return R"({"query":"install acme"})";
    if (pattern.find("/page/") != pattern.npos) return R"({"path":"quickstart"})";
    return question;
}

net::Headers bearer(const std::string& secret) { return {{"Authorization", "Bearer " + secret}}; }

TEST(RoutesTest, EveryKeyedRouteRefusesWithoutTheRightKey) {
    ApiServer server;
    const auto expired =
        server.add_key(KeyKind::assistant, server.docs_id, [&](auto& key) { key.expires = 1; });
    const auto admin = server.add_key(KeyKind::admin, "");
    const auto sessions = server.add_key(KeyKind::sessions, server.docs_id);
    std::size_t keyed = 0;
    for (const auto& route : routes()) {
        if (route.access != Access::assistant_key || route.openai) continue;
        ++keyed;
        const auto path = path_of(route);
        const auto refused = [&](int status, const net::Headers& headers) {
            const auto reply = server.call(route.method, path, body_of(route), headers);
            EXPECT_EQ(reply.status, status) << route.method << " " << path;
            problem(server, reply);
            EXPECT_TRUE(reply.headers.contains("access-control-allow-origin")) << "errors must be readable";
        };
        refused(401, {});
        refused(401, bearer(new_secret(KeyKind::assistant)));
        refused(401, bearer("nonsense"));
        refused(401, bearer(expired));
        refused(403, bearer(admin));
        refused(403, bearer(sessions));
        const auto accepted = server.asked(route.method, path, body_of(route));
        const bool no_such_search =
            accepted.status == 404 && accepted.body.find("unknown_search") != std::string::npos;
        EXPECT_TRUE(accepted.status / 100 == 2 || no_such_search)
            << path << " " << accepted.status << accepted.body;
    }
    EXPECT_EQ(keyed, 32u);
}

TEST(RoutesTest, EveryRouteOfAnAdministratorRefusesWithoutTheRightKey) {
    ApiServer server;
    const auto admin = server.add_key(KeyKind::admin, "");
    const auto others = server.add_key(KeyKind::admin, server.other_id);
    const auto reads = server.add_key(KeyKind::admin, "", [](auto& key) { key.scopes = "read"; });
    std::size_t routes_seen = 0;
    for (const auto& route : routes()) {
        if (route.access != Access::admin_read && route.access != Access::admin_write) continue;
        ++routes_seen;
        const auto path = path_of(route);
        const auto status = [&](const net::Headers& headers) {
            const bool has_body = std::string_view(route.method) == "PATCH";
            return server.call(route.method, path, has_body ? "{}" : "", headers).status;
        };
        EXPECT_EQ(status({}), 401) << path;
        EXPECT_EQ(status(bearer(new_secret(KeyKind::admin))), 401) << path;
        EXPECT_EQ(status(bearer(server.key)), 403) << path;
        EXPECT_EQ(status(bearer(others)), 404) << path;
        if (route.access == Access::admin_write) {
            EXPECT_EQ(status(bearer(reads)), 403) << path;
        }
        const auto accepted = status(bearer(admin));
        EXPECT_NE(accepted, 401) << path;
        EXPECT_NE(accepted, 403) << path;
        EXPECT_LT(accepted, 500) << path;
    }
    EXPECT_GE(routes_seen, 12u);
}

TEST(RoutesTest, AnUnknownProjectAndAnotherOnesAreTheSame404) {
    ApiServer server;
    for (const auto& route : routes()) {
        if (route.access != Access::assistant_key || route.openai) continue;
        auto unknown = server.asked(route.method, path_of(route, "nowhere"), body_of(route));
        auto foreign = server.asked(route.method, path_of(route, "other"), body_of(route));
        EXPECT_EQ(unknown.status, 404) << route.pattern;
        EXPECT_EQ(foreign.status, 404) << route.pattern;
        problem(server, foreign);
        const auto at = foreign.body.find("other");
        if (at != std::string::npos) foreign.body.replace(at, 5, "nowhere");
        EXPECT_EQ(std::string(problem(server, unknown)["code"].as_string()), "unknown_project");
    }
    for (const auto* odd : {"%00", "%ff", "..%2f..%2fetc", "%27%20OR%201=1", "docs.example.com%00"})
        problem(server, server.asked("POST", "/v1/search/" + std::string(odd), R"({"query":"x"})"));
    EXPECT_EQ(server.asked("POST", "/v1/search/docs.example.com", R"({"query":"install"})").status, 200);
    EXPECT_EQ(server.asked("POST", "/v1/search/docs.mintlify.app", R"({"query":"install"})").status, 200);
}

TEST(RoutesTest, WrongMethodsAre405AndUnknownPaths404) {
    ApiServer server;
    EXPECT_EQ(server.asked("GET", "/v1/search/docs").status, 405);
    EXPECT_EQ(server.asked("DELETE", "/v2/assistant/docs/message").status, 405);
    EXPECT_EQ(server.asked("POST", "/healthz", "{}").status, 405);
    for (const auto* path :
         {"/v3/assistant/docs/message", "/nothing", "/v1", "/discovery", "/docs/nothing.md", "/nothing.md"}) {
        const auto reply = server.asked("GET", path);
        EXPECT_EQ(reply.status, 404) << path;
        problem(server, reply);
        EXPECT_EQ(server.asked("POST", path, "{}").status, 404) << path;
    }
    for (const auto* page : {"/docs/quickstart.md", "/docs/quickstart"}) {
        const auto reply = server.asked("POST", page, "{}");
        EXPECT_EQ(reply.status, 405) << page;
        problem(server, reply);
        EXPECT_EQ(reply.headers.at("allow"), "GET, HEAD, OPTIONS") << page;
        EXPECT_EQ(server.asked("OPTIONS", page).status, 204) << page;
    }
}

TEST(RoutesTest, ThePublishedCurlExamplesWork) {
    ApiServer server;
    const std::string v1 = "curl -sS --request POST --url " + server.origin +
                           "/v1/assistant/docs/message --header 'Authorization: Bearer " + server.key +
                           R"(' --header 'Content-Type: application/json' --data '{
  "fp": "<string>",
  "threadId": null,
  "messages": [
    {
      "id": "foobar",
      "role": "user",
      "content": "how do i get started",
      "parts": [
        {
          "type": "text",
          "text": "How do I get started"
        }
      ]
    }
  ],
  "retrievalPageSize": 5,
  "filter": null
}')";
    const auto first = server.shell(v1);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->exit_code, 0) << first->err;
    EXPECT_TRUE(first->out.starts_with("f:{\"messageId\":")) << first->out;
    EXPECT_NE(first->out.find("\n0:\""), std::string::npos) << first->out;
    EXPECT_NE(first->out.find("\nd:{\"finishReason\":\"stop\""), std::string::npos) << first->out;
    const std::string v2 = "curl -sS -D - --request POST --url " + server.origin +
                           "/discovery/v2/assistant/docs/message --header 'Authorization: Bearer " +
                           server.key +
                           R"(' --header 'Content-Type: application/json' --data '
{
  "fp": "<string>",
  "messages": [
    {
      "id": "foobar",
      "role": "user",
      "parts": [
        {
          "type": "text",
          "text": "How do I get started"
        }
      ]
    }
  ],
  "threadId": null,
  "retrievalPageSize": 5,
  "filter": null,
  "context": [
    {
      "type": "code",
      "value": "<string>",
      "path": "<string>",
      "elementId": "<string>"
    }
  ]
}
')";
    const auto second = server.shell(v2);
    ASSERT_TRUE(second);
    const auto& out = second->out;
    EXPECT_NE(lower_ascii(out).find("x-thread-key: "), std::string::npos) << out;
    EXPECT_NE(out.find("data: {\"type\":\"text-delta\""), std::string::npos) << out;
    EXPECT_TRUE(out.ends_with("data: [DONE]\n\n"));
    const auto finish = out.find("{\"type\":\"finish\",");
    ASSERT_NE(finish, std::string::npos);
    const auto chunk = boost::json::parse(out.substr(finish, out.find('\n', finish) - finish));
    EXPECT_TRUE(chunk.as_object().contains("threadId")) << "the page promises event.threadId";
}

TEST(RoutesTest, AThreadGoesOnWithItsId) {
    ApiServer server;
    const auto first = server.asked("POST", "/v2/assistant/docs/message", question);
    ASSERT_EQ(first.status, 200) << first.body;
    const auto thread = first.headers.at("x-thread-id");
    EXPECT_TRUE(first.headers.contains("x-thread-key"));
    const auto more = question.substr(0, question.size() - 1) + ",\"threadId\":\"" + thread + "\"";
    const auto second = server.asked("POST", "/v2/assistant/docs/message", more + "}");
    EXPECT_EQ(second.status, 200) << second.body;
    EXPECT_EQ(second.headers.at("x-thread-id"), thread);
    EXPECT_FALSE(second.headers.contains("x-thread-key"));
    const auto wrong = server.asked("POST", "/v2/assistant/docs/message", more + R"(,"threadKey":"wrong"})");
    EXPECT_EQ(wrong.status, 404);
    problem(server, wrong);
}

TEST(RoutesTest, FinishThreadIdIsForThoseWhoAreNoStrictClient) {
    ApiServer server;
    const auto told = [&](const std::string& body, net::Headers headers) {
        const auto reply = server.asked("POST", "/v2/assistant/docs/message", body, std::move(headers));
        const auto finish = reply.body.find("{\"type\":\"finish\",");
        EXPECT_NE(finish, std::string::npos) << reply.body;
        const auto line = reply.body.substr(finish, reply.body.find('\n', finish) - finish);
        return boost::json::parse(line).as_object().contains("threadId");
    };
    const auto with_trigger = question.substr(0, question.size() - 1) + R"(,"trigger":"submit-message"})";
    EXPECT_TRUE(told(question, {}));
    EXPECT_FALSE(told(with_trigger, {}));
    EXPECT_FALSE(told(question, {{"Origin", "https://docs.example.com"}}));
    EXPECT_FALSE(told(question, {{"User-Agent", "ai-sdk/5.0.100 runtime/node"}}));
    server.settings.finish_thread_id = "always";
    EXPECT_TRUE(told(with_trigger, {}));
    server.settings.finish_thread_id = "never";
    EXPECT_FALSE(told(question, {}));
}

TEST(RoutesTest, NothingToResumeIs204AndAFinishedAnswerCanBeReadAgain) {
    ApiServer server;
    for (const auto* path :
         {"/v2/assistant/docs/message/unknown/stream", "/v1/assistant/docs/message?chatId=unknown",
          "/v1/assistant/docs/message", "/v2/assistant/docs/message?x=1/abc/stream"}) {
        const auto reply = server.asked("GET", path);
        EXPECT_EQ(reply.status, 204) << path;
        EXPECT_EQ(reply.body, "");
    }
    const std::string chat = "Xk29fjQm3LpZ81vRtY7w";
    const auto body = question.substr(0, question.size() - 1) + ",\"id\":\"" + chat + "\"}";
    const auto first = server.asked("POST", "/v2/assistant/docs/message", body, {{"User-Agent", "ai-sdk/5"}});
    ASSERT_EQ(first.status, 200);
    const auto again = server.asked("GET", "/v2/assistant/docs/message/" + chat + "/stream");
    if (again.status == 200) {
        EXPECT_EQ(again.body, first.body);
    }
    const auto stranger = server.add_key(KeyKind::assistant, server.docs_id);
    EXPECT_EQ(
        server.call("GET", "/v2/assistant/docs/message/" + chat + "/stream", "", bearer(stranger)).status,
        204);
    EXPECT_EQ(server.asked("POST", "/v2/assistant/docs/message/" + chat + "/stop").body,
              "{\"stopped\":false}");
}

TEST(RoutesTest, SearchAnswersABareArrayOfSections) {
    ApiServer server;
    for (const auto* path : {"/v1/search/docs", "/discovery/v1/search/docs"}) {
        const auto reply = server.asked("POST", path, R"({"query":"install acme","pageSize":2})");
        ASSERT_EQ(reply.status, 200) << reply.body;
        const auto hits = boost::json::parse(reply.body).as_array();
        ASSERT_FALSE(hits.empty());
        EXPECT_LE(hits.size(), 2u);
        const auto& hit = hits.front().as_object();
        EXPECT_EQ(hit.at("path").as_string(), "quickstart");
        const auto& metadata = hit.at("metadata").as_object();
        EXPECT_EQ(metadata.at("title").as_string(), "Quickstart");
        EXPECT_EQ(metadata.at("description").as_string(), "Install Acme and move a crate.");
        EXPECT_TRUE(metadata.at("url").as_string().starts_with("/quickstart#"));
        EXPECT_GE(metadata.at("score").to_number<double>(), 0);
        EXPECT_LE(metadata.at("score").to_number<double>(), 1);
        EXPECT_TRUE(hit.at("content").as_string().starts_with("#"));
    }
    EXPECT_EQ(server.asked("POST", "/v1/search/docs", R"({"query":"zzzzqqqq"})").body, "[]");
    EXPECT_EQ(server.asked("POST", "/v1/search/docs", R"({"query":"install acme","pageSize":51})").status,
              400);
}

TEST(RoutesTest, APageIsItsMarkdownAnd404CarriesAMessage) {
    ApiServer server;
    for (const auto* path : {"quickstart", "/quickstart", "quickstart.md", "quickstart#install-acme"}) {
        const auto reply = server.asked("POST", "/v1/page/docs", "{\"path\":\"" + std::string(path) + "\"}");
        ASSERT_EQ(reply.status, 200) << path << reply.body;
        const auto body = boost::json::parse(reply.body).as_object();
        EXPECT_EQ(body.at("path").as_string(), path);
        EXPECT_TRUE(body.at("content").as_string().starts_with(
            "# Quickstart\n\n> Install Acme and move a crate.\n\n"));
    }
    const auto none = server.asked("POST", "/v1/page/docs", R"({"path":"../../etc/passwd"})");
    EXPECT_EQ(none.status, 404);
    EXPECT_TRUE(problem(server, none).contains("message"));
}

TEST(RoutesTest, DocumentsAreServedAtTheRootOfTheirHostAndBelowTheirName) {
    ApiServer server;
    const auto get = [&](const std::string& path, const std::string& host) {
        return server.call("GET", path, "", {{"Host", host}});
    };
    for (const auto* path : {"/llms.txt", "/.well-known/llms.txt"}) {
        const auto own = get(path, "docs.example.com");
        ASSERT_EQ(own.status, 200) << own.body;
        EXPECT_NE(own.body.find("- [Quickstart](http://docs.example.com/quickstart.md): Install Acme"),
                  std::string::npos)
            << own.body;
    }
    EXPECT_NE(server.call("GET", "/docs/llms.txt").body.find(server.origin + "/docs/quickstart.md)"),
              std::string::npos);
    EXPECT_NE(server.call("GET", "/other/llms-full.txt").body.find("Another project about trains."),
              std::string::npos);
    EXPECT_EQ(server.call("GET", "/llms.txt").status, 404) << "no project `default` here";
    EXPECT_EQ(server.call("GET", "/nowhere/llms.txt").status, 404);
    for (const auto& page :
         {get("/quickstart.md", "docs.example.com"), server.call("GET", "/docs/quickstart.md")}) {
        EXPECT_EQ(page.status, 200);
        EXPECT_EQ(page.headers.at("content-type"), "text/markdown; charset=utf-8");
        EXPECT_TRUE(page.body.starts_with("# Quickstart\n\n> Install Acme and move a crate.\n\n"))
            << page.body;
        EXPECT_NE(page.body.find("```sh"), std::string::npos);
    }
    EXPECT_EQ(server.call("HEAD", "/docs/quickstart.md").status, 200);
    const auto shown = get("/quickstart", "docs.example.com");
    EXPECT_EQ(shown.headers.at("content-type"), "text/plain; charset=utf-8") << "for who follows a link";
    EXPECT_TRUE(shown.body.starts_with("# Quickstart"));
}

TEST(RoutesTest, PreflightsPassWithoutAKeyAndErrorsAreReadableFromAnyOrigin) {
    ApiServer server;
    const auto preflight = server.call("OPTIONS", "/v2/assistant/docs/message", "",
                                       {{"Origin", "https://docs.example.com"},
                                        {"Access-Control-Request-Method", "POST"},
                                        {"Access-Control-Request-Headers", "authorization,content-type"}});
    EXPECT_TRUE(preflight.status == 204 || preflight.status == 200);
    EXPECT_EQ(preflight.headers.at("access-control-allow-origin"), "https://docs.example.com");
    for (const auto* name : {"authorization", "content-type", "user-agent"})
        EXPECT_NE(preflight.headers.at("access-control-allow-headers").find(name), std::string::npos);
    EXPECT_EQ(preflight.headers.at("access-control-max-age"), "600");
    const auto refused =
        server.call("POST", "/v2/assistant/docs/message", question, {{"Origin", "https://docs.example.com"}});
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.headers.at("access-control-allow-origin"), "https://docs.example.com");
    const auto listed = server.add_key(KeyKind::assistant, server.docs_id,
                                       [](auto& key) { key.origins = R"(["https://docs.example.com"])"; });
    auto headers = bearer(listed);
    headers.emplace_back("Origin", "https://evil.example.org");
    EXPECT_EQ(server.call("POST", "/v2/assistant/docs/message", question, headers).status, 403);
    headers.back().second = "https://docs.example.com";
    const auto accepted = server.call("POST", "/v2/assistant/docs/message", question, headers);
    EXPECT_EQ(accepted.status, 200);
    EXPECT_NE(accepted.headers.at("access-control-expose-headers").find("x-thread-key"), std::string::npos);
    EXPECT_FALSE(server.call("GET", "/ui/config.json").headers.contains("access-control-allow-origin"));
}

TEST(RoutesTest, LimitsAreToldAndKeptOnMessageSearchAndPage) {
    LimitConfig few;
    few.per_key_month = 3;
    ApiServer server(few);
    const auto first = server.asked("POST", "/v1/search/docs", R"({"query":"acme"})");
    EXPECT_EQ(first.headers.at("ratelimit-limit"), "3");
    EXPECT_EQ(first.headers.at("ratelimit-remaining"), "2");
    EXPECT_TRUE(first.headers.contains("ratelimit-reset"));
    EXPECT_EQ(server.asked("POST", "/v1/page/docs", R"({"path":"none"})").headers.at("ratelimit-remaining"),
              "1");
    EXPECT_EQ(server.asked("POST", "/v1/assistant/docs/message", question).headers.at("ratelimit-remaining"),
              "0");
    EXPECT_EQ(server.asked("GET", "/v2/assistant/docs/message/x/stream").status, 204) << "not counted";
    const auto refused = server.asked("POST", "/v2/assistant/docs/message", question);
    EXPECT_EQ(refused.status, 429);
    EXPECT_TRUE(refused.headers.contains("retry-after"));
    problem(server, refused);
    server.clock.advance(std::chrono::hours(24 * 31));
    EXPECT_EQ(server.asked("POST", "/v1/search/docs", R"({"query":"acme"})").status, 200);
}

TEST(RoutesTest, ThePageOfThisServerIsForItsOwnHostOnly) {
    ApiServer server;
    const auto config = server.call("GET", "/ui/config.json");
    ASSERT_EQ(config.status, 200) << config.body;
    const auto body = boost::json::parse(config.body).as_object();
    EXPECT_EQ(body.at("domain").as_string(), "docs");
    EXPECT_EQ(body.at("name").as_string(), "Acme");
    EXPECT_EQ(body.at("key").as_string(), server.key);
    EXPECT_EQ(server.call("GET", "/ui/config.json", "", {{"Host", "rebound.example.org"}}).status, 403);
    EXPECT_EQ(server.call("GET", "/", "", {{"Host", "rebound.example.org"}}).status, 403);
    EXPECT_EQ(server.call("GET", "/ui/config.json", "", {{"Origin", "https://evil.example.org"}}).status,
              403);
    EXPECT_EQ(server.call("GET", "/ui/config.json", "", {{"Sec-Fetch-Site", "cross-site"}}).status, 403);
    server.settings.allowed_hosts = {"ask.example.com"};
    EXPECT_EQ(server.call("GET", "/ui/config.json", "", {{"Host", "ask.example.com:8080"}}).status, 200);
    const auto page = server.call("GET", "/");
    ASSERT_EQ(page.status, 200);
    const auto& policy = page.headers.at("content-security-policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(page.headers.at("x-content-type-options"), "nosniff");
    // Every file that the page names is there.
    for (auto at = page.body.find("./"); at != page.body.npos; at = page.body.find("./", at + 1)) {
        const auto file = page.body.substr(at + 1, page.body.find('"', at) - at - 1);
        EXPECT_EQ(server.call("GET", file).status, 200) << file;
    }
}

TEST(RoutesTest, APushIsAcceptedOnlyWhenItIsSigned) {
    ApiServer server;
    const std::string push = R"({"ref":"refs/heads/main"})";
    const auto signature = "sha256=" + hmac_sha256_hex("push-secret", push);
    EXPECT_EQ(server.call("POST", "/hooks/git/docs", push, {{"X-Hub-Signature-256", signature}}).status, 202);
    EXPECT_EQ(server.call("POST", "/hooks/git/docs", push, {{"X-Gitlab-Token", "push-secret"}}).status, 202);
    EXPECT_EQ(server.call("POST", "/hooks/git/docs", push, bearer("push-secret")).status, 202);
    const auto unsigned_push = server.call("POST", "/hooks/git/docs", push);
    EXPECT_EQ(unsigned_push.status, 403);
    problem(server, unsigned_push);
    EXPECT_EQ(server.call("POST", "/hooks/git/docs", push + " ", {{"X-Hub-Signature-256", signature}}).status,
              403);
    EXPECT_EQ(server.call("POST", "/hooks/git/docs", push, {{"X-Hub-Signature-256", "sha1=x"}}).status, 403);
    const auto no_secret = server.call("POST", "/hooks/git/other", push, {{"X-Gitlab-Token", ""}});
    EXPECT_EQ(no_secret.status, 403);
    EXPECT_EQ(server.call("POST", "/hooks/git/nowhere", push).body, no_secret.body);
}

TEST(RoutesTest, HealthReadinessAndMetricsAreOpen) {
    ApiServer server;
    EXPECT_EQ(server.call("GET", "/healthz").body, "{\"status\":\"ok\"}");
    const auto ready = server.call("GET", "/readyz");
    EXPECT_EQ(ready.status, 200) << ready.body;
    EXPECT_EQ(boost::json::parse(ready.body).at("projects").as_array().size(), 2u);
    const auto metrics = server.call("GET", "/metrics");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_NE(metrics.body.find("docent_project_pages{project=\"docs\"} 2\n"), std::string::npos)
        << metrics.body;
    EXPECT_EQ(metrics.body.find(server.key), std::string::npos);
}

TEST(RoutesTest, TheDescriptionNamesEveryRouteAndNoOther) {
    ApiServer server;
    const auto reply = server.call("GET", "/openapi.json");
    ASSERT_EQ(reply.status, 200);
    const auto document = boost::json::parse(reply.body).as_object();
    std::set<std::string> described, there, names;
    for (const auto& [path, methods] : document.at("paths").as_object())
        for (const auto& [method, operation] : methods.as_object()) {
            described.insert(std::string(method) + " " + std::string(path));
            EXPECT_TRUE(names.insert(std::string(operation.at("operationId").as_string())).second) << path;
            EXPECT_FALSE(operation.at("responses").as_object().empty());
        }
    for (const auto& route : routes()) {
        auto path = std::string(route.pattern);
        if (const auto dots = path.find("..."); dots != path.npos) path.erase(dots, 3);
        if (path == "/{page}") path += ".md";
        there.insert(lower_ascii(route.method) + " " + path);
    }
    EXPECT_EQ(described, there);
    // Every reference leads somewhere.
    for (auto at = reply.body.find("#\\/components"); at != reply.body.npos;
         at = reply.body.find("#\\/components", at + 1))
        FAIL();
    const auto& schemas = document.at("components").at("schemas").as_object();
    const std::string prefix = "#/components/schemas/";
    for (auto at = reply.body.find(prefix); at != reply.body.npos; at = reply.body.find(prefix, at + 1)) {
        const auto name =
            reply.body.substr(at + prefix.size(), reply.body.find('"', at) - at - prefix.size());
        EXPECT_TRUE(schemas.contains(name)) << name;
    }
}

TEST(RoutesTest, BadBodiesAreRefusedCheaplyAndByName) {
    ApiServer server;
    std::string deep = R"({"fp":"x","messages":)";
    deep.append(100'000, '[');
    const std::pair<std::string, const char*> bodies[] = {
        {deep, "nested deeper"},
        {"{\"fp\":\"\xff\"}", "not valid UTF-8"},
        {std::string("{\"fp\":\"a\0b\"}", 12), "NUL"},
        {"", "empty"},
        {"{\"fp\":", "ends too early"},
        {R"({"messages":[{"role":"user","content":"x"}]})", "fp: is missing"},
        {R"({"fp":"x","messages":[{"role":"bot","content":"x"}]})",
         "messages[0].role: \"bot\" is not a role"},
    };
    for (const auto* path : {"/v1/assistant/docs/message", "/v2/assistant/docs/message"})
        for (const auto& [body, expected] : bodies) {
            const auto reply = server.asked("POST", path, body);
            EXPECT_EQ(reply.status, 400) << expected;
            EXPECT_NE(std::string(problem(server, reply)["message"].as_string()).find(expected),
                      std::string::npos)
                << reply.body;
        }
}

}  // namespace
}  // namespace docent::api
