#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <filesystem>

#include "agent/follow_ups.hpp"
#include "agent/jobs.hpp"
#include "agent/merge_requests.hpp"
#include "agent/pipelines.hpp"
#include "agent/reviews.hpp"
#include "agent/sessions.hpp"
#include "agent/workspaces.hpp"
#include "base/task_group.hpp"
#include "llm/models.hpp"
#include "store/alerts.hpp"
#include "store/attachments.hpp"
#include "store/forge_memory.hpp"
#include "store/goals.hpp"
#include "store/jobs.hpp"
#include "store/repositories.hpp"

namespace docent::api {

/// The coding sessions, for the routes of the sessions API: who runs them, and the store's nouns around them.
struct Coding {
    Coding(boost::asio::any_io_executor loop, const Clock& clock, store::Store& store,
           store::Repositories& repos, store::CodeProviders& code_providers, llm::Models& m,
           agent::Sessions& running, agent::Workspaces& trees, agent::MergeRequests& proposals,
           agent::Jobs& running_jobs, agent::FollowUps& heard, agent::Reviews& reviewing,
           std::filesystem::path data_dir)
        : sessions(running),
          merge_requests(proposals),
          jobs(running_jobs),
          follow_ups(heard),
          reviews(reviewing),
          workspaces(trees),
          stored(store),
          proposed(store),
          stored_jobs(store),
          timeline(store),
          goals(store),
          alerts(store),
          attachments(store),
          repositories(repos),
          providers(code_providers),
          forge_memory(store),
          models(m),
          data(std::move(data_dir)),
          readers(loop),
          pipelines(loop, clock, readers, proposals) {}
    Coding(const Coding&) = delete;
    Coding& operator=(const Coding&) = delete;

    agent::Sessions& sessions;
    agent::MergeRequests& merge_requests;
    agent::Jobs& jobs;
    agent::FollowUps& follow_ups;
    agent::Reviews& reviews;
    agent::Workspaces& workspaces;
    store::Sessions stored;
    store::MergeRequests proposed;
    store::Jobs stored_jobs;
    store::Timeline timeline;
    store::Goals goals;
    store::Alerts alerts;
    store::Attachments attachments;
    store::Repositories& repositories;
    store::CodeProviders& providers;
    store::ForgeMemory forge_memory;
    llm::Models& models;
    const std::filesystem::path data;  // attachments/ is below it
    TaskGroup readers;  // what streams and lists read; stopped after the server, before the store
    agent::Pipelines pipelines;
};

}  // namespace docent::api
