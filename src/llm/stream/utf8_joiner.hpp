#pragma once
#include <string>
#include <string_view>

namespace docent::llm {

/// Some servers cut a text between the bytes of a character. Gives out whole characters only: an unfinished
/// one waits for its other bytes, and what is no UTF-8 becomes U+FFFD.
class Utf8Joiner {
public:
    std::string feed(std::string_view bytes);
    /// What still waits, at the text's end.
    std::string end();

private:
    std::string waiting_;  // at most 3 bytes
};

}  // namespace docent::llm
