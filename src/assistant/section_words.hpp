#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "assistant/claim_words.hpp"
#include "search/index.hpp"
#include "search/languages.hpp"

namespace docent::assistant {

/// The terms of a piece of text, each with its signs.
class Words {
public:
    /// How the text has a term: not, said, denied, or both.
    enum Sign : unsigned { absent = 0, said = 1, denied = 2 };

    void add(const std::vector<ClaimWord>& words);
    void add(const Words& other);

    unsigned find(const std::string& term) const;
    /// Another form of the word: they share most of their letters from the front.
    unsigned find_related(const std::string& term) const;
    /// A name, whole or as a part: "max_boils" in "limits.max_boils".
    unsigned find_name(const std::string& name) const;

private:
    std::map<std::string, unsigned> terms_;
};

/// A sentence, table row, list item or code block of a section: the smallest piece that says something.
struct UnitWords {
    enum class Shape { prose, row, item, code };
    Shape shape = Shape::prose;
    std::size_t block = 0;  // number of the block that it stands in
    Words words;
    Words lead;                    // the table's head, the sentence before a list or code
    std::vector<ClaimWord> exact;  // numbers and names
    bool named = false;            // begins with a name: an entry about it
};

/// What a section of the documentation says, as words. Views into the index.
struct SectionWords {
    search::LanguageId language = search::no_language;
    std::string_view anchor;
    std::vector<UnitWords> units;
    Words headings, all;
};

SectionWords section_words(const search::Index& index, std::uint32_t chunk);

/// A number or a name: it has to be there as it is.
inline bool is_exact(const ClaimWord& word) {
    return word.kind == ClaimWord::Kind::number || word.kind == ClaimWord::Kind::identifier;
}

}  // namespace docent::assistant
