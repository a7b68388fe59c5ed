#include "assistant/extractive.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "assistant/conversation.hpp"
#include "assistant/excerpt.hpp"
#include "assistant/phrases.hpp"
#include "assistant/question.hpp"
#include "assistant/quotation.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t searched_sections = 400;
constexpr std::size_t candidate_sections = 40;
constexpr std::size_t most_passages = 3;
constexpr std::size_t answer_words = 230;  // outside code
constexpr std::size_t passage_words = 140;
constexpr std::size_t thin_section = 30;  // words: a shorter one without code is given with what is below it
constexpr std::size_t most_suggestions = 3;
constexpr std::size_t longest_query = 2000;  // bytes
constexpr double covered = 0.5;              // share of the question that a passage must have to answer it
constexpr double covered_without_rarest = 0.75;
constexpr double covered_pairs = 0.42;  // the same where the terms are pairs of characters

using Mask = QuestionTerms::Mask;

/// A section that may answer.
struct Candidate {
    search::Hit hit;
    search::PageView page;
    search::ChunkView chunk;
    std::string heading;  // its own, or the page's title
    Mask title = 0;       // of the question, in the page's title
    Mask headings = 0;    // in title and headings
    Mask all = 0;         // and in the text
    Mask whole_page = 0;  // in all of its page's sections that may answer
    double about = 0.0;   // how much the headings are about the question
    double value = 0.0;
};

class Answering {
public:
    Answering(const search::Index& index, const std::string& question, const ExtractOptions& options)
        : index_(index),
          options_(options),
          asked_(cut_utf8(question, longest_query)),
          borrowed_(borrowed_text()),
          terms_(index, asked_, borrowed_, options.filter),
          kind_(question_kind(asked_)) {}

    Extract run() {
        out_.answered = false;
        const Phrases& say = phrases(detect_language(asked_));
        if (const SmallTalk talk = small_talk(asked_); talk != SmallTalk::none && borrowed_.empty()) {
            out_.answered = true;
            out_.markdown = talk == SmallTalk::greeting ? say.greeting
                            : talk == SmallTalk::thanks ? say.thanks
                                                        : say.empty;
            return std::move(out_);
        }
        find();
        if (!candidates_.empty() && covers(candidates_[0])) {
            compose();
        }
        if (out_.markdown.empty()) {
            out_.answered = false;
            out_.markdown = say.not_covered;
        }
        suggest();
        if (!out_.answered && !out_.suggestions.empty()) {
            out_.markdown += " " + std::string(say.nearest) + "\n\n";
            for (const auto& page : out_.suggestions)
                out_.markdown += "- [" + page.title + "](" + page.url + ")\n";
        }
        return std::move(out_);
    }

private:
    /// What an unfinished question leans on: the one before it, or what the reader has selected.
    std::string borrowed_text() const {
        std::string text;
        const bool short_question = count_words(asked_) <= 3;
        if (!options_.earlier_questions.empty() && (is_follow_up(asked_) || short_question)) {
            // The question before may itself be a follow-up.
            const auto& earlier = options_.earlier_questions;
            for (std::size_t i = earlier.size(); i > 0; --i) {
                text = std::string(cut_utf8(earlier[i - 1], 500)) + " " + text;
                if (!is_follow_up(earlier[i - 1])) break;
            }
        }
        for (const auto& selected : options_.context) {
            if (text.size() < 1500) text += " " + std::string(cut_utf8(selected, 500));
        }
        return text;
    }

    void find() {
        search::Query query;
        query.text = asked_ + (borrowed_.empty() ? "" : " " + borrowed_);
        query.limit = searched_sections;
        query.filter = options_.filter;
        auto found = index_.search(query);
        pages_ = std::move(found.pages);

        for (const auto& hit : found.sections) {
            if (out_.hits.size() < options_.retrieval_page_size) out_.hits.push_back(hit);
        }
        // A site may boost pages in its search; whether a section answers is not for a boost to say.
        auto& sections = found.sections;
        std::stable_sort(sections.begin(), sections.end(),
                         [](const auto& a, const auto& b) { return a.score > b.score; });
        if (sections.size() > candidate_sections) sections.resize(candidate_sections);
        add_current_page(found);

        const double top = sections.empty() ? 1 : std::max(sections[0].score, 1e-9);
        for (const auto& hit : sections) {
            Candidate c;
            c.hit = hit;
            c.page = index_.page(hit.page);
            c.chunk = index_.chunk(hit.chunk);
            std::string headings(c.page.title);
            for (const auto h : c.chunk.headings) headings += " " + std::string(h);
            c.heading =
                c.chunk.headings.empty() ? std::string(c.page.title) : std::string(c.chunk.headings.back());
            c.title = terms_.match(c.page.title);
            c.headings = terms_.match(headings);
            c.all = c.headings | terms_.match(c.chunk.markdown);
            const double share = terms_.share(c.headings);
            const double precision = std::max(terms_.precision(c.heading), terms_.precision(headings));
            c.about = share + precision > 0 ? 2 * share * precision / (share + precision) : 0;
            c.value = 0.5 * hit.score / top + 0.25 * terms_.share(c.all) + 0.35 * c.about;
            if (kind_ == QuestionKind::how && has_steps(c.chunk.markdown)) c.value += 0.08;
            if (kind_ == QuestionKind::yes_no && has_verdict(c.chunk.markdown)) c.value += 0.12;
            if (is_history(c.page)) c.value -= 0.2;
            if (!options_.current_path.empty() && is_current(hit.page))
                c.value += points_at_page(asked_) ? 0.4 : 0.05;
            if (trim(c.chunk.markdown).empty()) c.value -= 0.5;
            candidates_.push_back(std::move(c));
        }
        std::map<std::uint32_t, Mask> pages;
        for (const auto& c : candidates_) pages[c.hit.page] |= c.all;
        for (auto& c : candidates_) {
            c.whole_page = pages[c.hit.page];
            c.value += 0.25 * terms_.share(c.whole_page) * terms_.share(c.title);
        }
        drop_other_languages();
        prefer_own_words();
        std::stable_sort(candidates_.begin(), candidates_.end(),
                         [](const auto& a, const auto& b) { return a.value > b.value; });
    }

    static bool has_steps(std::string_view markdown) {
        return markdown.find("```") != markdown.npos || markdown.substr(0, 3) == "1. " ||
               markdown.find("\n1. ") != markdown.npos;
    }
    static bool has_verdict(std::string_view markdown) {
        const auto units = split_units(markdown);
        return std::any_of(units.begin(), units.end(),
                           [](const Unit& unit) { return begins_with_verdict(unit.text); });
    }

    bool is_current(std::uint32_t page) const {
        if (!current_known_) {
            current_ = index_.find_page(options_.current_path);
            current_known_ = true;
        }
        return current_ && *current_ == page;
    }

    /// "What does this mean?" is about the page that the reader looks at, whether or not its words fit.
    void add_current_page(search::Found& found) const {
        if (options_.current_path.empty() || !points_at_page(asked_)) return;
        const auto page = index_.find_page(options_.current_path);
        if (!page || !index_.allowed(*page, options_.filter)) return;
        const auto view = index_.page(*page);
        for (std::uint32_t i = 0; i < view.chunk_count && i < 20; ++i) {
            const std::uint32_t chunk = view.first_chunk + i;
            const bool known = std::any_of(found.sections.begin(), found.sections.end(),
                                           [&](const auto& h) { return h.chunk == chunk; });
            if (!known) found.sections.push_back({chunk, *page, 0, 0});
        }
    }

    static bool is_history(const search::PageView& page) {
        for (const std::string_view word : {"changelog", "release-notes", "migration-guide", "whats-new"}) {
            if (page.path.find(word) != page.path.npos) return true;
        }
        return false;
    }

    /// What a follow-up adds to the question before it is what it asks for: where some sections have that,
    /// the others do not answer it, however well they fit the question before.
    void prefer_own_words() {
        if (borrowed_.empty()) return;
        constexpr double own = 0.3;
        const bool any = std::any_of(candidates_.begin(), candidates_.end(),
                                     [&](const auto& c) { return terms_.own_share(c.all) >= own; });
        if (!any) return;
        for (auto& c : candidates_) {
            if (terms_.own_share(c.all) < own) c.value -= 1;
        }
    }

    /// Pages in another language than the question's are left out where there are some in its own.
    void drop_other_languages() {
        const auto by_words = search::language_of(detect_language(asked_));
        const auto foreign = [&](const Candidate& c) {
            const auto language = search::language_of(c.page.language);
            return language != search::no_language && language != terms_.language() && language != by_words;
        };
        const bool any_own = std::any_of(candidates_.begin(), candidates_.end(), [&](const auto& c) {
            return !foreign(c) && terms_.share(c.all) >= 0.3;
        });
        if (!any_own) return;
        candidates_.erase(std::remove_if(candidates_.begin(), candidates_.end(), foreign), candidates_.end());
        pages_.erase(
            std::remove_if(pages_.begin(), pages_.end(),
                           [&](const search::PageHit& hit) {
                               const auto language = search::language_of(index_.page(hit.page).language);
                               return language != search::no_language && language != terms_.language();
                           }),
            pages_.end());
    }

    bool covers(const Candidate& c) const {
        if (terms_.size() == 0) return points_at_page(asked_) && is_current(c.hit.page);
        const bool pairs = terms_.language() >= search::language_of("zh") &&
                           search::language_of("zh") != search::no_language &&
                           detect_language(asked_) == search::language_code(terms_.language());
        // A follow-up need not be answered by a section that says all of the question before it.
        double share = terms_.share(c.all);
        if (!borrowed_.empty()) share = std::max(share, terms_.own_share(c.all));
        if (pairs) return share >= covered_pairs;
        // A question whose rarest word is nowhere near is about something else, however much of the rest
        // fits.
        const bool has_rarest = (c.all & terms_.rarest()) != 0;
        return share >= (has_rarest ? covered : covered_without_rarest);
    }

    /// The passages, best first, each with its heading and link.
    void compose() {
        struct Chosen {
            const Candidate* candidate;
            std::string text;
        };
        std::vector<Chosen> chosen;
        std::vector<std::string> taken;
        std::set<std::uint32_t> chunks;
        std::size_t words = 0;
        for (const auto& c : candidates_) {
            if (out_passages_ == most_passages || words + 30 > answer_words) break;
            if (out_passages_ > 0 && !adds(c)) continue;
            if (chunks.count(c.hit.chunk) > 0) continue;
            const std::size_t budget =
                out_passages_ == 0 ? passage_words : std::min(passage_words / 2, answer_words - words);
            std::vector<std::uint32_t> used;
            Excerpt excerpt = excerpt_of(c, budget, used);
            const std::string text = quotable(excerpt.markdown, origin(c.page));
            if (trim(text).empty() || is_repeat(text, taken)) continue;
            chunks.insert(used.begin(), used.end());
            words += excerpt.words;
            said_ |= excerpt.mask | c.headings;
            chosen.push_back({&c, text});
            taken.push_back(text);
            ++out_passages_;
        }
        // The best comes first; what else its page says follows in the page's own order.
        const auto place = [&](const Chosen& one) {
            const bool same_page = one.candidate->hit.page == chosen[0].candidate->hit.page;
            return std::pair(!same_page, same_page ? one.candidate->hit.chunk : 0);
        };
        if (chosen.size() > 2)
            std::stable_sort(chosen.begin() + 1, chosen.end(),
                             [&](const auto& a, const auto& b) { return place(a) < place(b); });
        for (const auto& one : chosen) write(*one.candidate, one.text);
        out_.answered = out_passages_ > 0;
    }

    /// Whether a further passage is worth the reader's time.
    bool adds(const Candidate& c) const {
        const Candidate& first = candidates_[0];
        if (c.value < 0.72 * first.value) return false;
        if (!covers(c)) return false;
        const double gain = terms_.share(c.all & ~said_);
        if (gain >= 0.15) return true;
        // Another way to do it, on the same page.
        if (kind_ == QuestionKind::how && c.hit.page == first.hit.page && c.value >= 0.85 * first.value)
            return true;
        return c.value >= 0.88 * first.value && c.hit.page != first.hit.page && terms_.share(c.all) >= 0.8;
    }

    Excerpt excerpt_of(const Candidate& c, std::size_t budget, std::vector<std::uint32_t>& used) const {
        used.push_back(c.hit.chunk);
        Excerpt excerpt = make_excerpt(c.chunk.markdown, terms_, kind_, c.about, budget);
        // A heading with hardly anything below it, or a problem without its solution, goes on.
        const std::uint32_t end = c.page.first_chunk + c.page.chunk_count;
        for (std::uint32_t next = c.hit.chunk + 1; next < end && next <= c.hit.chunk + 4; ++next) {
            const auto chunk = index_.chunk(next);
            const bool below = chunk.headings.size() > c.chunk.headings.size() || c.chunk.headings.empty();
            const bool same = chunk.headings == c.chunk.headings && chunk.anchor == c.chunk.anchor;
            const bool thin =
                excerpt.words < thin_section && excerpt.markdown.find("```") == std::string::npos;
            const bool cure = kind_ == QuestionKind::error && is_cure(chunk);
            if (!(thin && (below || same)) && !cure) {
                if (kind_ == QuestionKind::error && terms_.share(terms_.match(c.page.title)) >= 0.4) continue;
                break;
            }
            const std::size_t room = cure ? budget : budget > excerpt.words ? budget - excerpt.words : 0;
            Excerpt more = make_excerpt(chunk.markdown, terms_, kind_, 1.0, room);
            if (more.markdown.empty()) continue;
            if (!same && !chunk.headings.empty()) {
                excerpt.markdown += "**" + std::string(chunk.headings.back()) + "**\n\n";
            }
            excerpt.markdown += more.markdown;
            excerpt.words += more.words;
            excerpt.mask |= more.mask;
            used.push_back(next);
            if (cure) break;
        }
        return excerpt;
    }

    static bool is_cure(const search::ChunkView& chunk) {
        if (chunk.headings.empty()) return false;
        const std::string heading = lower_ascii(chunk.headings.back());
        for (const std::string_view word :
             {"solution", "fix", "resol", "workaround", "remedy", "solución", "lösung", "解决"}) {
            if (heading.find(word) != heading.npos) return true;
        }
        return false;
    }

    Origin origin(const search::PageView& page) const {
        Origin from;
        from.page_path = page.path;
        from.page_url = page_url(page, options_.base_path);
        from.base_path = options_.base_path;
        return from;
    }

    /// The same passage from another version or copy of a page.
    static bool is_repeat(const std::string& text, const std::vector<std::string>& taken) {
        const auto words = word_set(text);
        for (const auto& other : taken) {
            const auto others = word_set(other);
            std::size_t both = 0;
            for (const auto& w : words) both += others.count(w);
            const std::size_t least = std::min(words.size(), others.size());
            if (least > 0 && both * 10 >= least * 7) return true;
        }
        return false;
    }
    static std::set<std::string> word_set(const std::string& text) {
        std::set<std::string> words;
        std::string word;
        for (const char c : lower_ascii(text) + " ") {
            if (std::isspace(static_cast<unsigned char>(c))) {
                if (word.size() > 3) words.insert(word);
                word.clear();
            } else {
                word += c;
            }
        }
        return words;
    }

    static std::string link_text(std::string_view title) {
        std::string out;
        for (const char c : title) {
            if (c == '[' || c == ']' || c == '\n') continue;
            if (c == '*' || c == '_' || c == '<' || c == '`') out += '\\';
            out += c;
        }
        return out;
    }

    void write(const Candidate& c, const std::string& text) {
        const std::string title(c.page.title);
        std::string name = title;
        if (c.heading != title && !c.chunk.headings.empty()) name += ": " + c.heading;
        if (!out_.markdown.empty()) out_.markdown += "\n\n";
        out_.markdown += "**[" + link_text(name) + "](" +
                         page_url(c.page, options_.base_path, c.chunk.anchor) + ")**\n\n" + text;
        const std::string url = page_url(c.page, options_.base_path);
        for (const auto& s : out_.sources) {
            if (s.url == url) return;
        }
        out_.sources.push_back({url, title});
    }

    /// Further pages, or the nearest ones when nothing answers.
    void suggest() {
        for (const auto& hit : pages_) {
            if (out_.suggestions.size() == most_suggestions) break;
            const auto page = index_.page(hit.page);
            Extract::Suggestion one{page_url(page, options_.base_path), std::string(page.title)};
            if (!page.url.empty() || one.title.empty()) continue;
            if (out_.answered ? hit.rank < 0.4 * pages_[0].rank : hit.score < 0.1) continue;
            const bool cited = std::any_of(out_.sources.begin(), out_.sources.end(),
                                           [&](const auto& s) { return s.url == one.url; });
            const bool listed =
                std::any_of(out_.suggestions.begin(), out_.suggestions.end(),
                            [&](const auto& s) { return s.url == one.url || s.title == one.title; });
            if (!cited && !listed) out_.suggestions.push_back(std::move(one));
        }
    }

    const search::Index& index_;
    const ExtractOptions& options_;
    const std::string asked_, borrowed_;
    const QuestionTerms terms_;
    const QuestionKind kind_;
    mutable std::optional<std::uint32_t> current_;
    mutable bool current_known_ = false;
    std::vector<Candidate> candidates_;
    std::vector<search::PageHit> pages_;
    std::size_t out_passages_ = 0;
    Mask said_ = 0;
    Extract out_;
};

}  // namespace

Extract extract_answer(const search::Index& index, const std::string& question,
                       const ExtractOptions& options) {
    return Answering(index, question, options).run();
}

}  // namespace docent::assistant
