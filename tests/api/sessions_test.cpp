#include <set>

#include "agent/event_types.hpp"
#include "api/sessions_fixture.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

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
    // A kilobyte that would be a megabyte: nothing is unpacked.
    EXPECT_EQ(error(call("POST", path, "\x1f\x8b" + std::string(1000, 'x'), {{"Content-Encoding", "gzip"}})),
              "415 unsupported_media_type");
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
    // Of a name that comes twice the last one counts, as in JavaScript.
    EXPECT_EQ(
        text(object(call("POST", path, R"({"message":"one","message":"two"})")).at("payload").as_object(),
             "message"),
        "two");
    EXPECT_EQ(events(id, "?types=user_message").size(), 4u);
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

}  // namespace
}  // namespace docent::api
