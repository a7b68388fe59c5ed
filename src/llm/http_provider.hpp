#pragma once
#include <boost/json/object.hpp>

#include "llm/provider.hpp"
#include "llm/stream/parser.hpp"
#include "net/http.hpp"

namespace docent::llm {

/// What one provider's API differs in. No state, no I/O.
class WireFormat {
public:
    virtual ~WireFormat() = default;
    /// As Message::opaque names it: the kind of the configuration.
    virtual std::string kind() const = 0;
    virtual std::string default_base_url() const = 0;
    /// What follows the base address, which has no "/" at its end.
    virtual std::string path(std::string_view base_url) const = 0;
    virtual net::Headers headers(const ProviderConfig& config) const = 0;
    /// The request's body; asks for a stream.
    virtual boost::json::object body(const Request& request, const ProviderConfig& config) const = 0;
    virtual std::unique_ptr<StreamParser> parser() const = 0;
};

/// A provider that speaks HTTP and server-sent events. It makes one attempt a call: retries and fallback
/// are the list's business (models.hpp). invalid_argument names the setting.
Result<std::unique_ptr<Provider>> make_http_provider(const ProviderConfig& config, net::HttpClient& http,
                                                     std::unique_ptr<const WireFormat> format);

/// `base_url` with the path put before its query, if it has one.
std::string join_url(std::string_view base_url, std::string_view path);

}  // namespace docent::llm
