#pragma once
#include <vector>

#include "assistant/claim_words.hpp"
#include "assistant/section_words.hpp"
#include "assistant/support.hpp"
#include "search/index.hpp"

namespace docent::assistant {

/// Compares a sentence with a section in its language: content words by weight, numbers, names and negation,
/// each within a few sentences, a table row or a list item.
Support match_claim(const search::Index& index, const std::vector<ClaimWord>& claim,
                    const SectionWords& section);

/// Compares a sentence with a section in another language: names and numbers are the same in all.
Support match_claim_across_languages(const std::vector<ClaimWord>& claim, const SectionWords& section);

}  // namespace docent::assistant
