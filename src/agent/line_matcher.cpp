#include "agent/line_matcher.hpp"

#include <re2/re2.h>

#include <cstring>

namespace docent::agent {

LineMatcher::LineMatcher() = default;
LineMatcher::LineMatcher(LineMatcher&&) noexcept = default;
LineMatcher& LineMatcher::operator=(LineMatcher&&) noexcept = default;
LineMatcher::~LineMatcher() = default;

Result<LineMatcher> LineMatcher::make(const std::string& query, bool regex, bool case_sensitive) {
    if (query.empty()) return invalid("there is nothing to look for").because("invalid_pattern");
    if (query.size() > 4000) return invalid("the pattern is too long").because("invalid_pattern");
    LineMatcher out;
    if (!regex && query.find('\n') != std::string::npos)
        return invalid("the search is line by line: leave out the line ends").because("invalid_pattern");
    if (!regex && case_sensitive) {
        out.literal_ = query;
        return out;
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(case_sensitive);
    options.set_never_nl(true);
    options.set_never_capture(true);
    options.set_max_mem(16 << 20);
    const auto expression = "(?m)(?:" + (regex ? query : RE2::QuoteMeta(query)) + ")";
    out.pattern_ = std::make_unique<RE2>(expression, options);
    if (!out.pattern_->ok())
        return invalid("the regular expression is not taken: " + out.pattern_->error())
            .because("invalid_pattern");
    return out;
}

bool LineMatcher::find(std::string_view text, std::size_t from, std::size_t& begin) const {
    if (!pattern_) {
        const auto* at = static_cast<const char*>(
            memmem(text.data() + from, text.size() - from, literal_.data(), literal_.size()));
        if (!at) return false;
        begin = static_cast<std::size_t>(at - text.data());
        return true;
    }
    // Whether there is one at all is a faster question than where, and most files have none.
    const re2::StringPiece all(text.data(), text.size());
    if (!pattern_->Match(all, from, text.size(), RE2::UNANCHORED, nullptr, 0)) return false;
    re2::StringPiece match;
    if (!pattern_->Match(all, from, text.size(), RE2::UNANCHORED, &match, 1)) return false;
    begin = static_cast<std::size_t>(match.data() - text.data());
    return begin < text.size();
}

}  // namespace docent::agent
