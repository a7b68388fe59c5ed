#include "assistant/tools/output.hpp"

#include <algorithm>

#include "assistant/conversation.hpp"

namespace docent::assistant {

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

boost::json::object shown_page(const ToolContext& context, std::uint32_t page, std::string_view anchor) {
    const auto view = context.index.page(page);
    boost::json::object metadata;
    metadata["title"] = view.title;
    if (!view.description.empty()) metadata["description"] = view.description;
    boost::json::object out;
    out["path"] = view.path;
    out["url"] = page_url(view, context.question.base_path, anchor);
    out["metadata"] = std::move(metadata);
    return out;
}

ToolResult say(std::string sentence) {
    ToolResult out;
    out.text = std::move(sentence);
    return out;
}

bool add_within(std::string& text, const std::string& piece, std::size_t limit) {
    if (text.size() + piece.size() > limit) return false;
    text += piece;
    return true;
}

}  // namespace docent::assistant
