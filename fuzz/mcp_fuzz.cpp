// Invariant: any JSON is a message or an error whose text is one line of JSON with the code of the protocol;
// and any headers and metadata are accepted for a version that is spoken, or refused with such an error.
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/mcp/versions.hpp"
#include "api/parse.hpp"
#include "base/text.hpp"

namespace {

using namespace docent::api::mcp;

void check(bool holds) {
    if (!holds) std::abort();
}

void one_line(const boost::json::value& id, const RpcError& error) {
    const auto text = rpc_text(id, RpcResult(error));
    check(docent::is_utf8(text) && text.find_first_of("\r\n\0") == text.npos);
    boost::system::error_code failed;
    const auto value = boost::json::parse(text, failed);
    check(!failed && value.at("jsonrpc").as_string() == "2.0" && value.at("error").at("code").is_int64());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto cut = bytes.find('\n');
    docent::net::Request request;
    request.headers["mcp-protocol-version"] = bytes.substr(0, std::min<std::size_t>(cut, 60));
    request.headers["mcp-method"] = "tools/call";
    request.headers["mcp-name"] = bytes.substr(0, cut);
    const auto version = version_of_header(request);
    if (const auto* error = std::get_if<RpcError>(&version)) one_line(nullptr, *error);
    const auto body = docent::api::parse_json(cut == bytes.npos ? bytes : bytes.substr(cut + 1));
    if (!body) return 0;
    boost::json::value id;
    const auto read = read_rpc(*body, id);
    check(id.is_null() || id.is_string() || id.is_number());
    if (const auto* error = std::get_if<RpcError>(&read)) {
        one_line(id, *error);
        return 0;
    }
    const auto& message = std::get<RpcMessage>(read);
    for (const auto spoken : spoken_versions()) {
        request.headers["mcp-protocol-version"] = spoken;
        Spoken as{spoken};
        if (const auto error = check_metadata(request, message, as)) one_line(id, *error);
    }
    boost::json::object result = message.params;
    check(rpc_text(message.id, RpcResult(result)).find('\n') == std::string::npos);
    return 0;
}
