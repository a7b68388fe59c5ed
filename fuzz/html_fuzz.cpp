// Whatever the bytes are: the page is well-formed UTF-8 without NUL, no larger than it can be for its
// input, and has either text or a problem.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "docs/html.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto page = docent::docs::html_to_page(text);
    for (const auto* part : {&page.title, &page.description, &page.markdown})
        if (!docent::is_utf8(*part) || part->find('\0') != std::string::npos) std::abort();
    if (page.markdown.empty() == page.problem.empty()) std::abort();
    if (page.markdown.size() > (64U << 10) + 200 * size) std::abort();
    return 0;
}
