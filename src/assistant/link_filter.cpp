#include "assistant/link_filter.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "assistant/line_start.hpp"
#include "assistant/link_syntax.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t npos = std::string::npos;
constexpr std::size_t longest_fence_line = 300;
constexpr std::array<std::string_view, 13> harmless_tags{"br",       "br/",     "br /",    "kbd",  "/kbd",
                                                         "sub",      "/sub",    "sup",     "/sup", "details",
                                                         "/details", "summary", "/summary"};

/// Markdown that can stand in a link's label: no links, no images, no tags.
std::string harmless(std::string_view label) {
    LinkFilter filter;
    std::string out;
    auto pieces = filter.feed(label);
    for (auto& piece : filter.end()) pieces.push_back(std::move(piece));
    for (const auto& piece : pieces) {
        if (!piece.link) {
            out += piece.text;
        } else if (piece.link->kind == WrittenLink::Kind::address) {
            out += "`" + piece.link->target + "`";
        } else {
            out += piece.link->label;
        }
    }
    return out;
}

/// Code that a renderer may see as text after all: its links are broken.
std::string broken_links(std::string_view code) {
    std::string out;
    for (std::size_t i = 0; i < code.size(); ++i) {
        out += code[i];
        if (code[i] == ']' && i + 1 < code.size() && (code[i + 1] == '(' || code[i + 1] == ':')) out += ' ';
    }
    return out;
}

}  // namespace

std::vector<LinkFilter::Piece> LinkFilter::feed(std::string_view text) {
    held_ += text;
    scan(false);
    return claims_.ready();
}

std::vector<LinkFilter::Piece> LinkFilter::end() {
    scan(true);
    claims_.end_sentence();
    return claims_.ready();
}

void LinkFilter::scan(bool whole) {
    std::size_t at = 0;
    while (at < held_.size()) {
        const auto taken = take(at, whole);
        if (taken == npos) break;
        at += taken;
    }
    held_.erase(0, at);
}

std::size_t LinkFilter::take(std::size_t at, bool whole) {
    if (fence_.mark) return take_code_line(at, whole);
    return line_start_ ? take_line_start(at, whole) : take_inline(at, whole);
}

std::size_t LinkFilter::take_line_start(std::size_t at, bool whole) {
    const auto text = std::string_view(held_).substr(at);
    const auto start = parse_line_start(text, whole);
    if (start.more) return npos;
    const auto content = text.substr(start.size);
    if (!content.empty() && content[0] != '\n') {
        if (start.listed) list_indent_ = start.last_list;
        if (!start.listed && start.columns == 0) list_indent_ = 0;
    }
    if (!content.empty() && (content[0] == '`' || content[0] == '~')) {
        const auto run = std::min(content.find_first_not_of(content[0]), content.size());
        const auto line = content.find('\n');
        if (line == npos && !whole && content.size() < longest_fence_line) return npos;
        const auto info = content.substr(run, line == npos ? npos : line - run);
        const bool is_fence =
            run >= 3 && (line != npos || whole) && (content[0] == '~' || info.find('`') == npos);
        if (is_fence) {
            fence_ = Fence{content[0], run, start.columns, start.quoted, false};
            fence_.doubtful = !start.listed && start.columns >= list_indent_ + 4;
            code_.clear();
            const auto size = start.size + (line == npos ? content.size() : line + 1);
            claims_.pass(text.substr(0, size));
            return size;
        }
    }
    line_start_ = false;
    content_start_ = true;
    if (start.size > 0) {
        claims_.pass(text.substr(0, start.size));
        return start.size;
    }
    const auto taken = take_inline(at, whole);
    if (taken == npos) line_start_ = true;
    return taken;
}

std::size_t LinkFilter::take_code_line(std::size_t at, bool whole) {
    const auto text = std::string_view(held_).substr(at);
    const auto line = text.find('\n');
    const auto size = line == npos ? text.size() : line + 1;
    if (line_start_) {
        // Its first characters tell whether the block goes on.
        std::size_t i = 0, columns = 0;
        bool quoted = false;
        for (; i < text.size(); ++i) {
            if (text[i] == '>' && fence_.quoted) {
                quoted = true;
                columns = 0;
                if (i + 1 < text.size() && text[i + 1] == ' ') ++i;
            } else if (text[i] == ' ' || text[i] == '\t') {
                columns += text[i] == '\t' ? 4 : 1;
            } else {
                break;
            }
        }
        if (i == text.size() && !whole) return npos;
        const bool blank = i < text.size() && text[i] == '\n';
        if ((fence_.quoted && !quoted) || (!blank && i < text.size() && columns < fence_.indent)) {
            fence_.mark = 0;
            return 0;
        }
        if (i < text.size() && text[i] == fence_.mark) {
            if (line == npos && !whole && text.size() < longest_fence_line) return npos;
            const auto content = trim(text.substr(i, size - i));
            if (content.size() >= fence_.length && content.find_first_not_of(fence_.mark) == npos) {
                fence_.mark = 0;
                claims_.pass_code(std::move(code_));
                claims_.pass(text.substr(0, size));
                line_start_ = true;
                return size;
            }
        }
        // Where a renderer may see no code, whole lines are looked at.
        if (fence_.doubtful && line == npos && !whole && text.size() < 4096) return npos;
    }
    if (code_.size() < 600) code_ += text.substr(0, std::min<std::size_t>(size, 200));
    if (fence_.doubtful) {
        claims_.pass(broken_links(text.substr(0, size)));
    } else {
        claims_.pass(text.substr(0, size));
    }
    line_start_ = line != npos;
    return size;
}

std::size_t LinkFilter::take_inline(std::size_t at, bool whole) {
    const auto text = std::string_view(held_).substr(at);
    const char c = text[0];
    const char next = text.size() > 1 ? text[1] : '\0';
    const bool starts_word = !std::isalnum(static_cast<unsigned char>(claims_.before()));
    switch (c) {
        case '\n':
            claims_.pass("\n");
            claims_.end_sentence();
            line_start_ = true;
            return 1;
        case '\\':
            if (text.size() == 1 && !whole) return npos;
            if (next == '\n' || text.size() == 1) {
                claims_.pass("\\");
                return 1;
            }
            pass_words(text.substr(0, 2), text.substr(1, 1));
            return 2;
        case '`':
            return take_code_span(at, whole);
        case '!':
            if (text.size() == 1 && !whole) return npos;
            if (next == '[') return take_bracket(at + 1, true, whole);
            pass_words("!", "!");
            return 1;
        case '[':
            return take_bracket(at, false, whole);
        case ']':
            if (text.size() == 1 && !whole) return npos;
            pass_words(next == '(' || next == '[' ? "\\]" : "]", "]");
            return 1;
        case '<':
            return take_angle(at, whole);
        default:
            break;
    }
    if (starts_word && std::string_view("hHwWfF").find(c) != npos) {
        const auto address = parse_address(text, whole);
        if (address.parsed == Parsed::more) return npos;
        if (address.parsed == Parsed::yes) {
            WrittenLink link;
            link.kind = WrittenLink::Kind::address;
            link.target = address.target;
            pass_link(std::move(link), text.substr(0, address.size));
            return address.size;
        }
    }
    // On to the next character that may mean something.
    std::size_t size = 1;
    while (size < text.size() && std::string_view("\n\\`![]<").find(text[size]) == npos) {
        const bool word = !std::isalnum(static_cast<unsigned char>(text[size - 1]));
        if (word && std::string_view("hHwWfF").find(text[size]) != npos) break;
        ++size;
    }
    pass_words(text.substr(0, size), text.substr(0, size));
    return size;
}

std::size_t LinkFilter::take_bracket(std::size_t at, bool image, bool whole) {
    const auto found = parse_link(std::string_view(held_).substr(at), whole);
    const std::size_t mark = image ? 1 : 0;
    if (found.parsed == Parsed::more) return npos;
    if (found.parsed == Parsed::no) {
        // Escaped where it could still begin something: an image, a definition, a link of another reading.
        const auto text = std::string_view(held_).substr(at);
        const auto close = text.find(']');
        const bool defines =
            content_start_ && close != npos && close + 1 < text.size() && text[close + 1] == ':';
        const bool plain = !image && !defines && close != npos && close < text.find('\n');
        pass_words(image ? "!\\[" : plain ? "[" : "\\[", "[");
        return mark + 1;
    }
    WrittenLink link;
    link.kind = image ? WrittenLink::Kind::image : WrittenLink::Kind::link;
    link.label = harmless(found.label);
    link.target = found.target;
    pass_link(std::move(link), std::string_view(held_).substr(at - mark, found.size + mark));
    return mark + found.size;
}

std::size_t LinkFilter::take_angle(std::size_t at, bool whole) {
    const auto text = std::string_view(held_).substr(at);
    const auto address = parse_autolink(text, whole);
    if (address.parsed == Parsed::more) return npos;
    if (address.parsed == Parsed::yes) {
        WrittenLink link;
        link.kind = WrittenLink::Kind::address;
        link.target = address.target;
        pass_link(std::move(link), text.substr(0, address.size));
        return address.size;
    }
    const auto tag = parse_tag(text, whole);
    if (tag.parsed == Parsed::more) return npos;
    if (tag.parsed == Parsed::no) {
        pass_words("<", "<");
        return 1;
    }
    if (tag.size == 0) {
        pass_words("&lt;", "<");
        return 1;
    }
    const auto raw = text.substr(0, tag.size);
    if (std::find(harmless_tags.begin(), harmless_tags.end(), tag.label) != harmless_tags.end()) {
        claims_.pass(raw);
    } else {
        pass_words("`" + std::string(raw) + "`", raw);
    }
    return tag.size;
}

std::size_t LinkFilter::take_code_span(std::size_t at, bool whole) {
    const auto text = std::string_view(held_).substr(at);
    const auto span = parse_code_span(text, whole);
    if (span.parsed == Parsed::more) return npos;
    if (span.parsed == Parsed::no) {
        const auto run = std::min(text.find_first_not_of('`'), text.size());
        std::string escaped;
        for (std::size_t i = 0; i < run; ++i) escaped += "\\`";
        claims_.pass(escaped);
        return run;
    }
    const auto raw = text.substr(0, span.size);
    // A table cuts cells before code.
    pass_words(raw.find('|') == npos ? std::string(raw) : broken_links(raw), raw);
    return span.size;
}

void LinkFilter::pass_words(std::string_view shown, std::string_view words) {
    content_start_ = content_start_ && trim(words).empty();
    claims_.pass_words(shown, words);
}

void LinkFilter::pass_link(WrittenLink link, std::string_view raw) {
    content_start_ = false;
    claims_.pass_link(std::move(link), raw);
}

}  // namespace docent::assistant
