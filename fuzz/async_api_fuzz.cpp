// Whatever the document is: reading ends, each channel that is listed is found, and its Markdown is bounded,
// well-formed UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "docs/async_api.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto api = docent::docs::AsyncApi::parse(text, "live.yaml");
    if (!api) {
        if (api.error().message.empty()) std::abort();
        return 0;
    }
    std::size_t n = 0;
    for (const auto& channel : api->channels()) {
        if (++n > 20) break;
        if (!api->find(channel.name)) std::abort();
        const auto out = api->markdown(channel.name);
        if (!out || out->size() > (4U << 20) || !docent::is_utf8(*out)) std::abort();
    }
    return 0;
}
