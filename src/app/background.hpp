#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <filesystem>

#include "api/analytics.hpp"
#include "api/auth.hpp"
#include "api/limits.hpp"
#include "sources/sources.hpp"
#include "store/jobs.hpp"
#include "store/processes.hpp"
#include "store/threads.hpp"

namespace docent::app {

/// What the server does by itself, each until it is cancelled. On the loop.

/// Writes counts of use behind, once a second.
Task<> flush_counters(api::Limits& limits, api::Auth& auth, boost::asio::any_io_executor loop);

/// Writes behind what is read and searched, once a second.
Task<> flush_traffic(api::Traffic& traffic, boost::asio::any_io_executor loop);

/// Removes what is older than each project's setting `retention`, and what has served: visitors' hashes of
/// past days, used challenges; archives agent jobs that ended longer ago than `job_retention`. A minute after
/// the start, then once an hour.
Task<> forget_old(api::Analytics& analytics, store::Projects& projects, store::Jobs& jobs, const Clock& clock,
                  boost::asio::any_io_executor loop);
/// One round of it.
Task<Status> forget_old_once(api::Analytics& analytics, store::Projects& projects, store::Jobs& jobs,
                             Millis now);

/// Takes up what commands beside the server changed: keys within half a second, projects and indexes too.
Task<> follow_outside_changes(store::Store& store, api::Auth& auth, sources::Sources& sources,
                              boost::asio::any_io_executor loop);

/// Says to other processes on this database that this one lives, and ends the turns of those that do not.
/// Nothing to do on SQLite, which has one server.
Task<> keep_lease(store::Processes& processes, store::Threads& threads, const Clock& clock,
                  boost::asio::any_io_executor loop);

/// Removes index files that no project names any more.
Task<> remove_old_index_files(Pools& pools, store::Projects& projects, std::filesystem::path data,
                              boost::asio::any_io_executor loop);

}  // namespace docent::app
