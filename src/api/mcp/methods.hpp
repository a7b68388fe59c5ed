#pragma once
#include "api/mcp/call.hpp"

namespace docent::api::mcp {

/// Answers a request: finds its method in the table of methods.cpp, and checks what all have in common.
Task<RpcResult> answer(const RpcMessage& message, Call& call);

/// {"name", "title", "version"} of this server, as a client sees it.
boost::json::object server_info(const Call& call);

/// What the server can do; only what it does.
boost::json::object capabilities();

/// tools/list.
boost::json::array tool_list(const Call& call);

/// A few sentences for a model that uses the server.
std::string instructions(const Call& call);

}  // namespace docent::api::mcp
