#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/cron.hpp"

// Whatever a schedule says, its times lie ahead, on whole minutes, and each is found again from the minute
// before.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto schedule = docent::agent::Schedule::parse({reinterpret_cast<const char*>(data), size});
    if (!schedule) return 0;
    docent::Millis now = 1'763'856'123'456;
    for (int i = 0; i < 3; ++i) {
        const auto next = schedule->next_after(now);
        if (next <= now || next % 60'000 != 0 || schedule->next_after(next - 1) != next) std::abort();
        now = next;
    }
    return 0;
}
