#include "store/repositories.hpp"

#include "base/crypto.hpp"
#include "store/where.hpp"

namespace docent::store {
namespace {

#define PROVIDER_COLUMNS \
    "id, project_id, user_id, platform, name, base_url, metadata, secret <> '', created, updated"
#define REPOSITORY_COLUMNS                                                                     \
    "id, project_id, code_provider_id, name, full_name, clone_url, default_branch, platform, " \
    "external_id, enabled, webhooks_registered, webhook_secret, settings, analysis_status, "   \
    "analysis_error, analyzed, created, updated"

CodeProvider provider_of(const Row& row) {
    CodeProvider p;
    p.id = text(row, 0);
    p.project_id = text(row, 1);
    p.user_id = text(row, 2);
    p.platform = text(row, 3);
    p.name = text(row, 4);
    p.base_url = text(row, 5);
    p.metadata = text(row, 6);
    p.has_secret = integer(row, 7) != 0;
    p.created = integer(row, 8);
    p.updated = integer(row, 9);
    return p;
}

Repository repository_of(const Row& row, const std::string& key) {
    Repository r;
    r.id = text(row, 0);
    r.project_id = text(row, 1);
    r.code_provider_id = text(row, 2);
    r.name = text(row, 3);
    r.full_name = text(row, 4);
    r.clone_url = text(row, 5);
    r.default_branch = text(row, 6);
    r.platform = text(row, 7);
    r.external_id = text(row, 8);
    r.enabled = integer(row, 9) != 0;
    r.webhooks_registered = integer(row, 10) != 0;
    r.webhook_secret = unseal(key, text(row, 11)).value_or("");
    r.settings = text(row, 12);
    r.analysis_status = text(row, 13);
    r.analysis_error = text(row, 14);
    r.analyzed = integer(row, 15);
    r.created = integer(row, 16);
    r.updated = integer(row, 17);
    return r;
}

Error no_provider() { return not_found("there is no such code provider"); }
Error no_repository() { return not_found("there is no such repository"); }

std::string newest_first(Where& where, const Page& page) {
    if (!page.after.empty()) where.add("id < " + where.arg(page.after));
    const auto limit = where.arg(page.limit);
    return where.text() + " ORDER BY id DESC LIMIT " + limit;
}

/// Another of the same provider with this external_id.
Status check_external_id(Db& db, const Repository& r) {
    TRY(auto same, db.query("SELECT id FROM repositories WHERE code_provider_id = $1 AND external_id = $2 "
                            "AND id <> $3",
                            {r.code_provider_id, r.external_id, r.id}));
    if (same.empty()) return {};
    return conflict("external_id: the code provider has this repository already").because("already_exists");
}

}  // namespace

Task<Result<CodeProvider>> CodeProviders::add(CodeProvider provider, std::string secret) {
    const auto sealed = secret.empty() ? std::string() : seal(key_, secret);
    provider.has_secret = !secret.empty();
    co_return co_await store_.write([&](Db& db) -> Result<CodeProvider> {
        const CodeProvider& p = provider;
        TRY(auto project, db.query("SELECT id FROM projects WHERE id = $1", {p.project_id}));
        if (project.empty()) return not_found("there is no such project");
        TRY(auto rows,
            db.query("INSERT INTO code_providers (id, project_id, user_id, platform, name, base_url, "
                     "metadata, secret, created, updated) "
                     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                     {p.id, p.project_id, p.user_id, p.platform, p.name, p.base_url, p.metadata, sealed,
                      p.created, p.updated}));
        return provider;
    });
}

Task<Result<CodeProvider>> CodeProviders::find(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<CodeProvider> {
        TRY(auto rows, db.query("SELECT " PROVIDER_COLUMNS " FROM code_providers WHERE id = $1 "
                                "AND ($2 = '' OR project_id = $2)",
                                {id, project_id}));
        if (rows.empty()) return no_provider();
        return provider_of(rows[0]);
    });
}

Task<Result<std::vector<CodeProvider>>> CodeProviders::list(std::string project_id, Page page) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<CodeProvider>> {
        Where where;
        where.equals("project_id", project_id);
        const auto rest = newest_first(where, page);
        TRY(auto rows, db.query("SELECT " PROVIDER_COLUMNS " FROM code_providers" + rest, where.args()));
        std::vector<CodeProvider> out;
        for (const auto& row : rows) out.push_back(provider_of(row));
        return out;
    });
}

Task<Result<CodeProvider>> CodeProviders::change(CodeProvider provider, std::optional<std::string> secret) {
    const bool new_secret = secret.has_value();
    const auto sealed = secret.value_or("").empty() ? std::string() : seal(key_, *secret);
    co_return co_await store_.write([&](Db& db) -> Result<CodeProvider> {
        const CodeProvider& p = provider;
        TRY(auto rows,
            db.query("UPDATE code_providers SET name = $3, base_url = $4, metadata = $5, updated = $6, "
                     "secret = CASE WHEN $7 = 1 THEN $8 ELSE secret END "
                     "WHERE id = $1 AND project_id = $2 RETURNING " PROVIDER_COLUMNS,
                     {p.id, p.project_id, p.name, p.base_url, p.metadata, p.updated, std::int64_t(new_secret),
                      sealed}));
        if (rows.empty()) return no_provider();
        return provider_of(rows[0]);
    });
}

Task<Status> CodeProviders::remove(std::string project_id, std::string id) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto gone, db.query("DELETE FROM code_providers WHERE id = $1 AND project_id = $2 RETURNING id",
                                {id, project_id}));
        if (gone.empty()) return no_provider();
        return {};
    });
}

Task<Result<std::string>> CodeProviders::secret(std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<std::string> {
        TRY(auto rows, db.query("SELECT secret FROM code_providers WHERE id = $1", {id}));
        if (rows.empty()) return no_provider();
        const auto& sealed = text(rows[0], 0);
        if (sealed.empty()) return std::string();
        auto clear = unseal(key_, sealed);
        if (clear) return *std::move(clear);
        return Error(ErrorCode::unavailable,
                     "the code provider's token cannot be read: store.secret_key, or the file secret.key, is "
                     "not the one it was sealed with; set the token again");
    });
}

Task<Result<Repository>> Repositories::add(Repository repository) {
    const auto sealed = seal(key_, repository.webhook_secret);
    co_return co_await store_.write([&](Db& db) -> Result<Repository> {
        const Repository& r = repository;
        TRY(auto provider, db.query("SELECT id FROM code_providers WHERE id = $1 AND project_id = $2",
                                    {r.code_provider_id, r.project_id}));
        if (provider.empty()) return no_provider();
        TRY_VOID(check_external_id(db, r));
        TRY(auto rows,
            db.query(
                "INSERT INTO repositories (" REPOSITORY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, "
                "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
                {r.id, r.project_id, r.code_provider_id, r.name, r.full_name, r.clone_url, r.default_branch,
                 r.platform, r.external_id, std::int64_t(r.enabled), std::int64_t(r.webhooks_registered),
                 sealed, r.settings, r.analysis_status, r.analysis_error, r.analyzed, r.created, r.updated}));
        return repository;
    });
}

Task<Result<Repository>> Repositories::find(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Repository> {
        TRY(auto rows, db.query("SELECT " REPOSITORY_COLUMNS " FROM repositories WHERE id = $1 "
                                "AND ($2 = '' OR project_id = $2)",
                                {id, project_id}));
        if (rows.empty()) return no_repository();
        return repository_of(rows[0], key_);
    });
}

Task<Result<std::vector<Repository>>> Repositories::list(std::string project_id, Page page) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Repository>> {
        Where where;
        where.equals("project_id", project_id);
        const auto rest = newest_first(where, page);
        TRY(auto rows, db.query("SELECT " REPOSITORY_COLUMNS " FROM repositories" + rest, where.args()));
        std::vector<Repository> out;
        for (const auto& row : rows) out.push_back(repository_of(row, key_));
        return out;
    });
}

Task<Result<Repository>> Repositories::first(std::string project_id) {
    co_return co_await store_.read([&](Db& db) -> Result<Repository> {
        TRY(auto rows, db.query("SELECT " REPOSITORY_COLUMNS " FROM repositories WHERE project_id = $1 "
                                "AND enabled = 1 ORDER BY id LIMIT 1",
                                {project_id}));
        if (rows.empty()) return no_repository();
        return repository_of(rows[0], key_);
    });
}

Task<Result<Repository>> Repositories::change(Repository repository) {
    const auto sealed = seal(key_, repository.webhook_secret);
    co_return co_await store_.write([&](Db& db) -> Result<Repository> {
        const Repository& r = repository;
        TRY_VOID(check_external_id(db, r));
        TRY(auto rows,
            db.query(
                "UPDATE repositories SET name = $3, full_name = $4, clone_url = $5, default_branch = $6, "
                "external_id = $7, enabled = $8, webhooks_registered = $9, webhook_secret = $10, "
                "settings = $11, analysis_status = $12, analysis_error = $13, analyzed = $14, "
                "updated = $15 WHERE id = $1 AND project_id = $2 RETURNING " REPOSITORY_COLUMNS,
                {r.id, r.project_id, r.name, r.full_name, r.clone_url, r.default_branch, r.external_id,
                 std::int64_t(r.enabled), std::int64_t(r.webhooks_registered), sealed, r.settings,
                 r.analysis_status, r.analysis_error, r.analyzed, r.updated}));
        if (rows.empty()) return no_repository();
        return repository_of(rows[0], key_);
    });
}

Task<Status> Repositories::remove(std::string project_id, std::string id) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto gone, db.query("DELETE FROM repositories WHERE id = $1 AND project_id = $2 RETURNING id",
                                {id, project_id}));
        if (gone.empty()) return no_repository();
        return {};
    });
}

}  // namespace docent::store
