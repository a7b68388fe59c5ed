#pragma once
#include "base/ids.hpp"
#include "store/processes.hpp"
#include "store/projects.hpp"
#include "store/timeline.hpp"
#include "store_fixture.hpp"

namespace docent::test {

/// A project and sessions in it, on either engine. Time moves by one millisecond with each look.
class SessionStoreTest : public StoreTest {
protected:
    SessionStoreTest() : projects(*db), sessions(*db), timeline(*db), processes(*db) {
        store::Project wanted;
        wanted.slug = "zoo";
        wanted.name = "Zoo";
        wanted.source_kind = "folder";
        wanted.source = "/docs";
        wanted.hosts = "[]";
        project = must(run(projects.add(wanted))).id;
        EXPECT_TRUE(run(processes.beat()));
    }

    template <class T>
    static T must(Result<T> result) {
        if (!result) throw std::runtime_error(result.error().message + ": " + result.error().detail);
        return *std::move(result);
    }
    template <class T>
    static std::string reason(const Result<T>& result) {
        return result ? "" : result.error().reason.empty() ? result.error().message : result.error().reason;
    }

    store::Session new_session() {
        store::Session wanted;
        wanted.id = new_uuid(system_clock().now());
        wanted.project_id = project;
        wanted.user_id = "owner";
        wanted.created = wanted.updated = now();
        return must(run(sessions.add(wanted)));
    }
    store::NewMessage message(const std::string& text, std::optional<std::string> client_id = {}) {
        store::NewMessage out;
        out.id = new_uuid(system_clock().now());
        out.payload = R"({"type":"user_message","message":")" + text + "\"}";
        out.client_id = std::move(client_id);
        out.title = text;
        out.now = now();
        return out;
    }
    store::Accepted send(const std::string& session, const std::string& text) {
        return must(run(timeline.add_message(session, message(text))));
    }
    static store::Event event(const std::string& type, const std::string& status = "completed") {
        store::Event out;
        out.id = new_uuid(system_clock().now());
        out.type = type;
        out.status = status;
        out.payload = R"({"type":")" + type + "\"}";
        return out;
    }
    std::vector<store::Event> all_events(const std::string& session) {
        return must(run(timeline.events(session, store::EventQuery())));
    }
    /// "user_message:processing user_message:queued": the timeline as readers see it.
    std::string shown(const std::string& session) {
        std::string out;
        for (const auto& one : all_events(session))
            out += (out.empty() ? "" : " ") + one.type + ":" + one.status;
        return out;
    }
    store::Session session_now(const std::string& id) { return must(run(sessions.find(project, id))); }
    Millis now() { return ++now_; }

    store::Projects projects;
    store::Sessions sessions;
    store::Timeline timeline;
    store::Processes processes;
    std::string project;

private:
    Millis now_ = 1'700'000'000'000;
};

}  // namespace docent::test
