#include "llm/tool_args.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/log.hpp"
#include "base/text.hpp"
#include "llm/stream/event_json.hpp"

namespace docent::llm {
namespace {

namespace json = boost::json;

constexpr std::size_t named_problems = 3;  // more of them do not help the model

std::string place(const valijson::ValidationResults::Error& error) {
    std::string out;
    for (const auto& part : error.context)
        if (part != "<root>") out += part;
    return out.empty() ? "the arguments" : out;
}

const json::object* find_tool(const Request& request, std::string_view name, std::string& others) {
    for (const auto& tool : request.tools) {
        const auto* object = tool.if_object();
        if (!object) continue;
        const auto known = text_at(*object, "name");
        if (known == name) return object;
        (others += others.empty() ? "" : ", ") += known;
    }
    return nullptr;
}

}  // namespace

std::string check_against_schema(const json::object& args, const json::object& schema) {
    try {
        const json::value schema_value(schema), args_value(args);
        valijson::Schema compiled;
        valijson::SchemaParser parser;
        const valijson::adapters::BoostJsonAdapter schema_adapter(schema_value);
        parser.populateSchema(schema_adapter, compiled);
        valijson::Validator validator;
        valijson::ValidationResults results;
        const valijson::adapters::BoostJsonAdapter args_adapter(args_value);
        if (validator.validate(compiled, args_adapter, &results)) return "";
        std::string out;
        valijson::ValidationResults::Error error;
        for (std::size_t n = 0; n < named_problems && results.popError(error); ++n)
            out += (out.empty() ? "" : " ") + place(error) + ": " + error.description;
        return out.empty() ? "the arguments do not fit the tool's schema" : out;
    } catch (const std::exception& e) {
        // The schema is the program's own; a broken one must not keep a call from being made.
        log::error(std::string("a tool's schema cannot be read: ") + e.what());
        return "";
    }
}

void read_tool_args(std::string_view text, const Request& request, ToolCall& call) {
    std::string others;
    const auto* tool = find_tool(request, call.name, others);
    if (!tool) {
        call.problem = "There is no tool \"" + std::string(cut_utf8(call.name, 80)) + "\"" +
                       (others.empty() ? "; answer without tools." : "; there are: " + others + ".");
        return;
    }
    if (!request.may_call_tools) {
        call.problem = "No more tools can be called. Answer from what you have.";
        return;
    }
    text = trim(text);
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = 32;
    const auto value = json::parse(text.empty() ? std::string_view("{}") : text, failed, {}, options);
    if (failed || !value.is_object()) {
        call.problem = "The arguments were no JSON object (" +
                       (failed ? failed.message() : std::string("another type")) +
                       "). Call the tool again with one.";
        return;
    }
    call.args = value.get_object();
    const auto* schema = object_at(*tool, "parameters");
    if (!schema) return;
    const auto wrong = check_against_schema(call.args, *schema);
    if (!wrong.empty()) call.problem = "The arguments do not fit the tool's schema. " + wrong;
}

std::string text_arg(const boost::json::object& args, std::string_view name) {
    const auto* value = args.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::size_t number_arg(const boost::json::object& args, std::string_view name, std::size_t otherwise,
                       std::size_t most) {
    const auto* value = args.if_contains(name);
    if (!value || !value->is_number()) return otherwise;
    boost::json::error_code wrong;
    const auto number = value->to_number<double>(wrong);
    if (wrong || !(number >= 0)) return otherwise;
    return number >= static_cast<double>(most) ? most : static_cast<std::size_t>(number);
}

bool flag_arg(const boost::json::object& args, std::string_view name, bool otherwise) {
    const auto* value = args.if_contains(name);
    return value && value->is_bool() ? value->get_bool() : otherwise;
}

}  // namespace docent::llm
