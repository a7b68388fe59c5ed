// The pieces of any page make the page again, in order, and no two neighbours are of one kind; a replacement
// inside of them is found again, and fields are where the page has them.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "docs/front_matter.hpp"
#include "maintenance/front_matter_fields.hpp"
#include "maintenance/segments.hpp"
#include "maintenance/text_match.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace docent::maintenance;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const bool mdx : {true, false}) {
        std::size_t at = 0;
        const auto pieces = split_page(text, mdx);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (pieces[i].begin != at || pieces[i].end <= at) std::abort();
            if (i > 0 && pieces[i].kind == pieces[i - 1].kind) std::abort();
            at = pieces[i].end;
        }
        if (at != size) std::abort();
    }
    const auto block = find_fields(text);
    for (const auto& field : block.fields) {
        if (field.begin < block.begin || field.end > block.end || field.begin >= field.end) std::abort();
        if (field.value_begin > field.value_end || field.value_end > field.end) std::abort();
        if (field.scalar == Scalar::other) continue;
        for (const auto style : {Scalar::plain, Scalar::single_quoted, Scalar::double_quoted}) {
            const auto again =
                docent::docs::read_front_matter("---\ntitle: " + yaml_scalar(field.value, style) + "\n---\n");
            if (!again.error.empty()) std::abort();
        }
    }
    for (const bool loose : {true, false}) {
        const TextMatcher matcher("a b", {loose, loose, loose});
        std::size_t end = 0;
        for (const auto& match : matcher.find(text, 0, size)) {
            if (match.begin < end || match.end <= match.begin || match.end > size) std::abort();
            end = match.end;
            with_lines_of(text.substr(match.begin, match.end - match.begin), "x y z");
        }
    }
    return 0;
}
