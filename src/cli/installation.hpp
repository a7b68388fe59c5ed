#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>

#include "app/local.hpp"
#include "cli/command.hpp"
#include "search/index.hpp"
#include "store/keys.hpp"
#include "store/projects.hpp"
#include "store/threads.hpp"

namespace docent::cli {

/// A data directory as a command uses it, also beside a running server: its database and its index files.
class Installation {
public:
    /// not_found when the data directory is missing, unless `make` is set.
    static Result<std::unique_ptr<Installation>> open(const Globals& globals, bool make = false);

    /// Runs a task on the command's own loop to its end.
    template <class T>
    Result<T> run(Task<Result<T>> task) {
        return app::run_here(loop, std::move(task));
    }

    /// By slug, id or host. "" is the only project there is, or `default`. not_found, with the names there
    /// are.
    Result<store::Project> project(const std::string& name);
    /// The index in force. not_found when the project has none yet.
    Result<std::shared_ptr<const search::Index>> index(const store::Project& project);

    app::Config config;
    boost::asio::io_context loop{1};
    Pools pools;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<store::Projects> projects;
    std::unique_ptr<store::Keys> keys;
    std::unique_ptr<store::Threads> threads;
};

}  // namespace docent::cli
