#pragma once
#include "agent/jobs.hpp"
#include "agent_fixture.hpp"

namespace docent::test {

/// Jobs on a real repository; its pull requests are Docent's own.
class JobsTest : public AgentTest {
protected:
    ~JobsTest() override { close_jobs(); }

    void open_jobs() {
        requests =
            std::make_unique<agent::MergeRequests>(loop.get_executor(), *services, *sessions, *db, nullptr);
        jobs = std::make_unique<agent::Jobs>(loop.get_executor(), *services, *sessions, *requests, *db);
        ASSERT_TRUE(run(jobs->start()).ok());
    }
    void close_jobs() {
        if (jobs) run_to_end(loop, jobs->stop());
        if (requests) run_to_end(loop, requests->stop());
        jobs.reset();
        requests.reset();
    }
    void play(const std::string& turns) {
        close_jobs();
        script(turns);
        open_jobs();
    }
    /// A server without a model.
    void play_nothing() {
        close_jobs();
        close();
        auto made = llm::Models::make({}, {}, http);
        ASSERT_TRUE(made.ok());
        models = std::move(*made);
        open();
        open_jobs();
    }

    agent::NewJob new_job(const std::string& prompt) {
        agent::NewJob wanted;
        wanted.project_id = project_id;
        wanted.user_id = "owner";
        wanted.repository_id = repository_id;
        wanted.prompt = prompt;
        return wanted;
    }
    store::Job create(agent::NewJob wanted) {
        auto made = run(jobs->create(std::move(wanted)));
        EXPECT_TRUE(made.ok()) << made.error().message << made.error().detail;
        return made ? *made : store::Job();
    }
    store::Job create(const std::string& prompt) { return create(new_job(prompt)); }
    store::Job job(const std::string& id) {
        store::Jobs all(*db);
        auto found = run(all.find("", id));
        EXPECT_TRUE(found.ok());
        return *found;
    }
    std::optional<store::MergeRequest> request_of(const std::string& id) {
        store::MergeRequests all(*db);
        auto found = run(all.latest(id));
        return found ? std::optional(*found) : std::nullopt;
    }
    Result<store::Job> message(const std::string& id, const std::string& text, bool may_reopen = false) {
        agent::MessageToSend said;
        said.text = text;
        return run(jobs->message(id, std::move(said), may_reopen));
    }
    /// Until the job has nothing to do but to wait for follow-ups, or has ended.
    store::Job until_done(const std::string& id) {
        store::Job now;
        until([&] {
            if (sessions->running() > 0 || sessions->driven() > 0) return false;
            now = job(id);
            return !now.active() || now.phase == "open";
        });
        return now;
    }
    std::string in_branch(const std::string& branch, const std::string& file) {
        const auto out = (folder.path() / "shown").string();
        const auto command =
            git_in_repository() + "show " + branch + ":" + file + " > " + out + " 2>/dev/null";
        if (std::system(command.c_str()) != 0) return "";
        return read(out);
    }

    std::unique_ptr<agent::MergeRequests> requests;
    std::unique_ptr<agent::Jobs> jobs;
};

}  // namespace docent::test
