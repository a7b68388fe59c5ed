#include "store/projects.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::store {
namespace {

#define PROJECT_COLUMNS                                                                           \
    "id, slug, name, source_kind, source, branch, folder, repository, hosts, settings, created, " \
    "index_file, "                                                                                \
    "pages, chunks, indexed, revision"

Project project_of(const Row& row) {
    Project p;
    p.id = text(row, 0);
    p.slug = text(row, 1);
    p.name = text(row, 2);
    p.source_kind = text(row, 3);
    p.source = text(row, 4);
    p.branch = text(row, 5);
    p.folder = text(row, 6);
    p.repository = text(row, 7);
    p.hosts = text(row, 8);
    p.settings = text(row, 9);
    p.created = integer(row, 10);
    p.index_file = text(row, 11);
    p.pages = integer(row, 12);
    p.chunks = integer(row, 13);
    p.indexed = integer(row, 14);
    p.revision = text(row, 15);
    return p;
}

Result<std::vector<std::string>> host_names(const std::string& hosts) {
    boost::system::error_code failed;
    const auto list = boost::json::parse(hosts, failed);
    if (failed || !list.is_array()) return invalid("hosts must be a JSON array of host names");
    std::vector<std::string> names;
    for (const auto& host : list.get_array()) {
        if (!host.is_string()) return invalid("hosts must be a JSON array of host names");
        names.push_back(lower_ascii(host.get_string()));
    }
    return names;
}

}  // namespace

Task<Result<Project>> Projects::add(Project project) {
    if (project.created == 0) project.created = system_clock().now();
    if (project.id.empty()) project.id = new_ulid(project.created);
    if (project.hosts.empty()) project.hosts = "[]";
    if (project.settings.empty()) project.settings = "{}";
    CO_TRY(const auto hosts, host_names(project.hosts));
    co_return co_await store_.write([&](Db& db) -> Result<Project> {
        const Project& p = project;
        TRY(auto added,
            db.query(
                "INSERT INTO projects (" PROJECT_COLUMNS ") "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
                "ON CONFLICT (slug) DO NOTHING RETURNING id",
                {p.id, p.slug, p.name, p.source_kind, p.source, p.branch, p.folder, p.repository, p.hosts,
                 p.settings, p.created, p.index_file, p.pages, p.chunks, p.indexed, p.revision}));
        if (added.empty()) return conflict("there is a project \"" + p.slug + "\" already");
        for (const auto& host : hosts) {
            TRY(auto named, db.query("INSERT INTO project_hosts (host, project_id) VALUES ($1, $2) "
                                     "ON CONFLICT (host) DO NOTHING RETURNING host",
                                     {host, p.id}));
            if (named.empty()) return conflict("the host \"" + host + "\" names another project already");
        }
        return project;
    });
}

Task<Result<Project>> Projects::find(std::string name) {
    co_return co_await store_.read([&](Db& db) -> Result<Project> {
        TRY(auto rows, db.query("SELECT " PROJECT_COLUMNS " FROM projects WHERE slug = $1 OR id = $1 OR id = "
                                "(SELECT project_id FROM project_hosts WHERE host = $2) "
                                "ORDER BY CASE WHEN slug = $1 THEN 0 WHEN id = $1 THEN 1 ELSE 2 END LIMIT 1",
                                {name, lower_ascii(name)}));
        if (rows.empty()) return not_found("there is no project \"" + name + "\"");
        return project_of(rows[0]);
    });
}

Task<Result<std::vector<Project>>> Projects::list() {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Project>> {
        TRY(auto rows, db.query("SELECT " PROJECT_COLUMNS " FROM projects ORDER BY created, id"));
        std::vector<Project> projects;
        for (const auto& row : rows) projects.push_back(project_of(row));
        return projects;
    });
}

Task<Status> Projects::remove(std::string id) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto counters, db.query("DELETE FROM usage_counters WHERE subject IN "
                                    "(SELECT 'key:' || id FROM api_keys WHERE project_id = $1)",
                                    {id}));
        TRY(auto gone, db.query("DELETE FROM projects WHERE id = $1 RETURNING id", {id}));
        if (gone.empty()) return not_found("there is no such project");
        return {};
    });
}

Task<Status> Projects::set_index(std::string id, std::string index_file, std::int64_t pages,
                                 std::int64_t chunks, std::string revision, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows,
            db.query("UPDATE projects SET index_file = $2, pages = $3, chunks = $4, revision = $5, "
                     "indexed = $6 WHERE id = $1 RETURNING id",
                     {id, index_file, pages, chunks, revision, now}));
        if (rows.empty()) return not_found("there is no such project");
        return {};
    });
}

Task<Status> Projects::set_settings(std::string id, std::string settings) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows,
            db.query("UPDATE projects SET settings = $2 WHERE id = $1 RETURNING id", {id, settings}));
        if (rows.empty()) return not_found("there is no such project");
        return {};
    });
}

}  // namespace docent::store
