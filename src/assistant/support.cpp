#include "assistant/support.hpp"

#include <algorithm>
#include <cmath>

#include "assistant/blocks.hpp"
#include "assistant/claim_words.hpp"
#include "base/text.hpp"
#include "search/languages.hpp"

namespace docent::assistant {
namespace {

using Kind = ClaimWord::Kind;
using Verdict = Support::Verdict;

// Found on one half of tests/assistant/support; docs/internals/citations.md has what each half gives.
constexpr double enough = 0.62;  // of the weight of a sentence's words
constexpr double most_idf = 6.0;
constexpr double unknown_word = 3.0;  // a word that no page has is most likely another word for the same
constexpr double in_context = 0.8;    // a heading, a table's head, the sentence before a list
constexpr double in_section = 0.25;   // elsewhere in the section
constexpr double of_two = 0.9, of_three = 0.82, of_list = 0.85;  // a sentence that sums several up
constexpr double about_something = 0.35;                         // the nearest unit says something about it
constexpr double nearly = 0.08;                                  // as near as the nearest
constexpr double about_the_same = 0.45;
constexpr double of_another_entry = 0.24;
constexpr double related = 0.7;       // another form: "configuration" for "configure"
constexpr double turned_round = 0.3;  // share of words with the other sign that makes it the opposite
constexpr std::size_t most_sections = 200;
constexpr std::size_t longest_sentence = 1500;

/// How a piece of text has a term: not, said, denied, or both.
enum Sign : unsigned { absent = 0, said = 1, denied = 2 };

class Words {
public:
    void add(const std::vector<ClaimWord>& words) {
        for (const auto& word : words) {
            auto& sign = terms_[word.term];
            sign |= word.negated ? denied : said;
        }
    }
    void add(const Words& other) {
        for (const auto& [term, sign] : other.terms_) terms_[term] |= sign;
    }
    unsigned find(const std::string& term) const {
        const auto it = terms_.find(term);
        return it == terms_.end() ? absent : it->second;
    }
    /// Another form of the word: they share most of their letters from the front.
    unsigned find_related(const std::string& term) const {
        if (term.size() < 5) return absent;
        const std::string start = term.substr(0, std::max<std::size_t>(4, term.size() * 6 / 10));
        for (auto it = terms_.lower_bound(start); it != terms_.end() && it->first.starts_with(start); ++it) {
            if (start.size() * 10 >= it->first.size() * 6) return it->second;
        }
        return absent;
    }
    /// A name, whole or as a part: "max_boils" in "limits.max_boils".
    unsigned find_name(const std::string& name) const {
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

private:
    std::map<std::string, unsigned> terms_;
};

struct UnitWords {
    enum class Shape { prose, row, item, code };
    Shape shape = Shape::prose;
    std::size_t block = 0;
    Words words;
    Words lead;                    // the table's head, the sentence before a list or code
    std::vector<ClaimWord> exact;  // numbers and names
    bool named = false;            // begins with a name: an entry about it
};

double weight_of(const search::Index& index, const ClaimWord& word) {
    const double idf = index.idf(word.term);
    const double rarest = std::log(1 + (static_cast<double>(index.chunk_count()) + 0.5) / 0.5);
    if (idf >= rarest - 1e-6) return word.kind == Kind::pair ? 0.8 : std::min(unknown_word, idf);
    return std::min(idf, most_idf) + 0.3;
}

/// "- `name` ...", "- **Name**: ...", "- Name: ...": an entry about one thing.
bool begins_with_name(std::string_view item) {
    const auto text = item.substr(std::min(item.find_first_not_of(" \t-*+0123456789.)"), item.size()));
    if (!text.empty() && (text[0] == '`' || text[0] == '[')) return true;
    if (item.substr(0, 6).find("**") != item.npos) return true;
    const auto colon = text.substr(0, 40).find(": ");
    return colon != text.npos && text.substr(0, colon).find('.') == text.npos;
}

}  // namespace

struct SupportCheck::Section {
    search::LanguageId language = search::no_language;
    std::string_view anchor;
    std::vector<UnitWords> units;
    Words headings, all;
    std::string text;
};

SupportCheck::SupportCheck(const search::Index& index) : index_(index) {}
SupportCheck::~SupportCheck() = default;

const SupportCheck::Section& SupportCheck::section(std::uint32_t chunk) {
    auto& known = sections_[chunk];
    if (known) return *known;
    known = std::make_unique<Section>();
    Section& s = *known;
    const auto view = index_.chunk(chunk);
    const auto page = index_.page(view.page);
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
            if (word.kind == Kind::number || word.kind == Kind::identifier) unit.exact.push_back(word);
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

namespace {

/// One sentence against one piece of a section.
struct Match {
    double words = 0;      // share of the sentence's words, by weight
    double own = 0;        // the same without context
    std::string missing;   // a number or name that is not there
    std::string conflict;  // what says the contrary
};

bool is_exact(const ClaimWord& word) { return word.kind == Kind::number || word.kind == Kind::identifier; }

Match match(const search::Index& index, const std::vector<ClaimWord>& claim, const Words& piece,
            const Words& context, const Words& section, double for_section) {
    Match out;
    double all = 0, found = 0, own = 0, same = 0, turned = 0;
    for (const auto& word : claim) {
        const double weight = weight_of(index, word);
        if (is_exact(word)) {
            const bool name = word.kind == Kind::identifier;
            const bool here = name ? piece.find_name(word.term) : piece.find(word.term);
            const bool beside = name ? context.find_name(word.term) : context.find(word.term);
            if (!here && !beside) out.missing = (name ? "name " : "number ") + word.term;
            continue;
        }
        all += weight;
        double part = 0;
        unsigned sign = piece.find(word.term);
        if (sign) part = 1;
        if (!sign && word.kind == Kind::word && (sign = piece.find_related(word.term))) part = related;
        own += weight * part;
        if (sign) {
            const bool agrees = sign & (word.negated ? denied : said);
            (agrees ? same : turned) += weight * part;
            if (!agrees && word.has_opposite) out.conflict = "contrary of " + word.term;
        } else if (context.find(word.term) || context.find_related(word.term)) {
            part = in_context;
        } else if (section.find(word.term)) {
            part = for_section;
        }
        found += weight * part;
    }
    out.words = all > 0 ? found / all : 1;
    out.own = all > 0 ? own / all : 1;
    if (turned > turned_round * (same + turned)) out.conflict = "negation";
    return out;
}

/// A sentence and a section in one language.
class Comparison {
public:
    Comparison(const search::Index& index, const std::vector<ClaimWord>& claim,
               const std::vector<UnitWords>& units, const Words& headings, const Words& section)
        : index_(index), claim_(claim), units_(units), headings_(headings), section_(section) {}

    Support run() {
        if (contradicted()) return out_;
        for (std::size_t i = 0; i < units_.size(); ++i) {
            consider(i, i + 1, 1);
            for (std::size_t n = 2; n <= 3 && i + n <= units_.size(); ++n) {
                bool together = true;
                for (std::size_t j = i; j < i + n; ++j) together = together && joins(units_[j]);
                if (together) consider(i, i + n, n == 2 ? of_two : of_three);
            }
        }
        // A sentence may sum a list up, unless each item is about a thing of its own.
        for (std::size_t i = 0; i < units_.size();) {
            std::size_t to = i;
            bool named = false;
            for (; to < units_.size() && units_[to].block == units_[i].block; ++to)
                named = named || units_[to].named;
            if (units_[i].shape == UnitWords::Shape::item && !named && to - i > 1) consider(i, to, of_list);
            i = to;
        }
        if (out_.score >= enough) {
            out_.verdict = Verdict::supported;
            out_.why.clear();
        }
        return out_;
    }

private:
    static bool joins(const UnitWords& unit) {
        return unit.shape == UnitWords::Shape::prose || unit.shape == UnitWords::Shape::code;
    }
    static bool is_entry(const UnitWords& unit) {
        return unit.shape == UnitWords::Shape::row || (unit.shape == UnitWords::Shape::item && unit.named);
    }

    /// What speaks against a unit that is about the same as the sentence.
    std::string conflict_with(std::size_t i, const Match& found) const {
        const auto& unit = units_[i];
        if (!found.conflict.empty()) return found.conflict;
        // A number or name in the place of another one.
        if (!found.missing.empty() && found.own >= about_the_same) {
            const auto kind = found.missing[1] == 'u' ? Kind::number : Kind::identifier;
            for (const auto& word : unit.exact) {
                const bool claimed = std::any_of(claim_.begin(), claim_.end(),
                                                 [&](const auto& c) { return c.term == word.term; });
                if (word.kind == kind && !claimed) return found.missing;
            }
        }
        if (!is_entry(unit)) return "";
        // What the sentence says is said of another entry of the table or list.
        Words context = headings_, others;
        context.add(unit.lead);
        for (std::size_t j = 0; j < units_.size(); ++j) {
            if (j != i && units_[j].block == unit.block) others.add(units_[j].words);
        }
        double all = 0, elsewhere = 0;
        for (const auto& word : claim_) {
            if (is_exact(word)) continue;
            const double weight = weight_of(index_, word);
            all += weight;
            const bool here = unit.words.find(word.term) || unit.words.find_related(word.term) ||
                              context.find(word.term) || context.find_related(word.term);
            if (!here && others.find(word.term)) elsewhere += weight;
        }
        return elsewhere > of_another_entry * all ? "another entry" : "";
    }

    /// True when the units that come nearest all say something else.
    bool contradicted() {
        std::vector<Match> all;
        double best = 0;
        for (const auto& unit : units_) {
            Words context = headings_;
            context.add(unit.lead);
            all.push_back(match(index_, claim_, unit.words, context, section_, 0));
            best = std::max(best, nearness(unit, all.back()));
        }
        if (best < about_something) return false;
        std::string why;
        for (std::size_t i = 0; i < units_.size(); ++i) {
            if (nearness(units_[i], all[i]) < best - nearly) continue;
            why = conflict_with(i, all[i]);
            if (why.empty()) return false;
        }
        out_.why = why;
        return true;
    }
    /// How much a unit is about what the sentence is about; an entry is about its name.
    double nearness(const UnitWords& unit, const Match& found) const {
        double names = 0, there = 0;
        for (const auto& word : claim_) {
            if (word.kind != Kind::identifier) continue;
            ++names;
            there += unit.words.find_name(word.term) ? 1 : 0;
        }
        return found.own + (is_entry(unit) && names > 0 ? there / names : 0);
    }

    void consider(std::size_t from, std::size_t to, double factor) {
        Words piece, context = headings_;
        bool entry = false;
        for (std::size_t i = from; i < to; ++i) {
            piece.add(units_[i].words);
            context.add(units_[i].lead);
            entry = entry || is_entry(units_[i]);
        }
        const auto found = match(index_, claim_, piece, context, section_, entry ? 0 : in_section);
        const auto& against = found.missing.empty() ? found.conflict : found.missing;
        if (!against.empty()) {
            if (out_.score == 0) out_.why = against;
            return;
        }
        if (found.words * factor <= out_.score) return;
        out_.score = found.words * factor;
        out_.why = "words";
    }

    const search::Index& index_;
    const std::vector<ClaimWord>& claim_;
    const std::vector<UnitWords>& units_;
    const Words &headings_, &section_;
    Support out_;
};

/// A sentence in another language than the section: names and numbers are the same in all.
Support across_languages(const std::vector<ClaimWord>& claim, const Words& headings, const Words& section) {
    Support out;
    std::size_t exact = 0;
    for (const auto& word : claim) {
        if (!is_exact(word)) continue;
        ++exact;
        const bool name = word.kind == Kind::identifier;
        const bool there = name ? section.find_name(word.term) || headings.find_name(word.term)
                                : section.find(word.term) || headings.find(word.term);
        if (!there) out.why = (name ? "name " : "number ") + word.term;
    }
    if (!out.why.empty()) return out;
    out.verdict = exact == 0 ? Verdict::other_language : Verdict::supported;
    out.score = exact == 0 ? 0.5 : 1;
    return out;
}

}  // namespace

Support SupportCheck::judge(std::string_view sentence, const std::vector<std::uint32_t>& chunks,
                            std::string_view anchor) {
    Support best;
    best.why = "words";
    bool first = true;
    for (const auto chunk : chunks) {
        const Section& s = section(chunk);
        const auto language = search::detect_language(sentence, s.language);
        const bool foreign =
            language != s.language && language != search::no_language && s.language != search::no_language;
        const auto claim = claim_words(sentence, foreign ? language : s.language);
        double content = 0;
        for (const auto& word : claim) content += word.kind == Kind::pair ? 0.5 : is_exact(word) ? 2 : 1;
        if (content < 2) {
            best.verdict = Verdict::no_claim;
            best.why.clear();
            return best;
        }
        Support here = foreign ? across_languages(claim, s.headings, s.all)
                               : Comparison(index_, claim, s.units, s.headings, s.all).run();
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
