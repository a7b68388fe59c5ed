#include "search/spelling.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <vector>

#include "search/analysis.hpp"

namespace docent::search {
namespace {

constexpr std::size_t shortest = 5, longest = 32;  // letters of a word that is mended

/// Latin letters of the first blocks without their accents.
char32_t without_accent(char32_t c) {
    static const auto table = [] {
        std::array<char32_t, 0x180> letters{};
        for (char32_t l = 0; l < letters.size(); ++l) {
            letters[l] = l;
            if (l < 0xC0) continue;
            std::array<std::uint8_t, 4> bytes{};
            std::int32_t size = 0;
            U8_APPEND_UNSAFE(bytes.data(), size, static_cast<UChar32>(l));
            const auto plain =
                fold_accents({reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)});
            if (plain.size() == 1) letters[l] = static_cast<unsigned char>(plain[0]);
        }
        return letters;
    }();
    return c < table.size() ? table[c] : c;
}

/// The word's letters in a buffer of the caller's; those beyond it are left out.
using Letters = std::array<char32_t, longest + 1>;
std::u32string_view letters_of(std::string_view text, Letters& letters) {
    std::size_t n = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    for (std::int64_t i = 0, size = static_cast<std::int64_t>(text.size()); i < size && n < letters.size();) {
        if (bytes[i] < 0x80) {
            letters[n++] = bytes[i++];
            continue;
        }
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        letters[n++] = without_accent(c < 0 ? U'\uFFFD' : static_cast<char32_t>(c));
    }
    return {letters.data(), n};
}

}  // namespace

std::string plain_word(std::string_view raw) {
    if (raw.size() < shortest || raw.size() > longest * 4) return {};
    std::string folded = fold(raw);
    std::size_t letters = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(folded.data());
    for (std::int64_t i = 0, size = static_cast<std::int64_t>(folded.size()); i < size; ++letters) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        if (c < 0 || c >= 0x0E00 || !u_isalpha(c)) return {};
    }
    return letters < shortest || letters > longest ? std::string() : folded;
}

unsigned edit_distance(std::u32string_view a, std::u32string_view b, unsigned most) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > most || b.size() > longest) return most + 1;
    // Optimal string alignment, three rows.
    std::array<std::array<unsigned, longest + 1>, 3> rows;
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<unsigned>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto &above = rows[(i + 2) % 3], &two_above = rows[(i + 1) % 3];
        row[0] = static_cast<unsigned>(i);
        unsigned least = row[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
            least = std::min(least, row[j]);
        }
        if (least > most) return most + 1;
    }
    return std::min(rows[a.size() % 3][b.size()], most + 1);
}

std::string mend_word(const IndexFile& file, std::string_view word) {
    Letters wanted_letters, candidate_letters;
    const auto wanted = letters_of(word, wanted_letters);
    if (wanted.size() < shortest || wanted.size() > longest) return {};
    unsigned nearest = wanted.size() >= 8 ? 2 : 1;
    std::uint32_t most_used = 0;
    std::string best;
    const auto size = wanted.size();
    const auto consider = [&](std::string_view candidate, std::uint32_t uses) {
        if (candidate.size() + nearest < size || candidate.size() > 2 * size + nearest) return;
        const auto letters = letters_of(candidate, candidate_letters);
        const unsigned distance = edit_distance(wanted, letters, nearest);
        if (distance > nearest || (distance == nearest && uses <= most_used)) return;
        nearest = distance;
        most_used = uses;
        best = candidate;
    };
    // By first letter, with and without an accent of its own.
    std::vector<std::string> prefixes{
        std::string(word.substr(0, (static_cast<unsigned char>(word[0]) < 0x80) ? 1 : 2))};
    if (wanted[0] < 0x80 && word[0] != static_cast<char>(wanted[0]))
        prefixes.emplace_back(1, static_cast<char>(wanted[0]));
    if (wanted[0] == U'e') prefixes.insert(prefixes.end(), {"\u00e9", "\u00ea", "\u00e8"});
    if (wanted[0] == U'a') prefixes.insert(prefixes.end(), {"\u00e0", "\u00e1", "\u00e4"});
    if (wanted[0] == U'o') prefixes.insert(prefixes.end(), {"\u00f3", "\u00f6"});
    if (wanted[0] == U'u') prefixes.insert(prefixes.end(), {"\u00fa", "\u00fc"});
    for (const auto& prefix : prefixes) file.each_word(prefix, consider);
    return best;
}

}  // namespace docent::search
