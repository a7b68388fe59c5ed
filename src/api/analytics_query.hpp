#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/parse.hpp"
#include "base/clock.hpp"
#include "net/http.hpp"

namespace docent::api {

/// Reads the parameters of an address. Absent and empty ones are the same; unknown ones are ignored. What
/// is wrong becomes a complaint that names the parameter.
class QueryFields {
public:
    QueryFields(const net::Request& request, Complaints& complaints)
        : request_(request), complaints_(complaints) {}

    std::string text(const std::string& name, std::size_t most);
    std::int64_t whole(const std::string& name, std::int64_t least, std::int64_t most, std::int64_t fallback);
    /// ISO 8601; 0 when absent.
    Millis time(const std::string& name);
    std::string ulid(const std::string& name);
    /// Words of a list with commas, each one of `allowed` ("a|b|c").
    std::vector<std::string> words(const std::string& name, std::string_view allowed);
    /// One of them, or "".
    std::string word(const std::string& name, std::string_view allowed);

private:
    const net::Request& request_;
    Complaints& complaints_;
};

/// dateFrom and dateTo of the analytics: `to` exclusive, 0: no bound.
struct Dates {
    Millis from = 0, to = 0;
};
Dates read_dates(QueryFields& fields, Complaints& complaints);

/// A text as a parameter that nobody needs to understand, and back; "" when it is none of ours.
std::string to_cursor(std::string_view text);
std::string from_cursor(std::string_view cursor);

/// 400 as the analytics answer it: {error, details: [{message}]}, and the keys of every error.
net::Response bad_query(const Complaints& complaints);

inline constexpr std::string_view feedback_sources = "code_snippet|contextual|agent|thumbs_only";
inline constexpr std::string_view feedback_statuses = "pending|in_progress|resolved|dismissed";

}  // namespace docent::api
