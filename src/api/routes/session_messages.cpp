#include "agent/event_types.hpp"
#include "api/routes/handlers.hpp"
#include "api/session_bodies.hpp"
#include "api/session_json.hpp"
#include "api/session_problem.hpp"
#include "api/session_query.hpp"
#include "api/wire/events_body.hpp"
#include "base/ids.hpp"

namespace docent::api {

Task<Result<net::Response>> post_session_message(net::Request& request, const Caller& caller,
                                                 Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    auto message = parse_session_message(body.object, services.settings, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto sent = co_await services.coding.sessions.send(session->id, std::move(message));
    if (!sent) co_return std::move(sent).error();
    co_return event_reply(*sent);
}

Task<Result<net::Response>> list_session_messages(net::Request& request, const Caller& caller,
                                                  Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    store::EventQuery query;
    for (const auto type : agent::event_types())
        if (agent::is_conversation(type)) query.types.emplace_back(type);
    auto part = query;
    part.limit = events_at_once;
    auto events = co_await services.coding.timeline.events(session->id, std::move(part));
    if (!events) co_return std::move(events).error();
    co_return events_reply(services.coding, session->id, std::move(query), *events);
}

Task<Result<net::Response>> cancel_session_message(net::Request& request, const Caller& caller,
                                                   Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    std::string id = request.param("messageId");
    if (!is_uuid(id)) co_return not_found("there is no such message");
    auto canceled = co_await services.coding.sessions.cancel_message(session->id, std::move(id));
    if (!canceled) co_return std::move(canceled).error();
    co_return event_reply(*canceled);
}

Task<Result<net::Response>> post_ask_user_response(net::Request& request, const Caller& caller,
                                                   Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    auto body = read_session_body(request, services.settings.session_body);
    if (body.refusal) co_return *std::move(body.refusal);
    Complaints complaints;
    auto answer = parse_asked_answer(body.object, complaints);
    if (!complaints.empty()) co_return validation_failed(complaints);
    auto stored = co_await services.coding.sessions.answer(session->id, std::move(answer));
    if (!stored) co_return std::move(stored).error();
    co_return event_reply(*stored);
}

}  // namespace docent::api
