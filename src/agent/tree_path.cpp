#include "agent/tree_path.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include "base/text.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t longest_path = 4000, longest_name = 255;

Error bad_path(std::string message, std::string reason) {
    return invalid(std::move(message)).because(std::move(reason));
}

}  // namespace

bool is_git_folder(std::string_view name) {
    // What Windows drops from the end of a name, and what begins a stream of it.
    if (const auto stream = name.find(':'); stream != std::string_view::npos) name = name.substr(0, stream);
    while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.remove_suffix(1);
    const auto lower = lower_ascii(name);
    return lower == ".git" || lower == "git~1";
}

Result<std::string> tree_path(std::string_view text) {
    if (text.size() > longest_path) return bad_path("the path is too long", "invalid_path");
    if (text.find('\0') != std::string_view::npos)
        return bad_path("a path has no zero characters", "invalid_path");
    if (text.starts_with('/'))
        return bad_path("paths are relative to the top of the repository: leave out the first \"/\"",
                        "outside_repository");
    std::string out;
    for (const auto& part : split(text, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..")
            return bad_path("a path stays inside the repository: \"..\" is not taken", "outside_repository");
        if (part.size() > longest_name) return bad_path("a name in the path is too long", "invalid_path");
        if (is_git_folder(part)) return bad_path("git's own folder is not to be touched", "not_allowed");
        if (!out.empty()) out += '/';
        out += part;
    }
    return out;
}

std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string joined(std::string_view folder, std::string_view name) {
    std::string out(folder);
    if (!out.empty()) out += '/';
    return out += name;
}

std::string shown_path(std::string_view path) {
    bool plain = true;
    for (const char c : path) plain = plain && static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != 0x7f;
    if (plain && path == trim(path)) return repair_utf8(path);
    return boost::json::serialize(boost::json::string(repair_utf8(path)));
}

}  // namespace docent::agent
