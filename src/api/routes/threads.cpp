#include "api/analytics_json.hpp"
#include "api/parse.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"

namespace docent::api {
namespace {

constexpr std::int64_t most_turns = 1'000;

Error unknown_thread() {
    return not_found(
               "threadId and threadKey name no conversation; send the threadKey in the header "
               "x-thread-key")
        .because("unknown_thread");
}

/// The thread, if the caller has its key or is the administrator. A wrong key is told apart from a wrong id
/// by nobody.
Task<Result<store::Thread>> open_thread(const net::Request& request, const Caller& caller,
                                        Services& services) {
    std::string domain = request.param("domain");
    auto project = co_await find_project(std::move(domain), caller, services);
    if (!project) co_return std::move(project).error();
    std::string id = request.param("threadId");
    if (!is_ulid(id)) co_return unknown_thread();
    auto thread = co_await services.threads.find(project->id, std::move(id));
    if (!thread) {
        if (thread.error().code != ErrorCode::not_found) co_return std::move(thread).error();
        co_return unknown_thread();
    }
    if (caller.admin()) co_return *std::move(thread);
    const auto given = request.query.find("threadKey");
    const auto& key = given == request.query.end() ? request.header("x-thread-key") : given->second;
    if (key.empty() || !equal_constant_time(hash_hex(key), thread->key_hash)) co_return unknown_thread();
    co_return *std::move(thread);
}

}  // namespace

Task<Result<net::Response>> get_thread(net::Request& request, const Caller& caller, Services& services) {
    auto thread = co_await open_thread(request, caller, services);
    if (!thread) co_return std::move(thread).error();
    auto turns = co_await services.threads.turns(thread->id, most_turns);
    if (!turns) co_return std::move(turns).error();
    co_return json_reply(200, thread_json(*thread, *turns));
}

Task<Result<net::Response>> delete_thread(net::Request& request, const Caller& caller, Services& services) {
    auto thread = co_await open_thread(request, caller, services);
    if (!thread) co_return std::move(thread).error();
    auto removed = co_await services.threads.remove(thread->project_id, thread->id);
    if (!removed) {
        if (removed.error().code != ErrorCode::not_found) co_return std::move(removed).error();
        co_return unknown_thread();
    }
    co_return json_reply(200, {{"deleted", true}, {"threadId", thread->id}});
}

}  // namespace docent::api
