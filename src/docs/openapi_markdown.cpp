#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "docs/openapi.hpp"
#include "docs/openapi_schema.hpp"
#include "docs/reference_markdown.hpp"

namespace docent::docs {
namespace json = boost::json;
namespace {

constexpr std::size_t max_examples = 4;  // of one body
constexpr std::size_t max_parameters = 200;
constexpr std::size_t max_responses = 40;

std::string language_of(std::string_view media_type) {
    if (media_type.find("json") != std::string_view::npos) return "json";
    if (media_type.find("xml") != std::string_view::npos) return "xml";
    if (media_type.find("yaml") != std::string_view::npos) return "yaml";
    return "";
}

/// Writes one operation. Lives for one call of OpenApi::markdown.
class OperationWriter {
public:
    OperationWriter(const json::value& root, const json::object& item, const json::object& operation)
        : root_(root.get_object()), item_(item), operation_(operation), refs_(root), schemas_(refs_, out_) {}

    std::string write(const OpenApi::Operation& op) {
        out_ += op.webhook ? fmt::format("Webhook {}", code_span(op.path))
                           : code_span(fmt::format("{} {}", op.method, op.path));
        if (op.deprecated) out_ += " (deprecated)";
        out_ += "\n\n";
        paragraph(op.summary);
        if (op.description != op.summary) paragraph(op.description);
        servers();
        security();
        parameters();
        body();
        responses();
        code_samples();
        if (!schemas_.has_room()) out_ += "\nThe rest of this reference is left out here: it is very long.\n";
        return std::move(out_);
    }

private:
    void paragraph(std::string_view text) {
        text = trim(text);
        if (text.empty()) return;
        out_ += cut_utf8(text, 64 << 10);
        out_ += "\n\n";
    }

    const json::value* first_of(std::string_view key) const {
        for (const auto* object : {&operation_, &item_, &root_})
            if (const auto* value = object->if_contains(key)) return value;
        return nullptr;
    }

    const json::object* resolved(const json::value& value) const {
        const auto* target = refs_.resolve(value);
        return target ? target->if_object() : nullptr;
    }

    void servers() {
        const auto* list = first_of("servers");
        if (!list || !list->is_array()) return;
        std::size_t n = 0;
        std::string line;
        for (const auto& server : list->get_array()) {
            const auto* object = server.if_object();
            const auto url = object ? text_of(*object, "url") : std::string_view();
            if (url.empty() || url == "/" || ++n > 4) continue;
            line += (line.empty() ? "" : ", ") + code_span(url);
        }
        if (!line.empty()) out_ += fmt::format("Base URL: {}\n\n", line);
    }

    void security() {
        const auto* list = first_of("security");
        if (!list || !list->is_array() || list->get_array().empty()) return;
        const auto* components = object_of(root_, "components");
        const auto* schemes = components ? object_of(*components, "securitySchemes") : nullptr;
        std::string lines;
        bool optional = false;
        std::vector<std::string_view> seen;
        for (const auto& requirement : list->get_array()) {
            const auto* names = requirement.if_object();
            if (!names) continue;
            if (names->empty()) optional = true;
            for (const auto& [name, scopes] : *names) {
                if (seen.size() > 20 || std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
                seen.push_back(name);
                const auto* entry = schemes ? schemes->if_contains(name) : nullptr;
                const auto* scheme = entry ? resolved(*entry) : nullptr;
                if (scheme) lines += security_line(name, *scheme, scopes);
            }
        }
        if (lines.empty()) return;
        out_ += "## Authorizations\n\n" + lines;
        if (optional) out_ += "\nAuthorization is optional.\n";
        out_ += '\n';
    }

    static std::string security_line(std::string_view name, const json::object& scheme,
                                     const json::value& scopes) {
        const auto type = text_of(scheme, "type");
        std::string line;
        if (type == "http") {
            const std::string word = lower_ascii(text_of(scheme, "scheme"));
            line = word == "basic"
                       ? "- `Authorization` (header, required): `Basic <user:password in Base64>`."
                       : "- `Authorization` (header, required): `Bearer <token>`.";
        } else if (type == "apiKey") {
            line = fmt::format("- {} ({}, required): an API key.", code_span(text_of(scheme, "name")),
                               cut_utf8(text_of(scheme, "in"), 20));
        } else {
            line = fmt::format("- {} ({}, required).", code_span(name), cut_utf8(type, 40));
        }
        if (const auto text = trim(text_of(scheme, "description")); !text.empty())
            line += " " + in_list(cut_utf8(text, 4096), 0);
        std::string words;
        if (scopes.is_array())
            for (const auto& scope : scopes.get_array())
                if (scope.is_string() && words.size() < 1000)
                    words += (words.empty() ? "" : ", ") + code_span(scope.get_string());
        if (!words.empty()) line += " Scopes: " + words + ".";
        return line + "\n";
    }

    void parameters() {
        std::vector<const json::object*> all;
        for (const auto* owner : {&operation_, &item_}) {
            const auto* list = owner->if_contains("parameters");
            if (!list || !list->is_array()) continue;
            for (const auto& entry : list->get_array()) {
                const auto* object = resolved(entry);
                if (!object || all.size() == max_parameters) continue;
                // The operation's own wins over the path's of the same name and place.
                const auto same = [&](const json::object* o) {
                    return text_of(*o, "name") == text_of(*object, "name") &&
                           text_of(*o, "in") == text_of(*object, "in");
                };
                if (std::none_of(all.begin(), all.end(), same)) all.push_back(object);
            }
        }
        const std::pair<std::string_view, std::string_view> places[] = {{"path", "Path Parameters"},
                                                                        {"query", "Query Parameters"},
                                                                        {"header", "Headers"},
                                                                        {"cookie", "Cookies"}};
        for (const auto& [place, heading] : places) {
            bool any = false;
            for (const auto* parameter : all) {
                if (text_of(*parameter, "in") != place || !schemas_.has_room()) continue;
                if (!any) out_ += fmt::format("## {}\n\n", heading);
                any = true;
                parameter_line(*parameter);
            }
            if (any) out_ += '\n';
        }
    }

    void parameter_line(const json::object& parameter) {
        static const json::value nothing = json::object();
        const auto* schema = parameter.if_contains("schema");
        if (!schema) {
            const auto* content = object_of(parameter, "content");
            if (content && !content->empty() && content->begin()->value().is_object())
                schema = content->begin()->value().get_object().if_contains("schema");
        }
        const bool required = flag_of(parameter, "required") || text_of(parameter, "in") == "path";
        schemas_.field(text_of(parameter, "name"), schema ? *schema : nothing, required, 0,
                       text_of(parameter, "description"),
                       flag_of(parameter, "deprecated") ? "deprecated" : "");
    }

    void body() {
        const auto* entry = operation_.if_contains("requestBody");
        const auto* object = entry ? resolved(*entry) : nullptr;
        if (!object) return;
        out_ += "## Body\n\n";
        if (flag_of(*object, "required")) out_ += "Required. ";
        content(*object, text_of(*object, "description"));
    }

    /// The media types of a body: each kind of schema once, then its examples.
    void content(const json::object& owner, std::string_view description) {
        const auto* types = object_of(owner, "content");
        const json::value* shown = nullptr;
        std::string names;
        std::size_t n = 0;
        if (types)
            for (const auto& [name, media] : *types)
                if (++n <= 8) names += (names.empty() ? "" : ", ") + code_span(name);
        if (!names.empty()) out_ += fmt::format("Content type: {}.", names);
        if (!names.empty() || !trim(description).empty()) {
            if (!trim(description).empty())
                out_ += (names.empty() ? "" : "\n\n") + std::string(trim(description));
            out_ += "\n\n";
        }
        if (!types) return;
        n = 0;
        for (const auto& [name, media] : *types) {
            const auto* object = resolved(media);
            if (!object || ++n > 8 || !schemas_.has_room()) continue;
            if (const auto* schema = object->if_contains("schema"); schema && !(shown && *shown == *schema)) {
                shown = schema;
                write_schema(*schema, refs_, schemas_, out_);
            }
            examples(*object, language_of(name));
        }
    }

    void example(const json::value& value, std::string_view language) {
        if (schemas_.has_room()) out_ += example_block(value, language);
    }

    void examples(const json::object& media, std::string_view language) {
        if (const auto* value = media.if_contains("example")) return example(*value, language);
        if (const auto* named = object_of(media, "examples")) {
            std::size_t n = 0;
            for (const auto& [name, entry] : *named) {
                const auto* object = resolved(entry);
                const auto* value = object ? object->if_contains("value") : nullptr;
                if (!value || ++n > max_examples) continue;
                const auto summary = trim(text_of(*object, "summary"));
                paragraph(summary.empty() ? std::string_view(name) : summary);
                example(*value, language);
            }
            return;
        }
        const auto* schema = media.if_contains("schema");
        const auto* object = schema ? resolved(*schema) : nullptr;
        if (!object) return;
        if (const auto* value = object->if_contains("example")) return example(*value, language);
        if (const auto* list = object->if_contains("examples");
            list && list->is_array() && !list->get_array().empty())
            example(list->get_array().front(), language);
    }

    void responses() {
        const auto* list = object_of(operation_, "responses");
        if (!list || list->empty()) return;
        out_ += "## Response\n\n";
        std::size_t n = 0;
        for (const auto& [status, entry] : *list) {
            const auto* object = resolved(entry);
            if (!object || ++n > max_responses || !schemas_.has_room()) continue;
            out_ += fmt::format("### {}\n\n", status == "default" ? "Other statuses" : cut_utf8(status, 20));
            content(*object, text_of(*object, "description"));
            if (const auto* headers = object_of(*object, "headers")) response_headers(*headers);
        }
    }

    void response_headers(const json::object& headers) {
        static const json::value nothing = json::object();
        if (headers.empty()) return;
        out_ += "Headers:\n\n";
        for (const auto& [name, entry] : headers) {
            const auto* object = resolved(entry);
            if (!object || !schemas_.has_room()) continue;
            const auto* schema = object->if_contains("schema");
            schemas_.field(name, schema ? *schema : nothing, flag_of(*object, "required"), 0,
                           text_of(*object, "description"), "header");
        }
        out_ += '\n';
    }

    void code_samples() {
        const auto* list = operation_.if_contains("x-codeSamples");
        if (!list) list = operation_.if_contains("x-code-samples");
        if (!list || !list->is_array()) return;
        bool any = false;
        for (const auto& entry : list->get_array()) {
            const auto* object = entry.if_object();
            if (!object || !schemas_.has_room()) continue;
            const auto source = text_of(*object, "source");
            if (source.empty() || source.size() > longest_example) continue;
            if (!any) out_ += "## Code Samples\n\n";
            any = true;
            paragraph(text_of(*object, "label"));
            out_ += code_block(trim(source), lower_ascii(text_of(*object, "lang")));
        }
    }

    const json::object& root_;
    const json::object& item_;
    const json::object& operation_;
    const RefResolver refs_;
    std::string out_;
    SchemaWriter schemas_;
};

}  // namespace

Result<std::string> OpenApi::markdown(std::string_view method, std::string_view path) const {
    const auto* op = find(method, path);
    if (!op) return not_found("the OpenAPI document has no such operation");
    const Node& node = nodes_[static_cast<std::size_t>(op - operations_.data())];
    return OperationWriter(*root_, *node.path_item, *node.operation).write(*op);
}

}  // namespace docent::docs
