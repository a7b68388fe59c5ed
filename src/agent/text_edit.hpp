#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::agent {

struct TextEdit {
    std::string old_text, new_text;
    bool replace_all = false;
};

struct EditedText {
    std::string text;
    std::size_t replacements = 0;
};

/// Why an edit was not made, for the model: the Error's message is a sentence, its detail the lines that come
/// nearest to what it was looking for.
///
/// Makes all edits, one after the other, or none. The old text must be there, byte for byte, exactly once
/// unless all are to be replaced. "\n" in an edit stands for the line end that the file has. Reasons:
/// "text_not_found", "text_ambiguous", "nothing_changed". Pure.
Result<EditedText> apply_edits(std::string_view text, const std::vector<TextEdit>& edits);

}  // namespace docent::agent
