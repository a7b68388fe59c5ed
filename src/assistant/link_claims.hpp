#pragma once
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docent::assistant {

/// A link as a model wrote it, and the sentence that it is to support.
struct WrittenLink {
    enum class Kind { link, image, address };
    Kind kind = Kind::link;
    std::string label;   // what stands between the brackets, harmless Markdown; "" for an address alone
    std::string target;  // as written; "" where none is known
    std::string claim;   // the sentence, links as their labels; the one before when the link stands alone
};

/// A piece of an answer's text on its way to the reader.
struct LinkPiece {
    std::string text;  // passes as it is; of a link: as it was written
    std::optional<WrittenLink> link;
};

/// Follows the sentences of a stream of text and gives each link the sentence that it is to support. Text
/// passes at once; a link that begins a sentence waits with what follows for the sentence's end (at most 400
/// bytes).
class LinkClaims {
public:
    void pass(std::string_view text);  // text that is not part of a sentence's words
    void pass_words(std::string_view shown, std::string_view read);  // text, and how it reads
    void pass_link(WrittenLink link, std::string_view raw);
    /// A code block that passed: a link alone behind it supports the code.
    void pass_code(std::string code);
    void end_sentence();

    /// What no longer waits.
    std::vector<LinkPiece> ready();
    /// The last byte that passed; a line's end before the first.
    char before() const { return before_; }

private:
    struct Queued {
        LinkPiece piece;
        bool waits = false;  // for its sentence's end
    };
    void read(std::string_view text);

    std::deque<Queued> queue_;
    char before_ = '\n';
    std::string sentence_, own_words_;  // so far; own: without links
    std::string previous_;              // the last sentence that said something
    bool dot_ = false, dot_space_ = false;
};

}  // namespace docent::assistant
