#include "store/views.hpp"

#include <algorithm>
#include <tuple>

#include "store/where.hpp"

namespace docent::store {
namespace {

constexpr Millis one_day = 86'400'000;

Where conditions(const TrafficQuery& query) {
    Where where;
    where.equals("project_id", query.project_id);
    where.between("day", query.from == 0 ? 0 : query.from - query.from % one_day, query.to);
    return where;
}

/// A visitor of a day once, whether as a person, as a machine or as both.
#define VISITORS_OF_DAYS                                                           \
    "(SELECT project_id, day, path, visitor, MAX(1 - ai) AS human, MAX(ai) AS ai " \
    "FROM visits"
#define EACH_VISITOR " GROUP BY project_id, day, path, visitor) each_visitor"

Traffic traffic_of(const Row& row) {
    Traffic out;
    out.path = text(row, 0);
    out.human = integer(row, 1);
    out.ai = integer(row, 2);
    out.total = integer(row, 3);
    return out;
}

/// `source` is what comes after FROM, with columns path, human, ai, total; `where` has its arguments.
Result<TrafficReport> report(Db& db, const std::string& source, Where where, const TrafficQuery& query,
                             bool whole_site_has_rows) {
    TrafficReport out;
    const std::string sums = "COALESCE(SUM(human), 0), COALESCE(SUM(ai), 0), COALESCE(SUM(total), 0)";
    const std::string whole = whole_site_has_rows ? " WHERE path = ''" : "";
    TRY(auto totals, db.query("SELECT '', " + sums + " FROM " + source + whole, where.args()));
    out.totals = traffic_of(totals.at(0));
    const auto limit = where.arg(query.limit), offset = where.arg(query.offset);
    TRY(auto rows, db.query("SELECT path, " + sums + " FROM " + source +
                                " WHERE path <> '' GROUP BY path ORDER BY SUM(total) DESC, path LIMIT " +
                                limit + " OFFSET " + offset,
                            where.args()));
    for (const auto& row : rows) out.pages.push_back(traffic_of(row));
    return out;
}

}  // namespace

Task<Status> Views::add(std::vector<PageReads> reads, std::vector<Visit> visits) {
    // In one order everywhere, so that two processes cannot wait for each other's rows.
    std::ranges::sort(reads, {}, [](const PageReads& r) { return std::tie(r.project_id, r.day, r.path); });
    std::ranges::sort(visits, {},
                      [](const Visit& v) { return std::tie(v.project_id, v.day, v.path, v.visitor, v.ai); });
    co_return co_await store_.write([&](Db& db) -> Status {
        for (const auto& r : reads) {
            TRY(auto rows,
                db.query("INSERT INTO page_views (project_id, day, path, human, ai) "
                         "SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT 1 FROM projects WHERE id = $1) "
                         "ON CONFLICT (project_id, day, path) DO UPDATE SET "
                         "human = page_views.human + excluded.human, ai = page_views.ai + excluded.ai",
                         {r.project_id, r.day, r.path, r.human, r.ai}));
        }
        for (const auto& v : visits) {
            TRY(auto rows,
                db.query("INSERT INTO visits (project_id, day, path, visitor, ai) "
                         "SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT 1 FROM projects WHERE id = $1) "
                         "ON CONFLICT (project_id, day, path, visitor, ai) DO NOTHING",
                         {v.project_id, v.day, v.path, v.visitor, std::int64_t{v.ai}}));
        }
        return {};
    });
}

Task<Result<TrafficReport>> Views::views(TrafficQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<TrafficReport> {
        auto where = conditions(query);
        const auto source =
            "(SELECT path, human, ai, human + ai AS total FROM page_views" + where.text() + ") days";
        return report(db, source, std::move(where), query, false);
    });
}

Task<Result<TrafficReport>> Views::visitors(TrafficQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<TrafficReport> {
        auto where = conditions(query);
        const auto source = "(SELECT path, human, ai, total FROM visitor_counts" + where.text() +
                            " UNION ALL SELECT path, human, ai, 1 AS total FROM " VISITORS_OF_DAYS +
                            where.text() + EACH_VISITOR ") days";
        return report(db, source, std::move(where), query, true);
    });
}

Task<Result<std::string>> Views::salt(Millis day, std::string fresh) {
    co_return co_await store_.write([&](Db& db) -> Result<std::string> {
        TRY(auto added,
            db.query("INSERT INTO visitor_salts (day, salt) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING",
                     {day, fresh}));
        TRY(auto rows, db.query("SELECT salt FROM visitor_salts WHERE day = $1", {day}));
        if (rows.empty()) return internal("no salt");
        return text(rows[0], 0);
    });
}

Task<Status> Views::forget_visitors_before(Millis day) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto counted,
            db.query("INSERT INTO visitor_counts (project_id, day, path, human, ai, total) "
                     "SELECT project_id, day, path, SUM(human), SUM(ai), COUNT(*) FROM " VISITORS_OF_DAYS
                     " WHERE day < $1" EACH_VISITOR " WHERE 1 = 1 GROUP BY project_id, day, path "
                     "ON CONFLICT (project_id, day, path) DO NOTHING",
                     {day}));
        TRY(auto visits, db.query("DELETE FROM visits WHERE day < $1", {day}));
        TRY(auto salts, db.query("DELETE FROM visitor_salts WHERE day < $1", {day}));
        return {};
    });
}

Task<Status> Views::remove_before(std::string project_id, Millis time) {
    co_return co_await store_.write([&](Db& db) -> Status {
        // A day goes when all of it is past.
        const std::vector<Value> args = {project_id, time - one_day};
        TRY(auto views, db.query("DELETE FROM page_views WHERE project_id = $1 AND day <= $2", args));
        TRY(auto visits, db.query("DELETE FROM visits WHERE project_id = $1 AND day <= $2", args));
        TRY(auto counts, db.query("DELETE FROM visitor_counts WHERE project_id = $1 AND day <= $2", args));
        return {};
    });
}

}  // namespace docent::store
