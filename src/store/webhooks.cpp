#include "store/webhooks.hpp"

#include "base/crypto.hpp"
#include "store/delivery_rows.hpp"

namespace docent::store {
namespace {

#define WEBHOOK_COLUMNS                                                                            \
    "id, project_id, url, description, types, enabled, disabled_reason, failures, failing_since, " \
    "created, updated"

Webhook webhook_of(const Row& row) {
    Webhook w;
    w.id = text(row, 0);
    w.project_id = text(row, 1);
    w.url = text(row, 2);
    w.description = text(row, 3);
    w.types = split_types(text(row, 4));
    w.enabled = integer(row, 5) != 0;
    w.disabled_reason = text(row, 6);
    w.failures = integer(row, 7);
    w.failing_since = integer(row, 8);
    w.created = integer(row, 9);
    w.updated = integer(row, 10);
    return w;
}

Result<Webhook> one_webhook(Result<Rows> found) {
    TRY(auto rows, std::move(found));
    if (rows.empty()) return not_found("there is no such webhook");
    return webhook_of(rows[0]);
}

std::string joined_types(const std::vector<std::string>& types) {
    std::string out;
    for (const auto& type : types) (out += out.empty() ? "" : " ") += type;
    return out;
}

}  // namespace

Task<Result<Webhook>> Webhooks::add(Webhook webhook, std::string secret) {
    const auto sealed = seal(key_, secret);
    co_return co_await store_.write([&](Db& db) -> Result<Webhook> {
        const Webhook& w = webhook;
        // The lock on the project's row puts those who add in order.
        TRY(auto project, db.query("UPDATE projects SET id = id WHERE id = $1 RETURNING id", {w.project_id}));
        if (project.empty()) return not_found("there is no such project");
        TRY(auto others, db.query("SELECT COUNT(*) FROM webhooks WHERE project_id = $1", {w.project_id}));
        if (integer(others[0], 0) >= most)
            return conflict("the project has " + std::to_string(most) + " webhooks; remove one first")
                .because("too_many");
        TRY(auto rows,
            db.query("INSERT INTO webhooks (id, project_id, url, description, types, secret, old_secret, "
                     "old_until, enabled, disabled_reason, failures, failing_since, created, updated) "
                     "VALUES ($1, $2, $3, $4, $5, $6, '', 0, $7, '', 0, 0, $8, $8)",
                     {w.id, w.project_id, w.url, w.description, joined_types(w.types), sealed,
                      std::int64_t(w.enabled), w.created}));
        return one_webhook(db.query("SELECT " WEBHOOK_COLUMNS " FROM webhooks WHERE id = $1", {w.id}));
    });
}

Task<Result<Webhook>> Webhooks::find(std::string project_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Webhook> {
        return one_webhook(db.query("SELECT " WEBHOOK_COLUMNS " FROM webhooks WHERE id = $1 "
                                    "AND ($2 = '' OR project_id = $2)",
                                    {id, project_id}));
    });
}

Task<Result<std::vector<Webhook>>> Webhooks::list(std::string project_id) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Webhook>> {
        TRY(auto rows, db.query("SELECT " WEBHOOK_COLUMNS " FROM webhooks WHERE project_id = $1 ORDER BY id",
                                {project_id}));
        std::vector<Webhook> out;
        for (const auto& row : rows) out.push_back(webhook_of(row));
        return out;
    });
}

Task<Result<Webhook>> Webhooks::change(Webhook webhook) {
    co_return co_await store_.write([&](Db& db) -> Result<Webhook> {
        const Webhook& w = webhook;
        const auto enabled = std::int64_t(w.enabled);
        // What the row says of failures stays only while it is enabled before and after.
        auto changed = one_webhook(db.query(
            "UPDATE webhooks SET url = $3, description = $4, types = $5, "
            "disabled_reason = CASE WHEN $6 = 1 THEN '' ELSE disabled_reason END, "
            "failures = CASE WHEN enabled = $6 THEN failures ELSE 0 END, "
            "failing_since = CASE WHEN enabled = $6 THEN failing_since ELSE 0 END, "
            "enabled = $6, updated = $7 WHERE id = $1 AND project_id = $2 RETURNING " WEBHOOK_COLUMNS,
            {w.id, w.project_id, w.url, w.description, joined_types(w.types), enabled, w.updated}));
        if (changed && !changed->enabled)
            TRY_VOID(end_deliveries(db, w.id, "the webhook was disabled", w.updated));
        return changed;
    });
}

Task<Status> Webhooks::remove(std::string project_id, std::string id) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto gone, db.query("DELETE FROM webhooks WHERE id = $1 AND project_id = $2 RETURNING id",
                                {id, project_id}));
        if (gone.empty()) return not_found("there is no such webhook");
        return {};
    });
}

Task<Result<Webhook>> Webhooks::rotate(std::string project_id, std::string id, std::string secret,
                                       Millis old_until, Millis now) {
    const auto sealed = seal(key_, secret);
    co_return co_await store_.write([&](Db& db) -> Result<Webhook> {
        return one_webhook(
            db.query("UPDATE webhooks SET old_secret = secret, old_until = $4, secret = $3, updated = $5 "
                     "WHERE id = $1 AND project_id = $2 RETURNING " WEBHOOK_COLUMNS,
                     {id, project_id, sealed, old_until, now}));
    });
}

Task<Result<std::vector<std::string>>> Webhooks::secrets(std::string id, Millis now) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<std::string>> {
        TRY(auto rows,
            db.query("SELECT secret, CASE WHEN old_until > $2 THEN old_secret ELSE '' END FROM webhooks "
                     "WHERE id = $1",
                     {id, now}));
        if (rows.empty()) return not_found("there is no such webhook");
        std::vector<std::string> out;
        for (std::size_t i = 0; i < 2; ++i) {
            const auto& sealed = text(rows[0], i);
            if (sealed.empty()) continue;
            auto clear = unseal(key_, sealed);
            if (!clear)
                return Error(ErrorCode::unavailable,
                             "the webhook's secret cannot be read: store.secret_key, or the file secret.key, "
                             "is not the one it was sealed with; rotate the secret");
            out.push_back(*std::move(clear));
        }
        return out;
    });
}

}  // namespace docent::store
