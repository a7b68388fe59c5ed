#include "agent/written_files.hpp"

#include <boost/json/parse.hpp>

#include "llm/tool_args.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

using Files = std::map<std::string, WrittenFile>;

void wrote(Files& files, const std::string& path, const std::string& before, const std::string& after) {
    auto& file = files[path];
    const bool unbroken = !file.contents.empty() && !file.removed && file.sha256 == before;
    if (!unbroken) {
        file.contents.clear();
        file.contents.insert(before);
        file.origin = path;
    }
    file.contents.insert(after);
    file.sha256 = after;
    file.removed = false;
}

void removed(Files& files, const std::string& path) {
    auto& file = files[path];
    file.removed = true;
    file.sha256.clear();
}

void moved(Files& files, const std::string& from, const std::string& to, const std::string& sha256) {
    WrittenFile file;
    file.sha256 = sha256;
    file.origin = from;
    if (const auto known = files.find(from); known != files.end() && known->second.sha256 == sha256) {
        file.contents = known->second.contents;
        file.origin = known->second.origin;
    }
    file.contents.insert(sha256);
    files[to] = std::move(file);
    removed(files, from);
}

}  // namespace

const std::vector<std::string>& writing_event_types() {
    static const std::vector<std::string> types = {"agent_file_edit", "agent_file_create",
                                                   "agent_file_remove", "agent_file_move", "agent_file_copy"};
    return types;
}

Files written_files(const std::vector<store::Event>& events) {
    Files files;
    for (const auto& event : events) {
        if (event.status != "completed") continue;
        boost::system::error_code failed;
        const auto parsed = json::parse(event.payload, failed);
        if (failed || !parsed.is_object()) continue;
        const auto& payload = parsed.get_object();
        const auto field = [&](std::string_view name) { return llm::text_arg(payload, name); };
        if (event.type == "agent_file_remove") {
            const auto* paths = payload.if_contains("removed_paths");
            if (!paths || !paths->is_array()) continue;
            for (const auto& path : paths->get_array()) {
                if (path.is_string()) removed(files, std::string(path.get_string()));
            }
            continue;
        }
        const auto* error = payload.if_contains("error");
        if (error && !error->is_null()) continue;
        if (event.type == "agent_file_edit" || event.type == "agent_file_create") {
            if (!field("after_sha256").empty())
                wrote(files, field("path"), field("before_sha256"), field("after_sha256"));
        } else if (event.type == "agent_file_move") {
            if (!field("sha256").empty())
                moved(files, field("source_path"), field("destination_path"), field("sha256"));
        } else if (event.type == "agent_file_copy") {
            if (!field("sha256").empty()) wrote(files, field("destination_path"), "", field("sha256"));
        }
    }
    return files;
}

}  // namespace docent::agent
