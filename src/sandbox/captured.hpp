#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace docent::sandbox {

/// Keeps the head and the tail of a stream of any length in bounded memory.
class Captured {
public:
    explicit Captured(std::size_t most) : half_(most / 2) {}

    /// Gives what of it belongs to the head.
    std::string_view add(std::string_view bytes);

    std::uint64_t bytes() const { return bytes_; }
    bool truncated() const { return bytes_ > head_.size() + tail_size(); }

    /// Valid UTF-8: ill-formed bytes are U+FFFD, and where bytes are left out a line says how many.
    std::string text() const;

private:
    std::size_t tail_size() const { return tail_.size() < half_ ? tail_.size() : half_; }
    std::size_t half_;
    std::uint64_t bytes_ = 0;
    std::string head_, tail_;  // the tail grows to twice its size, then loses its older half
};

}  // namespace docent::sandbox
