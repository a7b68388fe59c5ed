#pragma once
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "api/server_fixture.hpp"
#include "base/ids.hpp"

namespace docent::api {

namespace json = boost::json;

inline constexpr const char* some_id = "01890a5d-ac96-774b-bcce-b302099a8057";
/// Answers at once, whatever it is asked.
inline constexpr const char* answers = R"([{"text": "Done.", "repeat": true}])";
/// Thinks until it is stopped.
inline constexpr const char* thinks = R"([{"text": "Done.", "first_delay_ms": 600000, "repeat": true}])";

/// An event as the engine writes one.
inline store::Event written(const std::string& type, const std::string& status = "completed") {
    store::Event event;
    event.id = new_uuid(system_clock().now());
    event.type = type;
    event.status = status;
    event.payload = R"({"type":")" + type + "\"}";
    return event;
}

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
    /// The same, stored and published to those who watch.
    store::Event append(const std::string& id, const std::string& type,
                        const std::string& status = "completed") {
        const auto event = written(type, status);
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

}  // namespace docent::api
