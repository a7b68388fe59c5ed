#include "git/text_diff.hpp"

#include <git2.h>

#include <string>

#include "git/changes.hpp"
#include "git/libgit2.hpp"

namespace docent::git {
namespace {

constexpr std::size_t most_input = 16 << 20;

/// Names that a patch cannot hold as they are stand in quotes there (git-diff(1), "Generating patch text").
std::string quoted(const std::string& path) {
    std::string out;
    bool odd = false;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            odd = true;
            (out += '\\') += c;
        } else if (c == '\n' || c == '\t') {
            odd = true;
            out += c == '\n' ? "\\n" : "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            odd = true;
            out += '\\';
            for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (byte >> shift & 7));
        } else {
            out += c;
        }
    }
    return odd ? out : path;
}

std::string name_line(const char* sign, const char* prefix, const std::string& path, bool is_there) {
    if (!is_there) return std::string(sign) + " /dev/null\n";
    const auto name = quoted(path);
    if (name != path) return std::string(sign) + " \"" + prefix + name + "\"\n";
    // patch(1) reads a name with a space up to a tab.
    return std::string(sign) + " " + prefix + name + (path.find(' ') != path.npos ? "\t\n" : "\n");
}

}  // namespace

Result<TextDiff> text_diff(const std::string& path, std::optional<std::string_view> before,
                           std::optional<std::string_view> after, std::size_t max_text) {
    use_libgit2();
    const auto old_text = before.value_or(""), new_text = after.value_or("");
    if (old_text.size() > most_input || new_text.size() > most_input)
        return Error(ErrorCode::too_large, "the file is too large to be compared");
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    git_patch* raw = nullptr;
    if (git_patch_from_buffers(&raw, old_text.data(), old_text.size(), "f", new_text.data(), new_text.size(),
                               "f", &options) != 0)
        return git_error(ErrorCode::internal, "internal error");
    const Handle<git_patch> patch(raw);
    TextDiff diff;
    if ((git_patch_get_delta(patch.get())->flags & GIT_DIFF_FLAG_BINARY) != 0) return diff;
    std::size_t added = 0, removed = 0;
    git_patch_line_stats(nullptr, &added, &removed, patch.get());
    diff.additions = static_cast<int>(added);
    diff.deletions = static_cast<int>(removed);

    // The head is written here: libgit2 knows of no missing file, and quotes names in another way.
    const auto name = quoted(path);
    const bool odd = name != path;
    const auto side = [&](const char* prefix) {
        return (odd ? "\"" : "") + (prefix + name) + (odd ? "\"" : "");
    };
    std::string text = "diff --git " + side("a/") + " " + side("b/") + "\n";
    if (!before) text += "new file mode 100644\n";
    if (!after) text += "deleted file mode 100644\n";
    git_buf printed = {};
    if (git_patch_to_buf(&printed, patch.get()) != 0) return git_error(ErrorCode::internal, "internal error");
    const std::string_view body(printed.ptr, printed.size);
    const auto hunks = body.find("\n@@ ");
    if (hunks != body.npos) {
        text += name_line("---", "a/", path, before.has_value());
        text += name_line("+++", "b/", path, after.has_value());
        text += body.substr(hunks + 1);
    } else if (before && after) {
        text.clear();  // the same
    }
    git_buf_dispose(&printed);
    diff.text = cut_at_line(std::move(text), max_text, diff.truncated);
    return diff;
}

}  // namespace docent::git
