#include "assistant/section_words.hpp"

#include <algorithm>

#include "assistant/blocks.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

/// "- `name` ...", "- **Name**: ...", "- Name: ...": an entry about one thing.
bool begins_with_name(std::string_view item) {
    const auto text = item.substr(std::min(item.find_first_not_of(" \t-*+0123456789.)"), item.size()));
    if (!text.empty() && (text[0] == '`' || text[0] == '[')) return true;
    if (item.substr(0, 6).find("**") != item.npos) return true;
    const auto colon = text.substr(0, 40).find(": ");
    return colon != text.npos && text.substr(0, colon).find('.') == text.npos;
}

}  // namespace

void Words::add(const std::vector<ClaimWord>& words) {
    for (const auto& word : words) {
        auto& sign = terms_[word.term];
        sign |= word.negated ? denied : said;
    }
}

void Words::add(const Words& other) {
    for (const auto& [term, sign] : other.terms_) terms_[term] |= sign;
}

unsigned Words::find(const std::string& term) const {
    const auto it = terms_.find(term);
    return it == terms_.end() ? absent : it->second;
}

unsigned Words::find_related(const std::string& term) const {
    if (term.size() < 5) return absent;
    const std::string start = term.substr(0, std::max<std::size_t>(4, term.size() * 6 / 10));
    for (auto it = terms_.lower_bound(start); it != terms_.end() && it->first.starts_with(start); ++it) {
        if (start.size() * 10 >= it->first.size() * 6) return it->second;
    }
    return absent;
}

unsigned Words::find_name(const std::string& name) const {
    if (const auto sign = find(name)) return sign;
    if (name.size() < 3) return absent;
    for (const auto& [term, sign] : terms_) {
        const auto& longer = term.size() > name.size() ? term : name;
        const auto& shorter = term.size() > name.size() ? name : term;
        if (shorter.size() < 3 || longer.size() == shorter.size()) continue;
        // A part of a longer name in the passage; the other way round it is another name.
        if (&longer == &name && shorter.size() * 10 < name.size() * 6) continue;
        const auto rest = longer.size() - shorter.size();
        const auto is_edge = [](char c) { return c == '.' || c == '/' || c == ':' || c == '-'; };
        if (longer.ends_with(shorter) && is_edge(longer[rest - 1])) return sign;
        if (longer.starts_with(shorter) && is_edge(longer[shorter.size()])) return sign;
    }
    return absent;
}

SectionWords section_words(const search::Index& index, std::uint32_t chunk) {
    SectionWords s;
    const auto view = index.chunk(chunk);
    const auto page = index.page(view.page);
    s.anchor = view.anchor;
    s.language = search::detect_language(view.markdown, search::language_of(page.language));
    const auto words_of = [&](std::string_view text) { return claim_words(text, s.language); };
    s.headings.add(words_of(page.title));
    s.headings.add(words_of(page.description));
    for (const auto heading : view.headings) s.headings.add(words_of(heading));

    Words lead;
    std::size_t block_number = 0;
    const auto add = [&](std::string_view text, UnitWords::Shape shape) {
        UnitWords unit;
        unit.shape = shape;
        unit.block = block_number;
        const auto words = words_of(text);
        unit.words.add(words);
        for (const auto& word : words) {
            if (is_exact(word)) unit.exact.push_back(word);
        }
        unit.named = begins_with_name(text);
        if (shape != UnitWords::Shape::prose) unit.lead = lead;
        s.all.add(unit.words);
        s.units.push_back(std::move(unit));
    };
    for (const auto& block : split_blocks(view.markdown)) {
        ++block_number;
        switch (block.kind) {
            case Block::Kind::list:
                for (const auto item : split_items(block.text)) add(item, UnitWords::Shape::item);
                break;
            case Block::Kind::table: {
                const auto lines = split_lines(block.text);
                const Words before = lead;
                for (std::size_t i = 0; i < lines.size(); ++i) {
                    if (i == 1) continue;
                    if (i == 0) lead.add(words_of(lines[0]));
                    if (i > 1) add(lines[i], UnitWords::Shape::row);
                }
                lead = before;
                break;
            }
            case Block::Kind::code:
                add("`" + std::string(block.text) + "`", UnitWords::Shape::code);
                break;
            case Block::Kind::rule:
                break;
            default: {
                const auto sentences = split_sentences(block.text);
                for (const auto sentence : sentences) add(sentence, UnitWords::Shape::prose);
                lead = Words();
                if (!sentences.empty()) lead.add(words_of(sentences.back()));
                break;
            }
        }
    }
    return s;
}

}  // namespace docent::assistant
