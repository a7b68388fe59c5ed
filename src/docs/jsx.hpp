#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docent::docs {

/// `name`, `name="value"`, `name={expression}` of a tag.
struct Attribute {
    std::string name;
    std::string
        value;  // entities decoded; of an expression that is one string or number: that; else its source
    bool expression = false;  // value is JavaScript source
    // Where the value stands in the text that was read, without quotes and braces.
    std::size_t begin = 0, end = 0;
};

struct Tag {
    std::string name;  // "Card", "div", "Tree.File"; "" is a fragment
    std::vector<Attribute> attributes;
    bool closing = false, self_closing = false;
    std::size_t end = 0;  // offset after ">"

    const Attribute* find(std::string_view name) const;
    /// Its value when it is plain text, or "".
    std::string text(std::string_view name) const;
    bool flag(std::string_view name) const;  // present and not {false}
};

/// Bounds the work that ends in nothing: a reader that fails far from where it began would make text
/// full of "<" quadratic. Used up, every later attempt fails at once.
class ScanBudget {
public:
    explicit ScanBudget(std::size_t text_size) : left_(8 * text_size + 65536) {}
    bool spent() const { return left_ == 0; }
    void charge(std::size_t bytes) { left_ = bytes < left_ ? left_ - bytes : 0; }

private:
    std::size_t left_;
};

/// The tag that begins at text[at] == '<', or nothing when that is none.
std::optional<Tag> read_tag(std::string_view text, std::size_t at, ScanBudget& budget);

/// The offset after the brace that closes text[at] == '{' (strings, templates and comments understood), or
/// npos.
std::size_t expression_end(std::string_view text, std::size_t at, ScanBudget& budget);

/// The text of a JavaScript expression that is one string, template without holes or number.
std::optional<std::string> literal_text(std::string_view expression);

/// &amp; &lt; &#39; &#x27; and the like.
std::string decode_entities(std::string_view text);

}  // namespace docent::docs
