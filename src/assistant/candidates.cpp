#include "assistant/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "assistant/excerpt.hpp"
#include "assistant/phrases.hpp"
#include "assistant/quotation.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t searched_sections = 400;
constexpr std::size_t candidate_sections = 40;
constexpr std::size_t longest_query = 2000;  // bytes
constexpr std::size_t longest_example = 60;  // lines: more of it than that answers nothing

// What a section's value is made of. Chosen on bench's questions and the tuning set of
// tests/assistant/answers.
constexpr double by_score = 0.5;         // of the search, relative to the best
constexpr double by_share = 0.25;        // of the question that is there
constexpr double by_headings = 0.35;     // headings about the question
constexpr double by_title = 0.25;        // a page about the question
constexpr double by_whole_page = 0.1;    // what its page's other sections have
constexpr double by_definition = 0.2;    // it says what a name in the question is
constexpr double by_explanation = 0.12;  // "X is ..." for "what is X"
constexpr double long_code_costs = 0.2;

using Mask = QuestionTerms::Mask;

/// What an unfinished question leans on: the one before it, or what the reader has selected.
std::string borrowed_text(const std::string& asked, const ExtractOptions& options) {
    std::string text;
    const bool short_question = count_words(asked) <= 3;
    if (!options.earlier_questions.empty() && (is_follow_up(asked) || short_question)) {
        // The question before may itself be a follow-up.
        const auto& earlier = options.earlier_questions;
        for (std::size_t i = earlier.size(); i > 0; --i) {
            text = std::string(cut_utf8(earlier[i - 1], 500)) + " " + text;
            if (!is_follow_up(earlier[i - 1])) break;
        }
    }
    for (const auto& selected : options.context) {
        if (text.size() < 1500) text += " " + std::string(cut_utf8(selected, 500));
    }
    return text;
}

/// A section's text and code, kept apart.
struct Parts {
    std::string prose, code;
    std::size_t code_lines = 0;
};
Parts split_code(std::string_view markdown) {
    Parts parts;
    bool in_code = false;
    for (const auto line : split_lines(markdown)) {
        const auto start = trim(line).substr(0, 3);
        if (start == "```" || start == "~~~") {
            in_code = !in_code;
        } else if (in_code) {
            parts.code += line;
            ++parts.code_lines;
        } else {
            parts.prose += line;
        }
    }
    return parts;
}

bool has_steps(std::string_view markdown) {
    return markdown.find("```") != markdown.npos || markdown.substr(0, 3) == "1. " ||
           markdown.find("\n1. ") != markdown.npos;
}

bool has_verdict(std::string_view markdown) {
    const auto units = split_units(markdown);
    return std::any_of(units.begin(), units.end(),
                       [](const Unit& unit) { return begins_with_verdict(unit.text); });
}

bool is_history(const search::PageView& page) {
    for (const std::string_view word : {"changelog", "release-notes", "migration", "whats-new"}) {
        if (page.path.find(word) != page.path.npos) return true;
    }
    return false;
}

bool is_current(const search::Index& index, const ExtractOptions& options, std::uint32_t page) {
    if (options.current_path.empty()) return false;
    const auto current = index.find_page(options.current_path);
    return current && *current == page;
}

double balance(double share, double precision) {
    return share + precision > 0 ? 2 * share * precision / (share + precision) : 0;
}

/// How much a score is worth beside another of the same question: the scale of `score` is flat at its ends.
double strength(double score) {
    constexpr double steepness = 2.2;  // chosen with the weights above
    const double certain = std::min(score, 1 - 1e-9);
    return std::pow(certain / (1 - certain), 1 / steepness);
}

class Finding {
public:
    Finding(const search::Index& index, const Asked& asked, const ExtractOptions& options)
        : index_(index), asked_(asked), terms_(asked.terms), options_(options) {
        if (!options.current_path.empty()) current_ = index.find_page(options.current_path);
    }

    Candidates run() {
        search::Query query;
        query.text = asked_.text + (asked_.borrowed.empty() ? "" : " " + asked_.borrowed) + terms_.joined();
        query.limit = searched_sections;
        query.filter = options_.filter;
        // A follow-up means more than its own words: there the words of both questions count.
        if (asked_.borrowed.empty()) query.vector = options_.vector;
        auto found = index_.search(query);
        out_.hits.assign(found.sections.begin(),
                         found.sections.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                      options_.retrieval_page_size, found.sections.size())));
        // A site may boost pages in its search; whether a section answers is not for a boost to say.
        auto& sections = found.sections;
        std::stable_sort(sections.begin(), sections.end(),
                         [](const auto& a, const auto& b) { return a.score > b.score; });
        if (sections.size() > candidate_sections) sections.resize(candidate_sections);
        add_current_page(sections);
        out_.pages = std::move(found.pages);

        const double top = sections.empty() ? 1 : std::max(strength(sections[0].score), 1e-9);
        for (const auto& hit : sections) out_.sections.push_back(candidate(hit, strength(hit.score) / top));
        std::map<std::uint32_t, Mask> pages;
        for (const auto& c : out_.sections) pages[c.hit.page] |= c.prose;
        for (auto& c : out_.sections) {
            c.whole_page = pages[c.hit.page];
            c.value += by_whole_page * terms_.share(c.whole_page) * terms_.share(c.title);
        }
        drop_other_languages();
        prefer_own_words();
        std::stable_sort(out_.sections.begin(), out_.sections.end(),
                         [](const auto& a, const auto& b) { return a.value > b.value; });
        return std::move(out_);
    }

private:
    Candidate candidate(const search::Hit& hit, double relative) const {
        Candidate c;
        c.hit = hit;
        c.page = index_.page(hit.page);
        c.chunk = index_.chunk(hit.chunk);
        const Parts parts = split_code(c.chunk.markdown);
        std::string headings(c.page.title);
        for (const auto h : c.chunk.headings) headings += " " + std::string(h);
        c.heading =
            c.chunk.headings.empty() ? std::string(c.page.title) : std::string(c.chunk.headings.back());
        c.title = terms_.match(c.page.title);
        c.headings = terms_.match(headings);
        c.prose = c.headings | terms_.match(parts.prose);
        c.all = c.prose | terms_.match(parts.code);
        c.page_about = balance(terms_.share(c.title), terms_.precision(c.page.title));
        c.about = balance(terms_.share(c.headings),
                          std::max(terms_.precision(c.heading), terms_.precision(headings)));
        c.defines = defines_asked(c.chunk.markdown, terms_);
        // A word that only the code has counts half.
        const double share = (terms_.share(c.prose) + terms_.share(c.all)) / 2;
        c.value = by_score * relative + by_share * share + by_headings * c.about + by_title * c.page_about;
        if (asked_.kind == QuestionKind::what && says_what_it_is(parts.prose, terms_))
            c.value += by_explanation;
        if (c.defines) c.value += by_definition;
        if (asked_.kind == QuestionKind::how && has_steps(c.chunk.markdown)) c.value += 0.08;
        if (asked_.kind == QuestionKind::yes_no && has_verdict(c.chunk.markdown)) c.value += 0.12;
        if (is_history(c.page)) c.value -= 0.2;
        if (current_ && *current_ == hit.page) c.value += points_at_page(asked_.text) ? 0.4 : 0.05;
        if (trim(c.chunk.markdown).empty()) c.value -= 0.5;
        if (parts.code_lines > longest_example) c.value -= long_code_costs;
        return c;
    }

    /// "What does this mean?" is about the page that the reader looks at, whether or not its words fit.
    void add_current_page(std::vector<search::Hit>& sections) const {
        if (!current_ || !points_at_page(asked_.text) || !index_.allowed(*current_, options_.filter)) return;
        const auto view = index_.page(*current_);
        for (std::uint32_t i = 0; i < view.chunk_count && i < 20; ++i) {
            const std::uint32_t chunk = view.first_chunk + i;
            const bool known = std::any_of(sections.begin(), sections.end(),
                                           [&](const auto& h) { return h.chunk == chunk; });
            if (!known) sections.push_back({chunk, *current_, 0, 0});
        }
    }

    /// What a follow-up adds to the question before it is what it asks for: where some sections have that,
    /// the others do not answer it, however well they fit the question before.
    void prefer_own_words() {
        if (asked_.borrowed.empty()) return;
        constexpr double own = 0.3;
        const bool any = std::any_of(out_.sections.begin(), out_.sections.end(),
                                     [&](const auto& c) { return terms_.own_share(c.all) >= own; });
        if (!any) return;
        for (auto& c : out_.sections) {
            if (terms_.own_share(c.all) < own) c.value -= 1;
        }
    }

    /// Pages in another language than the question's are left out where there are some in its own.
    void drop_other_languages() {
        const auto by_words = search::language_of(detect_language(asked_.text));
        const auto foreign = [&](const Candidate& c) {
            const auto language = search::language_of(c.page.language);
            return language != search::no_language && language != terms_.language() && language != by_words;
        };
        const bool any_own = std::any_of(out_.sections.begin(), out_.sections.end(), [&](const auto& c) {
            return !foreign(c) && terms_.share(c.all) >= 0.3;
        });
        if (!any_own) return;
        auto& sections = out_.sections;
        sections.erase(std::remove_if(sections.begin(), sections.end(), foreign), sections.end());
        auto& pages = out_.pages;
        pages.erase(
            std::remove_if(pages.begin(), pages.end(),
                           [&](const search::PageHit& hit) {
                               const auto language = search::language_of(index_.page(hit.page).language);
                               return language != search::no_language && language != terms_.language();
                           }),
            pages.end());
    }

    const search::Index& index_;
    const Asked& asked_;
    const QuestionTerms& terms_;
    const ExtractOptions& options_;
    std::optional<std::uint32_t> current_;
    Candidates out_;
};

}  // namespace

Asked::Asked(const search::Index& index, const std::string& question, const ExtractOptions& options)
    : text(cut_utf8(question, longest_query)),
      borrowed(borrowed_text(text, options)),
      terms(index, text, borrowed, options.filter),
      kind(question_kind(text)) {}

Candidates find_candidates(const search::Index& index, const Asked& asked, const ExtractOptions& options) {
    return Finding(index, asked, options).run();
}

bool covers(const search::Index& index, const Asked& asked, const Candidate& c,
            const ExtractOptions& options) {
    const QuestionTerms& terms = asked.terms;
    if (terms.size() == 0) return points_at_page(asked.text) && is_current(index, options, c.hit.page);
    const bool pairs = terms.language() >= search::language_of("zh") &&
                       search::language_of("zh") != search::no_language &&
                       detect_language(asked.text) == search::language_code(terms.language());
    // A follow-up need not be answered by a section that says all of the question before it.
    double share = terms.share(c.all);
    if (!asked.borrowed.empty()) {
        if (terms.own_share(c.all) >= 0.5) return true;
        share = std::max(share, terms.own_share(c.all));
    }
    // A row that says what the asked name is answers, whatever the headings above it.
    if (c.defines && (c.prose & terms.rarest()) != 0 && share >= 0.6) return true;
    // Fitted on the questions of bench, asked of the documentation that they are about and of the others: .5
    // keeps 86 % of the former and lets one in nine of the latter through, some of which are covered there
    // too. Pairs of characters hardly ever fit all.
    const double evidence = 0.12 * share + 0.32 * c.about +
                            0.23 * std::max(share, terms.share(c.whole_page)) + 0.33 * c.hit.score;
    return evidence >= (pairs ? 0.36 : 0.5);
}

bool is_cure(const search::ChunkView& chunk) {
    if (chunk.headings.empty()) return false;
    const std::string heading = lower_ascii(chunk.headings.back());
    for (const std::string_view word :
         {"solution", "resol", "workaround", "remedy", "solución", "lösung", "解决"}) {
        if (heading.find(word) != heading.npos) return true;
    }
    const auto words = split(heading, ' ');
    return std::any_of(words.begin(), words.end(),
                       [](const auto& word) { return word == "fix" || word == "fixes"; });
}

}  // namespace docent::assistant
