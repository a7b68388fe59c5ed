#include "agent/command_turn.hpp"

#include <map>

#include "agent/transcript.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::string_view mark_of_order = "\xEF\xBB\xBF";
constexpr char again_mark = '\'';  // behind the id of a call that is made again

std::string first_id(std::string id) {
    while (id.ends_with(again_mark)) id.pop_back();
    return id;
}

std::string error_code_of(const json::object& payload) {
    const auto* error = payload.if_contains("error");
    return error && error->is_object() ? text_field(error->get_object(), "code") : "";
}

std::string_view without_mark(std::string_view text) {
    return text.starts_with(mark_of_order) ? text.substr(mark_of_order.size()) : text;
}

std::string path_in(const json::object& args) {
    const auto path = text_field(args, "path");
    return path.empty() ? text_field(args, "source_path") : path;
}

/// A call that was made again may find that it had worked the first time.
bool was_done_before(const EngineNote& note, const std::string& code) {
    return note.call.id.ends_with(again_mark) && (code == "text_not_found" || code == "already_exists" ||
                                                  code == "not_found" || code == "nothing_changed");
}

void add_up(const store::Event& event, CommandProgress& out) {
    const auto note = EngineNote::read(event);
    const auto payload = payload_of(event);
    const auto code = error_code_of(payload);
    if (event.status == "canceled") {
        if (code == "interrupted") {
            auto call = note.call;
            call.id += again_mark;
            out.interrupted.push_back(std::move(call));
        }
        return;
    }
    if (code.empty() || was_done_before(note, code)) {
        ++out.changed;
        return;
    }
    out.failures.push_back(path_in(note.call.args) + ": " +
                           text_field(payload.at("error").as_object(), "message"));
}

llm::ToolCall call(const char* tool, json::object args) {
    llm::ToolCall out;
    out.name = tool;
    out.args = std::move(args);
    return out;
}

llm::ToolCall edit_call(const std::string& path, const std::string& before, const std::string& after) {
    const auto edit = one_edit(without_mark(before), without_mark(after));
    const auto edited = apply_edits(without_mark(before), {edit});
    // Where line ends are mixed, an edit makes them alike: then the file is written whole.
    if (!edited || edited->text != without_mark(after))
        return call("create_file", {{"path", path}, {"content", after}, {"overwrite", true}});
    return call(
        "edit_file",
        {{"path", path}, {"edits", json::array{{{"old_text", edit.old_text}, {"new_text", edit.new_text}}}}});
}

}  // namespace

std::optional<CommandProgress> command_progress(const std::vector<store::Event>& events) {
    const store::Event* message = nullptr;
    std::vector<const store::Event*> since;
    for (const auto* event : as_heard(events)) {
        if (event->type == "user_message") {
            if (event->status == "queued" || event->status == "canceled") continue;
            message = event;
            since.clear();
        } else if (message) {
            since.push_back(event);
        }
    }
    if (!message) return std::nullopt;
    CommandProgress out;
    out.text = trim(text_field(payload_of(*message), "message"));
    if (!maintenance::is_command(out.text)) return std::nullopt;
    std::vector<std::string> order;
    std::map<std::string, const store::Event*> newest;  // by the id of the call as it was first made
    for (const auto* event : since) {
        const auto note = EngineNote::read(*event);
        if (const auto* command = note.opaque.if_contains("command"); command && command->is_object()) {
            out.planned = true;
            out.title = text_field(command->get_object(), "title");
            out.report = text_field(command->get_object(), "report");
        }
        if (note.call.id.empty()) continue;
        auto& place = newest[first_id(note.call.id)];
        if (!place) order.push_back(first_id(note.call.id));
        place = event;
    }
    for (const auto& id : order) add_up(*newest.at(id), out);
    return out;
}

std::vector<llm::ToolCall> calls_of(const std::vector<maintenance::FileChange>& changes) {
    using Kind = maintenance::FileChange::Kind;
    std::vector<llm::ToolCall> out;
    // Moves first: what is edited or made afterwards may stand where they make room.
    for (const auto& change : changes) {
        if (change.kind != Kind::move) continue;
        out.push_back(
            call("move_file", {{"source_path", change.path}, {"destination_path", change.destination}}));
        if (!change.after.empty() && change.after != change.before)
            out.push_back(edit_call(change.destination, change.before, change.after));
    }
    for (const auto& change : changes) {
        if (change.kind == Kind::edit && change.before != change.after)
            out.push_back(edit_call(change.path, change.before, change.after));
        if (change.kind == Kind::create)
            out.push_back(call("create_file", {{"path", change.path}, {"content", change.after}}));
        if (change.kind == Kind::remove) out.push_back(call("remove_file", {{"path", change.path}}));
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i].id = "command-" + std::to_string(i + 1);
    return out;
}

TextEdit one_edit(std::string_view before, std::string_view after) {
    const auto shorter = std::min(before.size(), after.size());
    std::size_t begin = 0, tail = 0;
    while (begin < shorter && before[begin] == after[begin]) ++begin;
    while (tail < shorter - begin && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    // Whole lines, and then one more on each side until the text is there once.
    const auto line_start = [&](std::size_t at) {
        const auto found = at == 0 ? std::string_view::npos : before.rfind('\n', at - 1);
        return found == std::string_view::npos ? 0 : found + 1;
    };
    const auto line_end = [&](std::size_t at) {
        const auto found = before.find('\n', at);
        return found == std::string_view::npos ? before.size() : found + 1;
    };
    auto from = line_start(begin);
    auto to = before.size() - tail;
    if (to == from || before[to - 1] != '\n') to = line_end(to);
    for (;;) {
        const auto old_text = before.substr(from, to - from);
        const bool whole = from == 0 && to == before.size();
        const bool once = !old_text.empty() && before.find(old_text) == from &&
                          before.find(old_text, from + 1) == std::string_view::npos;
        if (whole || once) {
            const auto rest = before.size() - to;
            TextEdit edit;
            edit.old_text = old_text;
            edit.new_text = after.substr(from, after.size() - rest - from);
            return edit;
        }
        if (from > 0) from = line_start(from - 1);
        to = line_end(to);
    }
}

}  // namespace docent::agent
