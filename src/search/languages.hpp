#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace docent::search {

/// A language that text can be analysed in: a row of the table in languages.cpp, whose numbers are part
/// of the index format. 0 is none: words are folded, not stemmed, and no stop words are known.
using LanguageId = std::uint8_t;
constexpr LanguageId no_language = 0;

/// The row of a tag such as "fr", "pt-BR" or "zh_Hans"; no_language when it is not in the table.
LanguageId language_of(std::string_view tag);

/// ISO 639-1 code of a row; "" for no_language.
std::string_view language_code(LanguageId language);

std::size_t language_count();

/// True when the folded word says nothing in this language ("the", "pourquoi"). Lists of the Snowball
/// project (BSD licence), plus the words of questions.
bool is_stop_word(LanguageId language, std::string_view folded);

/// Finds out a text's language by its script and its stop words. `expected` is what it is likely to be:
/// another language needs more evidence, in a long text twice as much (code and tables have words of
/// every language by chance). Without any evidence it is `expected`.
LanguageId detect_language(std::string_view text, LanguageId expected = no_language);

/// The Snowball stem of a folded word; the word itself where the language has no stemmer.
/// Safe from any thread: stemmers are kept per thread.
std::string stem(LanguageId language, std::string_view folded);

}  // namespace docent::search
