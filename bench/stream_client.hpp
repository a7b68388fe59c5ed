#pragma once
#include <cstdint>
#include <string>

namespace docent::bench {

struct Usage {
    double cpu_seconds = 0;  // of the server, user and system
    double resident = 0;     // bytes
    double allocated = 0;    // bytes in use by malloc; 0 where the server cannot tell
};

struct Measured {
    std::uint64_t frames = 0;
    double seconds = 0;
    Usage before, after;  // around the measured time
    Usage alone;          // before the streams were opened
};

/// Opens `connections` streams of 127.0.0.1:port/path, waits until each has begun, and counts the frames
/// (a "{" each) that arrive in `seconds`. The server tells its usage at /usage.
Measured measure(std::uint16_t port, const std::string& path, int connections, double seconds);

}  // namespace docent::bench
