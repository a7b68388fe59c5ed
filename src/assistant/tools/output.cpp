#include "assistant/tools/output.hpp"

#include "assistant/conversation.hpp"

namespace docent::assistant {

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
