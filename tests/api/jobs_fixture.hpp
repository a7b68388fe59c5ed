#pragma once
#include "api/sessions_fixture.hpp"

namespace docent::api {

/// Writes a page for each prompt.
inline constexpr const char* writes_pages =
    R"([{"text": "I add the page.", "calls": [{"name": "create_file", "args": {"path": "a.md", "content": "---\ntitle: A\n---\n\nAbout cages.\n"}}]},
        {"text": "The page a.md says what a cage is."},
        {"calls": [{"name": "create_file", "args": {"path": "b.md", "content": "---\ntitle: B\n---\n\nAbout locks.\n"}}]},
        {"text": "And b.md tells of locks."}, {"text": "Nothing is to be done.", "repeat": true}])";

/// The jobs API with a repository that is not bare, its branch main checked out.
class JobsTest : public SessionsTest {
protected:
    explicit JobsTest(const char* script = writes_pages) : SessionsTest(script) {
        repository_id = repository();
        admin = server.add_key(KeyKind::admin, server.docs_id);
    }

    net::Reply ask(const std::string& method, const std::string& path, const std::string& body = {},
                   net::Headers headers = {}) {
        headers.emplace_back("Authorization", "Bearer " + admin);
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        return server.call(method, path, body, std::move(headers));
    }
    net::Reply job(const std::string& method, const std::string& path = {}, const std::string& body = {},
                   net::Headers headers = {}) {
        return ask(method, "/v2/agent/docs/job" + path, body, std::move(headers));
    }
    static std::string prompt(const std::string& words, const std::string& more = {}) {
        return R"({"prompt":")" + words + "\"" + more + "}";
    }
    std::string create(const std::string& words, const std::string& more = {}) {
        const auto reply = job("POST", "", prompt(words, more));
        EXPECT_EQ(reply.status, 201) << reply.body;
        return text(object(reply), "id");
    }
    json::object get(const std::string& id) { return object(job("GET", "/" + id)); }
    static bool works(const json::object& job) {
        return text(job, "status") == "active" && job.at("followUpUntil").is_null();
    }
    /// Until the agent has nothing more to do. Each look takes a turn of the loop, in which the agent works.
    json::object ended(const std::string& id) {
        for (int i = 0; i < 20'000; ++i) {
            auto now = get(id);
            if (!works(now)) return now;
        }
        ADD_FAILURE() << "the job does not end";
        return {};
    }
    void set(const std::string& settings) {
        server.must(test::run(server.loop, server.projects->set_settings(server.docs_id, settings)));
    }
    std::string in_repository(const std::string& git) {
        const auto done = server.shell("cd '" + (server.folder.path() / "repo").string() +
                                       "' && git -c user.name=t -c user.email=t@localhost " + git);
        EXPECT_TRUE(done && done->exit_code == 0) << git << (done ? done->err : "");
        return done ? done->out : "";
    }
    /// Status and sentence of an error, which has nothing else but the details of a wrong body.
    static std::string refusal(const net::Reply& reply) {
        const auto body = object(reply);
        EXPECT_EQ(body.size(), body.contains("details") ? 2u : 1u) << reply.body;
        return std::to_string(reply.status) + " " + text(body, "error");
    }

    std::string repository_id, admin;
};

}  // namespace docent::api
