// The Streamable HTTP transport of the Model Context Protocol, without sessions: every POST is answered from
// itself. Source: modelcontextprotocol.io/specification, "Transports", 2025-03-26 to 2026-07-28.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/asked_project.hpp"
#include "api/host_check.hpp"
#include "api/key_settings.hpp"
#include "api/mcp/methods.hpp"
#include "api/parse.hpp"
#include "api/routes/handlers.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "net/problem.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;
using mcp::Call;
using mcp::RpcError;
using mcp::RpcMessage;
using mcp::RpcResult;

constexpr std::size_t max_batch = 100;             // messages
constexpr std::size_t max_batch_answer = 4 << 20;  // bytes

std::vector<std::string> hosts_of(const store::Project& project) {
    std::vector<std::string> out;
    boost::system::error_code failed;
    const auto value = json::parse(project.hosts, failed);
    if (failed || !value.is_array()) return out;
    for (const auto& host : value.get_array())
        if (host.is_string()) out.emplace_back(host.get_string());
    return out;
}

bool accepts(const net::Request& request, std::string_view type) {
    const auto accept = lower_ascii(request.header("accept"));
    const auto slash = type.find('/');
    return accept.empty() || accept.find(type) != accept.npos || accept.find("*/*") != accept.npos ||
           accept.find(std::string(type.substr(0, slash)) + "/*") != accept.npos;
}

/// JSON where the client takes it, else one server-sent event.
net::Response reply_rpc(const net::Request& request, int status, std::string text) {
    if (accepts(request, "application/json")) return net::reply(status, "application/json", std::move(text));
    auto out = net::reply(status, "text/event-stream", "event: message\ndata: " + std::move(text) + "\n\n");
    out.headers.emplace_back("Cache-Control", "no-cache");
    return out;
}

net::Response reply_error(const net::Request& request, int status, const json::value& id, RpcError error) {
    return reply_rpc(request, status, mcp::rpc_text(id, RpcResult(std::move(error))));
}

/// Of a single message's answer. Until 2025-11-25 errors of JSON-RPC are answers like others.
int status_of(const RpcResult& result, const mcp::Spoken& spoken) {
    const auto* error = std::get_if<RpcError>(&result);
    if (!error) return 200;
    if (error->data.is_object() && error->data.get_object().contains(mcp::retry_after)) return 429;
    if (!spoken.modern()) return 200;
    return error->code == mcp::rpc_code::method_not_found ? 404 : 200;
}

void add_retry_after(const RpcResult& result, net::Response& response) {
    const auto* error = std::get_if<RpcError>(&result);
    if (!error || response.status != 429) return;
    response.headers.emplace_back("Retry-After",
                                  json::serialize(error->data.get_object().at(mcp::retry_after)));
}

/// Counts a message of an address; the error when it is one too many.
std::optional<RpcError> over_limit(Call& call) {
    const auto& services = call.services;
    const auto verdict =
        call.services.hourly.take("ip:" + address_group(call.request.client),
                                  services.limits.config().mcp_per_ip_hour, services.clock.now());
    if (verdict.allowed) return std::nullopt;
    return mcp::refused(verdict, "per address and hour");
}

Task<net::Response> answer_one(const json::value& message, Call& call) {
    const auto& request = call.request;
    json::value id;
    auto read = mcp::read_rpc(message, id);
    if (auto* error = std::get_if<RpcError>(&read))
        co_return reply_error(request, 400, id, std::move(*error));
    const auto& rpc = std::get<RpcMessage>(read);
    if (auto error = mcp::check_metadata(request, rpc, call.spoken))
        co_return reply_error(request, 400, id, *std::move(error));
    if (auto error = over_limit(call)) {
        const RpcResult refusal(*std::move(error));
        auto response = reply_rpc(request, 429, mcp::rpc_text(id, refusal));
        add_retry_after(refusal, response);
        co_return response;
    }
    if (rpc.kind != RpcMessage::Kind::request) {
        net::Response accepted;
        accepted.status = 202;
        co_return accepted;
    }
    const auto result = co_await mcp::answer(rpc, call);
    auto response = reply_rpc(request, status_of(result, call.spoken), mcp::rpc_text(rpc.id, result));
    add_retry_after(result, response);
    co_return response;
}

/// Only 2025-03-26 has these.
Task<net::Response> answer_batch(const json::array& messages, Call& call) {
    const auto& request = call.request;
    const auto refuse = [&](std::string why) {
        return reply_error(request, 400, nullptr,
                           RpcError(mcp::rpc_code::invalid_request, "Invalid Request: " + std::move(why)));
    };
    if (!call.spoken.batches())
        co_return refuse("batches are no part of this protocol version; send one message");
    if (messages.empty()) co_return refuse("the batch is empty");
    if (messages.size() > max_batch) co_return refuse("a batch has at most 100 messages");
    std::string out = "[";
    for (const auto& message : messages) {
        json::value id;
        auto read = mcp::read_rpc(message, id);
        const auto* rpc = std::get_if<RpcMessage>(&read);
        std::optional<RpcError> error;
        if (!rpc) error = std::get<RpcError>(read);
        if (!error) error = over_limit(call);
        if (!error && rpc->kind != RpcMessage::Kind::request) continue;
        if (!error && rpc->method == "initialize")
            error =
                RpcError(mcp::rpc_code::invalid_request, "Invalid Request: initialize is not for batches");
        if (!error && out.size() > max_batch_answer)
            error =
                RpcError(mcp::rpc_code::server_error, "the answers of this batch are too large; send fewer");
        if (out.size() > 1) out += ',';
        if (error) {
            out += mcp::rpc_text(id, RpcResult(*std::move(error)));
            continue;
        }
        const auto result = co_await mcp::answer(*rpc, call);
        out += mcp::rpc_text(rpc->id, result);
    }
    if (out.size() == 1) {
        net::Response accepted;
        accepted.status = 202;
        co_return accepted;
    }
    co_return reply_rpc(request, 200, out + "]");
}

Call call_of(const net::Request& request, const store::Project& project, Services& services) {
    auto index = services.sources.index(project.id);
    auto site = mcp::site_word(project, index.get());
    auto base = document_base(request, services);
    auto links = link_base(project, base);
    return Call{services,        request,          project,         std::move(index),
                std::move(base), std::move(links), std::move(site), mcp::Spoken{mcp::assumed_version}};
}

std::string card_name(const net::Request& request, const store::Project& project, const Services& services) {
    const auto origin = public_origin(request, services);
    std::string_view host = origin;
    if (const auto scheme = host.find("://"); scheme != host.npos) host.remove_prefix(scheme + 3);
    host = host.substr(0, host.find_first_of(":/"));
    std::string reversed;
    for (const auto& label : split(host, '.')) reversed = label + (reversed.empty() ? "" : ".") + reversed;
    const bool name = !reversed.empty() && reversed.find_first_not_of("0123456789.") != reversed.npos &&
                      reversed.find('[') == reversed.npos;
    return (name ? reversed : "localhost") + "/" + project.slug;
}

}  // namespace

Task<Result<net::Response>> post_mcp(net::Request& request, const Caller&, Services& services) {
    auto project = co_await asked_project(request, services);
    if (!project) co_return std::move(project).error();
    const json::value no_id;
    const auto from = check_origin(request, services.settings, hosts_of(*project));
    if (!from)
        co_return reply_error(request, 403, no_id,
                              RpcError(mcp::rpc_code::server_error, from.error().message));
    if (!accepts(request, "application/json") && !accepts(request, "text/event-stream"))
        co_return net::problem(406, "not_acceptable", "accept application/json or text/event-stream");
    const auto type = lower_ascii(request.header("content-type"));
    if (!type.empty() && type.find("json") == type.npos)
        co_return net::problem(415, "unsupported_media_type", "send Content-Type: application/json");

    const auto body = parse_json(request.body);
    if (!body)
        co_return reply_error(request, 400, no_id,
                              RpcError(mcp::rpc_code::parse_error, "Parse error: " + body.error().message));
    auto call = call_of(request, *project, services);
    const auto version = mcp::version_of_header(request);
    if (const auto* error = std::get_if<RpcError>(&version)) {
        json::value id;
        (void)mcp::read_rpc(*body, id);
        co_return reply_error(request, 400, id, *error);
    }
    call.spoken = std::get<mcp::Spoken>(version);
    if (body->is_array()) {
        auto response = co_await answer_batch(body->get_array(), call);
        co_return response;
    }
    auto response = co_await answer_one(*body, call);
    co_return response;
}

/// No stream of the server's own messages: there are none. Others see what is here.
Task<Result<net::Response>> get_mcp(net::Request& request, const Caller&, Services& services) {
    auto project = co_await asked_project(request, services);
    if (!project) co_return std::move(project).error();
    if (!accepts(request, "application/json")) {
        auto response =
            net::problem(405, "method_not_allowed", "this server sends no messages of its own; use POST");
        response.headers.emplace_back("Allow", "GET, HEAD, OPTIONS, POST");
        co_return response;
    }
    const auto call = call_of(request, *project, services);
    auto tools = co_await on(services.pools.search, [&] { return mcp::tool_list(call); });
    json::object by_name;
    for (auto& tool : tools)
        by_name[tool.at("name").as_string()] = json::object{{"description", tool.at("description")}};
    const json::object out{
        {"server", json::object{{"name", call.site}, {"version", version}, {"transport", "http"}}},
        {"capabilities", json::object{{"tools", std::move(by_name)}, {"resources", json::object()}}}};
    co_return net::reply(200, "application/json", json::serialize(out));
}

/// What a client may know before it connects. Fields of the drafts in use: SEP-1649 (serverInfo, transport,
/// tools) and SEP-2127 (name, remotes).
Task<Result<net::Response>> get_mcp_card(net::Request& request, const Caller&, Services& services) {
    auto project = co_await asked_project(request, services);
    if (!project) co_return std::move(project).error();
    const auto call = call_of(request, *project, services);
    auto tools = co_await on(services.pools.search, [&] { return mcp::tool_list(call); });
    const auto address = call.base + "/mcp";
    json::array versions;
    for (const auto spoken : mcp::spoken_versions()) versions.emplace_back(spoken);
    json::array remotes;
    remotes.push_back(json::object{
        {"type", "streamable-http"}, {"url", address}, {"supportedProtocolVersions", std::move(versions)}});
    const auto title = mcp::site_title(*project, call.index.get());
    json::object card;
    card["$schema"] = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";
    card["name"] = card_name(request, *project, services);
    card["title"] = title + " documentation";
    card["description"] = "Search and read the documentation of " + title + ".";
    card["version"] = version;
    card["remotes"] = std::move(remotes);
    card["protocolVersion"] = mcp::newest_with_handshake;
    card["serverInfo"] = mcp::server_info(call);
    card["transport"] = json::object{{"type", "streamable-http"}, {"endpoint", address}};
    card["authentication"] = json::object{{"required", false}, {"schemes", json::array()}};
    card["capabilities"] = mcp::capabilities();
    card["instructions"] = mcp::instructions(call);
    card["tools"] = std::move(tools);
    json::value out = std::move(card);
    if (request.path.ends_with("/server-cards.json")) {
        json::array all;
        all.push_back(std::move(out));
        out = json::object{{"servers", std::move(all)}};
    }
    auto response = net::reply(200, "application/json", json::serialize(out));
    response.headers.emplace_back("Cache-Control", "public, max-age=300");
    co_return response;
}

}  // namespace docent::api
