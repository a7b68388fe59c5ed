#include "maintenance/page_structure.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/jsx.hpp"
#include "docs/mdx_tree.hpp"

namespace docent::maintenance {

namespace {

using Kind = docs::SourcePiece::Kind;

bool has_end(std::string_view fence) {
    const auto first = fence.find('\n');
    const auto opening = docs::fence_opening(fence.substr(0, first));
    // In a quote it ends with the quote.
    if (!opening || opening->quoted) return true;
    if (first == std::string_view::npos) return false;
    while (!fence.empty() && (fence.back() == '\n' || fence.back() == '\r')) fence.remove_suffix(1);
    const auto last = trim(fence.substr(fence.rfind('\n') + 1));
    return fence.rfind('\n') != std::string_view::npos && last.size() >= opening->length &&
           last.find_first_not_of(opening->mark) == std::string_view::npos;
}

/// Elements that HTML never closes.
bool is_void_element(std::string_view name) {
    return is_one_of(
        name, {"br", "hr", "img", "input", "meta", "link", "area", "track", "embed", "col", "wbr", "source"});
}

}  // namespace

std::vector<StructureFault> structure_faults(std::string_view source, bool mdx) {
    std::vector<docs::Fence> fences;
    const auto tree = docs::parse_mdx(source, mdx, fences);
    std::vector<StructureFault> out;
    docs::ScanBudget budget(source.size());
    std::size_t counted = 0;
    std::uint32_t line = 1;
    struct Open {
        std::string name;
        std::uint32_t line;
    };
    std::vector<Open> open;
    const auto unclosed = [&](const Open& element) {
        out.push_back(
            {element.line, "component", "<" + element.name + ">",
             "<" + element.name + "> is opened here and never closed: add </" + element.name + ">."});
    };
    for (std::size_t i = 0; i < tree.pieces.size(); ++i) {
        const auto& piece = tree.pieces[i];
        line += static_cast<std::uint32_t>(std::count(source.begin() + static_cast<long>(counted),
                                                      source.begin() + static_cast<long>(piece.begin), '\n'));
        counted = piece.begin;
        if (piece.kind == Kind::fence && !has_end(source.substr(piece.begin, piece.end - piece.begin)))
            out.push_back({line, "code-fence", "",
                           "the code fence that opens here is never closed: all below it is shown as code."});
        if (piece.kind != Kind::tag || !mdx) continue;
        const auto tag = docs::read_tag(source, piece.begin, budget);
        if (!tag || tag->self_closing || is_void_element(tag->name)) continue;
        const bool raw = i + 1 < tree.pieces.size() && tree.pieces[i + 1].kind == Kind::raw;
        if (!tag->closing) {
            if (!raw) open.push_back({tag->name, line});
            continue;
        }
        const auto at =
            std::find_if(open.rbegin(), open.rend(), [&](const Open& one) { return one.name == tag->name; });
        if (at == open.rend()) {
            out.push_back({line, "component", "</" + tag->name + ">",
                           "</" + tag->name + "> closes nothing: remove it, or open the element above."});
            continue;
        }
        std::for_each(open.rbegin(), at, unclosed);
        open.erase(std::prev(at.base()), open.end());
    }
    std::for_each(open.begin(), open.end(), unclosed);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    return out;
}

}  // namespace docent::maintenance
