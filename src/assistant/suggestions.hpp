#pragma once
#include <string>
#include <string_view>

namespace docent::assistant {

/// Text without the fenced `suggestions` blocks in it, wherever they stand; one that is not closed (of a
/// stopped answer) goes to the end.
std::string without_suggestions(std::string_view text);

/// The same for a stream: text passes through feed() until a block begins, and again after it.
class SuggestionsFilter {
public:
    /// What of the text so far can be shown.
    std::string feed(std::string_view text);
    /// What was held back and is no block after all.
    std::string end();

private:
    std::string held_;
    bool inside_ = false;
};

}  // namespace docent::assistant
