#include "maintenance/text_match.hpp"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace docent::maintenance {
namespace {

/// The character at `at`, which moves behind it; U+FFFD for what is none.
char32_t next_point(std::string_view text, std::size_t& at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    auto i = static_cast<std::int32_t>(at);
    const auto size = static_cast<std::int32_t>(text.size());
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    at = static_cast<std::size_t>(i);
    return c < 0 ? 0xfffd : static_cast<char32_t>(c);
}

char32_t point_before(std::string_view text, std::size_t& at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    auto i = static_cast<std::int32_t>(at);
    UChar32 c = 0;
    U8_PREV(bytes, 0, i, c);
    at = static_cast<std::size_t>(i);
    return c < 0 ? 0xfffd : static_cast<char32_t>(c);
}

/// Belongs to the character before it.
bool extends(char32_t c) {
    if (c < 0x300) return false;
    const auto kind = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_GRAPHEME_CLUSTER_BREAK);
    return kind == U_GCB_EXTEND || kind == U_GCB_SPACING_MARK || kind == U_GCB_ZWJ;
}

bool is_word(char32_t c) {
    if (c < 0x80) return c == '_' || u_isalnum(static_cast<UChar32>(c));
    return u_isalnum(static_cast<UChar32>(c)) || extends(c);
}

/// Of a script that sets no blanks between words.
bool is_unspaced(char32_t c) {
    if (c < 0xe00) return false;
    UErrorCode failed = U_ZERO_ERROR;
    switch (uscript_getScript(static_cast<UChar32>(c), &failed)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_BOPOMOFO:
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR:
            return true;
        default:
            return false;
    }
}

bool joins(char32_t inner, char32_t outer) {
    return is_word(inner) && is_word(outer) && !is_unspaced(inner) && !is_unspaced(outer);
}

bool word_begins(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    auto first = at, before = at;
    const auto inner = next_point(text, first);
    auto outer = point_before(text, before);
    while (outer == '_' && inner != '_' && before > 0) outer = point_before(text, before);  // _emphasis_
    return !joins(inner, outer);
}

bool word_ends(std::string_view text, std::size_t at) {
    if (at >= text.size()) return true;
    auto last = at, after = at;
    const auto inner = point_before(text, last);
    auto outer = next_point(text, after);
    while (outer == '_' && inner != '_' && after < text.size()) outer = next_point(text, after);
    return !joins(inner, outer);
}

char32_t folded(char32_t c) {
    return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
}

/// Behind a line's end with the blanks around it; `at` when there is none, or an empty line follows.
std::size_t line_end(std::string_view text, std::size_t at, std::size_t end) {
    const auto blanks = [&](std::size_t i) {
        while (i < end && (text[i] == ' ' || text[i] == '\t')) ++i;
        return i;
    };
    auto i = blanks(at);
    if (i < end && text[i] == '\r') ++i;
    if (i >= end || text[i] != '\n') return at;
    i = blanks(i + 1);
    return i >= end || text[i] == '\n' || text[i] == '\r' ? at : i;
}

icu::UnicodeString unicode(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}
std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    return text.toUTF8String(out);
}
std::string upper(std::string_view text) { return utf8(unicode(text).toUpper(icu::Locale::getRoot())); }
std::string lower(std::string_view text) { return utf8(unicode(text).toLower(icu::Locale::getRoot())); }
std::string capitalised(std::string_view text) {
    std::size_t first = 0;
    if (!text.empty()) next_point(text, first);
    return upper(text.substr(0, first)) + lower(text.substr(first));
}

}  // namespace

TextMatcher::TextMatcher(std::string pattern, MatchRules rules)
    : pattern_(std::move(pattern)), rules_(rules) {
    for (std::size_t at = 0; at < pattern_.size();) {
        const auto c = next_point(pattern_, at);
        points_.push_back(rules_.ignore_case ? folded(c) : c);
    }
}

std::optional<std::size_t> TextMatcher::match_at(std::string_view text, std::size_t at,
                                                 std::size_t end) const {
    for (std::size_t i = 0; i < points_.size(); ++i) {
        if (at >= end) return std::nullopt;
        if (points_[i] == ' ' && rules_.over_lines) {
            if (const auto behind = line_end(text, at, end); behind > at) {
                at = behind;
                continue;
            }
        }
        const auto c = next_point(text, at);
        if (at > end || (rules_.ignore_case ? folded(c) : c) != points_[i]) return std::nullopt;
    }
    return at;
}

std::vector<TextMatcher::Match> TextMatcher::find(std::string_view text, std::size_t begin,
                                                  std::size_t end) const {
    std::vector<Match> out;
    const bool by_byte = !rules_.ignore_case && points_[0] != ' ';
    for (auto at = begin; at < end;) {
        if (by_byte) {
            at = text.substr(0, end).find(pattern_[0], at);
            if (at == text.npos) break;
        }
        auto behind = at;
        const bool starts_inside = extends(next_point(text, behind)) && at > begin;
        const auto stop = starts_inside ? std::nullopt : match_at(text, at, end);
        if (!stop) {
            at = behind;
            continue;
        }
        auto after = *stop;
        const bool cut = after < text.size() && extends(next_point(text, after));
        if (cut || (rules_.whole_words && (!word_begins(text, at) || !word_ends(text, *stop)))) {
            at = behind;
            continue;
        }
        out.push_back({at, *stop});
        at = *stop;
    }
    return out;
}

std::string with_case_of(std::string_view found, std::string_view pattern, std::string_view replacement) {
    if (found == pattern) return std::string(replacement);
    std::size_t letters = 0;
    for (std::size_t at = 0; at < found.size();)
        letters += u_isalpha(static_cast<UChar32>(next_point(found, at)));
    if (found == upper(found) && letters > 1) return upper(replacement);
    if (found == lower(found)) return lower(replacement);
    if (found == capitalised(found)) return capitalised(replacement);
    return std::string(replacement);
}

std::string with_lines_of(std::string_view found, std::string_view replacement) {
    // Of the pattern's blanks, which one is a line's end here.
    std::size_t blanks = 0, at = 0;
    std::string_view feed;
    for (at = 0; at < found.size(); ++at) {
        const auto behind = line_end(found, at, found.size());
        if (behind > at) {
            feed = found.substr(at, behind - at);
            break;
        }
        blanks += found[at] == ' ';
    }
    if (feed.empty()) return std::string(replacement);
    std::size_t last = replacement.npos;
    for (std::size_t i = 0, n = 0; i < replacement.size(); ++i)
        if (replacement[i] == ' ') {
            last = i;
            if (n++ == blanks) break;
        }
    if (last == replacement.npos) return std::string(replacement);
    return std::string(replacement.substr(0, last)) + std::string(feed) +
           std::string(replacement.substr(last + 1));
}

}  // namespace docent::maintenance
