// Any bytes are read; the body lies inside the text, and an error has a line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "docs/front_matter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto got = docent::docs::read_front_matter({reinterpret_cast<const char*>(data), size});
    if (got.body > size || (!got.error.empty() && got.error_line == 0)) std::abort();
    return 0;
}
