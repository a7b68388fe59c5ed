#include "docs/slug.hpp"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "base/text.hpp"

namespace docent::docs {

namespace {

bool is_ascii_alnum(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_emoji(UChar32 c) {
    return c > 0x7f &&
           (u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION) ||
            u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) ||
            u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) || c == 0x200d || c == 0xfe0e || c == 0xfe0f);
}

std::string lower(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) {
            std::string out;
            icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())))
                .toLower(icu::Locale::getRoot())
                .toUTF8String(out);
            return out;
        }
    return lower_ascii(text);
}

}  // namespace

std::string slugify(std::string_view heading) {
    const std::string source = lower(trim(heading));
    std::string out;
    // A separator is written when something follows it, so runs are one and none stands at an end.
    bool separator = false;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(source.data());
    const auto size = static_cast<int32_t>(source.size());
    for (int32_t i = 0; i < size;) {
        const int32_t from = i;
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        if (c < 0) continue;
        if (u_isUWhiteSpace(c) ||
            (c < 0x80 && std::string_view("-.!~*").find(static_cast<char>(c)) != std::string_view::npos)) {
            separator = true;
            continue;
        }
        if (c < 0x80 && !is_ascii_alnum(static_cast<char32_t>(c)) &&
            std::string_view("?,;:\"()[]{}`<>\\").find(static_cast<char>(c)) != std::string_view::npos)
            continue;
        if (c < 0x20 || c == 0x7f || is_emoji(c)) continue;
        if (separator && !out.empty()) out += '-';
        separator = false;
        if (c == '\'') {  // as it is set in print
            out += "\u2019";
            continue;
        }
        out.append(source, static_cast<std::size_t>(from), static_cast<std::size_t>(i - from));
    }
    return out;
}

std::string Anchors::add(std::string_view wanted) {
    std::string base(wanted.empty() ? std::string_view("section") : wanted);
    const auto [at, fresh] = seen_.try_emplace(base, 1);
    if (fresh) return base;
    for (;;) {
        std::string numbered = base + "-" + std::to_string(++at->second);
        if (seen_.try_emplace(numbered, 1).second) return numbered;
    }
}

std::string_view without_order_number(std::string_view name) {
    std::size_t digits = 0;
    while (digits < name.size() && name[digits] >= '0' && name[digits] <= '9') ++digits;
    if (digits == 0 || digits > 3) return name;
    std::size_t rest = digits;
    while (rest < name.size() &&
           (name[rest] == '-' || name[rest] == '_' || name[rest] == '.' || name[rest] == ' '))
        ++rest;
    // "2024-01-05-news" and "3.1" are names, not positions.
    if (rest == digits || rest >= name.size() || (name[rest] >= '0' && name[rest] <= '9')) return name;
    return name.substr(rest);
}

std::string title_of_name(std::string_view name) {
    std::string out;
    for (const char c : without_order_number(name)) out += (c == '-' || c == '_') ? ' ' : c;
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
}

}  // namespace docent::docs
