#include "assistant/claim_match.hpp"

#include <algorithm>
#include <cmath>

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

double weight_of(const search::Index& index, const ClaimWord& word) {
    const double idf = index.idf(word.term);
    const double rarest = std::log(1 + (static_cast<double>(index.chunk_count()) + 0.5) / 0.5);
    if (idf >= rarest - 1e-6) return word.kind == Kind::pair ? 0.8 : std::min(unknown_word, idf);
    return std::min(idf, most_idf) + 0.3;
}

/// One sentence against one piece of a section.
struct Match {
    double words = 0;      // share of the sentence's words, by weight
    double own = 0;        // the same without context
    std::string missing;   // a number or name that is not there
    std::string conflict;  // what says the contrary
};

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
            const bool agrees = sign & (word.negated ? Words::denied : Words::said);
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

}  // namespace

Support match_claim(const search::Index& index, const std::vector<ClaimWord>& claim,
                    const SectionWords& section) {
    return Comparison(index, claim, section.units, section.headings, section.all).run();
}

Support match_claim_across_languages(const std::vector<ClaimWord>& claim, const SectionWords& section) {
    Support out;
    std::size_t exact = 0;
    for (const auto& word : claim) {
        if (!is_exact(word)) continue;
        ++exact;
        const bool name = word.kind == Kind::identifier;
        const bool there = name ? section.all.find_name(word.term) || section.headings.find_name(word.term)
                                : section.all.find(word.term) || section.headings.find(word.term);
        if (!there) out.why = (name ? "name " : "number ") + word.term;
    }
    if (!out.why.empty()) return out;
    out.verdict = exact == 0 ? Verdict::other_language : Verdict::supported;
    out.score = exact == 0 ? 0.5 : 1;
    return out;
}

}  // namespace docent::assistant
