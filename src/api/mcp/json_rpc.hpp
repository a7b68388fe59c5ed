#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace docent::api::mcp {

// JSON-RPC 2.0 as the Model Context Protocol uses it (modelcontextprotocol.io/specification): every message
// is an object, ids are strings or numbers, params are objects.

namespace rpc_code {
inline constexpr int parse_error = -32700, invalid_request = -32600, method_not_found = -32601,
                     invalid_params = -32602, internal_error = -32603;
inline constexpr int server_error = -32000;        // refused for a reason outside of the message
inline constexpr int resource_not_found = -32002;  // until 2025-11-25; then invalid_params
inline constexpr int header_mismatch = -32020, unsupported_version = -32022;  // from 2026-07-28 on
}  // namespace rpc_code

struct RpcError {
    RpcError(int c, std::string m) : code(c), message(std::move(m)) {}
    RpcError(int c, std::string m, boost::json::value d)
        : code(c), message(std::move(m)), data(std::move(d)) {}
    int code;
    std::string message;      // one line, for people
    boost::json::value data;  // null: none
};

/// A result, or the error in its place.
using RpcResult = std::variant<boost::json::object, RpcError>;

struct RpcMessage {
    enum class Kind { request, notification, response };
    Kind kind = Kind::request;
    boost::json::value id;  // requests: a string or a number
    std::string method;
    boost::json::object params;
};

inline constexpr std::size_t max_rpc_id = 1'000;  // bytes of an id that is a string

/// Checks the form of one message. On failure `id` is the message's id where it has a usable one, else null.
std::variant<RpcMessage, RpcError> read_rpc(const boost::json::value& value, boost::json::value& id);

/// {"jsonrpc": "2.0", "id", "result" | "error"} on one line. A null id is left out of an error, as MCP wants
/// it.
std::string rpc_text(const boost::json::value& id, const RpcResult& result);

}  // namespace docent::api::mcp
