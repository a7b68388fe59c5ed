#include "api/job_json.hpp"
#include "api/job_query.hpp"
#include "api/routes/handlers.hpp"
#include "api/routes/session_patch.hpp"
#include "api/session_query.hpp"
#include "api/wire/job_stream.hpp"

namespace docent::api {

Task<Result<net::Response>> stream_job(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto session = co_await services.coding.stored.find(asked->project.id, asked->job.id);
    if (!session) co_return std::move(session).error();
    auto after = read_change_cursor(request, *session);
    if (!after) co_return std::move(after).error();
    net::Response out;
    out.headers = {{"Content-Type", "text/event-stream; charset=utf-8"},
                   {"Cache-Control", "no-cache, no-store"},
                   {"X-Accel-Buffering", "no"}};
    out.stream = job_events(services.coding, asked->job.id, *after, review_base(request, services));
    co_return out;
}

Task<Result<net::Response>> get_job_diff(net::Request& request, const Caller& caller, Services& services) {
    auto asked = co_await asked_job(request, caller, services);
    if (!asked) co_return std::move(asked).error();
    auto session = co_await services.coding.stored.find(asked->project.id, asked->job.id);
    if (!session) co_return std::move(session).error();
    auto tree = co_await services.coding.workspaces.find(*session);
    if (!tree && tree.error().code == ErrorCode::not_found)
        co_return not_found("the job has no working tree: it has not begun, or was merged");
    if (!tree) co_return std::move(tree).error();
    auto patch = co_await patch_reply(*std::move(tree), false, services);
    co_return patch;
}

}  // namespace docent::api
