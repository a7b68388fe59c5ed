#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "search/languages.hpp"

namespace docent::assistant {

/// A word of a sentence, as far as it matters to what the sentence claims.
struct ClaimWord {
    enum class Kind {
        word,
        number,      // "96", "3.5"; the small ones written out, too
        identifier,  // in code, or with the looks of it: "max_boils", "--port", "cy.mount"
        pair,        // two characters of Chinese, Japanese or Korean
    };
    Kind kind = Kind::word;
    std::string term;           // as the index has it; of a number its value, of an identifier folded
    bool negated = false;       // "not", "without", ...; a word's opposite is the word negated
    bool has_opposite = false;  // "enabled": saying it turned round is saying the contrary
};

/// The words of a piece of Markdown that say something, in order: links as their labels, stop words gone.
std::vector<ClaimWord> claim_words(std::string_view markdown, search::LanguageId language);

}  // namespace docent::assistant
