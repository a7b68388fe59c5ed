#include "store/searches.hpp"

#include <map>

#include "store/where.hpp"

namespace docent::store {
namespace {

Where conditions(const SearchesQuery& query) {
    Where where;
    where.equals("project_id", query.project_id);
    where.between("created", query.from, query.to);
    return where;
}

Status add_top_clicked(Db& db, const SearchesQuery& query, std::vector<SearchStats>& stats) {
    std::vector<std::string> folded;
    for (const auto& one : stats)
        if (one.clicked > 0) folded.push_back(one.folded);
    if (folded.empty()) return {};
    auto where = conditions(query);
    where.one_of("folded", folded);
    where.add("clicked <> ''");
    TRY(auto rows, db.query("SELECT folded, clicked FROM searches" + where.text() +
                                " GROUP BY folded, clicked ORDER BY COUNT(*), clicked DESC",
                            where.args()));
    std::map<std::string, std::string> best;  // the last one wins
    for (const auto& row : rows) best[text(row, 0)] = text(row, 1);
    for (auto& one : stats) one.top_clicked = best[one.folded];
    return {};
}

}  // namespace

Task<Status> Searches::add(std::vector<Search> searches) {
    co_return co_await store_.write([&](Db& db) -> Status {
        for (const auto& s : searches) {
            TRY(auto rows, db.query("INSERT INTO searches (id, project_id, query, folded, results, clicked, "
                                    "created) SELECT $1, $2, $3, $4, $5, '', $6 "
                                    "WHERE EXISTS (SELECT 1 FROM projects WHERE id = $2)",
                                    {s.id, s.project_id, s.query, s.folded, s.results, s.created}));
        }
        return {};
    });
}

Task<Status> Searches::set_clicked(std::string project_id, std::string id, std::string path) {
    co_return co_await store_.write([&](Db& db) -> Status {
        TRY(auto rows,
            db.query("UPDATE searches SET clicked = $3 WHERE id = $1 AND project_id = $2 RETURNING id",
                     {id, project_id, path}));
        if (rows.empty()) return not_found("there is no such search");
        return {};
    });
}

Task<Result<std::vector<SearchStats>>> Searches::list(SearchesQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<SearchStats>> {
        auto where = conditions(query);
        std::string having;
        if (query.after_hits > 0) {
            const auto hits = where.arg(query.after_hits);
            having = " HAVING COUNT(*) < " + hits + " OR (COUNT(*) = " + hits + " AND folded > " +
                     where.arg(query.after_folded) + ")";
        }
        const auto limit = where.arg(query.limit);
        TRY(auto rows,
            db.query("SELECT folded, MAX(query), COUNT(*), SUM(CASE WHEN clicked <> '' THEN 1 ELSE 0 END), "
                     "SUM(CASE WHEN results = 0 THEN 1 ELSE 0 END), MAX(created) FROM searches" +
                         where.text() + " GROUP BY folded" + having +
                         " ORDER BY COUNT(*) DESC, folded LIMIT " + limit,
                     where.args()));
        std::vector<SearchStats> out;
        for (const auto& row : rows) {
            SearchStats one;
            one.folded = text(row, 0);
            one.query = text(row, 1);
            one.hits = integer(row, 2);
            one.clicked = integer(row, 3);
            one.empty = integer(row, 4);
            one.last = integer(row, 5);
            out.push_back(std::move(one));
        }
        TRY_VOID(add_top_clicked(db, query, out));
        return out;
    });
}

Task<Result<std::int64_t>> Searches::count(SearchesQuery query) {
    co_return co_await store_.read([&](Db& db) -> Result<std::int64_t> {
        const auto where = conditions(query);
        TRY(auto rows, db.query("SELECT COUNT(*) FROM searches" + where.text(), where.args()));
        return integer(rows.at(0), 0);
    });
}

Task<Result<std::int64_t>> Searches::remove_before(std::string project_id, Millis time) {
    co_return co_await store_.write([&](Db& db) -> Result<std::int64_t> {
        TRY(auto rows, db.query("DELETE FROM searches WHERE id IN (SELECT id FROM searches "
                                "WHERE project_id = $1 AND created < $2 LIMIT 1000) RETURNING id",
                                {project_id, time}));
        return static_cast<std::int64_t>(rows.size());
    });
}

}  // namespace docent::store
