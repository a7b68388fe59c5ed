#include "maintenance/page_lines.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/mdx_tree.hpp"

namespace docent::maintenance {
namespace {

using LineKind = PageLine::Kind;
using Piece = docs::SourcePiece;

bool is_heading(std::string_view content) {
    const auto hashes = std::min(content.find_first_not_of('#'), content.size());
    return hashes > 0 && hashes <= 6 &&
           (hashes == content.size() || content[hashes] == ' ' || content[hashes] == '\t');
}

bool is_rule(std::string_view content) {
    return content.find_first_not_of("-=") == content.npos ||
           content.find_first_not_of("- ") == content.npos ||
           content.find_first_not_of("* ") == content.npos || content.find_first_not_of("_ ") == content.npos;
}

LineKind kind_of(std::string_view line) {
    const auto content = trim(line);
    if (content.empty()) return LineKind::blank;
    if (is_heading(content)) return LineKind::heading;
    if (is_rule(content)) return LineKind::rule;
    if (content[0] == '>') return LineKind::quote;
    if (content[0] == '|') return LineKind::row;
    if (content[0] == '<' || content[0] == '{' || content[0] == '}') return LineKind::tag;
    if (content.starts_with(":::") || content.starts_with("===") || content.starts_with("!!!") ||
        content.starts_with("???"))
        return LineKind::directive;
    return docs::list_marker(line) > 0 ? LineKind::item : LineKind::text;
}

}  // namespace

std::vector<PageLine> page_lines(std::string_view text, std::size_t body, bool mdx) {
    std::vector<PageLine> out;
    for (auto at = body; at < text.size();) {
        const auto feed = text.find('\n', at);
        PageLine line;
        line.begin = at;
        line.next = feed == text.npos ? text.size() : feed + 1;
        line.end = feed == text.npos ? text.size() : feed;
        if (feed != text.npos && line.end > at && text[line.end - 1] == '\r') --line.end;
        const auto source = text.substr(at, line.end - at);
        line.indent = std::min(source.find_first_not_of(" \t"), source.size());
        line.kind = kind_of(source);
        out.push_back(line);
        at = line.next;
    }
    const auto index_of = [&](std::size_t offset) {
        const auto after = std::ranges::upper_bound(out, offset, {}, &PageLine::begin);
        return static_cast<std::size_t>(after - out.begin()) - 1;
    };
    std::vector<docs::Fence> fences;
    const auto tree = docs::parse_mdx(text.substr(body), mdx, fences);
    for (const auto& piece : tree.pieces) {
        if (piece.end <= piece.begin) continue;
        const auto first = index_of(body + piece.begin), last = index_of(body + piece.end - 1);
        const bool whole = piece.kind == Piece::Kind::indented || piece.kind == Piece::Kind::comment ||
                           piece.kind == Piece::Kind::esm || piece.kind == Piece::Kind::raw;
        if (piece.kind == Piece::Kind::fence) {
            for (auto i = first; i <= last; ++i) out[i].kind = LineKind::kept;
            const auto opening =
                docs::fence_opening(text.substr(out[first].begin, out[first].end - out[first].begin));
            if (opening && opening->quoted) continue;
            out[first].kind = LineKind::fence_open;
            const auto content = trim(text.substr(out[last].begin, out[last].end - out[last].begin));
            if (opening && last > first && content.size() >= opening->length &&
                content.find_first_not_of(opening->mark) == content.npos)
                out[last].kind = LineKind::fence_close;
        } else if (whole || first < last) {
            for (auto i = first; i <= last; ++i) out[i].kind = LineKind::kept;
        }
    }
    bool math = false, in_list = false;
    for (auto& line : out) {
        const auto content = trim(text.substr(line.begin, line.end - line.begin));
        if (line.kind != LineKind::kept && content.starts_with("$$")) {
            line.kind = LineKind::kept;
            math = content.size() > 3 && content.ends_with("$$") ? math : !math;
        } else if (math) {
            line.kind = LineKind::kept;
        }
        const bool item = line.kind == LineKind::item ||
                          (line.kind == LineKind::fence_open &&
                           docs::list_marker(text.substr(line.begin, line.end - line.begin)) > 0);
        if (item)
            in_list = true;
        else if (line.kind == LineKind::tag || (line.indent == 0 && line.kind != LineKind::blank))
            in_list = false;
        line.in_list = in_list;
    }
    return out;
}

}  // namespace docent::maintenance
