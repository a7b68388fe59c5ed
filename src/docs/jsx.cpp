#include "docs/jsx.hpp"

#include <array>

#include "base/text.hpp"

namespace docent::docs {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
bool is_name(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':';
}

/// After a string that begins at text[at]; `at` when it does not end on its line (an apostrophe then).
std::size_t string_end(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == quote)
            return i + 1;
        else if (text[i] == '\n' && quote != '`')
            return at;
    }
    return at;
}

std::string unescape(std::string_view source) {
    std::string out;
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] != '\\' || i + 1 == source.size()) {
            out += source[i];
            continue;
        }
        const char c = source[++i];
        if (c == 'n')
            out += '\n';
        else if (c == 't')
            out += ' ';
        else if (c != '\n')
            out += c;
    }
    return out;
}

void append_utf8(std::string& out, unsigned long c) {
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) || (c < 0x20 && c != '\n' && c != '\t'))
        c = 0xfffd;
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

/// Reads the attribute at `i` (a name character or "{"). False when this is no tag.
bool read_attribute(std::string_view text, std::size_t& i, Tag& tag, ScanBudget& budget) {
    if (text[i] == '{') {  // {...spread}
        const auto end = expression_end(text, i, budget);
        if (end == std::string_view::npos) return false;
        i = end;
        return true;
    }
    Attribute attribute;
    while (i < text.size() && (is_name(text[i]) || text[i] == '@' || text[i] == '#'))
        attribute.name += text[i++];
    if (attribute.name.empty()) return false;
    auto next = i;
    while (next < text.size() && is_space(text[next])) ++next;
    if (next < text.size() && text[next] == '=') {
        i = next + 1;
        while (i < text.size() && is_space(text[i])) ++i;
        if (i >= text.size()) return false;
        if (text[i] == '"' || text[i] == '\'') {
            const auto end = text.find(text[i], i + 1);
            if (end == std::string_view::npos) {
                i = text.size();
                return false;
            }
            attribute.value = decode_entities(text.substr(i + 1, end - i - 1));
            attribute.begin = i + 1;
            attribute.end = end;
            i = end + 1;
        } else if (text[i] == '{') {
            const auto end = expression_end(text, i, budget);
            if (end == std::string_view::npos) return false;
            const auto source = trim(text.substr(i + 1, end - i - 2));
            const auto literal = literal_text(source);
            attribute.value = literal ? *literal : std::string(source);
            attribute.expression = !literal;
            attribute.begin = static_cast<std::size_t>(source.data() - text.data());
            attribute.end = attribute.begin + source.size();
            if (literal && source.size() > 1 && is_quote(source[0])) {
                ++attribute.begin;
                --attribute.end;
            }
            i = end;
        } else {
            attribute.begin = i;
            while (i < text.size() && !is_space(text[i]) && text[i] != '>') attribute.value += text[i++];
            attribute.end = i;
        }
    }
    tag.attributes.push_back(std::move(attribute));
    return true;
}

std::optional<Tag> parse_tag(std::string_view text, std::size_t at, std::size_t& i, ScanBudget& budget) {
    Tag tag;
    i = at + 1;
    if (i < text.size() && text[i] == '/') {
        tag.closing = true;
        ++i;
    }
    if (i >= text.size()) return std::nullopt;
    if (text[i] == '>') {  // a fragment
        tag.end = i + 1;
        return tag;
    }
    if (!is_letter(text[i])) return std::nullopt;
    while (i < text.size() && is_name(text[i]) && text[i] != ':') tag.name += text[i++];
    if (tag.name.size() > 100) return std::nullopt;
    for (;;) {
        const auto before = i;
        while (i < text.size() && is_space(text[i])) ++i;
        if (i >= text.size()) return std::nullopt;
        if (text[i] == '>') {
            tag.end = i + 1;
            return tag;
        }
        if (text[i] == '/' && i + 1 < text.size() && text[i + 1] == '>') {
            tag.self_closing = true;
            tag.end = i + 2;
            return tag;
        }
        if (i == before || tag.closing || tag.attributes.size() > 200) return std::nullopt;
        if (!read_attribute(text, i, tag, budget)) return std::nullopt;
    }
}

}  // namespace

const Attribute* Tag::find(std::string_view wanted) const {
    for (const auto& attribute : attributes)
        if (attribute.name == wanted) return &attribute;
    return nullptr;
}

std::string Tag::text(std::string_view wanted) const {
    const auto* attribute = find(wanted);
    return attribute && !attribute->expression ? attribute->value : "";
}

bool Tag::flag(std::string_view wanted) const {
    const auto* attribute = find(wanted);
    return attribute && attribute->value != "false";
}

std::optional<Tag> read_tag(std::string_view text, std::size_t at, ScanBudget& budget) {
    if (budget.spent()) return std::nullopt;
    std::size_t reached = at;
    auto tag = parse_tag(text, at, reached, budget);
    if (!tag) budget.charge(reached - at);
    return tag;
}

std::size_t expression_end(std::string_view text, std::size_t at, ScanBudget& budget) {
    if (budget.spent()) return std::string_view::npos;
    std::size_t depth = 0, i = at;
    std::size_t templates = 0;  // inside `...${ }...` only the holes count
    while (i < text.size()) {
        const char c = text[i];
        if (c == '{')
            ++depth;
        else if (c == '}') {
            if (--depth == 0) return i + 1;
        } else if (c == '"' || c == '\'' || c == '`') {
            const auto end = string_end(text, i);
            if (end > i) {
                i = end;
                continue;
            }
            if (c == '`' && ++templates > 2) break;
        } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '*') {
            const auto end = text.find("*/", i + 2);
            if (end == std::string_view::npos) break;
            i = end + 2;
            continue;
        } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '/' && i > 0 && is_space(text[i - 1])) {
            const auto end = text.find('\n', i);
            if (end == std::string_view::npos) break;
            i = end;
        }
        ++i;
    }
    budget.charge(text.size() - at);
    return std::string_view::npos;
}

std::optional<std::string> literal_text(std::string_view expression) {
    const auto source = trim(expression);
    if (source.empty()) return std::nullopt;
    const char first = source[0];
    if (first == '"' || first == '\'' || first == '`') {
        if (string_end(source, 0) != source.size()) return std::nullopt;
        const auto inner = source.substr(1, source.size() - 2);
        if (first == '`' && inner.find("${") != std::string_view::npos) return std::nullopt;
        return unescape(inner);
    }
    if (source == "true" || source == "false") return std::string(source);
    if (source.size() > 24 || source.find_first_not_of("0123456789.-") != std::string_view::npos)
        return std::nullopt;
    return std::string(source);
}

std::string decode_entities(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> named{{{"amp", "&"},
                                                                                          {"lt", "<"},
                                                                                          {"gt", ">"},
                                                                                          {"quot", "\""},
                                                                                          {"apos", "'"},
                                                                                          {"nbsp", " "},
                                                                                          {"mdash", "—"},
                                                                                          {"ndash", "–"},
                                                                                          {"hellip", "…"},
                                                                                          {"copy", "©"},
                                                                                          {"reg", "®"},
                                                                                          {"rarr", "→"},
                                                                                          {"larr", "←"},
                                                                                          {"times", "×"}}};
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '&') {
            out += text[i];
            continue;
        }
        const auto end = text.substr(i, 12).find(';');
        const auto word = end == std::string_view::npos ? std::string_view() : text.substr(i + 1, end - 1);
        bool done = false;
        for (const auto& [name, value] : named)
            if (word == name) {
                out += value;
                done = true;
            }
        if (!done && word.size() > 1 && word[0] == '#') {
            const bool hex = word[1] == 'x' || word[1] == 'X';
            const auto digits = word.substr(hex ? 2 : 1);
            if (!digits.empty() && digits.find_first_not_of(hex ? "0123456789abcdefABCDEF" : "0123456789") ==
                                       std::string_view::npos) {
                append_utf8(out, std::stoul(std::string(digits), nullptr, hex ? 16 : 10));
                done = true;
            }
        }
        if (done)
            i += end;
        else
            out += '&';
    }
    return out;
}

}  // namespace docent::docs
