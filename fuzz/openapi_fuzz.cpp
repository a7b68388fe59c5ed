// Whatever the document is: reading ends, each operation that is listed is found by its own method and path,
// and its Markdown is bounded, well-formed UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "docs/openapi.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto api = docent::docs::OpenApi::parse(text, "api.yaml");
    if (!api) {
        if (api.error().message.empty()) std::abort();
        return 0;
    }
    (void)api->title();
    std::size_t n = 0;
    for (const auto& op : api->operations()) {
        if (++n > 20) break;
        if (!api->has(op.method, op.path)) std::abort();
        const auto text_of_op = api->markdown(op.method, op.path);
        if (!text_of_op || text_of_op->size() > (4U << 20) || !docent::is_utf8(*text_of_op)) std::abort();
    }
    return 0;
}
