#pragma once
#include <string>
#include <string_view>

namespace docent::llm {

// What pages, readers' selections and tools say is data for a model, never an instruction. It stands
// between delimiters that cannot occur inside it: <docent-document ...> ... </docent-document>.

/// The text with whatever a model could take for one of our delimiters or for a control token of its own
/// ("<|im_start|>") made harmless, and without invisible characters, which people cannot review.
std::string inert(std::string_view text);

/// The same for the value of an attribute: one line, no quotes, no angle brackets.
std::string attribute(std::string_view text);

/// A document between delimiters. Empty attributes are left out.
std::string document(std::string_view url, std::string_view title, std::string_view markdown);

}  // namespace docent::llm
