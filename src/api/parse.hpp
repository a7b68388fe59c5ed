#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::api {

/// A request's body as JSON. invalid_argument in one sentence: empty, not UTF-8, not JSON (with the
/// place), nested deeper than max_depth (refused where the limit is passed, whatever follows).
inline constexpr std::size_t max_depth = 100;
Result<boost::json::value> parse_json(std::string_view body);

/// What is wrong with a body, gathered so that one answer names all of it.
class Complaints {
public:
    /// What is wrong with one field, as a word for programs.
    struct Issue {
        std::string field, issue;
    };

    /// `what` says what is wrong and what to send: "expected a string". `issue` is a word of "missing",
    /// "wrong_type", "too_short", "too_long", "invalid".
    void add(std::string field, std::string what, std::string_view issue = "invalid");
    bool empty() const { return count_ == 0; }
    /// The first few, one a sentence.
    const std::vector<std::string>& first() const { return first_; }
    const std::vector<Issue>& issues() const { return issues_; }
    /// invalid_argument naming the first few: "fp: expected a string; messages: is missing". Reason
    /// "invalid_body".
    Error error() const;

private:
    std::vector<std::string> first_;
    std::vector<Issue> issues_;
    std::size_t count_ = 0;
};

/// A foreign text for use in a sentence: quoted, short, on one line.
std::string shown(std::string_view text);

/// Reads the fields of a JSON object. Absent and null fields are the same. What has the wrong type or is
/// out of bounds becomes a complaint, and nothing is returned.
class Fields {
public:
    /// `where`: the object's own name, put before its fields'; "" for the body.
    Fields(const boost::json::object& object, std::string where, Complaints& complaints)
        : object_(object), where_(std::move(where)), complaints_(complaints) {}

    std::string name(std::string_view field) const;
    bool has(std::string_view field) const { return find(field) != nullptr; }
    void complain(std::string_view field, std::string what, std::string_view issue = "invalid") {
        complaints_.add(name(field), std::move(what), issue);
    }

    /// At most `most` bytes, without NUL.
    std::optional<std::string> text(std::string_view field, std::size_t most);
    /// From `least` to `most` characters (Unicode code points), without NUL.
    std::optional<std::string> characters(std::string_view field, std::size_t least, std::size_t most);
    std::optional<bool> boolean(std::string_view field);
    /// One of `words`.
    std::optional<std::string> word(std::string_view field, const std::vector<std::string_view>& words);
    /// 5 and 5.0 are whole numbers.
    std::optional<std::int64_t> whole(std::string_view field, std::int64_t least, std::int64_t most);
    std::optional<double> number(std::string_view field, double least, double most);
    std::vector<std::string> texts(std::string_view field, std::size_t most_items, std::size_t most);
    const boost::json::object* object(std::string_view field);
    const boost::json::array* list(std::string_view field, std::size_t most_items);

    /// Null when absent or null.
    const boost::json::value* find(std::string_view field) const;

private:
    const boost::json::object& object_;
    const std::string where_;
    Complaints& complaints_;
};

}  // namespace docent::api
