#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "search/languages.hpp"

namespace docent::search {

/// A piece of text that becomes one term or none.
struct Token {
    enum class Kind {
        word,    // a word, number or identifier: "deploying", "3.5", "cy.mount", "useChat"
        bigram,  // two neighbouring characters of Chinese, Japanese, Korean
        single,  // one such character that stands alone
    };
    std::string_view raw;  // as written, in the text
    Kind kind = Kind::word;
    bool kana = false, hangul = false;
};

/// Cuts UTF-8 text into tokens. Ill-formed bytes separate. An identifier stays whole ("cy.mount",
/// "snake_case"), paths and hyphenated words fall into their parts, Chinese, Japanese and Korean become
/// overlapping pairs of characters, Thai, Lao, Khmer and Burmese are cut by ICU's dictionaries.
class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_(text) {}
    /// False at the end. The token's view is valid as long as the text.
    bool next(Token& token);

private:
    bool next_pair(Token& token);
    bool take_word(std::size_t from, Token& token);
    void cut_by_dictionary(std::size_t from, std::size_t to);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t run_end_ = 0;  // of the Chinese, Japanese or Korean run being paired
    bool run_started_ = false;
    std::vector<std::string_view> cut_;  // words of a dictionary run, last first
};

/// Letter case and compatibility forms folded (NFKC_Casefold): "Straße" -> "strasse"; accents stay.
std::string fold(std::string_view word);

/// Folded, with the accents of Latin letters gone: "Menü" -> "menu".
std::string fold_accents(std::string_view folded);

/// The term a token is indexed under in a language; "" for a stop word.
std::string term_of(const Token& token, LanguageId language);

/// The parts of an identifier, as written: "cy.mount" -> cy, mount; "useChatStore" -> use, Chat, Store;
/// "HTTPServer" -> HTTP, Server. Empty for a plain word.
std::vector<std::string_view> identifier_parts(std::string_view word);

}  // namespace docent::search
