#include "store/notices.hpp"

#include <algorithm>

#include "store/delivery_rows.hpp"

namespace docent::store {

const std::vector<std::string_view>& notice_types() {
    static const std::vector<std::string_view> types = {
        "job.created",      "job.updated",         "job.completed",       "job.failed",
        "job.archived",     "pull_request.opened", "pull_request.merged", "pull_request.closed",
        "session.finished", "question.unanswered"};
    return types;
}

Status add_notice(Db& db, const Notice& notice) {
    TRY(auto endpoints, db.query("SELECT id, types FROM webhooks WHERE project_id = $1 AND enabled = 1",
                                 {notice.project_id}));
    for (const auto& endpoint : endpoints) {
        const auto types = split_types(text(endpoint, 1));
        if (types.empty() || std::ranges::find(types, notice.type) != types.end())
            TRY_VOID(insert_delivery(db, text(endpoint, 0), notice));
    }
    return {};
}

}  // namespace docent::store
