#include "search/analysis.hpp"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <array>
#include <memory>

namespace docent::search {
namespace {

enum class Class : std::uint8_t { none, word, han, kana, hangul, dictionary };

bool is_pair_class(Class c) { return c == Class::han || c == Class::kana || c == Class::hangul; }

constexpr std::array<Class, 128> ascii_classes() {
    std::array<Class, 128> classes{};
    for (int c = 0; c < 128; ++c) {
        const bool word =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        classes[static_cast<std::size_t>(c)] = word ? Class::word : Class::none;
    }
    return classes;
}

constexpr std::array<Class, 128> class_of_ascii = ascii_classes();

Class class_of(UChar32 c) {
    if (c < 128) return class_of_ascii[static_cast<std::size_t>(c)];
    if (c >= 0x4E00 && c <= 0x9FFF) return Class::han;
    if (c == 0x30FC) return Class::kana;  // the mark of a long vowel, common to both kana
    const auto mask = U_GET_GC_MASK(c);
    if (!(mask & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK))) return Class::none;
    if (c < 0x0E00) return Class::word;
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
        case USCRIPT_HAN:
            return Class::han;
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
            return Class::kana;
        case USCRIPT_HANGUL:
            return Class::hangul;
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR:
            return Class::dictionary;
        default:
            return Class::word;
    }
}

/// The character at `at` and the place behind it; an ill-formed byte is a space.
UChar32 decode(std::string_view text, std::size_t at, std::size_t& after) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
        after = at + 1;
        return byte;
    }
    auto i = static_cast<std::int64_t>(at);
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), i, static_cast<std::int64_t>(text.size()), c);
    after = static_cast<std::size_t>(i);
    return c < 0 ? ' ' : c;
}

Class class_at(std::string_view text, std::size_t at, std::size_t& after) {
    return class_of(decode(text, at, after));
}

/// Behind the run of plain ASCII letters and digits that begins at `at`: most of any text, so it is fast.
std::size_t skip_ascii_word(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x80 || class_of_ascii[byte] != Class::word) break;
        ++at;
    }
    return at;
}

bool is_ascii(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    }
    return true;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The word without what an apostrophe binds to it: "l'index" -> "index", "user's" -> "user".
std::string_view without_clitics(std::string_view folded) {
    const auto quote = folded.find('\'');
    if (quote == folded.npos) return folded;
    const auto before = folded.substr(0, quote), after = folded.substr(quote + 1);
    constexpr std::array<std::string_view, 8> enclitics{"s", "t", "d", "m", "ll", "re", "ve", ""};
    for (const auto word : enclitics) {
        if (after == word)
            return word == "t" && before.size() > 1 && before.back() == 'n'
                       ? before.substr(0, before.size() - 1)
                       : before;
    }
    return after;
}

}  // namespace

bool Tokenizer::next(Token& token) {
    if (!cut_.empty()) {
        token = {cut_.back(), Token::Kind::word};
        cut_.pop_back();
        return true;
    }
    if (at_ < run_end_) return next_pair(token);
    while (at_ < text_.size()) {
        std::size_t after = 0;
        const Class c = class_at(text_, at_, after);
        if (c == Class::none) {
            at_ = after;
            continue;
        }
        if (c == Class::word) {
            if (take_word(at_, token)) return true;
            continue;
        }
        // A run of one kind of script.
        std::size_t end = after;
        while (end < text_.size()) {
            std::size_t behind = 0;
            const Class d = class_at(text_, end, behind);
            if (is_pair_class(c) ? !is_pair_class(d) : d != c) break;
            end = behind;
        }
        if (is_pair_class(c)) {
            run_end_ = end;
            run_started_ = false;
            if (next_pair(token)) return true;
        } else {
            cut_by_dictionary(at_, end);
            at_ = end;
            return next(token);
        }
    }
    return false;
}

bool Tokenizer::next_pair(Token& token) {
    std::size_t second = 0, end = 0;
    const Class a = class_at(text_, at_, second);
    token.kana = a == Class::kana;
    token.hangul = a == Class::hangul;
    if (second >= run_end_) {  // the last character: alone, or already half of a pair
        const bool alone = !run_started_;
        token.raw = text_.substr(at_, second - at_);
        token.kind = Token::Kind::single;
        at_ = second;
        if (alone) return true;
        run_end_ = 0;
        return next(token);
    }
    class_at(text_, second, end);
    token.raw = text_.substr(at_, end - at_);
    token.kind = Token::Kind::bigram;
    run_started_ = true;
    at_ = second;
    return true;
}

bool Tokenizer::take_word(std::size_t from, Token& token) {
    std::size_t at = from, end = from;
    for (;;) {
        if (const auto behind = skip_ascii_word(text_, at); behind > at) at = end = behind;
        if (at >= text_.size()) break;
        std::size_t after = 0;
        const UChar32 c = decode(text_, at, after);
        if (class_of(c) == Class::word) {
            at = end = after;
            continue;
        }
        // A dot or an apostrophe between letters belongs to the word.
        const bool joins = c == '.' || c == '\'' || c == 0x2019;
        std::size_t behind = 0;
        if (!joins || after >= text_.size() || class_at(text_, after, behind) != Class::word) break;
        at = after;
    }
    std::string_view raw = text_.substr(from, end - from);
    at_ = end;
    if (raw.size() == 1 && (text_.substr(end, 2) == "++" || text_.substr(end, 1) == "#")) {  // C++, C#
        const std::size_t sign = text_[end] == '#' ? 1 : 2;
        at_ = end + sign;
        token = {text_.substr(from, 1 + sign), Token::Kind::word};
        return true;
    }
    while (!raw.empty() && raw.front() == '_') raw.remove_prefix(1);
    while (!raw.empty() && raw.back() == '_') raw.remove_suffix(1);
    if (raw.empty()) return false;
    token = {raw, Token::Kind::word};
    return true;
}

void Tokenizer::cut_by_dictionary(std::size_t from, std::size_t to) {
    const std::string_view run = text_.substr(from, to - from);
    UErrorCode status = U_ZERO_ERROR;
    thread_local const std::unique_ptr<icu::BreakIterator> words(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    UText text = UTEXT_INITIALIZER;
    utext_openUTF8(&text, run.data(), static_cast<std::int64_t>(run.size()), &status);
    if (!words || U_FAILURE(status)) {
        cut_.push_back(run);
        return;
    }
    words->setText(&text, status);
    std::vector<std::string_view> found;
    for (auto start = words->first(), end = words->next(); end != icu::BreakIterator::DONE;
         start = end, end = words->next()) {
        found.push_back(run.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)));
    }
    utext_close(&text);
    cut_.assign(found.rbegin(), found.rend());
}

std::string fold(std::string_view word) {
    std::string out;
    if (is_ascii(word)) {
        out.assign(word);
        for (char& c : out) {
            if (is_upper(c)) c = static_cast<char>(c + ('a' - 'A'));
        }
        return out;
    }
    UErrorCode status = U_ZERO_ERROR;
    static const icu::Normalizer2* const nfkc = icu::Normalizer2::getNFKCCasefoldInstance(status);
    icu::UnicodeString text =
        icu::UnicodeString::fromUTF8({word.data(), static_cast<std::int32_t>(word.size())});
    text.findAndReplace(icu::UnicodeString(static_cast<UChar32>(0x2019)), icu::UnicodeString(u'\''));
    if (nfkc) text = nfkc->normalize(text, status);
    text.toUTF8String(out);
    return out;
}

std::string fold_accents(std::string_view folded) {
    if (is_ascii(folded)) return std::string(folded);
    UErrorCode status = U_ZERO_ERROR;
    static const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(status);
    static const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
    if (!nfd || !nfc) return std::string(folded);
    const auto apart = nfd->normalize(
        icu::UnicodeString::fromUTF8({folded.data(), static_cast<std::int32_t>(folded.size())}), status);
    icu::UnicodeString kept;
    UScriptCode base = USCRIPT_INVALID_CODE;
    for (std::int32_t i = 0; i < apart.length(); i = apart.moveIndex32(i, 1)) {
        const UChar32 c = apart.char32At(i);
        const bool mark = u_charType(c) == U_NON_SPACING_MARK;
        if (mark && (base == USCRIPT_LATIN || base == USCRIPT_GREEK)) continue;
        if (!mark) base = uscript_getScript(c, &status);
        switch (c) {
            case 0x00F8:
                kept.append(u'o');
                break;  // ø
            case 0x0142:
                kept.append(u'l');
                break;  // ł
            case 0x0111:
                kept.append(u'd');
                break;  // đ
            case 0x0131:
                kept.append(u'i');
                break;  // dotless i
            case 0x0153:
                kept.append(u"oe");
                break;  // œ
            case 0x00E6:
                kept.append(u"ae");
                break;  // æ
            default:
                kept.append(c);
        }
    }
    std::string out;
    nfc->normalize(kept, status).toUTF8String(out);
    return out;
}

std::string term_of(const Token& token, LanguageId language) {
    std::string folded = fold(token.raw);
    if (is_stop_word(language, folded)) return {};
    if (token.kind != Token::Kind::word) return folded;
    const std::string_view bare = without_clitics(folded);
    if (bare.empty() || (bare.size() != folded.size() && is_stop_word(language, bare))) return {};
    if (bare.size() > 64) return std::string(bare.substr(0, 64));  // keys, hashes: found by their beginning
    if (bare.find_first_of("._") != bare.npos || is_digit(bare.front())) return fold_accents(bare);
    return fold_accents(stem(language, bare));
}

std::vector<std::string_view> identifier_parts(std::string_view word) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    const auto cut = [&](std::size_t end) {
        if (end > start) parts.push_back(word.substr(start, end - start));
        start = end;
    };
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char c = word[i];
        if (c == '.' || c == '_') {
            cut(i);
            start = i + 1;
        } else if (i > 0 && is_upper(c) && (is_lower(word[i - 1]) || is_digit(word[i - 1]))) {
            cut(i);
        } else if (i > 0 && i + 1 < word.size() && is_upper(c) && is_upper(word[i - 1]) &&
                   is_lower(word[i + 1])) {
            cut(i);
        }
    }
    cut(word.size());
    if (parts.size() < 2) parts.clear();
    return parts;
}

}  // namespace docent::search
