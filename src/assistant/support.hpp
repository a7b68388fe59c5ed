#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "search/index.hpp"

namespace docent::assistant {

struct SectionWords;

/// Whether a passage says what a sentence says.
struct Support {
    enum class Verdict {
        supported,
        unsupported,
        no_claim,        // the sentence says nothing that could be checked: "See the guide."
        other_language,  // than the passage's: only names and numbers could be, and there are none
    };
    Verdict verdict = Verdict::unsupported;
    double score = 0;         // 0 to 1: how much of the sentence the passage has
    std::string why;          // what is missing: "number 12", "name max_boils", "negation", "words"
    std::uint32_t chunk = 0;  // the section that supports it best
    bool holds() const { return verdict != Verdict::unsupported; }
};

/// Checks sentences against sections without a model: content words weighed by their rarity in the index,
/// numbers, names, and negation, each within a few sentences, a table row or a list item of the section.
/// docs/internals/citations.md has its false rates and how they are measured.
///
/// Remembers the sections that it has read. Not for several threads at once; the index must outlive it.
class SupportCheck {
public:
    explicit SupportCheck(const search::Index& index);
    ~SupportCheck();

    /// The best of a page's sections. `preferred_anchor`: the section that a link names wins a tie.
    Support of_page(std::string_view sentence, std::uint32_t page, std::string_view preferred_anchor = "");
    Support of_section(std::string_view sentence, std::uint32_t chunk);

private:
    const SectionWords& section(std::uint32_t chunk);
    Support judge(std::string_view sentence, const std::vector<std::uint32_t>& chunks,
                  std::string_view anchor);

    const search::Index& index_;
    std::map<std::uint32_t, std::unique_ptr<SectionWords>> sections_;
};

}  // namespace docent::assistant
