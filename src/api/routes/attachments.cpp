#include "api/analytics_json.hpp"
#include "api/file_body.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_json.hpp"
#include "api/session_query.hpp"

#include <array>
#include <fstream>

#include "base/ids.hpp"

namespace docent::api {
namespace {

/// Only what a browser can show without running it is shown; all else is for saving.
bool is_shown(const std::string& media_type) {
    return media_type == "image/png" || media_type == "image/jpeg" || media_type == "image/webp" ||
           media_type == "text/plain";
}

}  // namespace

Task<Result<net::Response>> list_attachments(net::Request& request, const Caller& caller,
                                             Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    auto rows = co_await services.coding.attachments.list(session->id, list->page);
    if (!rows) co_return std::move(rows).error();
    co_return json_reply(
        200, page_json(*rows, list->limit, [](const store::Attachment& one) { return to_json(one); }));
}

Task<Result<net::Response>> get_attachment(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    std::string id = request.param("attachmentId");
    auto found = co_await services.coding.attachments.find(session->id, std::move(id));
    if (!found) co_return std::move(found).error();
    const auto path = services.coding.data / "attachments" / found->file;
    auto file = co_await on(services.pools.git, [&] { return std::ifstream(path, std::ios::binary); });
    if (!file) co_return not_found("the attachment's file is gone");
    net::Response out;
    out.headers = {
        {"Content-Type", is_shown(found->media_type) ? found->media_type : "application/octet-stream"},
        {"Content-Security-Policy", "sandbox; default-src 'none'"},
        {"Content-Disposition", is_shown(found->media_type) ? "inline" : "attachment"}};
    out.stream = file_body(std::move(file));
    co_return out;
}

}  // namespace docent::api
