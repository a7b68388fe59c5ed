#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docent::maintenance {

struct MatchRules {
    bool whole_words = false;  // not inside of a longer word
    bool ignore_case = false;
    bool over_lines = false;  // a blank of the pattern may be a line's end in the text (not an empty line)
};

/// Looks for a text in texts. A match never begins or ends inside of a character as people see it (a letter
/// with its accents). Words are runs of letters, digits, accents and underscores of any script; scripts that
/// set no blanks between words (Chinese, Japanese, Thai, ...) have a word's end anywhere, and an underscore
/// that emphasises is none.
class TextMatcher {
public:
    /// `pattern` is not empty and UTF-8.
    TextMatcher(std::string pattern, MatchRules rules);

    struct Match {
        std::size_t begin = 0, end = 0;
    };
    /// Those inside of text[begin, end), in order and apart from each other. What stands around is looked at
    /// for the ends of words.
    std::vector<Match> find(std::string_view text, std::size_t begin, std::size_t end) const;

    /// The end of a match that begins at `at` and ends by `end`; nothing when there is none.
    std::optional<std::size_t> match_at(std::string_view text, std::size_t at, std::size_t end) const;

private:
    std::string pattern_;
    std::vector<char32_t> points_;  // folded when case is ignored
    MatchRules rules_;
};

/// `replacement` as `found` is written, when that is not how `pattern` is: in capitals, in small letters, or
/// with a capital first.
std::string with_case_of(std::string_view found, std::string_view pattern, std::string_view replacement);

/// `replacement` with the line end (and indentation) that `found` has between its words, between its own.
std::string with_lines_of(std::string_view found, std::string_view replacement);

}  // namespace docent::maintenance
