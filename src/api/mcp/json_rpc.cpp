#include "api/mcp/json_rpc.hpp"

#include "api/wire/json_text.hpp"

namespace docent::api::mcp {
namespace {

bool is_id(const boost::json::value& value) {
    return value.is_number() || (value.is_string() && value.get_string().size() <= max_rpc_id);
}

}  // namespace

std::variant<RpcMessage, RpcError> read_rpc(const boost::json::value& value, boost::json::value& id) {
    id = nullptr;
    const auto wrong = [](std::string what) { return RpcError(rpc_code::invalid_request, std::move(what)); };
    if (!value.is_object()) return wrong("Invalid Request: a message is a JSON object");
    const auto& object = value.get_object();
    const auto* given = object.if_contains("id");
    if (given && is_id(*given)) id = *given;
    const auto* version = object.if_contains("jsonrpc");
    if (!version || !version->is_string() || version->get_string() != "2.0")
        return wrong("Invalid Request: jsonrpc must be \"2.0\"");
    RpcMessage out;
    const auto* method = object.if_contains("method");
    if (!method) {
        if (!object.contains("result") && !object.contains("error"))
            return wrong("Invalid Request: method is missing");
        out.kind = RpcMessage::Kind::response;
        return out;
    }
    if (!method->is_string()) return wrong("Invalid Request: method must be a string");
    if (given && !is_id(*given))
        return wrong("Invalid Request: id must be a string of at most 1,000 bytes or a number");
    out.method = method->get_string();
    if (const auto* params = object.if_contains("params")) {
        if (!params->is_object()) return wrong("Invalid Request: params must be an object");
        out.params = params->get_object();
    }
    if (given) {
        out.id = *given;
    } else {
        out.kind = RpcMessage::Kind::notification;
    }
    return out;
}

std::string rpc_text(const boost::json::value& id, const RpcResult& result) {
    std::string out = "{\"jsonrpc\":\"2.0\"";
    const auto* error = std::get_if<RpcError>(&result);
    if (!id.is_null() || !error) {
        out += ",\"id\":";
        append_json(out, id);
    }
    if (!error) {
        out += ",\"result\":";
        append_json(out, std::get<boost::json::object>(result));
    } else {
        out += ",\"error\":{\"code\":" + std::to_string(error->code) + ",\"message\":";
        append_json_string(out, error->message);
        if (!error->data.is_null()) {
            out += ",\"data\":";
            append_json(out, error->data);
        }
        out += '}';
    }
    return out + "}";
}

}  // namespace docent::api::mcp
