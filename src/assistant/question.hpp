#pragma once
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/analysis.hpp"
#include "search/index.hpp"

namespace docent::assistant {

/// What kind of passage answers a question.
enum class QuestionKind { other, how, what, yes_no, error };

/// Found out from a question's first words.
QuestionKind question_kind(std::string_view question);

/// True if a question only makes sense after the one before it: "and on Windows?".
bool is_follow_up(std::string_view question);

/// True if a question points at what the reader sees: "what does this do?".
bool points_at_page(std::string_view question);

/// The words of a question that a passage can be measured by.
class QuestionTerms {
public:
    using Mask = std::uint64_t;  // a bit for each term

    /// `borrowed` (an earlier question, the selected text) helps to choose, but need not be covered as much.
    QuestionTerms(const search::Index& index, const std::string& question, const std::string& borrowed,
                  const search::Filter& filter);

    /// The terms that a text has, words and parts of identifiers.
    Mask match(std::string_view text) const;
    /// How much of the question the terms are, 0 to 1.
    double share(Mask mask) const;
    /// The same of the question's own words, without the borrowed ones; 0 unless a borrowed one is there too.
    double own_share(Mask mask) const;
    /// How much of a text's content words are in the question, 0 to 1; 0 for a text without any.
    double precision(std::string_view text) const;
    /// The rarest term that carries the question; an empty mask when there is none.
    Mask rarest() const;
    /// Neighbours of the question that the documentation writes as one word, each with a space before it:
    /// " timeout" of "times out".
    const std::string& joined() const { return joined_; }
    /// Terms that no section has.
    Mask unknown() const { return unknown_; }
    std::size_t size() const { return terms_.size(); }
    search::LanguageId language() const { return language_; }

private:
    struct Term {
        std::string term;
        double weight = 0.0;
        bool weak = false;
        bool borrowed = false;
    };
    /// What a token of a text is to the question.
    struct Role {
        Mask own = 0;          // the term that it is
        Mask with_parts = 0;   // and those that parts of an identifier are
        bool content = false;  // not a stop word
    };
    void note_straddling(std::string_view question);
    void join_neighbours(const search::Index& index, search::Query query);
    void add(const search::Terms& found, double factor, bool borrowed);
    const Role& role(const search::Token& token) const;
    Mask mask_of(const std::string& term) const;

    std::vector<Term> terms_;
    std::string joined_;
    std::set<std::string> straddling_;  // pairs of characters that are halves of two words
    search::LanguageId language_ = search::no_language;
    double total_ = 0.0;
    Mask unknown_ = 0;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    // Most words of a text come again, and stemming them is what takes the time.
    mutable std::unordered_map<std::string, Role, TextHash, std::equal_to<>> roles_;
};

}  // namespace docent::assistant
