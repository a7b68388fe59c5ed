#include "api/mcp/shell/glob.hpp"

#include <string>

namespace docent::api::shell {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Reads "[...]" at the front of `pattern`. False when it is not closed: "[" is literal then.
bool bracket(std::string_view pattern, char c, std::size_t& length, bool& fits) {
    std::size_t i = 1;
    const bool inverted = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    if (inverted) ++i;
    bool found = false;
    for (bool first = true; i < pattern.size() && (pattern[i] != ']' || first); first = false) {
        if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
        const char low = pattern[i++];
        char high = low;
        if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
            high = pattern[i + 1];
            i += 2;
        }
        found = found || (c >= low && c <= high);
    }
    if (i >= pattern.size()) return false;
    length = i + 1;
    fits = found != inverted;
    return true;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text, bool cross, bool ignore_case) {
    constexpr auto none = std::string_view::npos;
    // Where to go on when the characters differ: after the last "*", and after the last "**".
    std::size_t p = 0, t = 0, star = none, star_at = 0, wide = none, wide_at = 0;
    for (;;) {
        if (p == pattern.size() && t == text.size()) return true;
        bool advanced = false;
        if (p < pattern.size()) {
            const char c = pattern[p];
            if (c == '*') {
                std::size_t end = p;
                while (end < pattern.size() && pattern[end] == '*') ++end;
                if (cross || end - p > 1) {
                    // "**/" also stands for no folder at all.
                    if (!cross && end < pattern.size() && pattern[end] == '/' &&
                        (p == 0 || pattern[p - 1] == '/'))
                        ++end;
                    wide = end;
                    wide_at = t;
                    star = none;
                } else {
                    star = end;
                    star_at = t;
                }
                p = end;
                continue;
            }
            if (t < text.size()) {
                const char have = ignore_case ? lower(text[t]) : text[t];
                std::size_t length = 1;
                bool fits = false;
                if (c == '?') {
                    fits = cross || have != '/';
                } else if (c == '[' && bracket(pattern.substr(p), have, length, fits)) {
                    fits = fits && (cross || have != '/');
                } else {
                    const bool escaped = c == '\\' && p + 1 < pattern.size();
                    length = escaped ? 2 : 1;
                    const char want = escaped ? pattern[p + 1] : c;
                    fits = (ignore_case ? lower(want) : want) == have;
                }
                if (fits) {
                    p += length;
                    ++t;
                    advanced = true;
                }
            }
        }
        if (advanced) continue;
        if (star != none && star_at < text.size() && text[star_at] != '/') {
            p = star;
            t = ++star_at;
        } else if (wide != none && wide_at < text.size()) {
            p = wide;
            t = ++wide_at;
            star = none;
        } else {
            return false;
        }
    }
}

bool name_matches(std::string_view pattern, std::string_view name, bool ignore_case) {
    if (glob_matches(pattern, name, true, ignore_case)) return true;
    return name.ends_with(".md") && glob_matches(pattern, std::string(name) + "x", true, ignore_case);
}

}  // namespace docent::api::shell
