// Wherever the network cuts the bytes, the events are the same, and no event is larger than the limit.
#include <cstdint>
#include <cstdlib>

#include "net/sse.hpp"

using docent::net::SseDecoder;
using docent::net::SseEvent;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr std::size_t limit = 64;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t step = data[0] % 16 + 1;
    SseDecoder whole(limit), cut(limit);
    std::vector<SseEvent> a, b;
    whole.feed(bytes, a);
    for (std::size_t i = 0; i < bytes.size(); i += step) cut.feed(bytes.substr(i, step), b);
    if (a.size() != b.size() || whole.overflowed() != cut.overflowed()) std::abort();
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].event != b[i].event || a[i].data != b[i].data || a[i].id != b[i].id) std::abort();
        if (a[i].data.size() > 2 * limit + 1) std::abort();
    }
    return 0;
}
