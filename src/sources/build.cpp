#include "sources/build.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "base/ids.hpp"
#include "base/task_group.hpp"
#include "base/text.hpp"
#include "docs/import.hpp"
#include "git/repository.hpp"
#include "git/transport.hpp"
#include "sources/llms_site.hpp"
#include "sources/scan.hpp"

namespace docent::sources {
namespace fs = std::filesystem;
namespace {

/// A folder that is removed at the end, when it is ours.
class Files {
public:
    explicit Files(fs::path folder, bool ours = false) : folder_(std::move(folder)), ours_(ours) {}
    ~Files() {
        std::error_code ignored;
        if (ours_) fs::remove_all(folder_, ignored);
    }
    Files(Files&& other) noexcept
        : folder_(std::move(other.folder_)), ours_(std::exchange(other.ours_, false)) {}
    Files& operator=(Files&&) = delete;
    const fs::path& folder() const { return folder_; }

private:
    fs::path folder_;
    bool ours_;
};

fs::path project_folder(const store::Project& project, const fs::path& data) {
    return data / "repos" / project.id;
}

fs::path source_folder(const store::Project& project) {
    const fs::path root = project.source;
    return project.folder.empty() ? root : root / fs::path(project.folder).relative_path();
}

Result<Files> files_at(const store::Project& project, const fs::path& data, const std::string& revision) {
    if (project.source_kind == "folder") return Files(source_folder(project));
    if (project.source_kind == "llms") return Files(site_folder(project, data));
    Files tree(project_folder(project, data) / ("tree-" + new_ulid(system_clock().now())), true);
    TRY_VOID(git::blocking_export(mirror_folder(project, data), revision, project.folder, tree.folder()));
    return tree;
}

Task<> fetch_and_end(std::shared_ptr<SiteFetch> fetch, std::shared_ptr<Status> out,
                     boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard) {
    *out = co_await fetch->run();
    guard.reset();
}

Status blocking_fetch_site(const store::Project& project, const fs::path& data) {
    boost::asio::io_context loop;
    Pools pools;
    net::HttpClient http(loop.get_executor());
    TaskGroup tasks(loop.get_executor());
    auto status = std::make_shared<Status>();
    auto fetch = std::make_shared<SiteFetch>(loop.get_executor(), pools, http, tasks, project.source,
                                             site_folder(project, data));
    tasks.spawn("fetch " + project.slug, fetch_and_end(fetch, status, boost::asio::make_work_guard(loop)));
    loop.run();
    return *status;
}

/// Pages of a site elsewhere are cited at their own address: the copy is laid out as the site's paths are.
void set_addresses(docs::Site& site, const std::string& address) {
    const auto origin = address.substr(0, address.find('/', address.find("://") + 3));
    for (auto& page : site.pages) {
        if (!page.url.empty()) continue;
        page.url = origin + "/" + (page.path == "index" ? "" : percent_encode(page.path, "/"));
    }
}

}  // namespace

fs::path mirror_folder(const store::Project& project, const fs::path& data) {
    return project_folder(project, data) / "git";
}
fs::path site_folder(const store::Project& project, const fs::path& data) {
    return project_folder(project, data) / "site";
}

Result<std::string> blocking_revision(const store::Project& project, const fs::path& data,
                                      const std::function<void(const fs::path&)>& on_folder) {
    if (project.source_kind == "git") {
        return git::blocking_fetch(project.source, project.branch, mirror_folder(project, data));
    }
    if (project.source_kind == "llms") return blocking_scan(site_folder(project, data));
    if (project.source_kind == "folder") return blocking_scan(source_folder(project), on_folder);
    return invalid("the project's source must be a folder, a git repository or an llms.txt site");
}

Result<Built> blocking_index(const store::Project& project, const fs::path& data, const std::string& revision,
                             const BuildHooks& hooks) {
    TRY(const auto files, files_at(project, data, revision));
    docs::ImportOptions options;
    options.progress = hooks.progress;
    options.cancelled = hooks.cancelled;
    TRY(auto site, docs::import_folder(files.folder(), options));
    if (project.source_kind == "llms") set_addresses(site, project.source);
    if (hooks.indexing) hooks.indexing();
    if (hooks.cancelled && hooks.cancelled()) return Error(ErrorCode::cancelled, "the server is stopping");
    Built built;
    built.index_file = project.id + "-" + new_ulid(system_clock().now()) + ".idx";
    std::error_code failed;
    fs::create_directories(data / "index", failed);
    if (failed) return Error(ErrorCode::unavailable, "the disk refused a folder", failed.message());
    TRY_VOID(search::write_index(site, data / "index" / built.index_file));
    built.pages = site.pages.size();
    built.chunks = site.chunks.size();
    built.revision = revision;
    built.problems = std::move(site.problems);
    return built;
}

Result<Built> blocking_build(const store::Project& project, const fs::path& data,
                             const std::function<void(std::size_t, std::size_t)>& progress) {
    if (project.source_kind == "llms") TRY_VOID(blocking_fetch_site(project, data));
    TRY(const auto revision, blocking_revision(project, data));
    BuildHooks hooks;
    hooks.progress = progress;
    return blocking_index(project, data, revision, hooks);
}

}  // namespace docent::sources
