#include <algorithm>

#include "agent/services.hpp"
#include "agent/tools/allowed_hosts.hpp"
#include "agent/tools/output.hpp"
#include "base/text.hpp"
#include "git/transport.hpp"
#include "net/guarded_http.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t largest_reply = 4 << 20, most_headers = 50;
constexpr std::size_t standard_seconds = 30, most_seconds = 120;

std::string method_arg(const json::object& args) {
    const auto method = llm::text_arg(args, "method");
    return method.empty() ? "GET" : method;
}

net::Headers headers_arg(const json::object& args) {
    net::Headers out;
    const auto* headers = args.if_contains("headers");
    if (!headers || !headers->is_object()) return out;
    for (const auto& header : headers->get_object()) {
        if (header.value().is_string() && out.size() < most_headers)
            out.emplace_back(std::string(header.key()), std::string(header.value().get_string()));
    }
    return out;
}

json::object headers_json(net::Headers headers) {
    json::object out;
    for (const auto& [name, value] : net::mask_secrets(std::move(headers)))
        out[repair_utf8(name)] = cut_text(value, 4000).text;
    return out;
}

ToolOutcome told(const net::Reply& reply, const std::string& url) {
    net::Headers headers;
    for (const auto& [name, value] : reply.headers) headers.emplace_back(name, value);
    const bool binary = std::string_view(reply.body).substr(0, 8000).find('\0') != std::string_view::npos;
    const auto body = cut_text(reply.body);
    ToolOutcome out;
    out.payload = {{"url", url},
                   {"status_code", reply.status},
                   {"response_headers", headers_json(std::move(headers))},
                   {"response_body", nullptr},
                   {"response_size_bytes", reply.body.size()},
                   {"truncated", body.truncated}};
    if (!binary) out.payload["response_body"] = body.text;
    const auto type = reply.headers.find("content-type");
    out.text = "Status " + std::to_string(reply.status) + ", " + counted(reply.body.size(), "byte") + ".\n";
    if (binary)
        out.text += "The body is binary and not shown.\n";
    else if (!reply.body.empty())
        out.text += quoted(reply.url, type == reply.headers.end() ? "" : type->second, reply.body);
    return out;
}

}  // namespace

json::object http_request_begin(const json::object& args) {
    const auto body = llm::text_arg(args, "body");
    json::object out{{"method", method_arg(args)},
                     {"url", git::masked(cut_text(llm::text_arg(args, "url"), 4000).text)},
                     {"request_headers", headers_json(headers_arg(args))},
                     {"request_body", nullptr},
                     {"status_code", nullptr},
                     {"response_headers", nullptr},
                     {"response_body", nullptr},
                     {"response_size_bytes", nullptr},
                     {"truncated", nullptr}};
    if (!body.empty()) out["request_body"] = cut_text(body).text;
    return out;
}

Task<Result<ToolOutcome>> http_request_tool(ToolContext& context, const json::object& args) {
    auto rules = allowed_hosts(context);
    if (!rules) co_return refusal(std::move(rules).error());
    net::Call call;
    call.method = method_arg(args);
    call.url = llm::text_arg(args, "url");
    call.headers = headers_arg(args);
    call.body = llm::text_arg(args, "body");
    const auto seconds = llm::number_arg(args, "timeout_seconds", standard_seconds, most_seconds);
    call.limit = std::chrono::seconds(std::max<std::size_t>(1, seconds));
    call.max_body = largest_reply;
    const auto url = git::masked(call.url);
    net::GuardedHttp http(*context.services.http, *std::move(rules));
    auto reply = co_await http.fetch(std::move(call));
    if (!reply) {
        if (reply.error().code == ErrorCode::cancelled) co_return std::move(reply).error();
        if (reply.error().code == ErrorCode::permission_denied)
            co_return tool_error("not_allowed", reply.error().message);
        co_return refusal(std::move(reply).error());
    }
    co_return told(*reply, url);
}

}  // namespace docent::agent
