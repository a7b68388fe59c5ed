// Masking never fails, leaves well-formed text well-formed, and what is masked is not masked again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "assistant/masking.hpp"
#include "base/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto masked = docent::assistant::mask_personal_data(text);
    if (docent::is_utf8(text) && !docent::is_utf8(masked)) std::abort();
    if (masked == text) return 0;
    // What stood around a masked piece may show itself now; each round masks something or ends.
    auto last = masked;
    for (std::size_t round = 0; round <= size; ++round) {
        auto next = docent::assistant::mask_personal_data(last);
        if (next == last) return 0;
        last = std::move(next);
    }
    std::abort();
}
