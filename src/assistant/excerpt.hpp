#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "assistant/blocks.hpp"
#include "assistant/question.hpp"

namespace docent::assistant {

/// What a reader takes in at once: a paragraph with the list, the table or the code that it leads to.
struct Unit {
    std::string_view text;
    std::vector<Block> blocks;
    std::size_t words = 0;  // outside code
    bool has_code = false, has_steps = false;
    QuestionTerms::Mask mask = 0;   // of the question
    QuestionTerms::Mask prose = 0;  // the same, outside code
};

/// True for a text that begins with "Yes", "No" or their like.
bool begins_with_verdict(std::string_view text);

/// True if a row of a table or an item of a list begins with a name that the question asks about, so that it
/// says what that is.
bool defines_asked(std::string_view markdown, const QuestionTerms& question);

/// True if a sentence says what the thing asked about is: "X is ...", "X lets you ...".
bool says_what_it_is(std::string_view prose, const QuestionTerms& question);

/// A quoted text without what leads to nothing: a last "the following:" or label whose picture or code is
/// not there, marks of omission at its ends.
std::string without_loose_ends(std::string_view markdown);

/// The units of a section, in order; they join to the input.
std::vector<Unit> split_units(std::string_view markdown);

/// What of a section answers a question: whole sentences, whole steps, whole code, in their order. "…"
/// stands where something was left out in the middle.
struct Excerpt {
    std::string markdown;
    std::size_t words = 0;
    QuestionTerms::Mask mask = 0;
};

/// `about`: how much of the question the section's headings say already, 0 to 1; a section that is about
/// the question is given from its beginning.
Excerpt make_excerpt(std::string_view markdown, const QuestionTerms& question, QuestionKind kind,
                     double about, std::size_t max_words);

}  // namespace docent::assistant
