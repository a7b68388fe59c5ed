#include "assistant/link_syntax.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t longest_label = 1000;
constexpr std::size_t longest_target = 2000;
constexpr std::size_t longest_code_span = 1000;
constexpr std::size_t longest_tag = 200;

LinkSyntax no() { return {}; }
LinkSyntax more() {
    LinkSyntax out;
    out.parsed = Parsed::more;
    return out;
}
LinkSyntax yes(std::size_t size, std::string_view label, std::string_view target) {
    LinkSyntax out;
    out.parsed = Parsed::yes;
    out.size = size;
    out.label = label;
    out.target = target;
    return out;
}

std::size_t run_of(std::string_view text, std::size_t from, char c) {
    std::size_t n = 0;
    while (from + n < text.size() && text[from + n] == c) ++n;
    return n;
}

/// Where the label that begins at 0 ends: the place of its bracket. npos: nowhere; `cut`: not yet.
std::size_t label_end(std::string_view text, bool whole, bool& cut) {
    cut = false;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > longest_label) return text.npos;
        const char c = text[i];
        if (c == '\\') {
            ++i;
        } else if (c == '`') {
            const auto span = parse_code_span(text.substr(i), whole);
            if (span.parsed == Parsed::more) break;
            i += (span.parsed == Parsed::yes ? span.size : run_of(text, i, '`')) - 1;
        } else if (c == '\n') {
            const auto next = text.find_first_not_of(" \t", i + 1);
            if (next != text.npos && text[next] == '\n') return text.npos;
        } else if (c == '[') {
            ++depth;
        } else if (c == ']' && --depth == 0) {
            return i;
        }
    }
    cut = !whole;
    return text.npos;
}

/// A target as the standard has it, from behind the parenthesis; `size` includes the closing one. `more`: the
/// text ends before that can be told.
LinkSyntax strict_target(std::string_view text) {
    std::size_t i = text.find_first_not_of(" \t\n");
    if (i == text.npos) return more();
    std::string target;
    if (text[i] == '<') {
        const auto close = text.find_first_of(">\n", i);
        if (close == text.npos) return more();
        if (text[close] == '\n') return no();
        target = text.substr(i + 1, close - i - 1);
        i = close + 1;
    } else {
        int depth = 0;
        for (; i < text.size() && static_cast<unsigned char>(text[i]) > ' '; ++i) {
            if (text[i] == '(') ++depth;
            if (text[i] == ')' && depth-- == 0) break;
            if (text[i] == '\\' && i + 1 < text.size() &&
                std::ispunct(static_cast<unsigned char>(text[i + 1])))
                ++i;
            target += text[i];
        }
    }
    i = text.find_first_not_of(" \t\n", i);
    if (i == text.npos) return more();
    if (text[i] == '"' || text[i] == '\'' || text[i] == '(') {
        const char quote = text[i] == '(' ? ')' : text[i];
        for (++i; i < text.size() && text[i] != quote; ++i) {
            if (text[i] == '\\') ++i;
        }
        i = text.find_first_not_of(" \t\n", i + 1);
    }
    if (i == text.npos) return more();
    if (text[i] != ')') return no();
    return yes(i + 1, "", target);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

LinkSyntax parse_link(std::string_view text, bool whole) {
    bool cut = false;
    const auto close = label_end(text, whole, cut);
    if (cut) return more();
    if (close == text.npos) return no();
    const auto label = text.substr(1, close - 1);
    if (close + 1 == text.size()) return whole ? no() : more();
    const char next = text[close + 1];
    if (next == '[') {
        const auto end = text.find_first_of("]\n", close + 2);
        if (end == text.npos) return whole || text.size() - close > longest_label ? no() : more();
        return text[end] == ']' ? yes(end + 1, label, "") : no();
    }
    if (next != '(') return no();
    const auto rest = text.substr(close + 2);
    const auto target = strict_target(rest);
    if (target.parsed == Parsed::yes) return yes(close + 2 + target.size, label, target.target);
    const auto line = std::min(rest.find('\n'), rest.size());
    const bool open = target.parsed == Parsed::more || line == rest.size();
    if (open && !whole && rest.size() < longest_target) return more();
    const auto end = rest.substr(0, line).find(')');
    if (end == rest.npos) return no();
    return yes(close + 2 + end + 1, label, trim(rest.substr(0, end)));
}

LinkSyntax parse_code_span(std::string_view text, bool whole) {
    const auto opening = run_of(text, 0, '`');
    if (opening == text.size()) return whole ? no() : more();
    for (std::size_t i = opening; i < text.size();) {
        if (text[i] == '\n' || i > longest_code_span) return no();
        if (text[i] != '`') {
            ++i;
            continue;
        }
        const auto run = run_of(text, i, '`');
        if (i + run == text.size() && !whole) return more();
        if (run == opening) return yes(i + run, text.substr(opening, i - opening), "");
        i += run;
    }
    return whole ? no() : more();
}

LinkSyntax parse_autolink(std::string_view text, bool whole) {
    std::size_t i = 1;
    while (i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '+' ||
                               text[i] == '.' || text[i] == '-'))
        ++i;
    if (i > 33) return no();
    if (i == text.size()) return whole ? no() : more();
    if (text[i] != ':' || i < 3) return no();
    for (; i < text.size() && i < longest_target; ++i) {
        if (text[i] == '>') return yes(i + 1, "", text.substr(1, i - 1));
        if (is_blank(text[i]) || text[i] == '<') return no();
    }
    return whole || i >= longest_target ? no() : more();
}

LinkSyntax parse_tag(std::string_view text, bool whole) {
    if (text.size() == 1) return whole ? no() : more();
    const char first = text[1];
    if (!std::isalpha(static_cast<unsigned char>(first)) && first != '/' && first != '!' && first != '?')
        return no();
    const auto end = text.find_first_of(">\n`|", 1);
    if (end == text.npos && text.size() < longest_tag && !whole) return more();
    // Not whole: still nothing that may stand for itself.
    if (end == text.npos || text[end] != '>' || end > longest_tag) return yes(0, "", "");
    const auto inside = lower_ascii(trim(text.substr(1, end - 1)));
    const bool plain = inside.find_first_of(" \t=\"'") == inside.npos || inside.ends_with(" /");
    return yes(end + 1, plain ? inside : "", "");
}

LinkSyntax parse_address(std::string_view text, bool whole) {
    static constexpr std::array<std::string_view, 4> beginnings{"https://", "http://", "www.", "ftp://"};
    const auto start = lower_ascii(text.substr(0, 8));
    bool is_address = false;
    for (const auto beginning : beginnings) {
        if (start.substr(0, beginning.size()) == beginning) is_address = true;
        if (!whole && start.size() < beginning.size() && beginning.substr(0, start.size()) == start)
            return more();
    }
    if (!is_address) return no();
    std::size_t i = 0;
    while (i < text.size() && i<longest_target&& static_cast<unsigned char>(text[i])> ' ' &&
           static_cast<unsigned char>(text[i]) < 0x7F &&
           std::string_view("<>\"`|[]{}\\^").find(text[i]) == text.npos)
        ++i;
    if (i == text.size() && !whole && i < longest_target) return more();
    // What ends the sentence is not part of it.
    auto address = text.substr(0, i);
    while (!address.empty()) {
        const char last = address.back();
        const bool unbalanced = last == ')' && std::count(address.begin(), address.end(), '(') <
                                                   std::count(address.begin(), address.end(), ')');
        if (!unbalanced && std::string_view("?!.,:*_~';").find(last) == text.npos) break;
        address.remove_suffix(1);
    }
    if (address.empty()) return no();
    return yes(address.size(), "", address);
}

}  // namespace docent::assistant
