#include "api/mcp/versions.hpp"

#include <algorithm>

#include "api/parse.hpp"
#include "base/base64.hpp"
#include "base/text.hpp"

namespace docent::api::mcp {
namespace {

namespace json = boost::json;

RpcError unsupported(std::string_view asked) {
    json::array supported;
    for (const auto version : spoken_versions()) supported.emplace_back(version);
    std::string text = "Unsupported protocol version " + shown(repair_utf8(asked)) + "; this server speaks";
    for (const auto version : spoken_versions()) (text += ' ') += version;
    return RpcError(
        rpc_code::unsupported_version, std::move(text),
        json::object{{"supported", std::move(supported)}, {"requested", cut_utf8(repair_utf8(asked), 100)}});
}

RpcError mismatch(std::string what) {
    return RpcError(rpc_code::header_mismatch, "Header mismatch: " + std::move(what));
}

/// A header's value, "=?base64?...?=" decoded. Nothing when that is broken.
std::optional<std::string> header_text(std::string_view value) {
    constexpr std::string_view begin = "=?base64?", end = "?=";
    if (!value.starts_with(begin) || !value.ends_with(end) || value.size() < begin.size() + end.size())
        return std::string(value);
    value = value.substr(begin.size(), value.size() - begin.size() - end.size());
    std::string out;
    if (!base64_decode(value, out)) return std::nullopt;
    return out;
}

const json::value* meta_value(const RpcMessage& message, std::string_view name) {
    const auto* meta = message.params.if_contains("_meta");
    return meta && meta->is_object() ? meta->get_object().if_contains(name) : nullptr;
}

/// What Mcp-Name repeats; null where a method has none.
const char* named_param(std::string_view method) {
    if (method == "tools/call" || method == "prompts/get") return "name";
    return method == "resources/read" ? "uri" : nullptr;
}

}  // namespace

const std::vector<std::string_view>& spoken_versions() {
    static const std::vector<std::string_view> all = {modern_version, newest_with_handshake, "2025-06-18",
                                                      assumed_version, "2024-11-05"};
    return all;
}

std::string_view negotiated_version(std::string_view asked) {
    const auto known = std::ranges::find(spoken_versions(), asked);
    return known == spoken_versions().end() || *known >= modern_version ? newest_with_handshake : *known;
}

std::variant<Spoken, RpcError> version_of_header(const net::Request& request) {
    const auto& asked = request.header("mcp-protocol-version");
    if (asked.empty()) return Spoken{assumed_version};
    const auto known = std::ranges::find(spoken_versions(), std::string_view(asked));
    if (known == spoken_versions().end()) return unsupported(asked);
    return Spoken{*known};
}

std::optional<RpcError> check_metadata(const net::Request& request, const RpcMessage& message,
                                       Spoken& spoken) {
    const auto* version = meta_value(message, "io.modelcontextprotocol/protocolVersion");
    if (!version && !spoken.modern()) return std::nullopt;
    if (message.method == "initialize") {  // a handshake is of the revisions that have one
        if (spoken.modern()) spoken.version = newest_with_handshake;
        return std::nullopt;
    }
    if (message.kind != RpcMessage::Kind::request) return std::nullopt;
    if (!version || !version->is_string())
        return RpcError(rpc_code::invalid_params,
                        "params._meta needs \"io.modelcontextprotocol/protocolVersion\" in this revision");
    const std::string_view asked = version->get_string();
    const auto known = std::ranges::find(spoken_versions(), asked);
    if (known == spoken_versions().end()) return unsupported(asked);
    if (*known < modern_version && !spoken.modern()) return std::nullopt;
    const auto& header = request.header("mcp-protocol-version");
    if (header != asked)
        return mismatch(header.empty() ? "MCP-Protocol-Version is missing"
                                       : "MCP-Protocol-Version is not the version in _meta");
    const auto* capabilities = meta_value(message, "io.modelcontextprotocol/clientCapabilities");
    if (!capabilities || !capabilities->is_object())
        return RpcError(rpc_code::invalid_params,
                        "params._meta needs \"io.modelcontextprotocol/clientCapabilities\" in this revision");
    const auto& method = request.header("mcp-method");
    if (method != message.method)
        return mismatch(method.empty() ? "Mcp-Method is missing"
                                       : "Mcp-Method is not the method in the body");
    if (const char* param = named_param(message.method)) {
        const auto* value = message.params.if_contains(param);
        if (value && value->is_string()) {
            const auto name = header_text(request.header("mcp-name"));
            if (!name) return mismatch("Mcp-Name is not valid Base64");
            if (std::string_view(*name) != std::string_view(value->get_string()))
                return mismatch(name->empty() ? "Mcp-Name is missing"
                                              : "Mcp-Name is not params." + std::string(param));
        }
    }
    spoken.version = *known;
    return std::nullopt;
}

}  // namespace docent::api::mcp
