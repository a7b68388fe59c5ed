// What is called is what was looked at: a URL that is accepted, written again and read again is the same
// call, its host is a plain name or address, and it holds no credentials.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/host_rules.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto target = docent::net::parse_target(text);
    if (!target) return 0;
    const auto again = docent::net::parse_target(target->url());
    if (!again || again->https != target->https || again->host != target->host ||
        again->port != target->port || again->path != target->path)
        std::abort();
    if (target->host.find_first_of("@/?#\\% ") != std::string::npos || !target->path.starts_with('/'))
        std::abort();
    return 0;
}
