#include "maintenance/first_sentences.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/text.hpp"

namespace docent::maintenance {
namespace {

bool is_abbreviation(std::string_view word) {
    while (!word.empty() && (word.front() == '(' || word.front() == '"')) word.remove_prefix(1);
    const auto small = lower_ascii(word);
    if (small.find('.') != small.npos && small.size() <= 6) return true;  // e.g, i.e, z.B, U.S
    if (small.size() == 1 && small[0] >= 'a' && small[0] <= 'z') return true;
    return is_one_of(small,
                     {"etc", "vs",  "ca",  "bzw", "usw", "mr",     "mrs", "ms", "dr", "st",   "no",  "nr",
                      "fig", "vol", "inc", "ltd", "co",  "approx", "cf",  "ej", "ex", "incl", "resp"});
}

}  // namespace

std::optional<std::string> first_sentences(std::string_view text, std::size_t wanted, std::size_t most) {
    text = trim(text);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    std::size_t characters = 0, kept = 0;
    for (std::int32_t i = 0; i < size;) {
        const auto begin = static_cast<std::size_t>(i);
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        ++characters;
        const bool wide = c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0xff61;
        const bool mark =
            c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x61f || c == 0x6d4 || c == 0x964;
        if (!wide && !mark) continue;
        auto end = i;  // behind closing quotes and brackets
        for (auto next = i; next < size; end = next) {
            UChar32 after = 0;
            U8_NEXT(bytes, next, size, after);
            if (after != '"' && after != ')' && after != 0x201d && after != 0x2019 && after != 0xbb &&
                after != 0x300d)
                break;
        }
        if (!wide && end < size) {
            if (text[static_cast<std::size_t>(end)] != ' ') continue;
            auto next = end + 1;
            UChar32 after = 0;
            if (next < size) U8_NEXT(bytes, next, size, after);
            const auto word = text.substr(0, begin);
            const auto space = word.rfind(' ');
            if (u_islower(after)) continue;
            if (c == '.' && is_abbreviation(word.substr(space == word.npos ? 0 : space + 1))) continue;
        }
        if (kept > 0 && characters > wanted) break;
        if (kept == 0 && characters > most) return std::nullopt;
        kept = static_cast<std::size_t>(end);
    }
    if (kept == 0) return std::nullopt;
    return std::string(text.substr(0, kept));
}

}  // namespace docent::maintenance
