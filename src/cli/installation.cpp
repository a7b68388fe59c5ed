#include "cli/installation.hpp"

#include <filesystem>

#include "app/data_dir.hpp"
#include "base/log.hpp"
#include "sources/embedding.hpp"

namespace docent::cli {

Result<std::unique_ptr<Installation>> Installation::open(const Globals& globals, bool make) {
    auto out = std::make_unique<Installation>();
    TRY(out->config, load(globals));
    TRY_VOID(llm::check(out->config.sources.embeddings));
    log::set_level(log::Level::warn);  // a command's own words are enough
    std::error_code error;
    if (!make && !std::filesystem::is_directory(out->config.data, error))
        return not_found("there is no data directory " + out->config.data.string() +
                         "; docent serve makes it, --data DIR names another");
    TRY(out->config.data, app::DataDir::create(out->config.data));
    out->config.sources.data = out->config.data;
    TRY(out->store, store::Store::open(out->pools, app::store_url(out->config)));
    out->projects = std::make_unique<store::Projects>(*out->store);
    out->keys = std::make_unique<store::Keys>(*out->store);
    out->threads = std::make_unique<store::Threads>(*out->store);
    return out;
}

Result<store::Project> Installation::project(const std::string& name) {
    TRY(const auto all, run(projects->list()));
    if (all.empty())
        return not_found("there is no project yet; add one with: docent project add NAME --docs PATH");
    if (name.empty()) {
        if (all.size() == 1) return all.front();
        for (const auto& project : all)
            if (project.slug == "default") return project;
    } else {
        auto found = run(projects->find(name));
        if (found || found.error().code != ErrorCode::not_found) return found;
    }
    std::string names;
    for (const auto& project : all) names += (names.empty() ? "" : ", ") + project.slug;
    if (name.empty()) return invalid("there are several projects; name one with --project: " + names);
    return not_found("there is no project \"" + name + "\"; there are: " + names);
}

Result<std::shared_ptr<const search::Index>> Installation::index(const store::Project& project) {
    const std::string fix = "; build it with: docent index --project " + project.slug;
    if (project.index_file.empty())
        return not_found("the project " + project.slug + " has no index yet" + fix);
    auto index = search::Index::open(config.data / "index" / project.index_file);
    if (!index)
        return Error(
            index.error().code == ErrorCode::not_found ? ErrorCode::not_found : ErrorCode::unavailable,
            "the index of " + project.slug + " is damaged or of another version" + fix);
    return sources::blocking_attach(*index, sources::vectors_file(config.data, project.id),
                                    config.sources.embeddings);
}

}  // namespace docent::cli
