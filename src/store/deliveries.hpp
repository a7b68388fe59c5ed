#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/notices.hpp"
#include "store/page.hpp"
#include "store/store.hpp"

namespace docent::store {

/// A notice on its way to one endpoint.
struct Delivery {
    std::string id;  // UUID v7: the same in each attempt, for receivers that know it already
    std::string webhook_id;
    std::string type;
    std::string body;                // JSON
    std::string status = "pending";  // "pending", "sending", "delivered", "failed"
    std::int64_t attempts = 0;
    Millis next_attempt = 0;         // 0: none
    std::int64_t answer_status = 0;  // of the last attempt; 0: no answer came
    std::string answer;              // how it began
    std::string error;
    std::int64_t duration = 0;  // of the last attempt, milliseconds
    Millis created = 0;
    Millis updated = 0;
};

/// An endpoint that has something to be sent.
struct DueEndpoint {
    std::string webhook_id;
    bool failing = false;  // its last attempt failed
};

/// How an attempt went.
struct AttemptEnd {
    std::string delivery_id, webhook_id;
    std::int64_t attempt = 0;  // Delivery::attempts when it was claimed
    bool delivered = false;
    std::int64_t answer_status = 0;
    std::string answer, error;
    std::int64_t duration = 0;
    Millis next_attempt = 0;  // 0: it was the last one
    bool gone = false;        // the endpoint said that it wants no more
    Millis now = 0;
};

/// When an endpoint is disabled that answers nothing well.
struct DisableAfter {
    Millis time = 0;  // of failure
    std::int64_t failures = 0;
};

struct DeliveryQuery {
    std::string webhook_id;
    std::string status;  // "": any
    Page page;
};

class Deliveries {
public:
    explicit Deliveries(Store& store) : store_(store) {}
    Engine engine() const { return store_.engine(); }

    /// Endpoints with deliveries that are due, the one that waits longest first.
    Task<Result<std::vector<DueEndpoint>>> due(Millis now);
    /// Up to `most` of an endpoint that are due, oldest first: their attempt is counted, and they count as
    /// lost at `until` when nothing was heard of them. Of two processes each gets others.
    Task<Result<std::vector<Delivery>>> claim(std::string webhook_id, std::int64_t most, Millis now,
                                              Millis until);
    /// Writes down how it went; nothing when the delivery was claimed again meanwhile. Returns why the
    /// endpoint was disabled by it, "" when it was not.
    Task<Result<std::string>> finish(AttemptEnd end, DisableAfter disable);
    /// What a process that ended was sending is due again. For the one server of a SQLite database.
    Task<Status> take_up(Millis now);

    Task<Result<std::vector<Delivery>>> list(DeliveryQuery query);
    /// not_found, also for one of another endpoint.
    Task<Result<Delivery>> find(std::string webhook_id, std::string id);
    /// One for this endpoint alone, whatever types it wants: a test. conflict when it is disabled.
    Task<Result<Delivery>> add(std::string webhook_id, Notice notice);
    /// Due at once, with the same id and body. conflict when the endpoint is disabled or it is being sent.
    Task<Result<Delivery>> redeliver(std::string webhook_id, std::string id, Millis now);
    /// At most `limit` that are older; returns how many went.
    Task<Result<std::int64_t>> remove_before(Millis time, std::int64_t limit);

private:
    Store& store_;
};

}  // namespace docent::store
