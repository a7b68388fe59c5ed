#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/page.hpp"
#include "store/store.hpp"

namespace docent::store {

/// Something that the agent found beside its work.
struct Alert {
    std::string id;  // UUID v7
    std::string project_id, session_id;
    std::string severity;  // "info", "low", "medium", "high", "critical"
    std::string category;  // "bug", "security", "performance", "dependency", "test", "other"
    std::string title, description;
    std::string path;                           // "": none
    std::int64_t start_line = 0, end_line = 0;  // 0: none
    std::string status = "open";                // "open", "acknowledged", "resolved"
    Millis created = 0;
    Millis updated = 0;
};

struct AlertQuery {
    std::string project_id;
    std::string status, session_id;  // "": any
    Page page;
};

class Alerts {
public:
    explicit Alerts(Store& store) : store_(store) {}

    Task<Result<Alert>> add(Alert alert);
    Task<Result<std::vector<Alert>>> list(AlertQuery query);
    /// not_found, also for one of another project.
    Task<Result<Alert>> find(std::string project_id, std::string id);
    /// not_found.
    Task<Result<Alert>> set_status(std::string project_id, std::string id, std::string status, Millis now);

private:
    Store& store_;
};

}  // namespace docent::store
