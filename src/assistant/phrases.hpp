#pragma once
#include <string>
#include <string_view>

namespace docent::assistant {

/// What the assistant says in its own words, in one language.
struct Phrases {
    std::string_view language;
    std::string_view not_covered;   // the documentation does not answer the question
    std::string_view nearest;       // before the pages that come nearest; ends with a colon
    std::string_view greeting;      // to "hello"
    std::string_view thanks;        // to "thank you"
    std::string_view empty;         // to a message without a question
    std::string_view more;          // before further pages; ends with a colon
    std::string_view out_of_time;   // the answer took too long
    std::string_view interrupted;   // the server stops
    std::string_view model_failed;  // between a model's half answer and the documentation's own words
    std::string_view example;       // before an example; ends with a colon
};

/// English for a language that has none of its own here.
const Phrases& phrases(std::string_view language);

/// The language of a question, of those that have phrases, by script and the commonest words; "" when that
/// does not tell.
std::string detect_language(std::string_view text);

enum class SmallTalk { none, empty, greeting, thanks };

/// Whether a message is no question at all.
SmallTalk small_talk(std::string_view text);

}  // namespace docent::assistant
