#include "sources/sources.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "base/log.hpp"
#include "base/task_group.hpp"
#include "search/vectors.hpp"
#include "sources/build.hpp"
#include "sources/embedding.hpp"
#include "sources/llms_site.hpp"
#include "sources/watcher.hpp"

namespace docent::sources {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using Phase = State::Phase;
using std::chrono::milliseconds;
namespace {

constexpr milliseconds slow_rescan{5'000};   // of a folder that cannot be watched, or is missing
constexpr milliseconds longest_settle{400};  // a folder that never gets quiet is read all the same
constexpr std::size_t most_logged_problems = 100;
constexpr milliseconds embedding_retry{60'000};

/// A project's source at work. On the event loop, but for the atomics.
struct Work {
    Work(asio::any_io_executor loop, store::Project p)
        : project(std::move(p)), wake(loop), done(loop), watcher(loop), embed_again(loop) {
        done.expires_at(asio::steady_timer::time_point::max());
    }

    store::Project project;
    std::shared_ptr<const search::Index> index;
    std::string index_file;     // of `index`
    std::string previous_file;  // the one before: other processes may be about to open it
    std::string revision;       // of `index`
    std::string tried;          // the revision that failed last

    State state;
    std::atomic<std::size_t> files_done = 0, files_all = 0;
    std::atomic<bool> indexing = false;
    std::atomic<bool> cancelled = false;

    // Requests are numbered: one is finished when `finished` has reached its number.
    std::uint64_t requested = 1, finished = 0;
    std::uint64_t looks = 0;
    bool forced = false;
    bool removed = false;
    Status last;
    asio::steady_timer wake;  // cancelled at a request
    asio::steady_timer done;  // cancelled when `finished` grows
    Watcher watcher;
    bool said_slow = false;

    bool embedding = false;  // a task is at it
    std::size_t embedded = 0, to_embed = 0;
    asio::steady_timer embed_again;  // after a failure; cancelled when there is a new index

    void request() {
        ++requested;
        wake.cancel();
    }
    bool is_folder() const { return project.source_kind == "folder"; }
};
using WorkPtr = std::shared_ptr<Work>;
using IndexPtr = std::shared_ptr<const search::Index>;

Task<bool> expired(asio::steady_timer& timer) {
    auto [failed] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !failed;
}

Error gone() { return Error(ErrorCode::cancelled, "the project is gone or the server is stopping"); }

void log_problems(const store::Project& project, const std::vector<docs::Problem>& problems) {
    std::size_t n = 0;
    for (const auto& problem : problems) {
        if (++n > most_logged_problems) {
            log::warn(project.slug + ": and " + std::to_string(problems.size() - most_logged_problems) +
                      " more problems");
            break;
        }
        log::warn(problem.file + ":" + std::to_string(problem.line) + ": " + problem.message +
                  (problem.skipped ? " (the page is left out)" : ""));
    }
}

}  // namespace

struct Sources::Impl {
    Impl(asio::any_io_executor executor, Pools& p, store::Projects& s, net::HttpClient& h, Config c)
        : loop(executor),
          pools(p),
          projects(s),
          http(h),
          config(std::move(c)),
          embeddings(executor, h, config.embeddings),
          tasks(executor) {}

    fs::path path_of(const std::string& index_file) const { return config.data / "index" / index_file; }
    void take(WorkPtr w);
    void drop(Work& w);
    Task<> open_index(WorkPtr w, std::string file, std::string revision);
    Task<> run(WorkPtr w);
    Task<> watch(WorkPtr w);
    Task<> pause(WorkPtr w);
    Task<> settle(WorkPtr w);
    Task<Status> look(WorkPtr w, bool force);
    Task<Result<std::string>> revision_of(WorkPtr w);
    Task<Status> build(WorkPtr w, std::string revision);
    Task<Status> put_in_force(WorkPtr w, Built& built);
    Task<Result<IndexPtr>> open_with_vectors(WorkPtr w, const fs::path& file);
    void embed_sections(WorkPtr w);
    Task<> embed_until_done(WorkPtr w);
    milliseconds interval(const Work& w) const;
    void note(Work& w, const Status& ended);

    asio::any_io_executor loop;
    Pools& pools;
    store::Projects& projects;
    net::HttpClient& http;
    const Config config;
    llm::Embeddings embeddings;
    std::map<std::string, WorkPtr> works;  // by project id
    bool stopping = false;
    TaskGroup tasks;  // last: ends first
};

void Sources::Impl::take(WorkPtr w) {
    works[w->project.id] = w;
    tasks.spawn("source " + w->project.slug, run(w));
    if (w->is_folder() && config.watch) tasks.spawn("watch " + w->project.slug, watch(w));
}

void Sources::Impl::drop(Work& w) {
    w.removed = w.cancelled = true;
    w.watcher.stop();
    w.wake.cancel();
    w.done.cancel();
    w.embed_again.cancel();
}

/// With the vectors that are there already: those of most sections outlive an edit.
Task<Result<IndexPtr>> Sources::Impl::open_with_vectors(WorkPtr w, const fs::path& file) {
    const auto vectors = vectors_file(config.data, w->project.id);
    co_return co_await on(pools.build, [&] {
        auto opened = search::Index::open(file);
        if (opened) opened = blocking_attach(*opened, vectors, config.embeddings, w->index.get());
        return opened;
    });
}

void Sources::Impl::embed_sections(WorkPtr w) {
    w->embed_again.cancel();
    if (!config.embeddings.on() || !config.embed || w->embedding || stopping) return;
    w->embedding = true;
    tasks.spawn("embeddings of " + w->project.slug, embed_until_done(w));
}

Task<> Sources::Impl::embed_until_done(WorkPtr w) {
    const auto file = vectors_file(config.data, w->project.id);
    std::string said;
    while (!w->removed && !stopping) {
        const IndexPtr index = w->index;
        EmbedHooks hooks;
        hooks.progress = [w](std::size_t done, std::size_t all) {
            w->embedded = done;
            w->to_embed = all;
        };
        hooks.cancelled = [raw = w.get()] { return raw->cancelled.load(); };
        auto embedded = co_await embed(index, file, embeddings, pools, std::move(hooks));
        if (embedded && w->index == index) {
            const IndexPtr in_force = *embedded;
            w->index = in_force;
            std::function<bool()> cancelled = [raw = w.get()] { return raw->cancelled.load(); };
            co_await build_graph(in_force, pools, std::move(cancelled));
            if (w->index == in_force) break;
            continue;
        }
        if (embedded) continue;  // there is a newer index
        const auto& error = embedded.error();
        if (error.code == ErrorCode::cancelled) break;
        if (error.message != said && error.code != ErrorCode::conflict)
            log::warn(w->project.slug + ": " + error.message + " " + error.detail);
        said = error.message;
        w->embed_again.expires_after(embedding_retry);
        const bool waited = co_await expired(w->embed_again);
        (void)waited;
    }
    w->embedding = false;
}

Task<> Sources::Impl::open_index(WorkPtr w, std::string file, std::string revision) {
    const auto path = path_of(file);
    auto opened = co_await open_with_vectors(w, path);
    if (!opened) {
        log::warn(w->project.slug + ": the index " + file + " cannot be used (" + opened.error().message +
                  "): it is built again");
        co_return;
    }
    w->index = std::move(*opened);
    w->index_file = std::move(file);
    w->revision = std::move(revision);
    w->state.phase = Phase::ready;
    embed_sections(w);
}

Task<> Sources::Impl::watch(WorkPtr w) {
    for (;;) {
        const bool news = co_await w->watcher.changed();
        if (!news) co_return;
        w->request();
        // What comes in the next moment is the same change: one look answers all of it.
        asio::steady_timer timer(loop, config.settle);
        const bool waited = co_await expired(timer);
        if (!waited) co_return;
    }
}

Task<> Sources::Impl::run(WorkPtr w) {
    while (!w->removed && !stopping) {
        if (w->requested == w->finished) {
            w->wake.expires_after(interval(*w));
            const bool due = co_await expired(w->wake);
            if (due) ++w->requested;
            continue;
        }
        if (w->is_folder() && w->finished > 0) co_await settle(w);
        const auto number = w->requested;
        const bool force = std::exchange(w->forced, false);
        auto ended = co_await look(w, force);
        note(*w, ended);
        w->last = std::move(ended);
        w->finished = number;
        ++w->looks;
        w->done.cancel();
    }
}

Task<> Sources::Impl::settle(WorkPtr w) {
    const auto end = std::chrono::steady_clock::now() + longest_settle;
    for (auto seen = w->requested + 1; seen != w->requested && std::chrono::steady_clock::now() < end;) {
        seen = w->requested;
        asio::steady_timer timer(loop, config.settle);
        const bool waited = co_await expired(timer);
        if (!waited) co_return;
    }
}

milliseconds Sources::Impl::interval(const Work& w) const {
    const auto regular =
        config.fetch_every.count() > 0 ? config.fetch_every : milliseconds(std::chrono::hours(24 * 365));
    const bool unwatched = w.is_folder() && config.watch && (!w.watcher.complete() || !w.last.ok());
    const bool try_soon = !w.last.ok() && w.last.error().code == ErrorCode::unavailable;
    return unwatched || try_soon ? std::min(regular, slow_rescan) : regular;
}

void Sources::Impl::note(Work& w, const Status& ended) {
    if (ended.ok()) {
        w.state.phase = Phase::ready;
        w.state.error.clear();
        return;
    }
    const auto& error = ended.error();
    // The same failure again and again is one line in the log.
    if (w.state.error != error.message && error.code != ErrorCode::cancelled) {
        log::error(w.project.slug + ": " + error.message +
                   (error.detail.empty() ? "" : " (" + error.detail + ")"));
    }
    w.state.phase = Phase::failed;
    w.state.error = error.message;
}

Task<Result<std::string>> Sources::Impl::revision_of(WorkPtr w) {
    if (w->is_folder()) {
        w->watcher.begin_scan();
        co_return co_await on(pools.build, [&] {
            const std::function<void(const fs::path&)> add = [&](const fs::path& folder) {
                w->watcher.add(folder);
            };
            return blocking_revision(w->project, config.data, config.watch ? add : nullptr);
        });
    }
    if (w->project.source_kind == "llms") {
        auto fetch = std::make_shared<SiteFetch>(loop, pools, http, tasks, w->project.source,
                                                 site_folder(w->project, config.data));
        auto fetched = co_await fetch->run();
        if (!fetched) co_return std::move(fetched).error();
    }
    co_return co_await on(pools.git, [&] { return blocking_revision(w->project, config.data); });
}

Task<Status> Sources::Impl::look(WorkPtr w, bool force) {
    if (!w->is_folder()) w->state.phase = Phase::fetching;
    auto revision = co_await revision_of(w);
    if (!revision) co_return std::move(revision).error();
    if (w->is_folder() && config.watch && !w->watcher.complete() && !std::exchange(w->said_slow, true)) {
        log::warn(w->project.slug +
                  ": the system has no more watches (fs.inotify.max_user_watches): the folder is "
                  "looked at every 5 seconds instead");
    }
    if (!force && w->index && *revision == w->revision) co_return Status();
    // What failed fails again until something changes; only trouble of the machine may pass by itself.
    const bool same =
        *revision == w->tried && !w->last.ok() && w->last.error().code != ErrorCode::unavailable;
    if (!force && same) co_return w->last;
    auto built = co_await build(w, *revision);
    w->tried = built ? "" : *revision;
    co_return built;
}

Task<Status> Sources::Impl::build(WorkPtr w, std::string revision) {
    const auto begin = std::chrono::steady_clock::now();
    w->state.phase = Phase::importing;
    w->files_done = w->files_all = 0;
    w->indexing = false;
    BuildHooks hooks;
    hooks.progress = [raw = w.get()](std::size_t done, std::size_t all) {
        raw->files_done = done;
        raw->files_all = all;
    };
    hooks.indexing = [raw = w.get()] { raw->indexing = true; };
    hooks.cancelled = [raw = w.get()] { return raw->cancelled.load(); };
    auto built =
        co_await on(pools.build, [&] { return blocking_index(w->project, config.data, revision, hooks); });
    w->indexing = false;
    if (!built) co_return std::move(built).error();
    auto done = co_await put_in_force(w, *built);
    if (!done) co_return done;
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    log_problems(w->project, built->problems);
    log::info(w->project.slug + ": " + std::to_string(built->pages) + " pages, " +
              std::to_string(built->chunks) + " sections indexed in " + std::to_string(took.count()) + " ms");
    w->state.problems = std::move(built->problems);
    w->state.finished = system_clock().now();
    co_return Status();
}

Task<Status> Sources::Impl::put_in_force(WorkPtr w, Built& built) {
    const auto path = path_of(built.index_file);
    auto opened = co_await open_with_vectors(w, path);
    if (!opened) co_return std::move(opened).error();
    auto kept = co_await projects.set_index(
        w->project.id, built.index_file, static_cast<std::int64_t>(built.pages),
        static_cast<std::int64_t>(built.chunks), built.revision, system_clock().now());
    if (!kept) {
        std::error_code ignored;
        fs::remove(path, ignored);
        co_return kept;
    }
    std::error_code ignored;
    if (!w->previous_file.empty()) fs::remove(path_of(w->previous_file), ignored);
    w->previous_file = std::exchange(w->index_file, built.index_file);
    w->index = std::move(*opened);  // those who use the old one keep it until they end
    w->revision = built.revision;
    embed_sections(w);
    co_return Status();
}

Sources::Sources(asio::any_io_executor loop, Pools& pools, store::Projects& projects, net::HttpClient& http,
                 Config config)
    : impl_(std::make_unique<Impl>(loop, pools, projects, http, std::move(config))) {}
Sources::~Sources() = default;

Task<Status> Sources::start() { return refresh(); }

Task<> Sources::stop() {
    impl_->stopping = true;
    for (auto& [id, work] : impl_->works) impl_->drop(*work);
    co_await impl_->tasks.stop();
}

std::shared_ptr<const search::Index> Sources::index(const std::string& project_id) const {
    const auto found = impl_->works.find(project_id);
    return found == impl_->works.end() ? nullptr : found->second->index;
}

State Sources::state(const std::string& project_id) const {
    const auto found = impl_->works.find(project_id);
    if (found == impl_->works.end()) return {};
    const Work& work = *found->second;
    State state = work.state;
    if (state.phase == State::Phase::importing && work.indexing) state.phase = State::Phase::indexing;
    state.done = work.files_done;
    state.all = work.files_all;
    state.embedding = work.embedding;
    state.embedded = work.embedded;
    state.to_embed = work.to_embed;
    return state;
}

Task<> Sources::add_meaning(const std::string& project_id, search::Query& query) {
    auto in_force = index(project_id);
    co_await sources::add_meaning(std::move(in_force), impl_->embeddings, query);
}

Task<Status> Sources::refresh() {
    auto all = co_await impl_->projects.list();
    if (!all) co_return std::move(all).error();
    if (impl_->stopping) co_return Error(ErrorCode::cancelled, "the server is stopping");
    std::map<std::string, const store::Project*> listed;
    for (const auto& project : *all) listed[project.id] = &project;
    std::erase_if(impl_->works, [&](auto& entry) {
        if (listed.contains(entry.first)) return false;
        impl_->drop(*entry.second);
        return true;
    });
    for (const auto& [id, project] : listed) {
        auto known = impl_->works.find(id);
        const bool is_new = known == impl_->works.end();
        WorkPtr work = is_new ? std::make_shared<Work>(impl_->loop, *project) : known->second;
        // Names of one project's files sort by time: what the list says may be older than what is in force
        // here.
        if (!project->index_file.empty() && project->index_file > work->index_file) {
            co_await impl_->open_index(work, project->index_file, project->revision);
        }
        if (is_new && !impl_->stopping && !impl_->works.contains(id)) impl_->take(work);
    }
    co_return Status();
}

Task<Status> Sources::rebuild(std::string project_id, bool force) {
    if (!impl_->works.contains(project_id)) {
        auto looked = co_await refresh();
        if (!looked) co_return looked;
    }
    const auto found = impl_->works.find(project_id);
    if (found == impl_->works.end()) co_return not_found("there is no such project");
    const WorkPtr work = found->second;
    work->forced = work->forced || force;
    work->request();
    const auto number = work->requested;
    while (work->finished < number && !work->removed) {
        const bool timed_out = co_await expired(work->done);
        (void)timed_out;
    }
    if (work->finished < number) co_return gone();
    co_return work->last;
}

Task<Status> Sources::next_look(std::string project_id) {
    const auto found = impl_->works.find(project_id);
    if (found == impl_->works.end()) co_return not_found("there is no such project");
    const WorkPtr work = found->second;
    const auto before = work->looks;
    while (work->looks == before && !work->removed) {
        const bool timed_out = co_await expired(work->done);
        (void)timed_out;
    }
    if (work->looks == before) co_return gone();
    co_return work->last;
}

}  // namespace docent::sources
