#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/mcp/json_rpc.hpp"
#include "net/http.hpp"

namespace docent::api::mcp {

// Which revision of the protocol a message is spoken in. Until 2025-11-25 a client asks `initialize` and says
// the version in a header; from 2026-07-28 on every message carries it, and headers repeat parts of the body.
// Source: modelcontextprotocol.io/specification, "Versioning" and "Transports" of each revision.

inline constexpr std::string_view modern_version = "2026-07-28";
inline constexpr std::string_view newest_with_handshake = "2025-11-25";
inline constexpr std::string_view assumed_version = "2025-03-26";  // of a request without the header

/// All that are spoken, newest first.
const std::vector<std::string_view>& spoken_versions();

/// The answer to `initialize`: the version asked for, or the newest that has a handshake.
std::string_view negotiated_version(std::string_view asked);

struct Spoken {
    std::string_view version;  // one of spoken_versions()
    bool modern() const { return version >= modern_version; }
    /// Arrays of messages exist in one revision only.
    bool batches() const { return version == assumed_version; }
    /// Wrong arguments of a tool are the tool's answer, so that a model can mend them (SEP-1303).
    bool argument_errors_are_results() const { return version >= newest_with_handshake; }
};

/// The version that the header names; the assumed one without it. An error for one that is not spoken.
std::variant<Spoken, RpcError> version_of_header(const net::Request& request);

/// Checks what 2026-07-28 wants of a request: _meta and the headers that repeat the body. Nothing when all
/// is well, or when the message is one of an earlier revision. `spoken` becomes the message's version.
std::optional<RpcError> check_metadata(const net::Request& request, const RpcMessage& message,
                                       Spoken& spoken);

}  // namespace docent::api::mcp
