#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "agent/event_types.hpp"
#include "api/server_fixture.hpp"
#include "api/wire/session_stream.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "net/sse.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr const char* some_id = "01890a5d-ac96-774b-bcce-b302099a8057";
/// Answers at once, whatever it is asked.
constexpr const char* answers = R"([{"text": "Done.", "repeat": true}])";
/// Thinks until it is stopped.
constexpr const char* thinks = R"([{"text": "Done.", "first_delay_ms": 600000, "repeat": true}])";

class SessionsTest : public testing::Test {
protected:
    explicit SessionsTest(const char* script = answers) : server({}, {}, script) {
        settings_key = key("all:all");
        server.folder.write("repo/README.md", "# Cages\n");
        const auto made = server.shell("cd '" + (server.folder.path() / "repo").string() +
                                       "' && git init -q -b main . && git add . && git -c user.name=t -c "
                                       "user.email=t@localhost commit -qm first");
        EXPECT_TRUE(made && made->exit_code == 0);
        server.settings.local_repositories = {server.folder.path().string()};
    }

    std::string key(const std::string& scopes, const std::string& project = "") {
        return server.add_key(KeyKind::sessions, project.empty() ? server.docs_id : project,
                              [&](store::Key& added) { added.scopes = scopes; });
    }
    net::Reply call(const std::string& method, const std::string& path, const std::string& body = {},
                    net::Headers headers = {}) {
        headers.emplace_back("x-api-key", settings_key);
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        return server.call(method, "/api/v1/" + path, body, std::move(headers));
    }
    static json::object object(const net::Reply& reply) {
        boost::system::error_code failed;
        auto value = json::parse(reply.body, failed);
        EXPECT_TRUE(!failed && value.is_object()) << reply.status << " " << reply.body;
        return !failed && value.is_object() ? value.get_object() : json::object();
    }
    static json::array array(const net::Reply& reply) {
        boost::system::error_code failed;
        auto value = json::parse(reply.body, failed);
        EXPECT_TRUE(!failed && value.is_array()) << reply.status << " " << reply.body;
        return !failed && value.is_array() ? value.get_array() : json::array();
    }
    static std::string text(const json::object& from, const char* name) {
        const auto* value = from.if_contains(name);
        return value && value->is_string() ? std::string(value->get_string()) : "";
    }
    /// status and code of an error: "404 not_found".
    static std::string error(const net::Reply& reply) {
        const auto body = object(reply);
        EXPECT_TRUE(body.contains("error")) << reply.body;
        EXPECT_EQ(text(body, "request_id"), reply.headers.at("x-request-id"));
        EXPECT_FALSE(body.contains("message"));
        return std::to_string(reply.status) + " " + text(body, "code");
    }
    std::string repository() {
        const auto provider = object(
            call("POST", "code-providers", R"({"platform":"git","name":"here","metadata":{"type":"none"}})"));
        const auto body = R"({"code_provider_id":")" + text(provider, "id") +
                          R"(","name":"repo","full_name":"zoo/repo","clone_url":")" +
                          (server.folder.path() / "repo").string() +
                          R"(","default_branch":"main","platform":"git","external_id":"1","enabled":true})";
        return text(object(call("POST", "repositories", body)), "id");
    }
    std::string session(const std::string& body = R"({"branch_name":null})") {
        const auto reply = call("POST", "sessions", body);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return text(object(reply), "id");
    }
    net::Reply send(const std::string& id, const std::string& message, const std::string& more = "") {
        return call("POST", "sessions/" + id + "/messages", R"({"message":")" + message + "\"" + more + "}");
    }
    /// An event as the engine writes one, published to those who watch.
    store::Event append(const std::string& id, const std::string& type,
                        const std::string& status = "completed") {
        store::Event event;
        event.id = new_uuid(system_clock().now());
        event.type = type;
        event.status = status;
        event.payload = R"({"type":")" + type + "\"}";
        auto appended =
            test::run(server.loop, server.timeline->append(id, 0, {event}, store::SessionPatch(), 1));
        EXPECT_TRUE(appended);
        server.agent->feeds().publish(appended->session, appended->events);
        return appended->events.front();
    }
    json::array events(const std::string& id, const std::string& query = "") {
        return array(call("GET", "sessions/" + id + "/events" + query));
    }
    /// The events until one of `type` is completed: each answer is awaited, nothing sleeps.
    void await_idle(const std::string& id) {
        for (int i = 0; i < 500; ++i) {
            if (text(object(call("GET", "sessions/" + id)), "agent_status") == "idle") return;
            events(id, "?wait=1&after=" + text(events(id).back().as_object(), "id"));
        }
        ADD_FAILURE() << "the session does not come to rest";
    }
    json::object await(const std::string& id, const std::string& type) {
        std::string after;
        for (int i = 0; i < 50; ++i) {
            for (const auto& one : events(id)) {
                const auto& event = one.as_object();
                if (text(event, "type") == type && text(event, "status") != "processing") return event;
                after = text(event, "id");
            }
            events(id, "?wait=5&after=" + after);
        }
        ADD_FAILURE() << "no " << type << " in " << json::serialize(events(id));
        return {};
    }

    test::ApiServer server;
    std::string settings_key;
};

class BusySessionsTest : public SessionsTest {
protected:
    BusySessionsTest() : SessionsTest(thinks) {}
};

TEST_F(SessionsTest, EveryRouteNeedsAKeyWithTheScope) {
    std::size_t seen = 0;
    for (const auto& route : routes()) {
        if (route.access != Access::sessions_key) continue;
        ++seen;
        std::string path = route.pattern;
        for (auto at = path.find('{'); at != path.npos; at = path.find('{'))
            path.replace(at, path.find('}') + 1 - at, some_id);
        const bool write = std::string_view(route.method) != "GET";
        const auto status = [&](const std::string& secret, const char* header = "x-api-key") {
            net::Headers headers;
            if (!secret.empty()) headers.emplace_back(header, header[0] == 'x' ? secret : "Bearer " + secret);
            const auto reply = server.call(route.method, path, "", headers);
            EXPECT_TRUE(reply.headers.contains("x-request-id"));
            return reply.status;
        };
        const std::string right = std::string(route.resource) + (write ? ":write" : ":read");
        const std::string wrong = std::string(route.resource) + (write ? ":read" : ":write");
        EXPECT_EQ(status(""), 401) << path;
        EXPECT_EQ(status("agen_" + std::string(32, 'x')), 401) << path;
        EXPECT_EQ(status(server.key), 403) << path;
        EXPECT_EQ(status(key(wrong)), 403) << path;
        for (const auto& scopes :
             {right, std::string(route.resource) + ":all", std::string(write ? "all:write" : "all:read"),
              std::string("all:all"), std::string("")}) {
            EXPECT_NE(status(key(scopes)) / 100, 5) << path;
            EXPECT_NE(status(key(scopes)), 403) << route.method << path << " " << scopes;
        }
        EXPECT_NE(status(key(right), "Authorization"), 403) << path;
        EXPECT_NE(status(server.add_key(KeyKind::admin, server.docs_id)), 403) << path;
        const auto reader = server.add_key(KeyKind::admin, "", [](auto& added) { added.scopes = "read"; });
        EXPECT_EQ(status(reader) == 403, write) << path;
    }
    EXPECT_GE(seen, 31u);
}

TEST_F(SessionsTest, ErrorsHaveTheirOwnBodyAndOrder) {
    EXPECT_EQ(error(call("GET", "nothing")), "404 unknown_route");
    EXPECT_EQ(error(call("POST", "nothing", "{}")), "404 unknown_route");
    const auto wrong_method = call("DELETE", "sessions");
    EXPECT_EQ(error(wrong_method), "405 method_not_allowed");
    EXPECT_NE(wrong_method.headers.at("allow").find("POST"), std::string::npos);
    EXPECT_EQ(error(server.call("GET", "/api/v1/sessions")), "401 missing_api_key");
    EXPECT_EQ(error(server.call("GET", "/api/v1/sessions", "", {{"x-api-key", "nonsense"}})),
              "401 invalid_api_key");
    EXPECT_EQ(error(server.call("POST", "/api/v1/sessions", "nonsense", {{"x-api-key", key("all:read")}})),
              "403 insufficient_scope");
    // Existence before the body.
    EXPECT_EQ(error(call("POST", "sessions/" + std::string(some_id) + "/messages", "nonsense")),
              "404 not_found");
    EXPECT_EQ(error(call("GET", "sessions/nothing")), "404 not_found");
    const auto id = session();
    const auto other = key("all:all", server.other_id);
    EXPECT_EQ(error(server.call("GET", "/api/v1/sessions/" + id, "", {{"x-api-key", other}})),
              "404 not_found");
    const auto path = "sessions/" + id + "/messages";
    EXPECT_EQ(error(call("POST", path, "nonsense")), "400 invalid_json");
    EXPECT_EQ(error(call("POST", path, "[]")), "400 validation_failed");
    EXPECT_EQ(error(call("POST", path, "{\"message\":\"\xff\"}")), "400 invalid_json");
    EXPECT_EQ(error(call("POST", path, R"({"message":")" + std::string(300 << 10, 'x') + "\"}")),
              "400 validation_failed");
    EXPECT_EQ(error(call("POST", path, R"({"message":")" + std::string(1100 << 10, 'x') + "\"}")),
              "413 body_too_large");
    EXPECT_EQ(error(server.call("POST", "/api/v1/" + path, "message=x",
                                {{"x-api-key", settings_key}, {"Content-Type", "text/plain"}})),
              "415 unsupported_media_type");
    const auto refused = object(call("POST", path, R"({"message":5,"client_id":true})"));
    EXPECT_EQ(json::serialize(refused.at("details")),
              R"([{"field":"message","issue":"wrong_type"},{"field":"client_id","issue":"wrong_type"}])");
    const auto named = server.call("GET", "/api/v1/nothing", "", {{"x-request-id", "my-request"}});
    EXPECT_EQ(named.headers.at("x-request-id"), "my-request");
}

TEST_F(SessionsTest, HostileBodiesAreRefusedAndStoreNothing) {
    const auto id = session();
    const auto path = "sessions/" + id + "/messages";
    const auto refused = [&](const std::string& body) { return error(call("POST", path, body)); };
    EXPECT_EQ(refused(R"({"message":)" + std::string(100'000, '[')), "400 invalid_json");
    EXPECT_EQ(refused(R"({"message":"\ud800"})"), "400 invalid_json");
    EXPECT_EQ(refused(R"({"message":"cut)"), "400 invalid_json");
    EXPECT_EQ(refused(R"({"message":""})"), "400 validation_failed");
    EXPECT_EQ(refused(R"({"message":null})"), "400 validation_failed");
    EXPECT_EQ(refused(R"({"message":"a\u0000b"})"), "400 validation_failed");
    EXPECT_EQ(refused(R"({"message":"x","delivery":"now"})"), "400 validation_failed");
    EXPECT_EQ(refused(R"({"message":"x","client_id":")" + std::string(201, 'c') + "\"}"),
              "400 validation_failed");
    for (const auto* limit : {"0", "-1", "NaN", "1e9", "1000000000"}) {
        EXPECT_EQ(error(call("GET", "sessions/" + id + "/events?limit=" + limit)), "400 validation_failed")
            << limit;
    }
    EXPECT_EQ(call("GET", "sessions/" + id + "/events").body, "[]");
    // Only spaces are text as any other, and the empty client_id names nothing.
    for (const auto* body : {R"({"message":"   "})", R"({"message":"once","client_id":""})",
                             R"({"message":"again","client_id":""})"}) {
        EXPECT_EQ(call("POST", path, body).status, 200) << body;
    }
    EXPECT_EQ(events(id, "?types=user_message").size(), 3u);
}

TEST_F(BusySessionsTest, AMessageIsItselfInItsSessionOnly) {
    repository();
    const auto one = session();
    const auto two = session();
    const auto sent = object(send(one, "same", R"(,"client_id":"c")"));
    EXPECT_NE(text(object(send(two, "same", R"(,"client_id":"c")")), "id"), text(sent, "id"));
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(text(object(send(one, "same", R"(,"client_id":"c")")), "id"), text(sent, "id"));
    EXPECT_EQ(error(send(one, "other", R"(,"client_id":"c")")), "409 client_id_conflict");
    EXPECT_EQ(events(one).size(), 1u);
    // The stream's cursor is a number of its own session; the list's is an event's id.
    EXPECT_EQ(
        error(call("GET", "sessions/" + one + "/events?after=" + text(events(two)[0].as_object(), "id"))),
        "400 invalid_cursor");
    const auto path = "sessions/" + one + "/messages/" + text(events(two)[0].as_object(), "id") + "/cancel";
    EXPECT_EQ(error(call("POST", path)), "404 not_found");
}

TEST_F(BusySessionsTest, TheQueueIsBoundedAndAWithdrawnMessageMakesRoom) {
    server.agent_settings.max_queued = 3;
    repository();
    const auto id = session();
    std::string last;
    for (int i = 0; i < 4; ++i) last = text(object(send(id, "m" + std::to_string(i))), "id");
    EXPECT_EQ(error(send(id, "one too many")), "429 queue_full");
    EXPECT_EQ(call("POST", "sessions/" + id + "/messages/" + last + "/cancel").status, 200);
    EXPECT_EQ(text(object(send(id, "now there is room")), "status"), "queued");
    EXPECT_EQ(error(send(id, "and not any more")), "429 queue_full");
    EXPECT_EQ(call("PATCH", "sessions/" + id, R"({"status":"closed"})").status, 200);
    EXPECT_EQ(error(send(id, "too late")), "409 session_closed");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/ask-user-responses",
                         R"({"ask_user_event_id":")" + std::string(some_id) + R"(","answers":[]})")),
              "404 not_found");
    server.agent_settings.max_open = 1;
    session();
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":null})")), "429 rate_limited")
        << "those that are closed do not count";
}

TEST_F(SessionsTest, ASessionIsCreatedAsPublished) {
    const auto reply = call("POST", "sessions", R"({"branch_name":null})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto made = object(reply);
    for (const auto* name : {"id", "title", "workspace_id", "user_id", "branch_name", "auto_commit", "status",
                             "origin", "created_at", "updated_at"})
        EXPECT_TRUE(made.contains(name)) << name;
    EXPECT_TRUE(made.at("branch_name").is_null());
    EXPECT_EQ(made.at("auto_commit"), json::value(false));
    EXPECT_EQ(text(made, "title"), "New session");
    EXPECT_EQ(text(made, "status"), "active");
    EXPECT_EQ(text(made, "origin"), "api");
    EXPECT_EQ(text(made, "user_id"), "owner");
    EXPECT_EQ(text(made, "workspace_id"), server.docs_id);
    EXPECT_FALSE(made.contains("model")) << "an optional field without a value is left out";
    EXPECT_EQ(text(object(call("GET", "sessions/" + text(made, "id"))), "id"), text(made, "id"));
    EXPECT_EQ(error(call("POST", "sessions", "{}")), "400 validation_failed");
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":7})")), "400 validation_failed");
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":"a..b"})")), "400 validation_failed");
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":null,"model":"unheard-of"})")),
              "400 validation_failed");
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":null,"repository_id":"x"})")),
              "400 validation_failed");
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":null,"auto_commit":"yes"})")),
              "400 validation_failed");
    repository();
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":"main"})")), "400 validation_failed");
    EXPECT_EQ(
        text(object(call("POST", "sessions", R"({"branch_name":"topic","model":"m","unknown":1})")), "model"),
        "m");
    EXPECT_EQ(error(call("POST", "sessions", R"({"branch_name":"topic"})")), "409 branch_in_use");
}

TEST_F(SessionsTest, SessionsAreListedInPages) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(session());
    auto page = object(call("GET", "sessions?limit=2"));
    ASSERT_EQ(page.at("items").as_array().size(), 2u);
    EXPECT_EQ(text(page.at("items").at(0).as_object(), "id"), ids[2]) << "the newest first";
    page = object(
        call("GET", "sessions?limit=2&include=mr_pipeline_summary&cursor=" + text(page, "next_cursor")));
    ASSERT_EQ(page.at("items").as_array().size(), 1u);
    EXPECT_TRUE(page.at("items").at(0).as_object().contains("mr_pipeline_summary"));
    EXPECT_TRUE(page.at("next_cursor").is_null());
    EXPECT_EQ(object(call("GET", "sessions?user_id=nobody")).at("items").as_array().size(), 0u);
    EXPECT_EQ(object(call("GET", "sessions?status=active")).at("items").as_array().size(), 3u);
    EXPECT_EQ(error(call("GET", "sessions?cursor=garbage")), "400 invalid_cursor");
    EXPECT_EQ(error(call("GET", "sessions?limit=0")), "400 validation_failed");
    const auto details = object(call("GET", "sessions/" + ids[0] + "?include=details"));
    EXPECT_EQ(details.at("details").at("recovery"), json::value("resume"));
}

TEST_F(SessionsTest, ASessionIsChangedClosedAndDeleted) {
    const auto id = session();
    const auto path = "sessions/" + id;
    EXPECT_EQ(call("PATCH", path, "{}").status, 200);
    const auto changed = object(call("PUT", path, R"({"title":"Cages","auto_commit":true,"model":"m"})"));
    EXPECT_EQ(text(changed, "title"), "Cages");
    EXPECT_EQ(text(changed, "model"), "m");
    EXPECT_FALSE(object(call("PATCH", path, R"({"model":null})")).contains("model"));
    EXPECT_EQ(error(call("PATCH", path, R"({"title":""})")), "400 validation_failed");
    EXPECT_EQ(error(call("PATCH", path, R"({"status":"merged"})")), "400 validation_failed");
    EXPECT_EQ(text(object(call("POST", path + "/stop")), "agent_status"), "idle")
        << "nothing runs: no change";
    EXPECT_EQ(text(object(call("PATCH", path, R"({"status":"closed"})")), "status"), "closed");
    EXPECT_EQ(text(events(id).back().as_object(), "type"), "session_closed");
    EXPECT_EQ(error(send(id, "more")), "409 session_closed");
    EXPECT_EQ(error(call("PATCH", path, R"({"title":"x"})")), "409 session_closed");
    const auto deleted = call("DELETE", path);
    EXPECT_EQ(deleted.status, 204);
    EXPECT_TRUE(deleted.body.empty());
    EXPECT_EQ(error(call("DELETE", path)), "404 not_found");
}

TEST_F(SessionsTest, AMessageIsAnEventAndItsTurnRuns) {
    repository();
    const auto id = session();
    const auto sent = object(send(id, "Mend the cages", R"(,"client_id":"c1")"));
    for (const auto* name : {"id", "session_id", "type", "payload", "status", "client_id", "session_goal_id",
                             "session_task_id", "created_at", "updated_at"})
        EXPECT_TRUE(sent.contains(name)) << name;
    EXPECT_EQ(sent.size(), 10u);
    EXPECT_EQ(text(sent, "session_id"), id);
    EXPECT_EQ(text(sent, "type"), "user_message");
    EXPECT_EQ(json::serialize(sent.at("payload")), R"({"type":"user_message","message":"Mend the cages"})");
    EXPECT_EQ(text(sent, "status"), "processing");
    EXPECT_EQ(text(sent, "client_id"), "c1");
    EXPECT_EQ(text(object(send(id, "Mend the cages", R"(,"client_id":"c1")")), "id"), text(sent, "id"));
    EXPECT_EQ(error(send(id, "Mend the fence", R"(,"client_id":"c1")")), "409 client_id_conflict");
    EXPECT_EQ(error(call("POST", "sessions/" + id + "/messages", R"({"message":""})")),
              "400 validation_failed");

    EXPECT_EQ(text(await(id, "agent_message").at("payload").as_object(), "message"), "Done.");
    await(id, "user_message");
    EXPECT_EQ(text(object(call("GET", "sessions/" + id)), "title"), "Mend the cages");
    std::set<std::string> types;
    for (const auto& one : events(id)) {
        EXPECT_TRUE(agent::is_event_type(text(one.as_object(), "type")));
        types.insert(text(one.as_object(), "type"));
    }
    EXPECT_TRUE(types.contains("user_message"));
    for (const auto& one : array(call("GET", "sessions/" + id + "/messages")))
        EXPECT_TRUE(agent::is_conversation(text(one.as_object(), "type")));
    const auto goals = object(call("GET", "sessions/" + id + "/goals")).at("items").as_array();
    ASSERT_EQ(goals.size(), 1u);
    EXPECT_EQ(text(goals[0].as_object(), "id"), text(sent, "id"));
    EXPECT_EQ(object(call("GET", "sessions/" + id + "/tasks")).at("items").as_array().size(), 0u);
}

TEST_F(SessionsTest, AFirstMessageComesWithTheSession) {
    repository();
    const auto id = session(R"({"branch_name":null,"message":"Mend the cages"})");
    await(id, "agent_message");
    EXPECT_EQ(text(events(id).front().as_object(), "type"), "user_message");
}

TEST_F(BusySessionsTest, AMessageWaitsWhileTheAgentIsBusyAndCanBeWithdrawn) {
    repository();
    const auto id = session();
    const auto first = object(send(id, "one"));
    const auto second = object(send(id, "two"));
    const auto third = object(send(id, "three"));
    EXPECT_EQ(text(first, "status"), "processing");
    EXPECT_EQ(text(second, "status"), "queued");
    const auto path = "sessions/" + id + "/messages/";
    EXPECT_EQ(text(object(call("POST", path + text(second, "id") + "/cancel")), "status"), "canceled");
    EXPECT_EQ(error(call("POST", path + text(second, "id") + "/cancel")), "409 not_cancelable");
    EXPECT_EQ(error(call("POST", path + text(first, "id") + "/cancel")), "409 not_cancelable");
    EXPECT_EQ(error(call("POST", path + std::string(some_id) + "/cancel")), "404 not_found");
    EXPECT_EQ(error(send(id, "x", R"(,"delivery":"steer","expected_turn_id":"other")")), "409 turn_changed");
    EXPECT_EQ(text(object(send(id, "also", R"(,"delivery":"steer")")), "status"), "completed");
    EXPECT_EQ(call("POST", "sessions/" + id + "/stop", R"({"cancel_queued":true})").status, 200);
    await_idle(id);
    std::string shown;
    for (const auto& one : events(id, "?types=user_message")) shown += text(one.as_object(), "status") + " ";
    EXPECT_EQ(shown, "canceled canceled canceled completed ");
    EXPECT_EQ(text(object(call("GET", "sessions/" + id)), "agent_status"), "idle");
}

TEST_F(SessionsTest, TheTimelineIsReadInPartsAndAwaited) {
    const auto id = session();
    EXPECT_EQ(call("GET", "sessions/" + id + "/events").body, "[]");
    const auto first = append(id, "system_message");
    append(id, "agent_message");
    const auto read = append(id, "agent_file_read");
    EXPECT_EQ(events(id).size(), 3u);
    EXPECT_EQ(events(id, "?after=" + first.id).size(), 2u);
    EXPECT_EQ(events(id, "?after=" + first.id + "&limit=1").size(), 1u);
    EXPECT_EQ(events(id, "?types=agent_file_read,agent_message").size(), 2u);
    EXPECT_EQ(events(id, "?updated_since=2999-01-01T00:00:00Z").size(), 0u);
    EXPECT_EQ(call("GET", "sessions/" + id + "/events").headers.at("x-last-change"), "3");
    const auto path = "sessions/" + id + "/events";
    EXPECT_EQ(error(call("GET", path + "?after=" + std::string(some_id))), "400 invalid_cursor");
    EXPECT_EQ(error(call("GET", path + "?after=x")), "400 invalid_cursor");
    EXPECT_EQ(error(call("GET", path + "?types=nothing")), "400 validation_failed");
    EXPECT_EQ(error(call("GET", path + "?wait=31")), "400 validation_failed");
    EXPECT_EQ(error(call("GET", path + "?updated_since=soon")), "400 validation_failed");
}

Task<> append_when_followed(test::ApiServer& server, std::string session) {
    while (server.agent->feeds().followers() == 0)
        co_await boost::asio::post(server.loop.get_executor(), boost::asio::use_awaitable);
    store::Event event;
    event.id = new_uuid(system_clock().now());
    event.type = "agent_message";
    event.payload = R"({"type":"agent_message"})";
    std::vector<store::Event> events;
    events.push_back(event);
    server.agent->feeds().delta(session, event.id, "no event yet");
    store::SessionPatch nothing;
    auto appended = co_await server.timeline->append(session, 0, events, nothing, 1);
    if (appended) server.agent->feeds().publish(appended->session, appended->events);
}

TEST_F(SessionsTest, AReaderThatWaitsGetsTheNextEvent) {
    const auto id = session();
    server.background.spawn("append", append_when_followed(server, id));
    EXPECT_EQ(events(id, "?wait=30").size(), 1u);
}

/// A reader of a stream, as the server reads: whatever is there, then again when woken.
class Reader {
public:
    Reader(test::ApiServer& server, const std::string& session, std::int64_t after) : server_(server) {
        body_ = session_stream(*server.coding, session, after);
        body_->start([this] { woken_ = true; });
    }
    /// Until nothing is left to read; more is awaited while `want` is not there.
    std::string read(const std::string& want = "") {
        for (;;) {
            woken_ = false;
            const auto next = body_->read(text_, 300);
            if (next == net::BodySource::Next::end) ended = true;
            if (next == net::BodySource::Next::end) return text_;
            if (next == net::BodySource::Next::more) continue;
            if (!want.empty() && text_.find(want) != text_.npos) return text_;
            server_.loop.restart();
            while (!woken_ && server_.loop.run_one() > 0) continue;
        }
    }
    std::vector<std::int64_t> ids() const {
        std::vector<std::int64_t> out;
        net::SseDecoder decoder;
        std::vector<net::SseEvent> events;
        decoder.feed(text_, events);
        for (const auto& event : events) {
            EXPECT_EQ(event.id.empty(), event.event != "session_event") << event.event;
            if (!event.id.empty()) out.push_back(std::stoll(event.id));
        }
        return out;
    }
    bool ended = false;

private:
    test::ApiServer& server_;
    std::unique_ptr<net::BodySource> body_;
    std::string text_;
    bool woken_ = false;
};

TEST_F(SessionsTest, AStreamGoesOnWhereItWasCutAtEveryChange) {
    const auto id = session();
    constexpr std::int64_t stored = 90;  // more than are read from the store at once
    for (std::int64_t i = 0; i < stored; ++i) append(id, "agent_message");
    for (std::int64_t after = 0; after <= stored; after += after < 4 || after > 84 ? 1 : 20) {
        Reader reader(server, id, after);
        if (after < stored) reader.read("id: " + std::to_string(stored) + "\n");
        // Between what is stored and what is read, and afterwards.
        std::vector<std::int64_t> expected;
        for (auto n = after + 1; n <= stored; ++n) expected.push_back(n);
        EXPECT_EQ(reader.ids(), expected) << after;
    }
    Reader reader(server, id, 0);
    append(id, "agent_file_read");
    reader.read("id: 91\n");
    append(id, "agent_file_read");
    server.agent->feeds().delta(id, "E", "Hel\nlo");
    server.agent->feeds().progress(id, "E", {{"stdout", "x"}});
    const auto text = reader.read("event: progress");
    EXPECT_NE(text.find("event: session\ndata: {\"id\":\"" + id), std::string::npos)
        << "the session comes after what was stored";
    EXPECT_NE(text.find("event: delta\ndata: {\"event_id\":\"E\",\"text\":\"Hel\\nlo\"}\n\n"),
              std::string::npos);
    EXPECT_NE(text.find("event: progress\ndata: {\"event_id\":\"E\",\"payload\":{\"stdout\":\"x\"}}\n\n"),
              std::string::npos);
    std::vector<std::int64_t> expected;
    for (std::int64_t n = 1; n <= 92; ++n) expected.push_back(n);
    EXPECT_EQ(reader.ids(), expected);
    EXPECT_EQ(call("DELETE", "sessions/" + id).status, 204);
    reader.read();
    EXPECT_TRUE(reader.ended);
}

/// Appends while a reader reads, without waiting for it.
Task<> append_many(test::ApiServer& server, std::string session, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        store::Event event;
        event.id = new_uuid(system_clock().now());
        event.type = "agent_message";
        event.payload = R"({"type":"agent_message"})";
        std::vector<store::Event> events;
        events.push_back(event);
        store::SessionPatch nothing;
        auto appended = co_await server.timeline->append(session, 0, events, nothing, 1);
        // Some are not told: as if another process wrote them.
        if (appended && i % 3 != 0) server.agent->feeds().publish(appended->session, appended->events);
    }
}

TEST_F(SessionsTest, AStreamThatBeginsWhileEventsComeHasNoGapAndNothingTwice) {
    const auto id = session();
    constexpr std::int64_t rounds = 60, each = 12;
    for (std::int64_t round = 0; round < rounds; ++round) {
        const auto stored = round * each, last = stored + each;
        server.background.spawn("append", append_many(server, id, each));
        // From the beginning, from what was just stored, and from every place between.
        const auto after = std::min(stored, round * 10);
        Reader reader(server, id, after);
        reader.read("id: " + std::to_string(last) + "\n");
        std::vector<std::int64_t> expected;
        for (auto n = after + 1; n <= last; ++n) expected.push_back(n);
        ASSERT_EQ(reader.ids(), expected) << round;
    }
}

TEST_F(SessionsTest, ALongTimelineIsWholeAndIsReadInParts) {
    const auto id = session();
    std::vector<store::Event> events;
    constexpr std::size_t count = 3 * 128 + 7;
    for (std::size_t i = 0; i < count; ++i) {
        store::Event event;
        event.id = new_uuid(system_clock().now());
        event.type = i % 2 ? "user_message" : "agent_file_read";
        event.payload = R"({"type":")" + event.type + R"(","message":")" + std::string(300, 'x') + "\"}";
        events.push_back(event);
    }
    ASSERT_TRUE(test::run(server.loop, server.timeline->append(id, 0, events, store::SessionPatch(), 1)));
    const auto ids = [&](const std::string& query) {
        std::vector<std::string> out;
        for (const auto& one : this->events(id, query)) out.push_back(text(one.as_object(), "id"));
        return out;
    };
    std::vector<std::string> expected, messages;
    for (const auto& event : events) {
        expected.push_back(event.id);
        if (event.type == "user_message") messages.push_back(event.id);
    }
    const auto part = [](const std::vector<std::string>& of, std::size_t from, std::size_t to) {
        return std::vector<std::string>(of.begin() + static_cast<std::ptrdiff_t>(from),
                                        of.begin() + static_cast<std::ptrdiff_t>(to));
    };
    EXPECT_EQ(ids(""), expected);
    for (const std::size_t limit : {1, 127, 128, 129, 256, 300, 1000})
        EXPECT_EQ(ids("?limit=" + std::to_string(limit)), part(expected, 0, std::min(limit, count))) << limit;
    EXPECT_EQ(ids("?after=" + expected[200] + "&limit=150"), part(expected, 201, 351));
    EXPECT_EQ(ids("?types=user_message"), messages);
    EXPECT_EQ(ids("?types=user_message&wait=5&limit=130"), part(messages, 0, 130));
    EXPECT_EQ(array(call("GET", "sessions/" + id + "/messages")).size(), messages.size());
}

TEST_F(SessionsTest, AStreamThatReadsTooSlowlyMissesNothing) {
    const auto id = session();
    Reader reader(server, id, 0);
    std::int64_t last = 0;
    reader.read("event: session\n");
    // Not published: another process wrote it.
    store::Event unseen;
    unseen.id = new_uuid(system_clock().now());
    unseen.type = "agent_message";
    unseen.payload = R"({"type":"agent_message"})";
    ASSERT_TRUE(test::run(server.loop, server.timeline->append(id, 0, {unseen}, store::SessionPatch(), 1)));
    last = append(id, "agent_message").change;
    EXPECT_EQ(last, 2);
    reader.read("id: 2\n");
    // More than a follower may have waiting.
    for (int i = 0; i < 3; ++i) {
        server.agent->feeds().delta(id, "E", std::string(agent::Feeds::max_follower_bytes / 2, 'x'));
        last = append(id, "agent_message").change;
    }
    reader.read("id: " + std::to_string(last) + "\n");
    EXPECT_EQ(reader.ids(), (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

/// As a stop of the server does: what is stored is still sent.
Task<> end_when_followed(test::ApiServer& server, std::string session) {
    while (server.agent->feeds().followers() == 0)
        co_await boost::asio::post(server.loop.get_executor(), boost::asio::use_awaitable);
    server.agent->feeds().end(session);
}

TEST_F(SessionsTest, TheStreamIsServed) {
    const auto id = session();
    append(id, "system_message");
    append(id, "agent_message");
    const auto path = "sessions/" + id + "/events/stream";
    for (const auto* cursor : {"3", "-1", "x", "1x", "99999999999999999999"}) {
        EXPECT_EQ(error(call("GET", path, "", {{"Last-Event-ID", cursor}})), "400 invalid_cursor") << cursor;
        EXPECT_EQ(error(call("GET", path + "?after=" + cursor)), "400 invalid_cursor") << cursor;
    }
    server.background.spawn("end", end_when_followed(server, id));
    const auto reply = call("GET", path + "?after=0", "", {{"Last-Event-ID", "1"}});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.headers.at("content-type").starts_with("text/event-stream"));
    EXPECT_TRUE(reply.headers.contains("x-request-id"));
    EXPECT_EQ(reply.body.find("id: 1\n"), std::string::npos) << "the header is newer than the address";
    EXPECT_NE(reply.body.find("id: 2\nevent: session_event\ndata: {\"id\":"), std::string::npos)
        << reply.body;
}

TEST_F(SessionsTest, CodeProvidersAndRepositoriesAreKeptAsPublished) {
    const auto made =
        object(call("POST", "code-providers",
                    R"({"platform":"gitlab","name":"ci","base_url":"https://gitlab.com/api/v4",)"
                    R"("metadata":{"type":"personal","token":"glpat-secret"}})"));
    EXPECT_EQ(json::serialize(made.at("metadata")), R"({"type":"personal","token":"********"})");
    const auto provider = text(made, "id");
    const auto path = "code-providers/" + provider;
    EXPECT_EQ(call("GET", path).body.find("glpat"), std::string::npos);
    EXPECT_EQ(*test::run(server.loop, server.providers->secret(provider)), "glpat-secret");
    call("PATCH", path, R"({"name":"build","metadata":{"type":"personal","token":"********"}})");
    EXPECT_EQ(*test::run(server.loop, server.providers->secret(provider)), "glpat-secret")
        << "what was read and sent back changes nothing";
    EXPECT_EQ(error(call("POST", "code-providers", R"({"platform":"gitlab","name":"x"})")),
              "400 validation_failed");
    EXPECT_EQ(error(call("POST", "code-providers", R"({"platform":"svn","name":"x","metadata":{}})")),
              "400 validation_failed");

    const auto body = [&](const std::string& url) {
        return R"({"code_provider_id":")" + provider +
               R"(","name":"repo","full_name":"zoo/repo","clone_url":")" + url +
               R"(","default_branch":"main","platform":"gitlab","external_id":"42"})";
    };
    const auto repository = object(call("POST", "repositories", body("https://gitlab.com/zoo/repo.git")));
    for (const auto* name :
         {"id", "workspace_id", "code_provider_id", "name", "full_name", "clone_url", "default_branch",
          "platform", "external_id", "enabled", "webhooks_registered", "webhook_secret", "analysis_status",
          "analysis_error", "last_analyzed_at", "created_at", "updated_at"})
        EXPECT_TRUE(repository.contains(name)) << name;
    EXPECT_EQ(repository.at("enabled"), json::value(true));
    EXPECT_EQ(text(repository, "webhook_secret").size(), 32u);
    EXPECT_EQ(error(call("POST", "repositories", body("https://gitlab.com/zoo/repo.git"))),
              "409 already_exists");
    for (const auto* url :
         {"https://user:token@gitlab.com/zoo/repo.git", "/etc", "file:///etc", "ext::sh -c id", "-u"})
        EXPECT_EQ(error(call("POST", "repositories", body(url))), "400 validation_failed") << url;
    const auto of = "repositories/" + text(repository, "id");
    EXPECT_EQ(text(object(call("GET", of)), "webhook_secret"), "********");
    const auto changed = object(call(
        "PATCH", of, R"({"enabled":false,"settings":{"commands":{"test":"make test"},"allow_push":true}})"));
    EXPECT_EQ(changed.at("enabled"), json::value(false));
    EXPECT_EQ(changed.at("settings").at("commands").at("test"), json::value("make test"));
    EXPECT_EQ(text(changed, "webhook_secret"), text(repository, "webhook_secret"));
    EXPECT_EQ(error(call("PATCH", of, R"({"settings":{"allow_push":"yes"}})")), "400 validation_failed");
    EXPECT_EQ(object(call("GET", "repositories")).at("items").as_array().size(), 1u);
    EXPECT_EQ(call("DELETE", of).status, 204);
    EXPECT_EQ(error(call("GET", of)), "404 not_found");
    EXPECT_EQ(call("DELETE", path).status, 204);
}

TEST_F(SessionsTest, TheBranchesOfARepositoryAreListedAsTheyAre) {
    const auto of = "repositories/" + repository() + "/branches";
    const auto names = [&](const std::string& query) {
        std::string out;
        const auto page = object(call("GET", of + query));
        for (const auto& one : page.at("items").as_array())
            out += text(one.as_object(), "name") + (one.at("is_default").as_bool() ? "* " : " ");
        return out + (page.at("next_cursor").is_null() ? "" : "> " + text(page, "next_cursor"));
    };
    EXPECT_EQ(names(""), "main* ");
    ASSERT_TRUE(server.shell("cd '" + (server.folder.path() / "repo").string() +
                             "' && git branch a/b && git branch z && git branch 'q?' ; true"));
    EXPECT_EQ(names(""), "a/b main* z ");
    EXPECT_EQ(names("?limit=2"), "a/b main* > main");
    EXPECT_EQ(names("?limit=2&cursor=main"), "z ");
    const auto page = object(call("GET", of));
    EXPECT_EQ(text(page.at("items").at(0).as_object(), "commit_sha").size(), 40u);
    EXPECT_EQ(error(call("GET", of + "?limit=0")), "400 validation_failed");
    EXPECT_EQ(error(call("GET", "repositories/" + std::string(some_id) + "/branches")), "404 not_found");
    // The remote is away: what was there last is shown.
    std::filesystem::rename(server.folder.path() / "repo", server.folder.path() / "away");
    EXPECT_EQ(names(""), "a/b main* z ");
}

TEST_F(SessionsTest, ModelsWorkspaceAlertsAndAttachmentsAreShown) {
    const auto models = object(call("GET", "models")).at("items").as_array();
    ASSERT_EQ(models.size(), 1u);
    EXPECT_EQ(text(models[0].as_object(), "code"), "m");
    EXPECT_EQ(models[0].at("is_default"), json::value(true));
    const auto workspace = object(call("GET", "workspace"));
    EXPECT_EQ(text(workspace, "id"), server.docs_id);
    EXPECT_EQ(text(workspace, "name"), "Acme");
    EXPECT_EQ(text(workspace, "default_model"), "m");

    const auto id = session();
    store::Alert alert;
    alert.id = new_uuid(1);
    alert.project_id = server.docs_id;
    alert.session_id = id;
    alert.severity = "high";
    alert.category = "bug";
    alert.title = "A gap in the fence";
    ASSERT_TRUE(test::run(server.loop, server.coding->alerts.add(alert)));
    EXPECT_EQ(object(call("GET", "alerts?status=open")).at("items").as_array().size(), 1u);
    EXPECT_EQ(text(object(call("PATCH", "alerts/" + alert.id, R"({"status":"resolved"})")), "status"),
              "resolved");
    EXPECT_EQ(error(call("PATCH", "alerts/" + alert.id, "{}")), "400 validation_failed");
    EXPECT_EQ(object(call("GET", "alerts?status=open")).at("items").as_array().size(), 0u);

    store::Attachment shot;
    shot.id = new_uuid(1);
    shot.session_id = id;
    shot.name = "page.html";
    shot.media_type = "text/html";
    shot.size = 6;
    shot.file = id + "/" + shot.id;
    server.folder.write("data/attachments/" + shot.file, "<b>x</b>");
    ASSERT_TRUE(test::run(server.loop, server.coding->attachments.add(shot)));
    EXPECT_EQ(object(call("GET", "sessions/" + id + "/attachments")).at("items").as_array().size(), 1u);
    const auto bytes = call("GET", "sessions/" + id + "/attachments/" + shot.id);
    EXPECT_EQ(bytes.body, "<b>x</b>");
    EXPECT_EQ(bytes.headers.at("content-type"), "application/octet-stream") << "a browser does not run it";
    EXPECT_EQ(error(call("GET", "sessions/" + id + "/attachments/" + std::string(some_id))), "404 not_found");
}

TEST_F(SessionsTest, AnAdministratorNamesTheWorkspace) {
    const auto admin = server.add_key(KeyKind::admin, "");
    const auto ask = [&](const std::string& name) {
        return server.call("GET", "/api/v1/workspace", "", {{"x-api-key", admin}, {"x-workspace-id", name}});
    };
    EXPECT_EQ(text(object(ask("other")), "id"), server.other_id);
    EXPECT_EQ(text(object(ask(server.docs_id)), "id"), server.docs_id);
    EXPECT_EQ(error(ask("nowhere")), "404 not_found");
    EXPECT_EQ(error(server.call("GET", "/api/v1/workspace", "", {{"x-api-key", admin}})),
              "400 validation_failed");
}

}  // namespace
}  // namespace docent::api
