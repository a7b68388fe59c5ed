#include "assistant/blocks.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace docent::assistant {
namespace {

std::size_t indent_of(std::string_view line) {
    std::size_t columns = 0;
    for (const char c : line) {
        if (c == ' ') {
            ++columns;
        } else if (c == '\t') {
            columns += 4 - columns % 4;
        } else {
            break;
        }
    }
    return columns;
}

bool is_blank(std::string_view line) { return trim(line).empty(); }

/// The fence that a line opens: its character and length; 0 for none.
struct Fence {
    char character = 0;
    std::size_t length = 0;
};
Fence fence_of(std::string_view line) {
    const auto text = trim(line);
    if (text.empty() || (text[0] != '`' && text[0] != '~')) return {};
    std::size_t n = text.find_first_not_of(text[0]);
    if (n == text.npos) n = text.size();
    if (n < 3) return {};
    if (text[0] == '`' && text.find('`', n) != text.npos) return {};  // inline code
    return {text[0], n};
}
bool closes(std::string_view line, Fence open) {
    const auto text = trim(line);
    return text.size() >= open.length && text.find_first_not_of(open.character) == text.npos;
}

bool is_heading(std::string_view line) {
    if (indent_of(line) > 3) return false;
    const auto text = trim(line);
    const auto n = text.find_first_not_of('#');
    return !text.empty() && n != 0 && (n == text.npos ? text.size() <= 6 : n <= 6 && text[n] == ' ');
}

bool is_rule(std::string_view line) {
    if (indent_of(line) > 3) return false;
    std::size_t marks = 0;
    char mark = 0;
    for (const char c : trim(line)) {
        if (c == ' ') continue;
        if ((c != '-' && c != '*' && c != '_') || (mark != 0 && c != mark)) return false;
        mark = c;
        ++marks;
    }
    return marks >= 3;
}

enum class Marker { none, bullet, number };
Marker marker_of(std::string_view line) {
    const auto text = trim(line);
    if (text.empty()) return Marker::none;
    if (text[0] == '-' || text[0] == '*' || text[0] == '+') {
        return text.size() == 1 || text[1] == ' ' || text[1] == '\t' ? Marker::bullet : Marker::none;
    }
    std::size_t n = 0;
    while (n < text.size() && n < 9 && std::isdigit(static_cast<unsigned char>(text[n]))) ++n;
    if (n == 0 || n >= text.size() || (text[n] != '.' && text[n] != ')')) return Marker::none;
    return n + 1 == text.size() || text[n + 1] == ' ' ? Marker::number : Marker::none;
}

bool is_delimiter_row(std::string_view line) {
    const auto text = trim(line);
    return text.find('-') != text.npos && text.find('|') != text.npos &&
           text.find_first_not_of("|:- \t") == text.npos;
}

bool starts_quote(std::string_view line) { return indent_of(line) <= 3 && trim(line).substr(0, 1) == ">"; }

bool starts_html(std::string_view line) {
    const auto text = trim(line);
    return indent_of(line) <= 3 && text.size() > 2 && text[0] == '<' &&
           (std::isalpha(static_cast<unsigned char>(text[1])) || text[1] == '/' || text[1] == '!') &&
           text.substr(0, 5) != "<http";
}

/// Walks over the lines of a text and cuts blocks.
class Cutter {
public:
    explicit Cutter(std::string_view text) : text_(text), lines_(split_lines(text)) {}

    std::vector<Block> cut() {
        while (at_ < lines_.size() && is_blank(lines_[at_])) ++at_;
        while (at_ < lines_.size()) cut_one();
        if (blocks_.empty() && !text_.empty()) blocks_.push_back({Block::Kind::paragraph, text_, false});
        return std::move(blocks_);
    }

private:
    void cut_one() {
        const auto line = lines_[at_];
        const std::size_t indent = indent_of(line);
        if (const Fence open = fence_of(line); open.length > 0 && indent <= 3) {
            ++at_;
            while (at_ < lines_.size() && !closes(lines_[at_], open)) ++at_;
            if (at_ < lines_.size()) ++at_;
            return finish(Block::Kind::code);
        }
        if (indent >= 4) {
            skip_while([&](std::size_t i) {
                return indent_of(lines_[i]) >= 4 ||
                       (is_blank(lines_[i]) && i + 1 < lines_.size() && !is_blank(lines_[i + 1]) &&
                        indent_of(lines_[i + 1]) >= 4);
            });
            return finish(Block::Kind::code);
        }
        if (is_rule(line)) return ++at_, finish(Block::Kind::rule);
        if (is_heading(line)) return ++at_, finish(Block::Kind::heading);
        if (starts_quote(line)) {
            skip_while([&](std::size_t i) { return starts_quote(lines_[i]); });
            return finish(Block::Kind::quote);
        }
        if (const Marker marker = marker_of(line); marker != Marker::none) return cut_list(marker);
        if (starts_table(at_)) {
            skip_while(
                [&](std::size_t i) { return !is_blank(lines_[i]) && lines_[i].find('|') != line.npos; });
            return finish(Block::Kind::table);
        }
        if (starts_html(line)) {
            skip_while([&](std::size_t i) { return !is_blank(lines_[i]); });
            return finish(Block::Kind::html);
        }
        const std::size_t first = at_;
        skip_while([&](std::size_t i) { return i == first || !interrupts(i); });
        finish(Block::Kind::paragraph);
    }

    /// An item's further paragraphs, code and lists are indented; a line that is not ends the list, unless it
    /// carries a paragraph on or is the next item.
    void cut_list(Marker marker) {
        Fence open;
        ++at_;
        while (at_ < lines_.size()) {
            const auto line = lines_[at_];
            if (open.length > 0) {
                if (closes(line, open)) open = {};
                ++at_;
                continue;
            }
            if (is_blank(line)) {
                std::size_t next = at_;
                while (next < lines_.size() && is_blank(lines_[next])) ++next;
                const bool goes_on =
                    next < lines_.size() && (indent_of(lines_[next]) >= 2 ||
                                             (marker_of(lines_[next]) == marker && !is_rule(lines_[next])));
                if (!goes_on) break;
                at_ = next;
                continue;
            }
            if (indent_of(line) < 2) {
                const Marker here = marker_of(line);
                if (is_rule(line) || (here != Marker::none && here != marker)) break;
                if (here == Marker::none && interrupts(at_)) break;
            } else {
                open = fence_of(line);
            }
            ++at_;
        }
        finish(Block::Kind::list, marker == Marker::number);
    }

    bool starts_table(std::size_t i) const {
        return i + 1 < lines_.size() && lines_[i].find('|') != std::string_view::npos &&
               is_delimiter_row(lines_[i + 1]);
    }

    /// Whether a line ends the paragraph before it.
    bool interrupts(std::size_t i) const {
        const auto line = lines_[i];
        return is_blank(line) || (indent_of(line) <= 3 && fence_of(line).length > 0) || is_heading(line) ||
               is_rule(line) || starts_quote(line) ||
               (indent_of(line) <= 3 && marker_of(line) != Marker::none) || starts_table(i);
    }

    template <class F>
    void skip_while(F goes_on) {
        while (at_ < lines_.size() && goes_on(at_)) ++at_;
    }

    void finish(Block::Kind kind, bool ordered = false) {
        while (at_ < lines_.size() && is_blank(lines_[at_])) ++at_;
        const std::size_t end =
            at_ < lines_.size() ? static_cast<std::size_t>(lines_[at_].data() - text_.data()) : text_.size();
        blocks_.push_back({kind, text_.substr(from_, end - from_), ordered});
        from_ = end;
    }

    std::string_view text_;
    std::vector<std::string_view> lines_;
    std::vector<Block> blocks_;
    std::size_t at_ = 0;    // line
    std::size_t from_ = 0;  // byte where the block begins; blank lines at the start belong to the first one
};

bool is_abbreviation(std::string_view before) {
    static constexpr std::string_view known[] = {"e.g", "i.e",    "etc",  "vs",  "cf",  "Mr",  "Mrs", "Dr",
                                                 "No",  "approx", "p.ej", "ej",  "z.B", "d.h", "bzw", "ca",
                                                 "Nr",  "usw",    "p.ex", "env", "a.m", "p.m", "St"};
    const auto start = before.find_last_of(" (\n\"'*_");
    const auto word = start == before.npos ? before : before.substr(start + 1);
    return std::any_of(std::begin(known), std::end(known), [&](auto one) { return word == one; }) ||
           (word.size() == 1 && std::isupper(static_cast<unsigned char>(word[0])));
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto end = text.find('\n');
        end = end == text.npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

std::vector<Block> split_blocks(std::string_view markdown) { return Cutter(markdown).cut(); }

std::vector<std::string_view> split_items(std::string_view list) {
    std::vector<std::string_view> items;
    Fence open;
    std::size_t from = 0;
    for (const auto line : split_lines(list)) {
        const auto at = static_cast<std::size_t>(line.data() - list.data());
        const Fence fence = fence_of(line);
        if (open.length > 0) {
            if (closes(line, open)) open = {};
        } else if (fence.length > 0) {
            open = fence;
        } else if (at > 0 && indent_of(line) < 2 && marker_of(line) != Marker::none) {
            items.push_back(list.substr(from, at - from));
            from = at;
        }
    }
    if (from < list.size()) items.push_back(list.substr(from));
    return items;
}

std::vector<std::string_view> split_sentences(std::string_view text) {
    std::vector<std::string_view> sentences;
    std::size_t from = 0;
    int brackets = 0;
    const auto end_at = [&](std::size_t i) {
        while (i < text.size() && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t')) ++i;
        sentences.push_back(text.substr(from, i - from));
        from = i;
        return i;
    };
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '`') {
            std::size_t ticks = 0;
            while (i + ticks < text.size() && text[i + ticks] == '`') ++ticks;
            const auto close = text.find(std::string(ticks, '`'), i + ticks);
            i = close == text.npos || ticks > 8 ? i + ticks : close + ticks;
            continue;
        }
        brackets += (c == '[' || c == '(') - (c == ']' || c == ')');
        brackets = std::max(brackets, 0);
        const auto three = text.substr(i, 3);
        if (three == "。" || three == "！" || three == "？") {
            i += 3;
            for (const std::string_view close : {"”", "」", "』", "）"}) {
                if (text.substr(i, close.size()) == close) i += close.size();
            }
            i = end_at(i);
            continue;
        }
        ++i;
        if (c != '.' && c != '!' && c != '?') continue;
        std::size_t after = i;
        while (after < text.size() && (text[after] == '*' || text[after] == '_' || text[after] == '"' ||
                                       text[after] == '\'' || (text[after] == ')' && brackets > 0))) {
            if (text[after] == ')') --brackets;
            ++after;
        }
        if (brackets > 0 || after >= text.size() || (text[after] != ' ' && text[after] != '\n')) continue;
        if (c == '.' && is_abbreviation(text.substr(from, i - 1 - from))) continue;
        const auto next = text.find_first_not_of(" \n\t", after);
        if (next != text.npos && std::islower(static_cast<unsigned char>(text[next]))) continue;
        i = end_at(after);
    }
    if (from < text.size()) sentences.push_back(text.substr(from));
    return sentences;
}

}  // namespace docent::assistant
