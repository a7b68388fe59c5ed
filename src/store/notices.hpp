#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "store/db.hpp"

namespace docent::store {

/// Something that happened in a project and that its webhooks are told of.
struct Notice {
    std::string project_id;
    std::string type;         // one of notice_types()
    std::string data = "{}";  // a JSON object, thin: ids, status and address, never contents
    Millis now = 0;
};

/// What webhooks can be told of: "job.created", "session.finished", ... The page docs/agent/webhooks.mdx says
/// what each means.
const std::vector<std::string_view>& notice_types();
bool is_notice_type(std::string_view word);

/// Notice::data of names and texts; an empty text is null.
std::string notice_data(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

/// Called inside the transaction that changes what it tells of: both are stored or neither. A delivery for
/// each endpoint of the project that is enabled and wants the type; without one it costs a look at an index.
Status add_notice(Db& db, const Notice& notice);

/// What a webhook is tested with: type "webhook.test".
Notice test_notice(const std::string& project_id, const std::string& webhook_id, Millis now);

}  // namespace docent::store
