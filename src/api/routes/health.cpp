#include "api/routes/handlers.hpp"
#include "api/wire/json_text.hpp"

namespace docent::api {
namespace {

std::string_view phase_name(sources::State::Phase phase) {
    using Phase = sources::State::Phase;
    switch (phase) {
        case Phase::waiting:
            return "waiting";
        case Phase::fetching:
            return "fetching";
        case Phase::importing:
            return "importing";
        case Phase::indexing:
            return "indexing";
        case Phase::ready:
            return "ready";
        case Phase::failed:
            return "failed";
    }
    return "unknown";
}

}  // namespace

/// The process answers: nothing else is asked.
Task<Result<net::Response>> get_health(net::Request&, const Caller&, Services&) {
    co_return net::reply(200, "application/json", "{\"status\":\"ok\"}");
}

/// Ready when the store answers and no project is still before its first index. A project whose source
/// cannot be read does not keep the others out, unless none has an index.
Task<Result<net::Response>> get_ready(net::Request&, const Caller&, Services& services) {
    auto projects = co_await services.projects.list();
    if (!projects) co_return std::move(projects).error();
    std::size_t answering = 0, starting = 0;
    std::string list;
    for (const auto& project : *projects) {
        const auto state = services.sources.state(project.id);
        const auto index = services.sources.index(project.id);
        answering += index ? 1 : 0;
        starting += !index && state.phase != sources::State::Phase::failed ? 1 : 0;
        list += list.empty() ? "{\"domain\":" : ",{\"domain\":";
        append_json_string(list, project.slug);
        list += ",\"ready\":" + std::string(index ? "true" : "false") + ",\"state\":";
        append_json_string(list, phase_name(state.phase));
        list += ",\"pages\":" + std::to_string(index ? index->page_count() : 0);
        list += ",\"chunks\":" + std::to_string(index ? index->chunk_count() : 0);
        list += ",\"done\":" + std::to_string(state.done) + ",\"all\":" + std::to_string(state.all);
        list += ",\"problems\":" + std::to_string(state.problems.size());
        if (!state.error.empty()) {
            list += ",\"error\":";
            append_json_string(list, state.error);
        }
        list += '}';
    }
    const bool ready = starting == 0 && (answering > 0 || projects->empty());
    auto body = "{\"ready\":" + std::string(ready ? "true" : "false") + ",\"projects\":[" + list + "]}";
    co_return net::reply(ready ? 200 : 503, "application/json", std::move(body));
}

}  // namespace docent::api
