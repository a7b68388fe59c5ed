#include "store/spending.hpp"

#include <ctime>

namespace docent::store {
namespace {

constexpr Millis day_length = 86'400'000;

Millis day_of(Millis now) { return now - now % day_length; }

Millis month_of(Millis now) {
    const std::time_t seconds = now / 1000;
    std::tm date{};
    gmtime_r(&seconds, &date);
    return day_of(now) - (date.tm_mday - 1) * day_length;
}

bool reached(std::int64_t cap, std::int64_t spent) { return cap > 0 && spent >= cap; }

}  // namespace

std::string reached_cap(const Caps& caps, const Spent& answer, const SpentSoFar& project) {
    if (reached(caps.month_cost, project.month.cost) || reached(caps.month_tokens, project.month.tokens))
        return "month";
    if (reached(caps.day_cost, project.day.cost) || reached(caps.day_tokens, project.day.tokens))
        return "day";
    if (reached(caps.answer_cost, answer.cost) || reached(caps.answer_tokens, answer.tokens)) return "answer";
    return "";
}

Task<Status> Spending::book(Booking booking, Millis now) {
    co_return co_await store_.write([&](Db& db) -> Status {
        const Booking& b = booking;
        TRY(auto rows,
            db.query("INSERT INTO spending (project_id, day, model, calls, input_tokens, output_tokens, "
                     "cached_input_tokens, cost) SELECT id, $2, $3, $4, $5, $6, $7, $8 FROM projects "
                     "WHERE id = $1 ON CONFLICT (project_id, day, model) DO UPDATE SET "
                     "calls = spending.calls + excluded.calls, "
                     "input_tokens = spending.input_tokens + excluded.input_tokens, "
                     "output_tokens = spending.output_tokens + excluded.output_tokens, "
                     "cached_input_tokens = spending.cached_input_tokens + excluded.cached_input_tokens, "
                     "cost = spending.cost + excluded.cost RETURNING day",
                     {b.project_id, day_of(now), b.model, b.calls, b.input_tokens, b.output_tokens,
                      b.cached_input_tokens, b.cost}));
        if (rows.empty()) return not_found("there is no such project");
        return {};
    });
}

Task<Result<SpentSoFar>> Spending::so_far(std::string project_id, Millis now) {
    co_return co_await store_.read([&](Db& db) -> Result<SpentSoFar> {
        TRY(auto rows,
            db.query(
                "SELECT CAST(COALESCE(SUM(cost), 0) AS BIGINT), "
                "CAST(COALESCE(SUM(input_tokens + output_tokens), 0) AS BIGINT), "
                "CAST(COALESCE(SUM(CASE WHEN day >= $3 THEN cost ELSE 0 END), 0) AS BIGINT), "
                "CAST(COALESCE(SUM(CASE WHEN day >= $3 THEN input_tokens + output_tokens ELSE 0 END), 0) "
                "AS BIGINT) FROM spending WHERE project_id = $1 AND day >= $2 AND day <= $3",
                {project_id, month_of(now), day_of(now)}));
        SpentSoFar out;
        out.month.cost = integer(rows.at(0), 0);
        out.month.tokens = integer(rows.at(0), 1);
        out.day.cost = integer(rows.at(0), 2);
        out.day.tokens = integer(rows.at(0), 3);
        return out;
    });
}

Task<Result<std::vector<SpentDay>>> Spending::days(std::string project_id, Millis from) {
    co_return co_await store_.read([&](Db& db) -> Result<std::vector<SpentDay>> {
        TRY(auto rows,
            db.query("SELECT day, model, calls, input_tokens, output_tokens, cached_input_tokens, cost "
                     "FROM spending WHERE project_id = $1 AND day >= $2 ORDER BY day, model",
                     {project_id, day_of(from)}));
        std::vector<SpentDay> out;
        for (const auto& row : rows) {
            SpentDay d;
            d.day = integer(row, 0);
            d.model = text(row, 1);
            d.calls = integer(row, 2);
            d.input_tokens = integer(row, 3);
            d.output_tokens = integer(row, 4);
            d.cached_input_tokens = integer(row, 5);
            d.cost = integer(row, 6);
            out.push_back(std::move(d));
        }
        return out;
    });
}

}  // namespace docent::store
