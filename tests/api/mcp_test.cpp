#include <boost/json/serialize.hpp>

#include "api/hourly_limits.hpp"
#include "api/mcp/json_rpc.hpp"
#include "api/mcp/versions.hpp"
#include "api/server_fixture.hpp"

namespace docent::api {
namespace {

using test::ApiServer;
namespace json = boost::json;

json::object parsed(const std::string& text) {
    boost::system::error_code failed;
    const auto value = json::parse(text, failed);
    EXPECT_FALSE(failed) << text;
    return !failed && value.is_object() ? value.get_object() : json::object();
}

std::string rpc(const std::string& method, const std::string& params = "{}", const std::string& id = "1") {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params + "}";
}

net::Reply post(ApiServer& server, const std::string& body, net::Headers headers = {},
                const std::string& path = "/docs/mcp") {
    bool accepts = false;
    for (const auto& [name, value] : headers) accepts = accepts || name == "Accept";
    if (!accepts) headers.emplace_back("Accept", "application/json, text/event-stream");
    headers.emplace_back("Content-Type", "application/json");
    return server.call("POST", path, body, std::move(headers));
}

/// The result of a request that must succeed.
json::object result(ApiServer& server, const std::string& method, const std::string& params = "{}",
                    net::Headers headers = {}) {
    const auto reply = post(server, rpc(method, params), std::move(headers));
    EXPECT_EQ(reply.status, 200) << reply.body;
    auto message = parsed(reply.body);
    EXPECT_TRUE(message.contains("result")) << reply.body;
    return message.contains("result") ? message["result"].as_object() : json::object();
}

std::int64_t error_code(const net::Reply& reply) {
    const auto message = parsed(reply.body);
    EXPECT_TRUE(message.contains("error")) << reply.body;
    if (!message.contains("error")) return 0;
    EXPECT_EQ(reply.body.find('\n'), std::string::npos);
    return message.at("error").as_object().at("code").as_int64();
}

std::string call(const std::string& tool, const std::string& arguments) {
    return R"({"name":")" + tool + R"(","arguments":)" + arguments + "}";
}

std::string text_of(const json::object& answer) {
    return std::string(answer.at("content").as_array().at(0).as_object().at("text").as_string());
}

/// The headers and _meta of 2026-07-28.
net::Headers modern(const std::string& method, const std::string& name = {}) {
    net::Headers out{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", method}};
    if (!name.empty()) out.emplace_back("Mcp-Name", name);
    return out;
}
std::string with_meta(std::string params, const std::string& version = "2026-07-28") {
    params.pop_back();
    return params + (params.size() > 1 ? "," : "") +
           R"("_meta":{"io.modelcontextprotocol/protocolVersion":")" + version +
           R"(","io.modelcontextprotocol/clientCapabilities":{}}})";
}

TEST(McpTest, AClientIsGivenTheVersionItAsksForOrTheNewestWithAHandshake) {
    ApiServer server;
    for (const auto& [asked, given] : {std::pair("2025-11-25", "2025-11-25"),
                                       {"2025-06-18", "2025-06-18"},
                                       {"2025-03-26", "2025-03-26"},
                                       {"2024-11-05", "2024-11-05"},
                                       {"1999-01-01", "2025-11-25"},
                                       {"2026-07-28", "2025-11-25"}}) {
        const auto answer = result(server, "initialize",
                                   R"({"protocolVersion":")" + std::string(asked) +
                                       R"(","capabilities":{},"clientInfo":{"name":"test","version":"1"}})");
        EXPECT_EQ(answer.at("protocolVersion").as_string(), given);
        EXPECT_EQ(answer.at("serverInfo").as_object().at("name").as_string(), "acme");
        EXPECT_EQ(json::serialize(answer.at("capabilities")),
                  R"({"tools":{},"resources":{},"completions":{}})");
    }
    EXPECT_EQ(error_code(post(server, rpc("initialize"))), -32602);
    const auto reply = post(server, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    EXPECT_EQ(reply.status, 202);
    EXPECT_EQ(reply.body, "");
    EXPECT_TRUE(result(server, "ping").empty());
    EXPECT_FALSE(reply.headers.contains("mcp-session-id"));
}

TEST(McpTest, ToolsAreNamedAfterTheSiteAndSayWhatTheyDo) {
    ApiServer server;
    const auto tools = result(server, "tools/list").at("tools").as_array();
    std::vector<std::string> names;
    for (const auto& tool : tools) {
        const auto& entry = tool.as_object();
        names.emplace_back(entry.at("name").as_string());
        EXPECT_FALSE(entry.at("description").as_string().empty());
        EXPECT_EQ(entry.at("inputSchema").as_object().at("type").as_string(), "object");
        const auto& notes = entry.at("annotations").as_object();
        EXPECT_EQ(notes.at("readOnlyHint").as_bool(), names.back() != "submit_feedback");
        EXPECT_FALSE(notes.at("destructiveHint").as_bool());
        EXPECT_FALSE(notes.at("openWorldHint").as_bool());
    }
    ASSERT_GE(names.size(), 2u);
    EXPECT_EQ(names[0], "search_acme");
    EXPECT_EQ(names[1], "query_docs_filesystem_acme");
    const auto properties = tools[0].as_object().at("inputSchema").as_object().at("properties").as_object();
    EXPECT_TRUE(properties.contains("query"));
    EXPECT_FALSE(properties.contains("version")) << "the site has none";
}

TEST(McpTest, ASearchGivesABlockForEachSection) {
    ApiServer server;
    const auto answer =
        result(server, "tools/call", call("search_acme", R"({"query":"how do I install acme"})"));
    EXPECT_FALSE(answer.at("isError").as_bool());
    const auto& blocks = answer.at("content").as_array();
    ASSERT_FALSE(blocks.empty());
    EXPECT_LE(blocks.size(), 10u);
    EXPECT_EQ(blocks[0].as_object().at("type").as_string(), "text");
    const auto text = text_of(answer);
    EXPECT_TRUE(text.starts_with("Title: Quickstart > Install Acme\nLink: " + server.origin +
                                 "/docs/quickstart#install-acme\nPage: quickstart\nContent: "))
        << text;
    EXPECT_NE(text.find("run the installer"), std::string::npos);
    EXPECT_EQ(text_of(result(server, "tools/call", call("search_acme", R"({"query":"xyzzyx"})"))),
              "No results. Try other or fewer words.");
}

TEST(McpTest, TheLinkOfAResultIsThePagesAddress) {
    ApiServer server;
    for (const auto* path : {"/docs/quickstart", "/docs/quickstart.md"}) {
        const auto page = server.call("GET", path);
        EXPECT_EQ(page.status, 200) << path;
        EXPECT_NE(page.body.find("# Quickstart"), std::string::npos);
    }
    EXPECT_EQ(server.call("GET", "/docs/nothing").status, 404);
}

TEST(McpTest, TheFileSystemIsReadWithCommands) {
    ApiServer server;
    const auto ran = [&](const std::string& command) {
        return result(server, "tools/call",
                      call("query_docs_filesystem_acme",
                           R"({"command":)" + json::serialize(json::value(command)) + "}"));
    };
    EXPECT_EQ(text_of(ran("ls /")), "exit: 0\n--- stdout ---\nindex.md\nquickstart.md\n");
    EXPECT_EQ(text_of(ran("rg -n installer /")),
              "exit: 0\n--- stdout ---\n/quickstart.md:9:To install Acme, run the installer. You get started "
              "with one "
              "command.\n");
    EXPECT_EQ(text_of(ran("cat /nothing")),
              "exit: 1\n--- stderr ---\ncat: /nothing: No such file or directory\n");
    EXPECT_FALSE(ran("cat /nothing").at("isError").as_bool());
    const auto refused = ran("cat /index.md > /tmp/x");
    EXPECT_TRUE(refused.at("isError").as_bool());
    EXPECT_TRUE(text_of(refused).starts_with("Docs filesystem query failed: ")) << text_of(refused);
}

TEST(McpTest, WrongArgumentsAreTheProtocolsErrorAndTheToolsAnswerFrom20251125On) {
    ApiServer server;
    const std::string wrong[] = {call("search_acme", "{}"),
                                 call("search_acme", R"({"query":5})"),
                                 call("search_acme", R"({"query":""})"),
                                 call("search_acme", R"({"query":"x","version":[]})"),
                                 call("query_docs_filesystem_acme", R"({"command":null})"),
                                 call("query_docs_filesystem_acme", R"({"cmd":"ls"})")};
    for (const auto& params : wrong) {
        EXPECT_EQ(error_code(post(server, rpc("tools/call", params))), -32602) << params;
        EXPECT_EQ(
            error_code(post(server, rpc("tools/call", params), {{"MCP-Protocol-Version", "2025-06-18"}})),
            -32602);
        const auto answer = result(server, "tools/call", params, {{"MCP-Protocol-Version", "2025-11-25"}});
        EXPECT_TRUE(answer.at("isError").as_bool()) << params;
        EXPECT_NE(text_of(answer).find(" failed: "), std::string::npos);
    }
    for (const auto* params :
         {R"({"name":"nothing"})", R"({"name":"search_other","arguments":{"query":"x"}})", R"({"name":5})",
          "{}", R"({"name":"search_acme","arguments":[]})"})
        EXPECT_EQ(
            error_code(post(server, rpc("tools/call", params), {{"MCP-Protocol-Version", "2025-11-25"}})),
            -32602)
            << params;
}

TEST(McpTest, PagesAreResources) {
    ApiServer server;
    const auto listed = result(server, "resources/list").at("resources").as_array();
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[1].as_object().at("uri").as_string(), "docs://docs/quickstart");
    EXPECT_EQ(listed[1].as_object().at("title").as_string(), "Quickstart");
    for (const auto& uri : {std::string("docs://docs/quickstart"), server.origin + "/docs/quickstart"}) {
        const auto read = result(server, "resources/read", R"({"uri":")" + uri + R"("})");
        const auto& page = read.at("contents").as_array().at(0).as_object();
        EXPECT_EQ(page.at("uri").as_string(), uri);
        EXPECT_EQ(page.at("mimeType").as_string(), "text/markdown");
        EXPECT_TRUE(page.at("text").as_string().starts_with("# Quickstart"));
    }
    for (const auto* uri : {"docs://docs/nothing", "docs://other/index", "file:///etc/passwd", "",
                            "docs://docs/../x", "skill://docs/skill.md"})
        EXPECT_EQ(error_code(post(server, rpc("resources/read", R"({"uri":")" + std::string(uri) + R"("})"))),
                  -32002);
    EXPECT_EQ(error_code(post(server, rpc("resources/read", R"({"uri":7})"))), -32602);
    const auto templates = result(server, "resources/templates/list").at("resourceTemplates").as_array();
    EXPECT_EQ(templates.at(0).as_object().at("uriTemplate").as_string(), "docs://docs/{+path}");
    const auto completed = result(
        server, "completion/complete",
        R"({"ref":{"type":"ref/resource","uri":"docs://docs/{+path}"},"argument":{"name":"path","value":"qui"}})");
    EXPECT_EQ(json::serialize(completed.at("completion")),
              R"({"values":["quickstart"],"total":1,"hasMore":false})");
    EXPECT_EQ(error_code(post(server, rpc("completion/complete", R"({"ref":{"type":"ref/prompt","name":"x"},)"
                                                                 R"("argument":{"name":"a","value":"b"}})"))),
              -32602);
    for (const auto* cursor : {R"("x")", "5", R"("-1")", R"("99999999999999999999")", R"("")"})
        EXPECT_EQ(
            error_code(post(server, rpc("resources/list", R"({"cursor":)" + std::string(cursor) + "}"))),
            -32602);
    EXPECT_TRUE(result(server, "resources/list", R"({"cursor":"900"})").at("resources").as_array().empty());
}

TEST(McpTest, WhatProgramsSearchAndReadIsCounted) {
    ApiServer server;
    (void)result(server, "tools/call", call("search_acme", R"({"query":"Install it"})"));
    (void)result(server, "resources/read", R"({"uri":"docs://docs/quickstart"})");
    (void)post(server, rpc("resources/read", R"({"uri":"docs://docs/nothing"})"));
    (void)result(server, "tools/call",
                 call("query_docs_filesystem_acme",
                      R"({"command":"ls /; cat /quickstart.md | head -1; wc -l /index.md"})"));
    ApiServer::must(test::run(server.loop, server.analytics->traffic.flush()));
    store::SearchesQuery searches;
    searches.project_id = server.docs_id;
    const auto searched = test::run(server.loop, server.analytics->searches.list(searches));
    ASSERT_TRUE(searched);
    ASSERT_EQ(searched->size(), 1u);
    EXPECT_EQ(searched->front().query, "Install it");
    store::TrafficQuery reads;
    reads.project_id = server.docs_id;
    const auto read = test::run(server.loop, server.analytics->views.views(reads));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->totals.ai, 2) << "of those that exist: the resource and cat's";
    EXPECT_EQ(read->totals.human, 0);
}

TEST(McpTest, SkillFilesAreResourcesAndTheAssistantsOwnAreNot) {
    ApiServer server;
    server.folder.write("docs/skill.md", "# Use Acme\n");
    server.folder.write("docs/.mintlify/skills/crates/SKILL.md", "# Crates\n");
    server.folder.write("docs/.mintlify/assistant/skills/secret/skill.md", "# Secret\n");
    ApiServer::must(test::run(server.loop, server.sources->rebuild(server.docs_id, true)));
    const auto all = json::serialize(result(server, "resources/list"));
    EXPECT_NE(all.find("skill://docs/skill.md"), std::string::npos) << all;
    EXPECT_NE(all.find("skill://docs/crates/SKILL.md"), std::string::npos) << all;
    EXPECT_EQ(all.find("ecret"), std::string::npos) << all;
    const auto read = result(server, "resources/read", R"({"uri":"skill://docs/crates/SKILL.md"})");
    EXPECT_EQ(read.at("contents").as_array().at(0).as_object().at("text").as_string(), "# Crates\n");
}

TEST(McpTest, FeedbackOfAProgramIsKept) {
    ApiServer server;
    const auto thanks =
        result(server, "tools/call",
               call("submit_feedback", R"({"path":"/quickstart.md","description":" The command is gone. "})"),
               {{"User-Agent", "agent/1"}});
    EXPECT_FALSE(thanks.at("isError").as_bool());
    store::FeedbackQuery query;
    query.project_id = server.docs_id;
    const auto kept = test::run(server.loop, server.analytics->feedback.list(query));
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->size(), 1u);
    const auto& item = kept->front();
    EXPECT_EQ(item.source, "agent");
    EXPECT_EQ(item.path, "quickstart");
    EXPECT_EQ(item.comment, "The command is gone.");
    EXPECT_EQ(item.helpful, false);
    EXPECT_EQ(item.user_agent, "agent/1");
    const auto unknown =
        result(server, "tools/call", call("submit_feedback", R"({"path":"nothing","description":"x"})"));
    EXPECT_TRUE(text_of(unknown).starts_with("Feedback failed: there is no page")) << text_of(unknown);
    EXPECT_EQ(
        error_code(post(server, rpc("tools/call", call("submit_feedback", R"({"path":"quickstart"})")))),
        -32602);
    for (int i = 0; i < 59; ++i)
        (void)post(server,
                   rpc("tools/call", call("submit_feedback", R"({"path":"quickstart","description":"x"})")));
    const auto more =
        result(server, "tools/call", call("submit_feedback", R"({"path":"quickstart","description":"x"})"));
    EXPECT_TRUE(more.at("isError").as_bool());
}

TEST(McpTest, WhatTheServerCannotDoIsNoMethod) {
    ApiServer server;
    for (const auto* method : {"prompts/list", "logging/setLevel", "resources/subscribe",
                               "sampling/createMessage", "server/discover", "", "tools/list "})
        EXPECT_EQ(error_code(post(server, rpc(method))), -32601) << method;
}

TEST(McpTest, TheFormOfAMessageIsChecked) {
    ApiServer server;
    const std::pair<std::string, int> cases[] = {
        {"", -32700},
        {"{", -32700},
        {"\xff", -32700},
        {"nonsense", -32700},
        {std::string(200, '[') + std::string(200, ']'), -32700},
        {"5", -32600},
        {"{}", -32600},
        {R"({"jsonrpc":"1.0","id":1,"method":"ping"})", -32600},
        {R"({"jsonrpc":"2.0","id":1})", -32600},
        {R"({"jsonrpc":"2.0","id":1,"method":5})", -32600},
        {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", -32600},
        {R"({"jsonrpc":"2.0","id":{},"method":"ping"})", -32600},
        {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})", -32600},
        {R"({"jsonrpc":"2.0","id":")" + std::string(2'000, 'x') + R"(","method":"ping"})", -32600},
    };
    for (const auto& [body, code] : cases) {
        const auto reply = post(server, body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_EQ(error_code(reply), code) << body;
        EXPECT_FALSE(parsed(reply.body).contains("id") && parsed(reply.body)["id"].is_null());
    }
    for (const auto* id : {"\"a\\u0000b\"", "9007199254740993", "-1", "\"\"", "1.5", "1e300"}) {
        const auto reply = post(server, rpc("ping", "{}", id));
        EXPECT_EQ(reply.status, 200) << id << reply.body;
        EXPECT_EQ(parsed(reply.body).at("id"), json::parse(id)) << reply.body;
    }
    EXPECT_EQ(post(server, R"({"jsonrpc":"2.0","id":1,"result":{}})").status, 202);
}

TEST(McpTest, BatchesAreAnsweredInTheRevisionThatHasThemOnly) {
    ApiServer server;
    const auto batch = "[" + rpc("ping") + R"(,{"jsonrpc":"2.0","method":"notifications/cancelled"},5,)" +
                       rpc("nothing", "{}", "\"b\"") + "," + rpc("initialize", "{}", "3") + "]";
    const auto reply = post(server, batch);
    EXPECT_EQ(reply.status, 200);
    const auto answers = json::parse(reply.body).as_array();
    ASSERT_EQ(answers.size(), 4u) << reply.body;
    EXPECT_TRUE(answers[0].as_object().contains("result"));
    EXPECT_EQ(answers[1].as_object().at("error").as_object().at("code").as_int64(), -32600);
    EXPECT_EQ(answers[2].as_object().at("error").as_object().at("code").as_int64(), -32601);
    EXPECT_EQ(answers[3].as_object().at("error").as_object().at("code").as_int64(), -32600);
    EXPECT_EQ(post(server, R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])").status, 202);
    for (const auto* version : {"2025-06-18", "2025-11-25", "2026-07-28"})
        EXPECT_EQ(post(server, batch, {{"MCP-Protocol-Version", version}}).status, 400) << version;
    EXPECT_EQ(post(server, "[]").status, 400);
    std::string large = "[" + rpc("ping");
    for (int i = 0; i < 999; ++i) large += "," + rpc("ping");
    const auto refused = post(server, large + "]");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(error_code(refused), -32600);
}

TEST(McpTest, AVersionThatIsNotSpokenIsRefusedWithTheOnesThatAre) {
    ApiServer server;
    const auto reply = post(server, rpc("ping"), {{"MCP-Protocol-Version", "1999-01-01"}});
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(error_code(reply), -32022);
    const auto message = parsed(reply.body);
    EXPECT_EQ(message.at("id").as_int64(), 1);
    EXPECT_EQ(
        message.at("error").as_object().at("data").as_object().at("supported").as_array().at(0).as_string(),
        "2026-07-28");
}

TEST(McpTest, TheRevisionWithoutHandshakeNeedsItsMetadata) {
    ApiServer server;
    const auto listed = result(server, "tools/list", with_meta("{}"), modern("tools/list"));
    EXPECT_EQ(listed.at("resultType").as_string(), "complete");
    EXPECT_EQ(listed.at("cacheScope").as_string(), "public");
    EXPECT_GT(listed.at("ttlMs").as_int64(), 0);
    EXPECT_EQ(listed.at("_meta")
                  .as_object()
                  .at("io.modelcontextprotocol/serverInfo")
                  .as_object()
                  .at("name")
                  .as_string(),
              "acme");
    const auto discovered = result(server, "server/discover", with_meta("{}"), modern("server/discover"));
    EXPECT_EQ(discovered.at("supportedVersions").as_array().at(0).as_string(), "2026-07-28");
    const auto found = with_meta(call("search_acme", R"({"query":"install"})"));
    for (const auto* name : {"search_acme", "=?base64?c2VhcmNoX2FjbWU=?="})
        EXPECT_FALSE(result(server, "tools/call", found, modern("tools/call", name)).at("isError").as_bool());

    const auto refused = [&](const std::string& method, const std::string& params,
                             const net::Headers& headers, int code, int status = 400) {
        const auto reply = post(server, rpc(method, params), headers);
        EXPECT_EQ(reply.status, status) << reply.body;
        EXPECT_EQ(error_code(reply), code) << reply.body;
    };
    refused("tools/list", "{}", modern("tools/list"), -32602);
    refused("tools/list", with_meta("{}"), {}, -32020);
    refused("tools/list", with_meta("{}"), {{"MCP-Protocol-Version", "2026-07-28"}}, -32020);
    refused("tools/list", with_meta("{}"), modern("tools/call"), -32020);
    refused("tools/list", with_meta("{}", "2025-11-25"), modern("tools/list"), -32020);
    refused("tools/list", with_meta("{}", "2031-01-01"), modern("tools/list"), -32022);
    refused("tools/list", R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}})",
            modern("tools/list"), -32602);
    refused("tools/call", found, modern("tools/call", "query_docs_filesystem_acme"), -32020);
    refused("tools/call", found, modern("tools/call"), -32020);
    refused("tools/call", found, modern("tools/call", "=?base64?c2Vh*?="), -32020);
    refused("ping", with_meta("{}"), modern("ping"), -32601, 404);
    refused("subscriptions/listen", with_meta("{}"), modern("subscriptions/listen"), -32601, 404);
    refused("resources/read", with_meta(R"({"uri":"docs://docs/no"})"),
            modern("resources/read", "docs://docs/no"), -32602, 200);
}

TEST(McpTest, PagesOfOtherOriginsAreTurnedAway) {
    ApiServer server;
    server.settings.allowed_hosts = {"www.acme.example"};
    for (const auto* origin : {"http://evil.example", "null", "https://www.acme.example.evil.example",
                               "http://127.0.0.1.evil.example", "file://", "http://"}) {
        const auto reply = post(server, rpc("ping"), {{"Origin", origin}});
        EXPECT_EQ(reply.status, 403) << origin;
        EXPECT_EQ(error_code(reply), -32000);
    }
    // A foreign name that resolves to this machine: the page's own Host and Origin agree.
    EXPECT_EQ(
        post(server, rpc("ping"), {{"Origin", "http://evil.example"}, {"Host", "evil.example"}}, "/docs/mcp")
            .status,
        403);
    for (const auto* origin : {"http://localhost:6274", "http://127.0.0.1:1", "http://[::1]:3000",
                               "https://www.acme.example", "https://docs.example.com"})
        EXPECT_EQ(post(server, rpc("ping"), {{"Origin", origin}}).status, 200) << origin;
    const auto preflight = server.call("OPTIONS", "/docs/mcp", "", {{"Origin", "http://localhost:6274"}});
    EXPECT_NE(preflight.headers.at("access-control-allow-headers").find("mcp-protocol-version"),
              std::string::npos);
}

TEST(McpTest, TheAnswerIsJsonUnlessOnlyAnEventStreamIsTaken) {
    ApiServer server;
    for (const auto* accept : {"application/json, text/event-stream", "text/event-stream, application/json",
                               "*/*", "application/*", "application/json"})
        EXPECT_EQ(post(server, rpc("ping"), {{"Accept", accept}}).headers.at("content-type"),
                  "application/json")
            << accept;
    const auto event = post(server, rpc("ping"), {{"Accept", "text/event-stream"}});
    EXPECT_EQ(event.headers.at("content-type"), "text/event-stream");
    EXPECT_EQ(event.body, "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n");
    EXPECT_EQ(post(server, rpc("ping"), {{"Accept", "text/html"}}).status, 406);
    EXPECT_EQ(server.call("POST", "/docs/mcp", rpc("ping"), {{"Content-Type", "text/plain"}}).status, 415);
    EXPECT_EQ(server.call("GET", "/docs/mcp", "", {{"Accept", "text/event-stream"}}).status, 405);
    EXPECT_EQ(server.call("DELETE", "/docs/mcp").status, 405);
    const auto info = parsed(server.call("GET", "/docs/mcp").body);
    EXPECT_EQ(info.at("server").as_object().at("name").as_string(), "acme");
    EXPECT_TRUE(info.at("capabilities").as_object().at("tools").as_object().contains("search_acme"));
}

TEST(McpTest, TheProjectIsThatOfThePathOrTheHost) {
    ApiServer server;
    const auto tools = [&](const std::string& path, const std::string& host) {
        return post(server, rpc("tools/list"), {{"Host", host}}, path).body;
    };
    EXPECT_NE(tools("/mcp", "docs.example.com").find("search_acme"), std::string::npos);
    EXPECT_NE(tools("/mcp", "other.example.com").find("search_other"), std::string::npos);
    EXPECT_NE(tools("/other/mcp", "docs.example.com").find("search_other"), std::string::npos);
    EXPECT_EQ(post(server, rpc("ping"), {}, "/nowhere/mcp").status, 404);
    EXPECT_EQ(post(server, rpc("ping"), {}, "/mcp").status, 404) << "no host's and no default project";
}

TEST(McpTest, TheServerCanBeFoundBeforeItIsConnected) {
    ApiServer server;
    for (const auto* path : {"/docs/.well-known/mcp", "/docs/.well-known/mcp.json",
                             "/docs/.well-known/mcp/server-card.json", "/docs/mcp/server-card"}) {
        const auto reply = server.call("GET", path);
        ASSERT_EQ(reply.status, 200) << path;
        const auto card = parsed(reply.body);
        EXPECT_EQ(card.at("name").as_string(), "localhost/docs");
        EXPECT_EQ(card.at("remotes").as_array().at(0).as_object().at("url").as_string(),
                  server.origin + "/docs/mcp");
        EXPECT_GE(card.at("tools").as_array().size(), 2u);
        EXPECT_TRUE(reply.headers.contains("access-control-allow-origin"));
    }
    const auto all =
        server.call("GET", "/.well-known/mcp/server-cards.json", "", {{"Host", "docs.example.com"}});
    const auto cards = parsed(all.body).at("servers").as_array();
    ASSERT_EQ(cards.size(), 1u);
    EXPECT_EQ(cards[0].as_object().at("name").as_string(), "com.example.docs/docs");
}

TEST(McpTest, MessagesAndToolCallsAreLimited) {
    LimitConfig limits;
    limits.mcp_per_ip_hour = 6;
    limits.mcp_per_tool_hour = 2;
    ApiServer server(limits);
    const auto search = rpc("tools/call", call("search_acme", R"({"query":"install"})"));
    EXPECT_EQ(post(server, search).status, 200);
    EXPECT_EQ(post(server, search).status, 200);
    const auto third = post(server, search);
    EXPECT_EQ(third.status, 429);
    EXPECT_EQ(error_code(third), -32000);
    EXPECT_TRUE(third.headers.contains("retry-after"));
    EXPECT_EQ(
        post(server, rpc("tools/call", call("query_docs_filesystem_acme", R"({"command":"ls"})"))).status,
        200);
    EXPECT_EQ(post(server, rpc("ping")).status, 200);
    EXPECT_EQ(post(server, rpc("ping")).status, 200);
    EXPECT_EQ(post(server, rpc("ping")).status, 429);
    server.clock.advance(std::chrono::hours(1));
    EXPECT_EQ(post(server, search).status, 200);
}

TEST(HourlyLimitsTest, ItsMemoryIsBounded) {
    HourlyLimits limits;
    for (int i = 0; i < 5; ++i) (void)limits.take("ip:often", 10, 1'000);
    for (std::size_t i = 0; i < HourlyLimits::max_subjects + 10; ++i)
        (void)limits.take("ip:" + std::to_string(i), 10, 1'000);
    EXPECT_LE(limits.subjects(), HourlyLimits::max_subjects);
    EXPECT_EQ(limits.take("ip:often", 10, 1'000).remaining, 4);
}

}  // namespace
}  // namespace docent::api
