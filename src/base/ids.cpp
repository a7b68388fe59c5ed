#include "base/ids.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <random>

namespace docent {
namespace {
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}  // namespace

std::string new_ulid(Millis now) {
    static std::mutex mutex;
    static Millis last = 0;
    static std::array<std::uint8_t, 16> tail{};  // 80 random bits, one base-32 digit a byte
    static std::random_device random;

    std::string out(26, '0');
    const std::lock_guard lock(mutex);
    if (now > last) {
        last = now;
        for (auto& digit : tail) digit = static_cast<std::uint8_t>(random() & 31);
        tail[0] &= 15;  // room to count up without overflow
    } else {
        for (auto it = tail.rbegin(); it != tail.rend(); ++it) {
            if (++*it < 32) break;
            *it = 0;
        }
    }
    auto time = static_cast<std::uint64_t>(last);
    for (int i = 9; i >= 0; --i, time >>= 5) out[static_cast<std::size_t>(i)] = alphabet[time & 31];
    for (std::size_t i = 0; i < tail.size(); ++i) out[10 + i] = alphabet[tail[i]];
    return out;
}

std::string new_uuid(Millis now) {
    static std::mutex mutex;
    static Millis last = 0;
    static std::uint32_t count = 0;
    static std::random_device random;
    static constexpr char digits[] = "0123456789abcdef";

    const std::lock_guard lock(mutex);
    if (now > last) {
        last = now;
        count = random() & 0x7ff;  // half of the 12 bits: room to count up
    } else if (++count > 0xfff) {
        count = 0;
        ++last;
    }
    std::array<std::uint8_t, 16> bytes{};
    const auto time = static_cast<std::uint64_t>(last);
    for (unsigned i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(time >> (40 - 8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70 | count >> 8);
    bytes[7] = static_cast<std::uint8_t>(count);
    for (unsigned i = 8; i < 16; ++i) bytes[i] = static_cast<std::uint8_t>(random());
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
    std::string out;
    for (unsigned i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 15];
    }
    return out;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
    }
    return true;
}

bool is_ulid(std::string_view text) {
    return text.size() == 26 && text[0] <= '7' && text.find_first_not_of(alphabet) == text.npos;
}

Millis ulid_time(std::string_view text) {
    if (!is_ulid(text)) return 0;
    Millis time = 0;
    for (const char c : text.substr(0, 10)) time = time * 32 + static_cast<Millis>(alphabet.find(c));
    return time;
}

}  // namespace docent
