#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// Money in millionths of the price table's currency, and tokens (prompt and answer together).
struct Spent {
    std::int64_t cost = 0;
    std::int64_t tokens = 0;
    void add(const Spent& other) {
        cost += other.cost;
        tokens += other.tokens;
    }
};

/// How much may be spent; 0: no cap. Days and months are UTC's.
struct Caps {
    std::int64_t answer_cost = 0, answer_tokens = 0;
    std::int64_t day_cost = 0, day_tokens = 0;
    std::int64_t month_cost = 0, month_tokens = 0;
    bool any() const {
        return answer_cost || answer_tokens || day_cost || day_tokens || month_cost || month_tokens;
    }
};

/// What a project spent up to now.
struct SpentSoFar {
    Spent day, month;
};

/// Which cap is reached: "" for none, else "answer", "day" or "month". A cap is reached when what was spent
/// is not below it: what is running when it is reached ends by itself, so it is overshot by at most one call
/// of each running answer.
std::string reached_cap(const Caps& caps, const Spent& answer, const SpentSoFar& project);

/// One call of a model, or several together, to be booked.
struct Booking {
    std::string project_id;
    std::string model;  // the configured name
    std::int64_t calls = 1;
    std::int64_t input_tokens = 0, output_tokens = 0, cached_input_tokens = 0;
    std::int64_t cost = 0;  // millionths
};

/// What a day's calls of one model came to.
struct SpentDay {
    Millis day = 0;  // its begin
    std::string model;
    std::int64_t calls = 0;
    std::int64_t input_tokens = 0, output_tokens = 0, cached_input_tokens = 0;
    std::int64_t cost = 0;
};

/// What each project spends on models, by day and model.
class Spending {
public:
    explicit Spending(Store& store) : store_(store) {}

    /// Durable. not_found when there is no such project any more.
    Task<Status> book(Booking booking, Millis now);
    Task<Result<SpentSoFar>> so_far(std::string project_id, Millis now);
    /// The days from `from` on, oldest first.
    Task<Result<std::vector<SpentDay>>> days(std::string project_id, Millis from);

private:
    Store& store_;
};

}  // namespace docent::store
