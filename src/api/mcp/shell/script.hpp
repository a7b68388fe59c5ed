#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::api::shell {

/// A word of a command line, quotes and escapes resolved.
struct Word {
    std::string text;
    std::string
        pattern;  // when it has unquoted *, ? or [: the same as a glob, what is literal escaped by "\"
};

/// One program's call. What it writes can only be shown or dropped: the documentation is read-only.
struct Call {
    std::vector<Word> words;  // at least one
    bool drop_out = false, drop_err = false, err_to_out = false;
};

/// Calls joined by pipes, and when they run: always, or by how the one before ended ("&&", "||").
struct Pipeline {
    enum class When { always, after_success, after_failure };
    When when = When::always;
    std::vector<Call> calls;  // at least one
};

inline constexpr std::size_t max_script = 4'000;  // bytes
inline constexpr std::size_t max_calls = 20;
inline constexpr std::size_t max_words = 200;

/// Reads a command line in the shell's notation: quotes, escapes, pipes, ";", "&&", "||", globs, comments,
/// "2>/dev/null", "2>&1". Source: POSIX.1-2017, XCU chapter 2. invalid_argument, in a sentence that says
/// what to write instead, for all that a reader of files does not need: variables, substitutions, groups,
/// loops, background, redirection to files.
Result<std::vector<Pipeline>> parse_script(std::string_view text);

}  // namespace docent::api::shell
