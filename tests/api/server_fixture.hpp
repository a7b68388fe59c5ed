#pragma once
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "agent/jobs.hpp"
#include "agent/merge_requests.hpp"
#include "agent/workspaces.hpp"
#include "api/project_jobs.hpp"
#include "api/routes.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "forge/credentials.hpp"
#include "net/http_client.hpp"
#include "store/usage.hpp"
#include "support/run.hpp"
#include "support/store_postgres.hpp"

namespace docent::test {

/// The whole API on 127.0.0.1: a real server, store and index of two small projects, `docs` and `other`.
/// Server, services and client share one loop, which turns while a call is awaited.
class ApiServer {
public:
    /// `script`: what the model `m` of the coding sessions plays; "": there is no model.
    explicit ApiServer(api::LimitConfig limits = {}, llm::EmbeddingsConfig embeddings = {},
                       const std::string& script = "", std::vector<std::string> webhook_hosts = {"*"}) {
        log::set_level(log::Level::off);
        auto opened = store::Store::open(pools, new_store_url(false, folder));
        if (!opened) throw std::runtime_error(opened.error().detail);
        store = *std::move(opened);
        projects = std::make_unique<store::Projects>(*store);
        keys = std::make_unique<store::Keys>(*store);
        threads = std::make_unique<store::Threads>(*store);
        usage = std::make_unique<store::UsageCounters>(*store);

        folder.write("docs/index.md",
                     "---\ntitle: Welcome\ndescription: What this is.\n---\nAcme moves crates.\n");
        folder.write(
            "docs/quickstart.md",
            "---\ntitle: Quickstart\ndescription: Install Acme and move a crate.\n---\nHow to get started "
            "with Acme.\n\n"
            "## Install Acme\n\nTo install Acme, run the installer. You get started with one command.\n\n"
            "```sh\ncurl -fsS https://acme.example/install | sh\n```\n\n## Move a crate\n\n"
            "Use `acme move` to move a crate to another warehouse.\n");
        folder.write("other/index.md", "---\ntitle: Other\n---\nAnother project about trains.\n");
        docs_id = add_project("docs", R"({"hook_secret":"push-secret"})");
        other_id = add_project("other", "{}");

        http = std::make_unique<net::HttpClient>(loop.get_executor());
        sources::Config config;
        config.data = folder.path() / "data";
        config.watch = false;
        config.embeddings = std::move(embeddings);
        std::filesystem::create_directories(config.data);
        sources = std::make_unique<sources::Sources>(loop.get_executor(), pools, *projects, *http, config);
        must(run(loop, sources->start()));
        must(run(loop, sources->rebuild(docs_id, true)));
        must(run(loop, sources->rebuild(other_id, true)));
        assistant = std::make_unique<assistant::Assistant>(loop.get_executor(), pools, clock, *sources,
                                                           *threads, nullptr, assistant::Config());
        auth = std::make_unique<api::Auth>(*keys, clock);
        limiter = std::make_unique<api::Limits>(*usage, clock, limits);
        analytics = std::make_unique<api::Analytics>(*store, clock);
        settings.ui_domain = "docs";
        settings.ui_key = key = add_key(api::KeyKind::assistant, docs_id);
        add_coding(script);
        webhooks::Config outgoing_config;
        outgoing_config.allowed_hosts = std::move(webhook_hosts);
        sender = std::make_unique<webhooks::Sender>(loop.get_executor(), clock, *store, *http,
                                                    "the key of this test", outgoing_config);
        outgoing = std::make_unique<api::Outgoing>(*store, "the key of this test", *sender);
        agent::Automations::StartJob start_job = [this](store::Automation automation, std::string job_key) {
            return api::start_automation_job(std::move(automation), std::move(job_key), *services);
        };
        automations =
            std::make_unique<agent::Automations>(loop.get_executor(), clock, *store, std::move(start_job));
        services.reset(new api::Services{clock, pools, *projects, *keys, *threads, *sources, *assistant,
                                         *auth, *limiter, *analytics, *coding, *outgoing, *automations,
                                         settings, background,
                                         [this]() -> const net::ServerStats& { return server->stats(); }});
        api::add_routes(router, *services);
        server =
            std::make_unique<net::Server>(loop.get_executor(), net::ServerConfig(), router, api::decorate);
        origin = "http://127.0.0.1:" + std::to_string(server->port());
    }

    ~ApiServer() {
        run_to_end(loop, automations->stop());
        run_to_end(loop, jobs->stop());
        run_to_end(loop, merge_requests->stop());
        run_to_end(loop, agent->stop());
        run_to_end(loop, server->stop());
        run_to_end(loop, coding->readers.stop());
        run_to_end(loop, assistant->stop(std::chrono::milliseconds(0)));
        run_to_end(loop, background.stop());
        run_to_end(loop, sender->stop());
        run_to_end(loop, sources->stop());
    }

    std::string add_key(api::KeyKind kind, const std::string& project_id,
                        const std::function<void(store::Key&)>& change = {}) {
        const auto secret = api::new_secret(kind);
        store::Key added;
        added.project_id = project_id;
        added.kind = api::key_kind_name(kind);
        added.hint = api::hint_of_secret(secret);
        added.hash = hash_hex(secret);
        added.user = "owner";
        added.allow_ips = added.origins = "[]";
        added.created = clock.now();
        if (change) change(added);
        must(run(loop, keys->add(added)));
        return secret;
    }

    net::Reply call(const std::string& method, const std::string& path, const std::string& body = {},
                    net::Headers headers = {}) {
        net::Call request;
        request.method = method;
        request.url = origin + path;
        request.body = body;
        request.headers = std::move(headers);
        request.max_redirects = 0;
        auto reply = run(loop, http->fetch(std::move(request)));
        EXPECT_TRUE(reply) << method << " " << path << ": " << reply.error().message;
        return reply ? *std::move(reply) : net::Reply();
    }

    /// With the assistant key of `docs`.
    net::Reply asked(const std::string& method, const std::string& path, const std::string& body = {},
                     net::Headers headers = {}) {
        headers.emplace_back("Authorization", "Bearer " + key);
        if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
        return call(method, path, body, std::move(headers));
    }

    Result<Finished> shell(const std::string& text) {
        Command command;
        command.argv = {"sh", "-c", text};
        return run(loop, on(pools.git, [&] { return blocking_run(command); }));
    }

    static void must(const Status& status) {
        if (!status) throw std::runtime_error(status.error().message + " " + status.error().detail);
    }
    template <class T>
    static void must(const Result<T>& result) {
        if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
    }

    TempDir folder;
    boost::asio::io_context loop;
    Pools pools;
    FakeClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<store::Projects> projects;
    std::unique_ptr<store::Keys> keys;
    std::unique_ptr<store::Threads> threads;
    std::unique_ptr<store::UsageCounters> usage;
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<sources::Sources> sources;
    std::unique_ptr<assistant::Assistant> assistant;
    std::unique_ptr<api::Auth> auth;
    std::unique_ptr<api::Limits> limiter;
    std::unique_ptr<api::Analytics> analytics;
    agent::Settings agent_settings;
    std::unique_ptr<llm::Models> models;
    std::unique_ptr<store::Sessions> stored_sessions;
    std::unique_ptr<store::Timeline> timeline;
    std::unique_ptr<store::Repositories> repositories;
    std::unique_ptr<store::CodeProviders> providers;
    std::unique_ptr<agent::Services> agent_services;
    std::unique_ptr<forge::Credentials> credentials;
    std::unique_ptr<agent::Workspaces> workspaces;
    std::unique_ptr<agent::Sessions> agent;
    std::unique_ptr<agent::MergeRequests> merge_requests;
    std::unique_ptr<agent::Jobs> jobs;
    std::unique_ptr<agent::FollowUps> follow_ups;
    std::unique_ptr<agent::Reviews> reviews;
    std::unique_ptr<api::Coding> coding;
    std::unique_ptr<webhooks::Sender> sender;
    std::unique_ptr<api::Outgoing> outgoing;
    std::unique_ptr<agent::Automations> automations;
    api::Settings settings;
    TaskGroup background{loop.get_executor()};
    std::unique_ptr<api::Services> services;
    net::Router router;
    std::unique_ptr<net::Server> server;
    std::string docs_id, other_id, key, origin;

private:
    void add_coding(const std::string& script) {
        std::vector<llm::ModelConfig> configured;
        if (!script.empty()) {
            folder.write("script.json", script);
            llm::ModelConfig model;
            model.name = "m";
            model.provider.kind = "scripted";
            model.provider.script = (folder.path() / "script.json").string();
            model.retries = 0;
            configured.push_back(model);
        }
        auto made = llm::Models::make(configured, {}, *http);
        must(made);
        models = *std::move(made);
        const std::string secret = "the key of this test";
        agent_settings.data = folder.path() / "data";
        stored_sessions = std::make_unique<store::Sessions>(*store);
        timeline = std::make_unique<store::Timeline>(*store);
        repositories = std::make_unique<store::Repositories>(*store, secret);
        providers = std::make_unique<store::CodeProviders>(*store, secret);
        agent_services.reset(new agent::Services{clock, pools, *stored_sessions, *timeline, *repositories,
                                                 *providers, *models, agent_settings});
        workspaces = std::make_unique<agent::Workspaces>(*agent_services);
        agent_services->workspaces = workspaces.get();
        credentials = std::make_unique<forge::Credentials>(clock, *providers, http.get());
        agent_services->credentials = credentials.get();
        agent = std::make_unique<agent::Sessions>(loop.get_executor(), *agent_services);
        must(run(loop, agent->start()));
        merge_requests = std::make_unique<agent::MergeRequests>(loop.get_executor(), *agent_services, *agent,
                                                                *store, http.get());
        jobs = std::make_unique<agent::Jobs>(loop.get_executor(), *agent_services, *agent, *merge_requests,
                                             *store);
        must(run(loop, jobs->start()));
        follow_ups =
            std::make_unique<agent::FollowUps>(*agent_services, *agent, *jobs, *merge_requests, *store);
        reviews = std::make_unique<agent::Reviews>(*agent_services, *follow_ups, *store);
        coding = std::make_unique<api::Coding>(loop.get_executor(), clock, *store, *repositories, *providers,
                                               *models, *agent, *workspaces, *merge_requests, *jobs,
                                               *follow_ups, *reviews, agent_settings.data);
        agent_services->alerts = &coding->alerts;
    }

    std::string add_project(const std::string& slug, const std::string& project_settings) {
        store::Project project;
        project.slug = slug;
        project.name = slug == "docs" ? "Acme" : "Other";
        project.source_kind = "folder";
        project.source = (folder.path() / slug).string();
        project.hosts = "[\"" + slug + ".example.com\"]";
        project.settings = project_settings;
        auto added = run(loop, projects->add(project));
        must(added);
        return added->id;
    }
};

}  // namespace docent::test
