#pragma once
#include <string>
#include <string_view>

namespace docent::docs {

/// The longest run of `mark` in a text.
std::size_t longest_run(std::string_view text, char mark);

/// A line of Markdown that is written from the pieces of HTML's inline elements: white space is folded,
/// characters that Markdown would take for marks are escaped.
class InlineText {
public:
    enum class Place { paragraph, cell };  // a table's cell is one line, without "|"
    explicit InlineText(Place place = Place::paragraph) : place_(place) {}

    void text(std::string_view raw);
    void code(std::string_view raw);
    void line_break();
    void image(std::string_view alt, std::string_view address);

    /// Emphasis around what is written until the end; nothing, when that is nothing.
    std::size_t begin_mark(std::string_view mark);
    void end_mark(std::size_t begin, std::string_view mark);

    bool in_link() const { return in_link_; }
    std::size_t begin_link();
    void end_link(std::size_t begin, std::string_view address);

    /// The finished text; the object is empty again.
    std::string take();

private:
    void put(char c);
    void open_word();

    const Place place_;
    std::string out_;
    bool space_ = false;  // white space was read and not yet written
    bool in_link_ = false;
};

}  // namespace docent::docs
