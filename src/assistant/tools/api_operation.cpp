// api_operation: an operation of the described API, with its parameters and schemas.
#include <algorithm>
#include <cctype>

#include "assistant/conversation.hpp"
#include "assistant/tools/output.hpp"
#include "base/text.hpp"
#include "llm/untrusted.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t operation_bytes = 20 << 10;
constexpr std::size_t shown_of_operation = 600;
constexpr std::size_t most_listed = 60;

/// Names of placeholders and a slash at the end do not count: "/Pets/{id}/" -> "/pets/{}".
std::string comparable(std::string_view path) {
    std::string out;
    bool inside = false;
    for (const char c : path) {
        if (c == '{' || (c == ':' && !out.empty() && out.back() == '/')) {
            out += "{}";
            inside = true;
        } else if (inside) {
            if (c == '}') inside = false;
            if (c == '/') {
                inside = false;
                out += c;
            }
        } else {
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    while (out.size() > 1 && out.back() == '/') out.pop_back();
    return out;
}

struct Call {
    std::string method, path;
};

/// The call that an API page is about: its reference begins with `METHOD /path` in a line of its own.
Call call_of(std::string_view markdown) {
    for (std::size_t from = 0; from < markdown.size();) {
        const auto end = std::min(markdown.find('\n', from), markdown.size());
        const auto line = markdown.substr(from, end - from);
        from = end + 1;
        if (line.size() < 5 || line[0] != '`') continue;
        const auto close = line.find('`', 1);
        if (close == line.npos) continue;
        const auto call = line.substr(1, close - 1);
        const auto space = call.find(' ');
        if (space == call.npos || space < 3 || space > 7 || space + 1 >= call.size() ||
            call[space + 1] != '/')
            continue;
        const auto method = call.substr(0, space);
        if (!std::all_of(method.begin(), method.end(), [](unsigned char c) { return std::isupper(c); }))
            continue;
        return {std::string(method), std::string(call.substr(space + 1))};
    }
    return {};
}

/// The API page that an operationId leads to: it is an indexed keyword, found whole or not at all.
std::optional<std::uint32_t> by_id(const ToolContext& context, const std::string& id) {
    search::Query query;
    query.text = std::string(cut_utf8(id, 200));
    query.limit = 20;
    query.filter = context.question.filter;
    const auto found = context.index.search(query);
    if (!found.corrected.empty() || found.coverage < 0.999) return {};
    for (const auto& hit : found.sections) {
        if (context.index.page(hit.page).is_api) return hit.page;
    }
    return {};
}

}  // namespace

ToolResult api_operation_tool(const ToolContext& context, const boost::json::object& args) {
    std::string method = text_arg(args, "method"), path = text_arg(args, "path");
    const std::string id = text_arg(args, "operation_id");
    // "POST /pets" in one argument is what models also write.
    if (const auto space = path.find(' '); space != path.npos && space <= 7) {
        method = path.substr(0, space);
        path = std::string(trim(path.substr(space)));
    }
    if (path.empty() && id.empty()) return say("Give method and path, or operation_id.");
    for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));

    std::optional<std::uint32_t> page;
    std::string others;
    std::size_t listed = 0;
    if (!path.empty()) {
        const auto wanted = comparable(path);
        for (std::uint32_t n = 0; n < context.index.page_count(); ++n) {
            const auto view = context.index.page(n);
            if (!view.is_api || !context.index.passes(n, context.question.filter)) continue;
            const auto call = call_of(view.markdown);
            if (call.path.empty()) continue;
            const auto known = comparable(call.path);
            const bool fits = known == wanted || (known.size() > wanted.size() && known.ends_with(wanted));
            if (fits && (method.empty() || call.method == method) && (!page || known == wanted)) page = n;
            if (fits && listed++ < most_listed) others += call.method + " " + call.path + "\n";
        }
    }
    if (!page && !id.empty()) page = by_id(context, id);
    if (!page) {
        return say("The documentation describes no such operation." +
                   (others.empty() ? std::string(" Use search to find the right one.")
                                   : "\n" + llm::document("", "operations with this path", others)));
    }
    const auto view = context.index.page(*page);
    ToolResult out;
    out.text = llm::document(page_url(view, context.question.base_path), view.title,
                             cut_utf8(view.markdown, operation_bytes));
    if (view.markdown.size() > operation_bytes) out.text += "It goes on: read_page gives the rest.\n";
    auto one = shown_page(context, *page);
    one["content"] = cut_utf8(view.markdown, shown_of_operation);
    boost::json::array shown;
    shown.push_back(std::move(one));
    out.shown = std::move(shown);
    out.pages.push_back(*page);
    return out;
}

}  // namespace docent::assistant
