#include "store/notices.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "store/delivery_rows.hpp"

namespace docent::store {

const std::vector<std::string_view>& notice_types() {
    static const std::vector<std::string_view> types = {
        "job.created",      "job.updated",         "job.completed",       "job.failed",
        "job.archived",     "pull_request.opened", "pull_request.merged", "pull_request.closed",
        "session.finished", "question.unanswered"};
    return types;
}

bool is_notice_type(std::string_view word) {
    return std::ranges::find(notice_types(), word) != notice_types().end();
}

std::string notice_data(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    boost::json::object out;
    for (const auto& [name, value] : fields)
        out[name] = value.empty() ? boost::json::value() : boost::json::value(value);
    return boost::json::serialize(out);
}

Notice test_notice(const std::string& project_id, const std::string& webhook_id, Millis now) {
    Notice out;
    out.project_id = project_id;
    out.type = "webhook.test";
    out.data = notice_data({{"webhookId", webhook_id}});
    out.now = now;
    return out;
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
