#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/pools.hpp"
#include "base/task.hpp"
#include "docs/site.hpp"
#include "llm/embeddings.hpp"
#include "net/http_client.hpp"
#include "search/index.hpp"
#include "store/projects.hpp"

namespace docent::sources {

struct Config {
    std::filesystem::path data;                      // index files in DATA/index, clones in DATA/repos
    std::chrono::milliseconds settle{50};            // a folder is re-read when it was quiet for so long
    std::chrono::milliseconds fetch_every{300'000};  // git and llms sources
    bool watch = true;
    llm::EmbeddingsConfig embeddings;  // off by default
    bool embed = true;                 // false: use what vectors there are and make none
};

/// What a project's index is doing just now: for readiness, metrics and people.
struct State {
    enum class Phase { waiting, fetching, importing, indexing, ready, failed };
    Phase phase = Phase::waiting;
    std::size_t done = 0, all = 0;        // files
    std::string error;                    // failed: why, in a sentence for people
    std::vector<docs::Problem> problems;  // of the last import
    Millis finished = 0;
    bool embedding = false;                  // the sections' vectors are being made; search goes on
    std::size_t embedded = 0, to_embed = 0;  // sections
};

/// Keeps the index of every project current: watches folders, fetches repositories and llms.txt sites,
/// imports, builds, swaps. Hands out the index in force. On the event loop. start(), then stop().
class Sources {
public:
    Sources(boost::asio::any_io_executor loop, Pools& pools, store::Projects& projects, net::HttpClient& http,
            Config config);
    ~Sources();

    /// Opens the index files of all projects (a damaged one is said and rebuilt) and begins to watch.
    Task<Status> start();
    Task<> stop();

    /// The index in force of a project; null before the first build. Never blocks.
    std::shared_ptr<const search::Index> index(const std::string& project_id) const;
    State state(const std::string& project_id) const;

    /// Adds the vector of the query's text, when embeddings are configured and the project has some: search()
    /// then ranks by meaning, too. Nothing is added when the endpoint fails or is slow (at most
    /// EmbeddingsConfig::query_limit).
    Task<> add_meaning(const std::string& project_id, search::Query& query);

    /// Takes up a project that was added, drops one that was removed. Called also when the store changed from
    /// outside.
    Task<Status> refresh();
    /// Looks at the source now and rebuilds when it changed (or always, with `force`). Ends when the index is
    /// in force.
    Task<Status> rebuild(std::string project_id, bool force);
    /// Ends when the next look at the source has ended, whoever asked for it, with its outcome. not_found.
    Task<Status> next_look(std::string project_id);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// One build without a server: for the CLI. `progress` as in docs::ImportOptions. Blocks.
struct Built {
    std::string index_file;  // name below DATA/index
    std::size_t pages = 0, chunks = 0;
    std::string revision;
    std::vector<docs::Problem> problems;
};
Result<Built> blocking_build(const store::Project& project, const std::filesystem::path& data,
                             const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace docent::sources
