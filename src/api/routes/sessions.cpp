#include "api/analytics_json.hpp"
#include "api/own_repository.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_bodies.hpp"
#include "api/session_json.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

/// By session: what their merge requests' pipelines have come to.
using PipelineSummaries = std::map<std::string, forge::Pipeline>;

json::object with_status(store::Session session, Services& services) {
    services.coding.sessions.correct(session);
    return to_json(session);
}

/// As the caller asked to see it.
json::object shown_session(const net::Request& request, const store::Session& session,
                           const PipelineSummaries& summaries, Services& services) {
    auto out = with_status(session, services);
    if (includes(request, "details")) out["details"] = details_json(session);
    if (!includes(request, "mr_pipeline_summary")) return out;
    const auto found = summaries.find(session.id);
    out["mr_pipeline_summary"] = found == summaries.end() ? json::value() : to_json(found->second);
    return out;
}

/// Those that the caller asked for.
Task<PipelineSummaries> summaries_of(const net::Request& request, std::vector<std::string> sessions,
                                     Services& services) {
    if (!includes(request, "mr_pipeline_summary")) co_return PipelineSummaries();
    co_return co_await services.coding.pipelines.of(std::move(sessions));
}

Task<Result<net::Response>> reply_with(const net::Request& request, store::Session session,
                                       Services& services) {
    std::vector<std::string> ids{session.id};
    const auto summaries = co_await summaries_of(request, std::move(ids), services);
    co_return json_reply(200, shown_session(request, session, summaries, services));
}

Error wrong(std::string message) { return invalid(std::move(message)).because("validation_failed"); }

/// The repository that a new session works on: the one that is named, else the oldest enabled one, else the
/// project's own, else none.
Task<Status> choose_repository(agent::NewSession& wanted, Services& services) {
    auto& repositories = services.coding.repositories;
    if (wanted.repository_id.empty()) {
        auto first = co_await repositories.first(wanted.project_id);
        if (!first && first.error().code == ErrorCode::not_found)
            first = co_await connect_own_repository(wanted.project_id, wanted.user_id, services);
        if (!first && first.error().code == ErrorCode::not_found) co_return Status();
        if (!first) co_return std::move(first).error();
        wanted.repository_id = first->id;
        if (wanted.branch_name == first->default_branch)
            co_return wrong("branch_name: is the repository's default branch; work on another one");
        co_return Status();
    }
    auto found = co_await repositories.find(wanted.project_id, wanted.repository_id);
    if (!found && found.error().code == ErrorCode::not_found)
        co_return wrong("repository_id: names no repository of this workspace");
    if (!found) co_return std::move(found).error();
    if (!found->enabled) co_return wrong("repository_id: the repository is not enabled");
    if (wanted.branch_name == found->default_branch)
        co_return wrong("branch_name: is the repository's default branch; work on another one");
    co_return Status();
}

}  // namespace

Task<Result<net::Response>> create_session(net::Request& request, const Caller& caller, Services& services) {
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    auto wanted = parse_new_session(body.object, services.settings, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    wanted.session.project_id = caller.project_id;
    wanted.session.user_id = caller.key->user;
    auto chosen = co_await choose_repository(wanted.session, services);
    if (!chosen) co_return std::move(chosen).error();
    auto& sessions = services.coding.sessions;
    auto made = co_await sessions.create(std::move(wanted.session));
    if (!made) co_return std::move(made).error();
    if (!wanted.message) co_return co_await reply_with(request, *std::move(made), services);

    // Both or none: a caller that tries again must not find an empty session beside its own.
    auto sent = co_await sessions.send(made->id, *std::move(wanted.message));
    if (!sent) {
        auto removed = co_await sessions.remove(made->id);
        if (!removed) co_return std::move(removed).error();
        co_return std::move(sent).error();
    }
    auto now = co_await services.coding.stored.find(caller.project_id, made->id);
    if (!now) co_return std::move(now).error();
    co_return co_await reply_with(request, *std::move(now), services);
}

Task<Result<net::Response>> list_sessions(net::Request& request, const Caller& caller, Services& services) {
    auto list = read_list_query(request);
    if (!list) co_return std::move(list).error();
    store::SessionQuery query;
    query.project_id = caller.project_id;
    query.status = query_text(request, "status");
    query.user_id = query_text(request, "user_id");
    query.after = list->page.after;
    query.limit = list->page.limit;
    auto rows = co_await services.coding.stored.list(std::move(query));
    if (!rows) co_return std::move(rows).error();
    std::vector<std::string> ids;
    for (const auto& session : *rows) ids.push_back(session.id);
    const auto summaries = co_await summaries_of(request, std::move(ids), services);
    co_return json_reply(200, page_json(*rows, list->limit, [&](const store::Session& session) {
                             return shown_session(request, session, summaries, services);
                         }));
}

Task<Result<net::Response>> get_session(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    co_return co_await reply_with(request, *std::move(session), services);
}

Task<Result<net::Response>> update_session(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    auto changes = parse_session_changes(body.object, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    const bool nothing = !changes.title && !changes.model && !changes.branch_name && !changes.status &&
                         !changes.auto_commit && changes.limits.empty();
    if (nothing) co_return co_await reply_with(request, *std::move(session), services);
    if (changes.branch_name && !session->repository_id.empty()) {
        auto repository =
            co_await services.coding.repositories.find(caller.project_id, session->repository_id);
        if (repository && repository->default_branch == *changes.branch_name)
            co_return wrong("branch_name: is the repository's default branch; work on another one");
    }
    auto changed = co_await services.coding.sessions.update(session->id, std::move(changes));
    if (!changed) co_return std::move(changed).error();
    co_return co_await reply_with(request, *std::move(changed), services);
}

Task<Result<net::Response>> delete_session(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto removed = co_await services.coding.sessions.remove(session->id);
    if (!removed) co_return std::move(removed).error();
    net::Response out;
    out.status = 204;
    co_return out;
}

Task<Result<net::Response>> stop_session(net::Request& request, const Caller& caller, Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto body = read_session_body(request, services.settings.session_body, true);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    Fields fields(body.object, "", complaints);
    const bool queue_too = fields.boolean("cancel_queued").value_or(false);
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto stopped = co_await services.coding.sessions.stop_turn(session->id, queue_too);
    if (!stopped) co_return std::move(stopped).error();
    co_return json_reply(200, with_status(*std::move(stopped), services));
}

}  // namespace docent::api
