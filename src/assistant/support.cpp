#include "assistant/support.hpp"

#include "assistant/claim_match.hpp"
#include "assistant/claim_words.hpp"
#include "assistant/section_words.hpp"
#include "base/text.hpp"
#include "search/languages.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t most_sections = 200;
constexpr std::size_t longest_sentence = 1500;

}  // namespace

SupportCheck::SupportCheck(const search::Index& index) : index_(index) {}
SupportCheck::~SupportCheck() = default;

const SectionWords& SupportCheck::section(std::uint32_t chunk) {
    auto& known = sections_[chunk];
    if (!known) known = std::make_unique<SectionWords>(section_words(index_, chunk));
    return *known;
}

Support SupportCheck::judge(std::string_view sentence, const std::vector<std::uint32_t>& chunks,
                            std::string_view anchor) {
    Support best;
    best.why = "words";
    bool first = true;
    for (const auto chunk : chunks) {
        const SectionWords& s = section(chunk);
        const auto language = search::detect_language(sentence, s.language);
        const bool foreign =
            language != s.language && language != search::no_language && s.language != search::no_language;
        const auto claim = claim_words(sentence, foreign ? language : s.language);
        double content = 0;
        for (const auto& word : claim)
            content += word.kind == ClaimWord::Kind::pair ? 0.5 : is_exact(word) ? 2 : 1;
        if (content < 2) {
            best.verdict = Support::Verdict::no_claim;
            best.why.clear();
            return best;
        }
        Support here = foreign ? match_claim_across_languages(claim, s) : match_claim(index_, claim, s);
        here.chunk = chunk;
        const bool preferred =
            here.holds() && !anchor.empty() && s.anchor == anchor && here.score + 0.1 >= best.score;
        const bool better = here.holds() == best.holds() ? here.score > best.score : here.holds();
        if (first || better || preferred) best = std::move(here);
        first = false;
    }
    return best;
}

Support SupportCheck::of_page(std::string_view sentence, std::uint32_t page,
                              std::string_view preferred_anchor) {
    const auto view = index_.page(page);
    std::vector<std::uint32_t> chunks;
    for (std::uint32_t i = 0; i < view.chunk_count && i < most_sections; ++i)
        chunks.push_back(view.first_chunk + i);
    return judge(cut_utf8(sentence, longest_sentence), chunks, preferred_anchor);
}

Support SupportCheck::of_section(std::string_view sentence, std::uint32_t chunk) {
    std::vector<std::uint32_t> chunks{chunk};
    return judge(cut_utf8(sentence, longest_sentence), chunks, "");
}

}  // namespace docent::assistant
