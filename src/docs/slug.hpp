#pragma once
#include <map>
#include <string>
#include <string_view>

namespace docent::docs {

/// A heading's anchor as Mintlify writes it: lower case, spaces become "-", letters of every script stay,
/// punctuation and emoji go, camelCase is not split. May be "".
std::string slugify(std::string_view heading);

/// Anchors of one page: a repeated one gets "-2", "-3".
class Anchors {
public:
    /// The anchor for `wanted` (a slug or a custom id); never one that was given out before. An empty one is
    /// "section".
    std::string add(std::string_view wanted);

private:
    std::map<std::string, int, std::less<>> seen_;
};

/// A name of a file or folder as people read it: "02-getting_started" -> "Getting started".
std::string title_of_name(std::string_view name);

/// "01-next" -> "next", "2. intro" -> "intro"; a name that is only a number or a date stays.
std::string_view without_order_number(std::string_view name);

}  // namespace docent::docs
