#include "search/languages.hpp"

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "search/analysis.hpp"

namespace docent {
const std::vector<Embedded>& embedded_stop_words();
}

namespace docent::search {
namespace {

struct Row {
    std::string_view code;
    const char* stemmer;  // null: no stemmer
};

// Append only: an index file keeps the numbers.
constexpr std::array<Row, 34> table{{
    {"", nullptr},       {"en", "english"},    {"es", "spanish"},    {"fr", "french"},   {"de", "german"},
    {"it", "italian"},   {"pt", "portuguese"}, {"nl", "dutch"},      {"sv", "swedish"},  {"da", "danish"},
    {"no", "norwegian"}, {"fi", "finnish"},    {"hu", "hungarian"},  {"ro", "romanian"}, {"ru", "russian"},
    {"tr", "turkish"},   {"ar", "arabic"},     {"ca", "catalan"},    {"eu", "basque"},   {"el", "greek"},
    {"hi", "hindi"},     {"hy", "armenian"},   {"id", "indonesian"}, {"ga", "irish"},    {"lt", "lithuanian"},
    {"ne", "nepali"},    {"sr", "serbian"},    {"ta", "tamil"},      {"yi", "yiddish"},  {"zh", nullptr},
    {"ja", nullptr},     {"ko", nullptr},      {"th", nullptr},      {"pl", nullptr},
}};

// Words of questions that the lists lack.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> further{{
    {"en",
     "would could may might must shall us isn aren wasn weren hasn haven hadn doesn didn won wouldn couldn "
     "shouldn "
     "don ll ve re let"},
    {"es",
     "cómo qué cuál cuáles cuándo dónde quién quiénes cuánto cuántos puedo puede podemos debo debería hay "
     "si"},
    {"fr",
     "les comment pourquoi quel quelle quels quelles quand où combien puis peut peux dois doit si cette cet "
     "cela "
     "leurs plus"},
    {"de", "wie warum wann wo wer wen kann kannst können"},
    {"it", "come quale quali quando dove posso può"},
    {"pt", "como qual quais quando onde quem posso pode"},
}};

using Words = std::unordered_set<std::string>;

std::array<Words, table.size()> load_stop_words() {
    std::array<Words, table.size()> words;
    for (const Embedded& file : embedded_stop_words()) {
        const auto language = language_of(file.path.substr(0, file.path.find('.')));
        for (const auto& line : split(file.bytes, '\n')) {
            if (const auto word = trim(line); !word.empty()) {
                words[language].emplace(word);
                words[language].insert(fold(word));
            }
        }
    }
    for (const auto& [code, list] : further) {
        for (auto& word : split(list, ' ')) words[language_of(code)].insert(std::move(word));
    }
    return words;
}

const std::array<Words, table.size()>& stop_words() {
    static const auto words = load_stop_words();
    return words;
}

/// Of each stop word, a bit for every language that has it.
const std::unordered_map<std::string, std::uint64_t>& languages_of_stop_words() {
    static const auto languages = [] {
        std::unordered_map<std::string, std::uint64_t> out;
        for (std::size_t i = 0; i < table.size(); ++i) {
            for (const auto& word : stop_words()[i]) out[word] |= std::uint64_t{1} << i;
        }
        return out;
    }();
    return languages;
}

/// libstemmer's objects are not to be shared between threads.
class Stemmers {
public:
    ~Stemmers() {
        for (auto* stemmer : made_) {
            if (stemmer) sb_stemmer_delete(stemmer);
        }
    }
    sb_stemmer* get(LanguageId language) {
        if (!made_[language]) made_[language] = sb_stemmer_new(table[language].stemmer, nullptr);
        return made_[language];
    }

private:
    std::array<sb_stemmer*, table.size()> made_{};
};

}  // namespace

LanguageId language_of(std::string_view tag) {
    const auto lower = lower_ascii(tag.substr(0, tag.find_first_of("-_")));
    if (lower.empty()) return no_language;
    if (lower == "cn") return language_of("zh");
    if (lower == "jp") return language_of("ja");
    if (lower == "nb" || lower == "nn") return language_of("no");
    for (std::size_t i = 1; i < table.size(); ++i) {
        if (table[i].code == lower) return static_cast<LanguageId>(i);
    }
    return no_language;
}

std::string_view language_code(LanguageId language) {
    return language < table.size() ? table[language].code : std::string_view();
}

std::size_t language_count() { return table.size(); }

bool is_stop_word(LanguageId language, std::string_view folded) {
    if (language >= table.size()) return false;
    const Words& words = stop_words()[language];
    return words.find(std::string(folded)) != words.end();
}

LanguageId detect_language(std::string_view text, LanguageId expected) {
    Tokenizer tokens(cut_utf8(text, 4'000));
    Token token;
    std::array<int, table.size()> votes{};
    std::unordered_set<std::string> counted;
    int cjk = 0, kana = 0, hangul = 0, words = 0;
    while (tokens.next(token)) {
        if (token.kind != Token::Kind::word) {
            ++cjk;
            kana += token.kana;
            hangul += token.hangul;
            continue;
        }
        ++words;
        auto folded = fold(token.raw);
        const auto speaks_for = languages_of_stop_words().find(folded);
        if (speaks_for == languages_of_stop_words().end()) continue;
        // Once each: "AI" is a French verb, and on some pages every second word.
        if (!counted.insert(std::move(folded)).second) continue;
        for (std::size_t i = 1; i < table.size(); ++i) votes[i] += speaks_for->second >> i & 1;
    }
    if (cjk * 2 > words) {
        if (hangul * 2 > cjk) return language_of("ko");
        return language_of(kana * 5 > cjk ? "ja" : "zh");
    }
    const auto best = std::max_element(votes.begin(), votes.end());
    const int mine = expected < votes.size() ? votes[expected] : 0;
    if (*best <= (words > 50 && expected != no_language ? 2 * mine + 5 : mine)) return expected;
    return static_cast<LanguageId>(best - votes.begin());
}

std::string stem(LanguageId language, std::string_view folded) {
    if (language >= table.size() || !table[language].stemmer) return std::string(folded);
    thread_local Stemmers stemmers;
    auto* stemmer = stemmers.get(language);
    if (!stemmer) return std::string(folded);
    const auto* stemmed = sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(folded.data()),
                                          static_cast<int>(folded.size()));
    if (!stemmed) return std::string(folded);
    return {reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

}  // namespace docent::search
