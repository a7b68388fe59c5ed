#pragma once
#include <boost/json/fwd.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::docs {

/// An AsyncAPI 2 or 3 description (https://www.asyncapi.com/docs/reference/specification/v3.0.0), read for
/// people: which channels there are, and each with its messages as Markdown. Only references inside the
/// document are followed. The input is foreign: size, depth and length of an answer are bounded.
class AsyncApi {
public:
    struct Channel {
        std::string name;     // its key: what pages name it by
        std::string title;    // "" when it has none
        std::string address;  // "/chat/{room}"
        std::string description;
    };

    /// JSON, or YAML when the text is no JSON object; errors as OpenApi::parse.
    static Result<AsyncApi> parse(std::string_view json_or_yaml, std::string_view file);

    /// In the document's order.
    const std::vector<Channel>& channels() const { return channels_; }
    /// By name, else by address. Null when there is none.
    const Channel* find(std::string_view name) const;

    /// The channel as GitHub Markdown without a title: address and servers, description, parameters, then the
    /// sections "Messages you send" and "Messages you receive" with the fields of each payload; "Messages"
    /// for those that no operation names. not_found if there is no such channel.
    Result<std::string> markdown(std::string_view name) const;

private:
    std::shared_ptr<const boost::json::value> root_;
    std::vector<Channel> channels_;
};

}  // namespace docent::docs
