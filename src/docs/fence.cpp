#include "docs/fence.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace docent::docs {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes blanks and ">" off the front of a content line: as many blanks as the opening had.
std::string_view without_prefix(std::string_view line, const FenceOpening& opening, bool& quote_ended) {
    std::size_t i = 0;
    if (opening.quoted) {
        const auto at = line.find_first_not_of(" \t");
        if (at == std::string_view::npos || line[at] != '>') {
            quote_ended = true;
            return line;
        }
        i = at;
        while (i < line.size() && line[i] == '>') {
            ++i;
            if (i < line.size() && line[i] == ' ') ++i;
        }
        return line.substr(i);
    }
    while (i < line.size() && i < opening.indent && (line[i] == ' ' || line[i] == '\t')) ++i;
    return line.substr(i);
}

bool closes(std::string_view line, const FenceOpening& opening) {
    const auto content = trim(line);
    return content.size() >= opening.length &&
           content.find_first_not_of(opening.mark) == std::string_view::npos;
}

}  // namespace

std::size_t list_marker(std::string_view line) {
    std::size_t i = 0;
    while (i < line.size() && (line[i] == ' ' || line[i] == '\t')) ++i;
    const auto digits = i;
    while (i < line.size() && is_digit(line[i])) ++i;
    if (i > digits) {
        if (i - digits > 9 || i >= line.size() || (line[i] != '.' && line[i] != ')')) return 0;
        ++i;
    } else if (i < line.size() && (line[i] == '-' || line[i] == '*' || line[i] == '+')) {
        ++i;
    } else {
        return 0;
    }
    const auto after = i;
    while (i < line.size() && line[i] == ' ') ++i;
    return i > after ? i : 0;
}

std::optional<FenceOpening> fence_opening(std::string_view line) {
    FenceOpening out;
    std::size_t i = line.find_first_not_of(" \t>");
    if (i == std::string_view::npos) return std::nullopt;
    if (line[i] != '`' && line[i] != '~') {
        const auto marker = list_marker(line.substr(i));
        if (marker == 0) return std::nullopt;
        i += marker;
    }
    if (i >= line.size() || (line[i] != '`' && line[i] != '~')) return std::nullopt;
    out.prefix = out.indent = i;
    out.quoted = line.substr(0, i).find('>') != std::string_view::npos;
    out.mark = line[i];
    while (i < line.size() && line[i] == out.mark) ++i;
    out.length = i - out.prefix;
    if (out.length < 3) return std::nullopt;
    out.info = trim(line.substr(i));
    if (out.mark == '`' && out.info.find('`') != std::string_view::npos) return std::nullopt;
    return out;
}

std::size_t read_fence(std::string_view text, std::size_t at, const FenceOpening& opening,
                       std::string& content) {
    const auto next = [&](std::size_t from) {
        const auto end = text.find('\n', from);
        return end == std::string_view::npos ? text.size() : end + 1;
    };
    at = next(at);
    while (at < text.size()) {
        const auto end = next(at);
        auto line = text.substr(at, end - at);
        const bool has_feed = line.back() == '\n';
        if (has_feed) line.remove_suffix(1);
        bool quote_ended = false;
        const auto inner = without_prefix(line, opening, quote_ended);
        if (quote_ended) return at;
        if (closes(inner, opening)) return end;
        content += inner;
        content += '\n';
        at = end;
    }
    return at;
}

void read_info(std::string_view info, std::string& language, std::string& title) {
    static constexpr std::array<std::string_view, 9> switches{
        "wrap", "lines", "expandable", "twoslash", "showLineNumbers", "live", "copy", "nocopy", "noline"};
    std::size_t i = 0;
    bool first = true;
    const auto skip_group = [&](char close) {
        const auto end = info.find(close, i);
        i = end == std::string_view::npos ? info.size() : end + 1;
    };
    while (i < info.size()) {
        if (info[i] == ' ' || info[i] == '\t' || info[i] == ',') {
            ++i;
            continue;
        }
        if (info[i] == '{') {
            skip_group('}');
            continue;
        }
        if (info[i] == '[') {  // VitePress: js [title]
            const auto end = info.find(']', i);
            if (end != std::string_view::npos) title = std::string(info.substr(i + 1, end - i - 1));
            skip_group(']');
            continue;
        }
        const auto from = i;
        while (i < info.size() && info[i] != ' ' && info[i] != '\t' && info[i] != '=' && info[i] != '{') ++i;
        const auto word = info.substr(from, i - from);
        if (i < info.size() && info[i] == '=') {
            ++i;
            std::string_view value;
            if (i < info.size() && (info[i] == '"' || info[i] == '\'')) {
                const char quote = info[i++];
                const auto end = std::min(info.find(quote, i), info.size());
                value = info.substr(i, end - i);
                i = std::min(end + 1, info.size());
            } else if (i < info.size() && info[i] == '{') {
                skip_group('}');
            } else {
                const auto end = std::min(info.find(' ', i), info.size());
                value = info.substr(i, end - i);
                i = end;
            }
            if (word == "title" || word == "filename" || word == "file" || word == "label")
                title = std::string(value);
        } else if (first) {
            const auto colon = word.find(':');  // js:line-numbers
            language = std::string(word.substr(0, colon));
        } else if (std::find(switches.begin(), switches.end(), word) == switches.end()) {
            if (!title.empty()) title += ' ';
            title += word;
        }
        first = false;
    }
    for (auto* text : {&language, &title})
        std::replace_if(
            text->begin(), text->end(), [](char c) { return c == '"' || c == '`' || (c >= 0 && c < ' '); },
            '\'');
}

}  // namespace docent::docs
