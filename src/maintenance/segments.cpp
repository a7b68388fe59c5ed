#include "maintenance/segments.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/front_matter.hpp"
#include "docs/mdx_tree.hpp"
#include "maintenance/front_matter_fields.hpp"

namespace docent::maintenance {
namespace {

using PieceKind = Segment::Kind;
using Piece = docs::SourcePiece;

constexpr std::size_t max_target = 2'000;  // bytes of a link's target
constexpr char hidden = '\x01';  // stands for what is no prose, in the copy that marks are looked for in

bool is_shown(std::string_view attribute) {
    return is_one_of(attribute, {"title", "description", "label", "alt", "caption", "hint", "tip", "headline",
                                 "cta", "subtitle", "summary", "placeholder", "aria-label", "header"});
}

bool holds_code(std::string_view element) { return is_one_of(element, {"code", "pre", "samp"}); }

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Says of each byte what it is.
class Painter {
public:
    Painter(std::string_view text, bool mdx)
        : text_(text), mdx_(mdx), kinds_(text.size(), PieceKind::prose) {}

    std::vector<PieceKind> run() {
        front_matter();
        pieces();
        masked_ = std::string(text_);
        for (auto i = body_; i < text_.size(); ++i)
            if (kinds_[i] != PieceKind::prose && text_[i] != '\n') masked_[i] = hidden;
        definitions();
        lines();
        for (auto i = body_; i < text_.size(); ++i)
            if (kinds_[i] != PieceKind::prose && text_[i] != '\n') masked_[i] = hidden;
        inlines();
        return std::move(kinds_);
    }

private:
    void paint(std::size_t begin, std::size_t end, PieceKind kind = PieceKind::markup) {
        std::fill(kinds_.begin() + static_cast<long>(std::min(begin, kinds_.size())),
                  kinds_.begin() + static_cast<long>(std::min(end, kinds_.size())), kind);
    }

    void front_matter() {
        body_ = docs::read_front_matter(text_).body;
        paint(0, body_);
        for (const auto& field : find_fields(text_.substr(0, body_)).fields)
            if (is_one_of(field.name,
                          {"title", "description", "sidebarTitle", "sidebar_label", "sidebar_title"}) &&
                field.scalar != Scalar::other)
                paint(field.value_begin, field.value_end, PieceKind::field);
    }

    void pieces() {
        std::vector<docs::Fence> fences;
        const auto body = text_.substr(body_);
        const auto tree = docs::parse_mdx(body, mdx_, fences);
        docs::ScanBudget budget(text_.size());
        std::vector<std::pair<std::string, std::size_t>>
            code_elements;  // open ones, and where their text begins
        for (const auto& piece : tree.pieces) {
            const auto begin = body_ + piece.begin, end = body_ + piece.end;
            switch (piece.kind) {
                case Piece::Kind::fence:
                    fence(begin, end);
                    break;
                case Piece::Kind::indented:
                    paint(begin, end, PieceKind::code);
                    break;
                case Piece::Kind::code_span:
                    code_span(begin, end);
                    break;
                case Piece::Kind::tag: {
                    paint(begin, end);
                    const auto tag = docs::read_tag(text_, begin, budget);
                    if (!tag) break;
                    for (const auto& one : tag->attributes) attribute(one);
                    if (!holds_code(tag->name) || tag->self_closing) break;
                    if (!tag->closing) {
                        if (code_elements.empty()) code_elements.emplace_back(tag->name, end);
                    } else if (!code_elements.empty() && code_elements.back().first == tag->name) {
                        for (auto i = code_elements.back().second; i < begin; ++i)
                            if (kinds_[i] == PieceKind::prose) kinds_[i] = PieceKind::code;
                        code_elements.pop_back();
                    }
                    break;
                }
                case Piece::Kind::comment:
                case Piece::Kind::esm:
                case Piece::Kind::raw:
                case Piece::Kind::expression:
                case Piece::Kind::autolink:
                    paint(begin, end);
                    break;
            }
        }
    }

    void fence(std::size_t begin, std::size_t end) {
        paint(begin, end);
        auto first = text_.find('\n', begin);
        const auto opening = docs::fence_opening(text_.substr(begin, std::min(first, end) - begin));
        if (!opening || first >= end) return;
        ++first;
        auto last = end;
        std::string content;
        docs::read_fence(text_.substr(0, end), begin, *opening, content);
        const auto lines = [](std::string_view of) { return std::count(of.begin(), of.end(), '\n'); };
        const auto region = text_.substr(first, end - first);
        const auto in_region = lines(region) + (!region.empty() && region.back() != '\n' ? 1 : 0);
        if (in_region > lines(content)) {  // a closing fence, which is the last line
            if (last > first && text_[last - 1] == '\n') --last;
            const auto feed = last > first ? text_.rfind('\n', last - 1) : text_.npos;
            last = feed == text_.npos || feed < first ? first : feed + 1;
        }
        paint(first, last, PieceKind::code);
    }

    void code_span(std::size_t begin, std::size_t end) {
        std::size_t run = 0;
        while (begin + run < end && text_[begin + run] == '`') ++run;
        paint(begin, end);
        if (end - begin > 2 * run) paint(begin + run, end - run, PieceKind::code);
    }

    /// Only a string in quotes: name="text".
    void attribute(const docs::Attribute& one) {
        if (!is_shown(one.name) || one.expression || one.end <= one.begin || one.begin < 2) return;
        const char quote = text_[one.begin - 1];
        if ((quote != '"' && quote != '\'') || text_[one.begin - 2] != '=') return;
        paint(one.begin, one.end, PieceKind::attribute);
    }

    template <class F>
    void each_line(F&& f) {
        for (auto at = body_; at < text_.size();) {
            const auto feed = std::min(masked_.find('\n', at), text_.size());
            f(at, feed);
            at = feed + 1;
        }
    }

    std::string_view masked(std::size_t begin, std::size_t end) const {
        return std::string_view(masked_).substr(begin, end - begin);
    }

    static std::string label_of(std::string_view name) {
        std::string out;
        for (const char c : trim(name)) {
            if (!is_white(c))
                out += c;
            else if (!out.empty() && out.back() != ' ')
                out += ' ';
        }
        return lower_ascii(out);
    }

    /// [name]: target
    static std::size_t definition_of(std::string_view line, std::string_view& name) {
        const auto from = line.find_first_not_of(" >\t");
        if (from == line.npos || line[from] != '[') return line.npos;
        const auto close = line.find("]:", from);
        if (close == line.npos || close == from + 1) return line.npos;
        name = line.substr(from + 1, close - from - 1);
        return name.find_first_of("[]") == name.npos ? close + 2 : line.npos;
    }

    void definitions() {
        each_line([&](std::size_t begin, std::size_t end) {
            std::string_view name;
            if (definition_of(masked(begin, end), name) != std::string_view::npos && name[0] != '^')
                labels_.insert(label_of(name));
        });
    }

    void lines() {
        bool math = false;
        each_line([&](std::size_t begin, std::size_t end) {
            const auto line = masked(begin, end);
            const auto content = trim(line);
            if (content.starts_with("$$")) {
                paint(begin, end + 1);
                const bool whole = content.size() > 3 && content.ends_with("$$");
                math = whole ? math : !math;
                return;
            }
            if (math) return paint(begin, end + 1);
            mark_line(begin, end, line, content);
        });
    }

    void mark_line(std::size_t begin, std::size_t end, std::string_view line, std::string_view content) {
        if (content.empty()) return paint(begin, end + 1);
        std::string_view name;
        if (const auto target = definition_of(line, name); target != line.npos) {
            if (name[0] == '^')
                paint(begin, begin + target);
            else
                paint(begin, end + 1);
            return;
        }
        const bool ruler = content.find_first_not_of("-=|:+ \t") == content.npos ||
                           content.find_first_not_of("* ") == content.npos ||
                           content.find_first_not_of("_ ") == content.npos;
        if (ruler) return paint(begin, end + 1);
        if (content.starts_with(":::")) {
            auto at = begin + line.find(":::");
            while (at < end && text_[at] == ':') ++at;
            while (at < end && text_[at] == ' ') ++at;
            while (at < end && (is_alnum(text_[at]) || text_[at] == '-')) ++at;
            paint(begin, at);
            paint(end, end + 1);
            return;
        }
        auto at = prefix_end(begin, end);
        std::size_t hashes = 0;
        while (at + hashes < end && text_[at + hashes] == '#') ++hashes;
        if (hashes > 0 && hashes <= 6 && (at + hashes == end || is_white(text_[at + hashes])))
            heading(begin, at + hashes, end);
        if (at < end && masked_[at] == '|') {
            for (auto i = at; i < end; ++i) {
                if (masked_[i] == '\\')
                    ++i;
                else if (masked_[i] == '|')
                    paint(i, i + 1);
            }
            paint(end, end + 1);
        }
    }

    /// Block quotes, list markers and boxes to tick before a line's text.
    std::size_t prefix_end(std::size_t begin, std::size_t end) {
        auto at = begin;
        for (;;) {
            auto text = at;
            while (text < end && (masked_[text] == ' ' || masked_[text] == '\t')) ++text;
            if (text < end && masked_[text] == '>') {
                at = text + 1;
                paint(begin, at);
                continue;
            }
            if (const auto marker = docs::list_marker(masked(at, end)); marker > 0) {
                at += marker;
                const auto box = masked(at, std::min(at + 4, end));
                if (box.size() == 4 && box[0] == '[' && box[2] == ']' && box[3] == ' ') at += 4;
                paint(begin, at);
                if (at >= end) return end;
                continue;
            }
            return text;
        }
    }

    void heading(std::size_t begin, std::size_t text, std::size_t end) {
        while (text < end && is_white(text_[text])) ++text;
        paint(begin, text);
        paint(end, end + 1);
        auto last = end;
        while (last > text && is_white(text_[last - 1])) --last;
        if (last > text && text_[last - 1] == '}') {
            const auto id = text_.rfind("{#", last);
            if (id != text_.npos && id >= text) paint(id, end);
        } else if (last > text && text_[last - 1] == '#') {
            while (last > text && text_[last - 1] == '#') --last;
            if (last > text && is_white(text_[last - 1])) paint(last, end);
        }
    }

    void inlines() {
        std::vector<std::size_t> opens;
        std::size_t broken = 0;
        for (auto i = body_; i < text_.size(); ++i) {
            const char c = masked_[i];
            if (c == '\n' && i + 1 < text_.size() && (masked_[i + 1] == '\n' || masked_[i + 1] == '\r')) {
                opens.clear();
            } else if (c == '\\') {
                ++i;
            } else if (c == '[') {
                opens.push_back(i);
            } else if (c == ']' && !opens.empty()) {
                const auto open = opens.back();
                opens.pop_back();
                i = close_link(open, i, broken);
            } else if (c == '&') {
                const auto end =
                    i + std::min(masked(i, masked_.size()).substr(0, 12).find(';'), text_.size());
                if (end < text_.size() && end > i + 1 &&
                    masked(i + 1, end)
                            .find_first_not_of(
                                "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
                        std::string_view::npos)
                    paint(i, end + 1);
            } else if ((c == 'h' || c == 'w' || c == 'm') && (i == 0 || !is_alnum(text_[i - 1]))) {
                i = address(i);
            } else if (c == '@') {
                mail(i);
            }
        }
    }

    /// Behind the "]" at `at`: what is a link's and no text is markup. Returns where to go on from.
    std::size_t close_link(std::size_t open, std::size_t at, std::size_t& broken) {
        if (at > open + 1 && masked_[open + 1] == '^') {
            paint(open, at + 1);
            return at;
        }
        const char next = at + 1 < masked_.size() ? masked_[at + 1] : '\0';
        if (next == '(' && broken < 1'000) {
            std::size_t depth = 0;
            const auto limit = std::min(masked_.size(), at + max_target);
            for (auto i = at + 1; i < limit; ++i) {
                if (masked_[i] == '\\')
                    ++i;
                else if (masked_[i] == '(')
                    ++depth;
                else if (masked_[i] == '\n' && i + 1 < limit && masked_[i + 1] == '\n')
                    break;
                else if (masked_[i] == ')' && --depth == 0) {
                    paint(at, i + 1);
                    return i;
                }
            }
            ++broken;
            return at;
        }
        if (labels_.empty()) return at;
        if (next == '[') {
            const auto length = masked(at + 2, masked_.size()).substr(0, max_target).find(']');
            const auto end = length == masked_.npos ? length : at + 2 + length;
            const auto label = end == masked_.npos ? std::string_view() : masked(at + 2, end);
            if (end != masked_.npos &&
                labels_.contains(label_of(label.empty() ? masked(open + 1, at) : label))) {
                paint(at, end + 1);
                if (label.empty()) paint(open, at);
                return end;
            }
        } else if (at - open < max_target && labels_.contains(label_of(masked(open + 1, at)))) {
            paint(open, at + 1);
        }
        return at;
    }

    /// https://..., www. and mailto: as GitHub links them.
    std::size_t address(std::size_t at) {
        const auto rest = std::string_view(masked_).substr(at);
        bool found = false;
        for (const std::string_view start : {"http://", "https://", "www.", "mailto:"})
            found = found ||
                    (rest.starts_with(start) && rest.size() > start.size() && is_alnum(rest[start.size()]));
        if (!found) return at;
        std::size_t end = 0;
        while (end < rest.size() && static_cast<unsigned char>(rest[end]) > ' ' &&
               static_cast<unsigned char>(rest[end]) < 0x7f &&
               std::string_view("<>\"|").find(rest[end]) == rest.npos)
            ++end;
        while (end > 0 && std::string_view(".,;:!?'*_~)]").find(rest[end - 1]) != rest.npos) {
            const auto part = rest.substr(0, end);
            if (rest[end - 1] == ')' && std::ranges::count(part, '(') >= std::ranges::count(part, ')')) break;
            --end;
        }
        if (end == 0) return at;
        paint(at, at + end);
        return at + end - 1;
    }

    void mail(std::size_t at) {
        const auto is_part = [](char c) {
            return (is_alnum(c) && static_cast<unsigned char>(c) < 0x80) || c == '.' || c == '-' ||
                   c == '_' || c == '+';
        };
        auto begin = at, end = at + 1;
        while (begin > body_ && at - begin < 100 && is_part(masked_[begin - 1])) --begin;
        while (end < masked_.size() && end - at < 100 && is_part(masked_[end])) ++end;
        while (end > at + 1 && !is_alnum(masked_[end - 1])) --end;
        if (begin < at && masked(at, end).find('.') != std::string_view::npos) paint(begin, end);
    }

    std::string_view text_;
    bool mdx_;
    std::vector<PieceKind> kinds_;
    std::string masked_;  // the text with all that is no prose hidden, byte for byte
    std::size_t body_ = 0;
    std::set<std::string> labels_;  // of reference definitions
};

}  // namespace

std::vector<Segment> split_page(std::string_view text, bool mdx) {
    std::vector<PieceKind> kinds;
    if (text.find('\r') == text.npos) {
        kinds = Painter(text, mdx).run();
    } else {  // line ends of Windows: read as line feeds, and each belongs to its line feed
        std::string plain;
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') plain += text[i];
        const auto of_plain = Painter(plain, mdx).run();
        kinds.reserve(text.size());
        for (std::size_t i = 0, at = 0; i < text.size(); ++i) {
            kinds.push_back(of_plain[at]);
            if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') ++at;
        }
    }
    std::vector<Segment> out;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (out.empty() || out.back().kind != kinds[i]) out.push_back({kinds[i], i, i});
        out.back().end = i + 1;
    }
    return out;
}

}  // namespace docent::maintenance
