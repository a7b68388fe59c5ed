#include "cli/session_view.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "cli/terminal.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

constexpr const char* bold = "1";
constexpr const char* red = "31";
constexpr const char* green = "32";
constexpr const char* cyan = "36";
constexpr const char* faint = "2";

const json::object none;

std::string shown_field(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? printable(value->get_string()) : std::string();
}

std::int64_t number(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_int64() ? value->get_int64() : 0;
}

std::size_t count(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_array() ? value->get_array().size() : 0;
}

const json::object& part(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_object() ? value->get_object() : none;
}

std::string one_line(std::string text, std::size_t most = 100) {
    for (auto& c : text)
        if (c == '\n' || c == '\t') c = ' ';
    if (text.size() <= most) return text;
    return std::string(cut_utf8(text, most)) + "…";
}

std::string indented(const std::string& text) {
    std::string out;
    for (const auto& line : split(text, '\n')) out += "  " + line + "\n";
    return out;
}

/// The result of an action in a few words.
std::string outcome(const std::string& type, const json::object& payload) {
    if (type == "agent_file_edit" || type == "agent_file_create" || type == "agent_file_remove")
        return fmt::format("+{} -{}", number(payload, "additions"), number(payload, "deletions"));
    if (type.starts_with("agent_search")) return fmt::format("{} matches", number(payload, "total_matches"));
    if (type == "agent_run_repository_command") {
        const auto* code = payload.if_contains("exit_code");
        const auto* late = payload.if_contains("timed_out");
        if (late && late->is_bool() && late->get_bool()) return "took too long";
        return code && code->is_int64() ? fmt::format("exit {}", code->get_int64()) : "";
    }
    if (type == "agent_http_request" || type == "agent_web_browse") {
        const auto status = number(payload, "status_code");
        return status == 0 ? "" : std::to_string(status);
    }
    if (type == "agent_branch_diff" || type == "agent_uncommitted_changes")
        return fmt::format("{} files", count(payload, "files"));
    return shown_field(payload, "result");
}

/// What an action is about.
std::string subject(const json::object& payload) {
    for (const auto* name : {"command", "url", "query", "title", "source_branch"})
        if (auto text = shown_field(payload, name); !text.empty()) return one_line(text);
    const auto from = shown_field(payload, "source_path");
    if (!from.empty()) return from + " -> " + shown_field(payload, "destination_path");
    auto path = shown_field(payload, "path");
    if (!path.empty() && number(payload, "start_line") > 0)
        path += fmt::format(":{}-{}", number(payload, "start_line"), number(payload, "end_line"));
    return path.empty() ? shown_field(payload, "branch") : path;
}

std::string plan_lines(const json::object& payload) {
    const auto* steps = payload.if_contains("steps");
    if (!steps || !steps->is_array()) return "";
    std::string out;
    for (const auto& one : steps->get_array()) {
        if (!one.is_object()) continue;
        const auto& step = one.get_object();
        const auto status = shown_field(step, "status");
        const char mark = status == "completed"     ? 'x'
                          : status == "in_progress" ? '>'
                          : status == "failed"      ? '!'
                          : status == "skipped"     ? '-'
                                                    : ' ';
        out += fmt::format("  [{}] {}\n", mark, one_line(shown_field(step, "title")));
    }
    return out;
}

std::string question_lines(const json::object& payload) {
    std::string out = indented(shown_field(payload, "message"));
    const auto* questions = payload.if_contains("questions");
    if (!questions || !questions->is_array()) return out;
    for (const auto& one : questions->get_array()) {
        const auto* options = one.is_object() ? one.get_object().if_contains("options") : nullptr;
        if (!options || !options->is_array()) continue;
        for (const auto& option : options->get_array())
            if (option.is_object())
                out += "  - " + one_line(shown_field(option.get_object(), "label")) + "\n";
    }
    return out;
}

}  // namespace

std::string coloured_diff(std::string_view diff) {
    std::string out;
    while (!diff.empty()) {
        const auto end = diff.find('\n');
        const auto line = diff.substr(0, end);
        diff.remove_prefix(end == diff.npos ? diff.size() : end + 1);
        const char* code = line.starts_with("+++") || line.starts_with("---") || line.starts_with("diff ")
                               ? bold
                           : line.starts_with("@@") ? cyan
                           : line.starts_with("+")  ? green
                           : line.starts_with("-")  ? red
                                                    : "";
        const auto text = printable(line);
        out += *code ? fmt::format("\x1b[{}m{}\x1b[0m\n", code, text) : text + "\n";
    }
    return out;
}

std::string event_line(const json::object& event) {
    const auto type = shown_field(event, "type");
    const auto& payload = part(event, "payload");
    std::string what = type.starts_with("agent_") ? type.substr(6) : type;
    for (auto& c : what)
        if (c == '_') c = ' ';
    std::string out = what;
    if (const auto about = subject(payload); !about.empty()) out += " " + about;
    const auto failure = shown_field(part(payload, "error"), "message");
    const auto ended = failure.empty() ? outcome(type, payload) : "failed: " + one_line(failure);
    if (!ended.empty()) out += "  (" + ended + ")";
    if (shown_field(event, "status") == "canceled" && failure.empty()) out += "  (canceled)";
    return out;
}

std::string SessionView::colour(const char* code, std::string text) const {
    return terminal_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

std::string SessionView::show(const net::SseEvent& event) {
    boost::system::error_code failed;
    const auto value = json::parse(event.data, failed);
    if (failed || !value.is_object()) return "";
    const auto& data = value.get_object();
    std::string out;
    if (event.event == "session") {
        agent_status_ = shown_field(data, "agent_status");
        status_ = shown_field(data, "status");
        id_ = shown_field(data, "id");
    } else if (event.event == "session_event") {
        out = show_event(data);
        if (!out.empty() && out != "\n" && !at_line_start_) out.insert(0, 1, '\n');
        if (!out.empty()) at_line_start_ = true;
    } else if (event.event == "delta" && terminal_) {
        const auto of = shown_field(data, "event_id");
        const auto text = shown_field(data, "text");
        if (shown_.contains(of) || text.empty()) return "";
        if (open_ != of && !at_line_start_) out = "\n";
        open_ = of;
        out += text;
        at_line_start_ = out.back() == '\n';
    }
    return out;
}

std::string SessionView::show_event(const json::object& event) {
    const auto id = shown_field(event, "id");
    const auto type = shown_field(event, "type");
    const auto status = shown_field(event, "status");
    const auto& payload = part(event, "payload");
    if (type == "agent_ask_user") {
        if (status == "processing") question_ = event;
        if (status != "processing" && shown_field(question_, "id") == id) question_.clear();
    }
    // Messages and questions are shown when they come, actions when they have ended.
    const bool waits = status == "processing" || status == "queued";
    const bool at_once = type == "user_message" || type == "agent_ask_user";
    if ((waits && !at_once) || shown_.contains(id)) return "";
    shown_[id] = true;
    const auto message = shown_field(payload, "message");
    if (type == "user_message")
        return colour(bold, "> " + one_line(message, 500)) + (status == "queued" ? "  (waits)\n" : "\n");
    if (type == "agent_message") {
        if (open_ == id) return at_line_start_ ? "" : "\n";
        return message.empty() ? "" : message + (message.ends_with('\n') ? "" : "\n");
    }
    if (type == "system_message") return colour(faint, "! " + message) + "\n";
    if (type == "agent_ask_user") return colour(bold, "? the agent asks:") + "\n" + question_lines(payload);
    if (type == "user_ask_user_response") return colour(faint, "answered") + "\n";
    if (type == "session_finished")
        return colour(green, "finished: " + shown_field(payload, "outcome")) + "\n" +
               indented(shown_field(payload, "summary"));
    auto out = colour(faint, "* ") + event_line(event) + "\n";
    if (type == "agent_plan_execution_update") out += plan_lines(payload);
    if (type.starts_with("agent_file_") || type == "agent_rollback_uncommitted_changes") {
        const auto* diff = payload.if_contains("diff");
        if (diff && diff->is_string() && !diff->get_string().empty())
            out += terminal_ ? coloured_diff(diff->get_string()) : printable(diff->get_string());
        if (!out.ends_with('\n')) out += '\n';
    }
    return out;
}

}  // namespace docent::cli
