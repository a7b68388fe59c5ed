#include "agent/tools/output.hpp"

#include <algorithm>

#include "agent/services.hpp"
#include "agent/workspaces.hpp"
#include "base/text.hpp"
#include "git/text_diff.hpp"
#include "llm/untrusted.hpp"

namespace docent::agent {
namespace json = boost::json;

Cut cut_text(std::string_view text, std::size_t limit) {
    Cut out;
    // Repairing lengthens a text: what is over the limit before is over it afterwards.
    out.truncated = text.size() > limit;
    out.text = repair_utf8(cut_utf8(text, limit));
    if (out.text.size() > limit) out.truncated = true;
    if (out.truncated) {
        out.text.resize(cut_utf8(out.text, limit).size());
        const auto end = out.text.rfind('\n');
        if (end != std::string::npos) out.text.resize(end + 1);
    }
    out.lines = count_lines(out.text);
    return out;
}

std::string quoted(std::string_view path, std::string_view title, std::string_view text) {
    constexpr std::size_t around = 1500;
    auto cut = cut_text(text, result_text_limit - around);
    auto out = llm::document(path.substr(0, 500), title, cut.text);
    if (out.size() > result_text_limit) {  // making it inert lengthens it, too
        cut = cut_text(text, (result_text_limit - around) / 4);
        out = llm::document(path.substr(0, 500), title, cut.text);
    }
    if (cut.truncated) out += "(Cut: only " + counted(cut.lines, "line") + " shown.)\n";
    return out;
}

std::size_t count_lines(std::string_view text) {
    const auto ends = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    return ends + (!text.empty() && text.back() != '\n');
}

std::string_view lines_of(std::string_view text, std::size_t first, std::size_t last) {
    std::size_t at = 0;
    for (std::size_t line = 1; line < first; ++line) {
        const auto end = text.find('\n', at);
        if (end == std::string_view::npos) return {};
        at = end + 1;
    }
    std::size_t end = at;
    for (std::size_t line = first; line <= last && end < text.size(); ++line) {
        const auto next = text.find('\n', end);
        end = next == std::string_view::npos ? text.size() : next + 1;
    }
    return text.substr(at, end - at);
}

std::string_view byte_order_mark(std::string_view text) {
    return text.starts_with("\xEF\xBB\xBF") ? text.substr(0, 3) : std::string_view();
}

json::value asked(const json::object& args, std::string_view name) {
    const auto* value = args.if_contains(name);
    return value ? *value : json::value(nullptr);
}

std::string asked_path(const json::object& args, std::string_view name) {
    const auto text = llm::text_arg(args, name);
    const auto path = tree_path(text);
    return path ? *path : std::string(cut_utf8(text, 4000));
}

std::vector<std::string> texts_arg(const json::object& args, std::string_view name) {
    std::vector<std::string> out;
    const auto* value = args.if_contains(name);
    if (value && value->is_string()) out.emplace_back(value->get_string());
    if (!value || !value->is_array()) return out;
    for (const auto& one : value->get_array()) {
        if (one.is_string()) out.emplace_back(one.get_string());
    }
    return out;
}

Status check_text(const ReadFile& file) {
    // As git decides it.
    if (std::string_view(file.bytes).substr(0, 8000).find('\0') == std::string_view::npos) return {};
    return invalid(shown_path(file.path) + " is a binary file of " + counted(file.bytes.size(), "byte") +
                   ": it is not shown or edited")
        .because("not_text");
}

Result<json::object> diff_fields(const std::string& path, std::optional<std::string_view> before,
                                 std::optional<std::string_view> after) {
    TRY(const auto diff, git::text_diff(path, before, after, payload_text_limit));
    json::object out;
    out["diff"] = nullptr;
    if (diff.text) out["diff"] = repair_utf8(*diff.text);
    out["additions"] = diff.additions;
    out["deletions"] = diff.deletions;
    out["truncated"] = diff.truncated;
    return out;
}

ToolOutcome tool_error(std::string code, std::string message) {
    ToolOutcome out;
    out.text = "Error (" + code + "): " + message + (message.ends_with('.') ? "\n" : ".\n");
    out.error_code = std::move(code);
    out.error_message = std::move(message);
    return out;
}

Result<ToolOutcome> refusal(Error error) {
    if (!error.reason.empty()) return tool_error(error.reason, error.message);
    switch (error.code) {
        case ErrorCode::invalid_argument:
            return tool_error("invalid_argument", error.message);
        case ErrorCode::permission_denied:
        case ErrorCode::unauthenticated:
            return tool_error("not_allowed", error.message);
        case ErrorCode::not_found:
            return tool_error("not_found", error.message);
        case ErrorCode::conflict:
            return tool_error("conflict", error.message);
        case ErrorCode::too_large:
            return tool_error("too_large", error.message);
        case ErrorCode::rate_limited:
            return tool_error("busy", error.message);
        case ErrorCode::timed_out:
            return tool_error("timed_out", error.message);
        case ErrorCode::upstream_failed:
            return tool_error("upstream_failed", error.message);
        case ErrorCode::unavailable:
            return tool_error("unavailable", error.message);
        case ErrorCode::cancelled:
        case ErrorCode::internal:
            break;
    }
    return error;
}

Task<Result<ToolOutcome>> run_on_files(ToolContext& context, const json::object& args, FileTool* tool) {
    if (context.tree.path.empty())
        co_return tool_error("no_repository", "the session has no repository to work on");
    auto outcome = co_await on(context.services.pools.git, [&]() -> Result<ToolOutcome> {
        auto files = TreeFiles::open(context.tree.path);
        if (!files) return std::move(files).error();
        auto done = tool(context, *files, args);
        if (!done) return refusal(std::move(done).error());
        return done;
    });
    co_return outcome;
}

Task<Result<ToolOutcome>> run_on_named_files(ToolContext& context, const json::object& args, FileTool* tool) {
    auto name = llm::text_arg(args, "repository");
    const bool own = name.empty() || name == context.tree.repository || !context.services.workspaces;
    if (own) co_return co_await run_on_files(context, args, tool);
    auto other = co_await context.services.workspaces->reading(context.session, std::move(name));
    if (!other) co_return refusal(std::move(other).error());
    ToolContext there{context.session,  *other,          context.services,
                      context.event_id, context.goal_id, context.progress};
    auto outcome = co_await run_on_files(there, args, tool);
    if (outcome) outcome->payload["repository"] = other->repository;
    co_return outcome;
}

}  // namespace docent::agent
