#pragma once
#include <boost/json/fwd.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::docs {

/// An OpenAPI 3.0 or 3.1 description (https://spec.openapis.org/oas/v3.1.0), read for people: which
/// operations there are, and each as Markdown. Only references inside the document are followed.
/// The input is foreign: size, depth, number of values and length of an answer are bounded.
class OpenApi {
public:
    struct Operation {
        std::string method;  // upper case; "WEBHOOK" for a webhook
        std::string path;    // "/pets/{id}"; a webhook's name
        std::string operation_id, summary, description;
        std::string tag;      // the first one
        std::string content;  // x-mint.content: MDX that stands above the reference; not in markdown()
        std::string href;     // x-mint.href: the page's path on the site
        bool webhook = false;
        bool hidden = false;  // x-hidden: has a page, but is in no navigation
        bool deprecated = false;
    };

    /// JSON, or YAML when the text is no JSON object. `file` only helps to tell which.
    /// invalid_argument: broken syntax ("line 12: ..." where the line is known), no OpenAPI 3 document, too
    /// big or too deep.
    static Result<OpenApi> parse(std::string_view json_or_yaml, std::string_view file);

    /// In the document's order, webhooks last. Operations with x-excluded are left out.
    const std::vector<Operation>& operations() const { return operations_; }
    bool has(std::string_view method, std::string_view path) const { return find(method, path) != nullptr; }
    /// By method (any letter case; "webhook" for webhooks) and path. A slash at the end and the names of
    /// placeholders may differ. Null when there is none.
    const Operation* find(std::string_view method, std::string_view path) const;
    std::string title() const;

    /// The operation as plain GitHub Markdown without a title: the call, summary, description, and the
    /// sections "Authorizations", "Path Parameters", "Query Parameters", "Headers", "Cookies", "Body",
    /// "Response". Fields are nested lists; examples are code blocks. not_found if there is no such
    /// operation.
    Result<std::string> markdown(std::string_view method, std::string_view path) const;

private:
    struct Node {
        const boost::json::object* path_item;
        const boost::json::object* operation;
    };
    void add_operations(std::string_view section, bool webhook);

    std::shared_ptr<const boost::json::value> root_;
    std::vector<Operation> operations_;
    std::vector<Node> nodes_;  // of root_, one for each operation
};

}  // namespace docent::docs
