#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace docent::agent {

/// Finds a text, or a regular expression (RE2's syntax), in lines; a match never goes over a line end.
/// One for each thread.
class LineMatcher {
public:
    /// invalid_argument, reason "invalid_pattern".
    static Result<LineMatcher> make(const std::string& query, bool regex, bool case_sensitive);
    LineMatcher(LineMatcher&&) noexcept;
    LineMatcher& operator=(LineMatcher&&) noexcept;
    ~LineMatcher();

    /// The first match that begins at `from`, the beginning of a line, or later.
    bool find(std::string_view text, std::size_t from, std::size_t& begin) const;

private:
    LineMatcher();
    std::string literal_;  // with no pattern_
    std::unique_ptr<re2::RE2> pattern_;
};

}  // namespace docent::agent
