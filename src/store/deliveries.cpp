#include "store/deliveries.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "store/delivery_rows.hpp"
#include "store/where.hpp"

namespace docent::store {
namespace {

#define DELIVERY_COLUMNS                                                                         \
    "id, webhook_id, type, body, status, attempts, next_attempt, answer_status, answer, error, " \
    "duration, created, updated"

Delivery delivery_of(const Row& row) {
    Delivery d;
    d.id = text(row, 0);
    d.webhook_id = text(row, 1);
    d.type = text(row, 2);
    d.body = text(row, 3);
    d.status = text(row, 4);
    d.attempts = integer(row, 5);
    d.next_attempt = integer(row, 6);
    d.answer_status = integer(row, 7);
    d.answer = text(row, 8);
    d.error = text(row, 9);
    d.duration = integer(row, 10);
    d.created = integer(row, 11);
    d.updated = integer(row, 12);
    return d;
}

Result<std::vector<Delivery>> deliveries_of(Result<Rows> found) {
    TRY(auto rows, std::move(found));
    std::vector<Delivery> out;
    for (const auto& row : rows) out.push_back(delivery_of(row));
    return out;
}

Result<Delivery> one_delivery(Result<Rows> found) {
    TRY(auto rows, std::move(found));
    if (rows.empty()) return not_found("there is no such delivery");
    return delivery_of(rows[0]);
}

Status check_enabled(Db& db, const std::string& webhook_id) {
    TRY(auto rows, db.query("SELECT enabled FROM webhooks WHERE id = $1", {webhook_id}));
    if (rows.empty()) return not_found("there is no such webhook");
    if (integer(rows[0], 0) == 0)
        return conflict("the webhook is disabled; enable it first").because("webhook_disabled");
    return {};
}

/// Why the endpoint is to be disabled now; "" for no reason.
std::string disable_reason(const AttemptEnd& end, const DisableAfter& after, const Row& endpoint) {
    if (end.gone) return "the endpoint answered 410 Gone";
    const auto failures = integer(endpoint, 0), since = integer(endpoint, 1);
    if (end.delivered || failures < after.failures || end.now - since < after.time) return "";
    return "every attempt failed since " + iso8601(since);
}

}  // namespace

std::vector<std::string> split_types(const std::string& stored) {
    if (stored.empty()) return {};
    return split(stored, ' ');
}

Result<std::string> insert_delivery(Db& db, const std::string& webhook_id, const Notice& notice) {
    const auto id = new_uuid(notice.now);
    const auto body = R"({"type":")" + notice.type + R"(","timestamp":")" + iso8601(notice.now) +
                      R"(","data":)" + notice.data + "}";
    TRY(auto rows, db.query("INSERT INTO webhook_deliveries (" DELIVERY_COLUMNS
                            ") VALUES ($1, $2, $3, $4, 'pending', 0, $5, 0, '', '', 0, $5, $5)",
                            {id, webhook_id, notice.type, body, notice.now}));
    return id;
}

Status end_deliveries(Db& db, const std::string& webhook_id, const std::string& why, Millis now) {
    TRY(auto rows, db.query("UPDATE webhook_deliveries SET status = 'failed', next_attempt = 0, error = $2, "
                            "updated = $3 WHERE webhook_id = $1 AND next_attempt > 0",
                            {webhook_id, why, now}));
    return {};
}

Task<Result<std::vector<DueEndpoint>>> Deliveries::due(Millis now) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<DueEndpoint>> {
        TRY(auto rows,
            db.query("SELECT id, failing_since, first FROM (SELECT w.id, w.failing_since, "
                     "(SELECT MIN(d.next_attempt) FROM webhook_deliveries d WHERE d.webhook_id = w.id "
                     "AND d.next_attempt > 0) AS first FROM webhooks w WHERE w.enabled = 1) waiting "
                     "WHERE first <= $1 ORDER BY first, id",
                     {now}));
        std::vector<DueEndpoint> out;
        for (const auto& row : rows) out.push_back({text(row, 0), integer(row, 1) != 0});
        return out;
    });
}

Task<Result<std::vector<Delivery>>> Deliveries::claim(std::string webhook_id, std::int64_t most, Millis now,
                                                      Millis until) {
    co_return co_await store_.write([&](Db& db) -> Result<std::vector<Delivery>> {
        const std::string lock = db.engine() == Engine::postgres ? " FOR UPDATE SKIP LOCKED" : "";
        auto claimed = deliveries_of(
            db.query("WITH taken AS MATERIALIZED (SELECT id FROM webhook_deliveries WHERE webhook_id = $1 "
                     "AND next_attempt > 0 AND next_attempt <= $2 ORDER BY next_attempt, id LIMIT $4" +
                         lock +
                         ") UPDATE webhook_deliveries SET status = 'sending', attempts = attempts + 1, "
                         "next_attempt = $3, updated = $2 WHERE id IN (SELECT id FROM taken) "
                         "RETURNING " DELIVERY_COLUMNS,
                     {webhook_id, now, until, most}));
        if (claimed) std::ranges::sort(*claimed, {}, &Delivery::id);
        return claimed;
    });
}

Task<Result<std::string>> Deliveries::finish(AttemptEnd end, DisableAfter disable) {
    co_return co_await store_.write([&](Db& db) -> Result<std::string> {
        const AttemptEnd& e = end;
        const std::string status = e.delivered ? "delivered" : e.next_attempt > 0 ? "pending" : "failed";
        TRY(auto written,
            db.query("UPDATE webhook_deliveries SET status = $3, next_attempt = $4, answer_status = $5, "
                     "answer = $6, error = $7, duration = $8, updated = $9 "
                     "WHERE id = $1 AND attempts = $2 AND status = 'sending' RETURNING id",
                     {e.delivery_id, e.attempt, status, e.delivered ? 0 : e.next_attempt, e.answer_status,
                      e.answer, e.error, e.duration, e.now}));
        if (written.empty()) return std::string();
        TRY(auto endpoint,
            db.query("UPDATE webhooks SET failures = CASE WHEN $2 = 1 THEN 0 ELSE failures + 1 END, "
                     "failing_since = CASE WHEN $2 = 1 THEN 0 WHEN failing_since = 0 THEN $3 "
                     "ELSE failing_since END WHERE id = $1 AND enabled = 1 RETURNING failures, failing_since",
                     {e.webhook_id, std::int64_t(e.delivered), e.now}));
        if (endpoint.empty()) return std::string();
        auto why = disable_reason(e, disable, endpoint[0]);
        if (why.empty()) return why;
        TRY(auto disabled,
            db.query("UPDATE webhooks SET enabled = 0, disabled_reason = $2, updated = $3 WHERE id = $1",
                     {e.webhook_id, why, e.now}));
        TRY_VOID(end_deliveries(db, e.webhook_id, "the webhook was disabled: " + why, e.now));
        return why;
    });
}

Task<Status> Deliveries::take_up(Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows, db.query("UPDATE webhook_deliveries SET status = 'pending', next_attempt = $1 "
                                "WHERE next_attempt > 0 AND status = 'sending'",
                                {now}));
        return {};
    });
}

Task<Result<std::vector<Delivery>>> Deliveries::list(DeliveryQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<Delivery>> {
        Where where;
        where.equals("webhook_id", query.webhook_id);
        if (!query.status.empty()) where.equals("status", query.status);
        if (!query.page.after.empty()) where.add("id < " + where.arg(query.page.after));
        const auto limit = where.arg(query.page.limit);
        return deliveries_of(db.query("SELECT " DELIVERY_COLUMNS " FROM webhook_deliveries" + where.text() +
                                          " ORDER BY id DESC LIMIT " + limit,
                                      where.args()));
    });
}

Task<Result<Delivery>> Deliveries::find(std::string webhook_id, std::string id) {
    co_return co_await store_.read([&](Db& db) -> Result<Delivery> {
        return one_delivery(db.query("SELECT " DELIVERY_COLUMNS
                                     " FROM webhook_deliveries WHERE id = $1 AND webhook_id = $2",
                                     {id, webhook_id}));
    });
}

Task<Result<Delivery>> Deliveries::add(std::string webhook_id, Notice notice) {
    co_return co_await store_.write([&](Db& db) -> Result<Delivery> {
        TRY_VOID(check_enabled(db, webhook_id));
        TRY(const auto id, insert_delivery(db, webhook_id, notice));
        return one_delivery(
            db.query("SELECT " DELIVERY_COLUMNS " FROM webhook_deliveries WHERE id = $1", {id}));
    });
}

Task<Result<Delivery>> Deliveries::redeliver(std::string webhook_id, std::string id, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Result<Delivery> {
        TRY_VOID(check_enabled(db, webhook_id));
        auto changed = one_delivery(
            db.query("UPDATE webhook_deliveries SET status = 'pending', next_attempt = $3, updated = $3 "
                     "WHERE id = $1 AND webhook_id = $2 AND status <> 'sending' RETURNING " DELIVERY_COLUMNS,
                     {id, webhook_id, now}));
        if (changed || changed.error().code != ErrorCode::not_found) return changed;
        TRY(const auto sending, one_delivery(db.query("SELECT " DELIVERY_COLUMNS " FROM webhook_deliveries "
                                                      "WHERE id = $1 AND webhook_id = $2",
                                                      {id, webhook_id})));
        return conflict("the delivery is being sent; see how that goes first").because("sending");
    });
}

Task<Result<std::int64_t>> Deliveries::remove_before(Millis time, std::int64_t limit) {
    co_return co_await store_.write([&](Db& db) -> Result<std::int64_t> {
        TRY(auto gone,
            db.query("DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries "
                     "WHERE created < $1 ORDER BY created LIMIT $2) RETURNING id",
                     {time, limit}));
        return std::int64_t(gone.size());
    });
}

}  // namespace docent::store
