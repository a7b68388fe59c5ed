// Links of any bytes lie inside of the source, in order and apart from each other; the bytes of a span are
// the target that find_links tells, and lines count up.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "docs/links.hpp"
#include "maintenance/json_spans.hpp"
#include "maintenance/page_structure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace docent::docs;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto syntax : {Syntax::mdx, Syntax::markdown, Syntax::html, Syntax::script}) {
        const auto spans = find_link_spans(text, syntax);
        const auto links = find_links(text, 1, syntax);
        std::size_t at = 0, next = 0;
        std::uint32_t line = 1;
        for (const auto& span : spans) {
            if (span.begin < at || span.end <= span.begin || span.end > text.size() || span.line < line)
                std::abort();
            at = span.end;
            line = span.line;
            if (span.form != LinkSpan::Form::link && span.form != LinkSpan::Form::definition &&
                span.form != LinkSpan::Form::attribute)
                continue;
            if (next >= links.size() ||
                links[next].target != text.substr(span.begin, span.end - span.begin) ||
                links[next].line != span.line)
                std::abort();
            ++next;
        }
        if (next != links.size()) std::abort();
    }
    for (const auto& fault : docent::maintenance::structure_faults(text, true))
        if (fault.line == 0 || fault.message.empty()) std::abort();
    if (const auto json = docent::maintenance::read_json_spans(text))
        if (json->end > text.size() || json->begin > json->end) std::abort();
    return 0;
}
