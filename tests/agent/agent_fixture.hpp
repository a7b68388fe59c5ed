#pragma once
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "agent/services.hpp"
#include "agent/sessions.hpp"
#include "agent/transcript.hpp"
#include "agent/workspaces.hpp"
#include "base/ids.hpp"
#include "net/http_client.hpp"
#include "store/goals.hpp"
#include "store/projects.hpp"
#include "support/run.hpp"
#include "support/store_postgres.hpp"
#include "support/temp_dir.hpp"

namespace docent::test {

/// An agent with everything real: a store, a git repository, a working tree. Only the model plays a script.
class AgentTest : public ::testing::Test {
protected:
    AgentTest() {
        settings.data = folder.path() / "data";
        settings.limits.steps = 30;
        make_repository();
        open_store();
    }

    ~AgentTest() override { close(); }

    void make_repository() {
        write("repo/README.md", "# Hello\n\nOne line.\n");
        write("repo/docs/guide.md", "# Guide\n\nFirst.\nSecond.\nThird.\n");
        ASSERT_EQ(std::system((git_in_repository() + "init -q -b main").c_str()), 0);
        commit_repository("first");
    }
    std::string git_in_repository() const {
        return "git -c user.name=t -c user.email=t@localhost -C " + (folder.path() / "repo").string() + " ";
    }
    /// All that was written to "repo/", as a commit on the branch that is checked out there.
    void commit_repository(const std::string& message) {
        const auto git = git_in_repository();
        ASSERT_EQ(std::system((git + "add . && " + git + "commit -qm " + message).c_str()), 0);
    }

    void write(const std::string& path, const std::string& text) {
        const auto file = folder.path() / path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }
    std::string read(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    void open_store() {
        db = std::move(*store::Store::open(pools, "sqlite:" + (folder.path() / "docent.db").string()));
        projects = std::make_unique<store::Projects>(*db);
        providers = std::make_unique<store::CodeProviders>(*db, std::string(32, 'k'));
        repositories = std::make_unique<store::Repositories>(*db, std::string(32, 'k'));
        stored = std::make_unique<store::Sessions>(*db);
        timeline = std::make_unique<store::Timeline>(*db);
        goals = std::make_unique<store::Goals>(*db);
        if (project_id.empty()) connect();
    }

    void connect() {
        store::Project project;
        project.slug = "default";
        project.source_kind = "folder";
        project.source = (folder.path() / "repo").string();
        project.hosts = "[]";
        project.settings = "{}";
        auto added = run(projects->add(std::move(project)));
        ASSERT_TRUE(added.ok());
        project_id = added->id;
        store::CodeProvider provider;
        provider.id = new_uuid(1);
        provider.project_id = project_id;
        provider.platform = "git";
        auto connected = run(providers->add(std::move(provider), ""));
        ASSERT_TRUE(connected.ok()) << connected.error().detail;
        store::Repository repository;
        repository.id = new_uuid(2);
        repository.project_id = project_id;
        repository.code_provider_id = connected->id;
        repository.name = repository.full_name = "repo";
        repository.clone_url = (folder.path() / "repo").string();
        repository.default_branch = "main";
        repository.platform = "git";
        repository.external_id = "1";
        auto made = run(repositories->add(std::move(repository)));
        ASSERT_TRUE(made.ok()) << made.error().detail;
        repository_id = made->id;
    }

    /// The model plays these replies (llm/providers/scripted.hpp), from the first again for each call of
    /// this.
    void script(const std::string& turns, std::int64_t context_tokens = 0) {
        close();
        write("script.json", turns);
        llm::ModelConfig model;
        model.name = "m";
        model.provider.kind = "scripted";
        model.provider.script = (folder.path() / "script.json").string();
        model.provider.context_tokens = context_tokens;
        model.retries = 0;
        auto made = llm::Models::make({model}, {}, http);
        ASSERT_TRUE(made.ok()) << made.error().message;
        models = std::move(*made);
        open();
    }

    /// As a process that starts on what is stored.
    void open(store::Engine engine = store::Engine::sqlite) {
        services.emplace(make_services());
        services->goals = goals.get();
        services->engine = engine;
        workspaces = std::make_unique<agent::Workspaces>(*services);
        services->workspaces = workspaces.get();
        sessions = std::make_unique<agent::Sessions>(loop.get_executor(), *services);
        auto started = run(sessions->start());
        ASSERT_TRUE(started.ok()) << started.error().detail;
    }

    virtual agent::Services make_services() {
        return agent::Services{clock,         pools,      *stored, *timeline,
                               *repositories, *providers, *models, settings};
    }

    void close() {
        if (sessions) run_to_end(loop, sessions->stop());
        sessions.reset();
    }

    /// What a kill -9 leaves: nobody ends anything, and the process that owned the turns is gone.
    void crash() {
        close();
        auto gone = run(db->write([](store::Db& c) -> Status {
            TRY(auto rows, c.query("UPDATE sessions SET owner = 'gone' WHERE owner <> ''"));
            return {};
        }));
        ASSERT_TRUE(gone.ok());
    }

    template <class T>
    T run(Task<T> work) {
        return test::run(loop, std::move(work));
    }

    /// Drives the loop until `done`, which is looked at between any two events of it.
    template <class F>
    void until(F done) {
        boost::asio::steady_timer limit(loop, std::chrono::seconds(60));
        // The handler of the cancelled wait runs after this has returned.
        const auto late = std::make_shared<bool>(false);
        limit.async_wait([late](boost::system::error_code failed) { *late = !failed; });
        loop.restart();
        while (!done() && !*late) loop.run_one();
        limit.cancel();
        ASSERT_FALSE(*late) << "waited for a minute";
    }
    /// Until the model has been asked and is about to answer.
    void until_asked() {
        until([&] { return models->states()[0].running == 1; });
    }
    void until_idle() {
        until([&] { return sessions->running() == 0 && sessions->driven() == 0; });
    }

    std::string new_session(bool auto_commit = false, const std::string& recovery = "resume") {
        agent::NewSession wanted;
        wanted.project_id = project_id;
        wanted.user_id = "owner";
        wanted.repository_id = repository_id;
        wanted.auto_commit = auto_commit;
        wanted.recovery = recovery;
        auto made = run(sessions->create(std::move(wanted)));
        EXPECT_TRUE(made.ok()) << made.error().message;
        return made->id;
    }

    Result<store::Event> send(const std::string& session, const std::string& text,
                              const std::string& client = "", bool steer = false) {
        agent::MessageToSend message;
        message.text = text;
        if (!client.empty()) message.client_id = client;
        message.steer = steer;
        return run(sessions->send(session, std::move(message)));
    }

    std::vector<store::Event> events(const std::string& session, const std::string& type = "") {
        store::EventQuery query;
        if (!type.empty()) query.types = {type};
        auto found = run(timeline->events(session, std::move(query)));
        EXPECT_TRUE(found.ok());
        return *found;
    }
    store::Session session(const std::string& id) {
        auto found = run(stored->find("", id));
        EXPECT_TRUE(found.ok());
        auto out = *found;
        if (sessions) sessions->correct(out);
        return out;
    }
    std::vector<std::string> types(const std::string& session) {
        std::vector<std::string> out;
        for (const auto& event : events(session)) out.push_back(event.type);
        return out;
    }
    boost::json::object last(const std::string& session, const std::string& type) {
        const auto all = events(session, type);
        return all.empty() ? boost::json::object() : agent::payload_of(all.back());
    }
    std::filesystem::path tree(const std::string& session) {
        return settings.data / "trees" / session / "tree";
    }

    TempDir folder;
    boost::asio::io_context loop;
    Pools pools;
    FakeClock clock;
    net::HttpClient http{loop.get_executor()};
    agent::Settings settings;
    std::unique_ptr<store::Store> db;
    std::unique_ptr<store::Projects> projects;
    std::unique_ptr<store::CodeProviders> providers;
    std::unique_ptr<store::Repositories> repositories;
    std::unique_ptr<store::Sessions> stored;
    std::unique_ptr<store::Timeline> timeline;
    std::unique_ptr<store::Goals> goals;
    std::unique_ptr<llm::Models> models;
    std::optional<agent::Services> services;
    std::unique_ptr<agent::Workspaces> workspaces;
    std::unique_ptr<agent::Sessions> sessions;
    std::string project_id, repository_id;
};

}  // namespace docent::test
