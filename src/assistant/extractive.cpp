#include "assistant/extractive.hpp"

#include <algorithm>
#include <set>

#include "assistant/candidates.hpp"
#include "assistant/conversation.hpp"
#include "assistant/excerpt.hpp"
#include "assistant/phrases.hpp"
#include "assistant/quotation.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t most_passages = 3;
constexpr std::size_t answer_words = 230;  // outside code
constexpr std::size_t passage_words = 140;
constexpr std::size_t thin_section = 30;  // words: a shorter one without code is given with what is below it
constexpr std::size_t most_code_alone = 25;  // lines, of a further passage without text
constexpr std::size_t most_suggestions = 3;

using Mask = QuestionTerms::Mask;

class Answering {
public:
    Answering(const search::Index& index, const std::string& question, const ExtractOptions& options)
        : index_(index), options_(options), asked_(index, question, options) {}

    Extract run() {
        out_.answered = false;
        const Phrases& say = phrases(detect_language(asked_.text));
        if (const SmallTalk talk = small_talk(asked_.text);
            talk != SmallTalk::none && asked_.borrowed.empty()) {
            out_.answered = true;
            out_.markdown = talk == SmallTalk::greeting ? say.greeting
                            : talk == SmallTalk::thanks ? say.thanks
                                                        : say.empty;
            return std::move(out_);
        }
        found_ = find_candidates(index_, asked_, options_);
        out_.hits = std::move(found_.hits);
        if (choose_first()) compose();
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
    /// Puts the best section that covers the question first; false when none of the best does.
    bool choose_first() {
        constexpr double about_as_good = 0.85;
        auto& sections = found_.sections;
        for (auto it = sections.begin(); it != sections.end(); ++it) {
            if (it->value < about_as_good * sections[0].value) return false;
            if (!covers(index_, asked_, *it, options_)) continue;
            std::rotate(sections.begin(), it, it + 1);
            return true;
        }
        return false;
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
        for (const auto& c : found_.sections) {
            if (out_passages_ == most_passages || words + 30 > answer_words) break;
            if (out_passages_ > 0 && !adds(c)) continue;
            if (chunks.count(c.hit.chunk) > 0) continue;
            const std::size_t budget =
                out_passages_ == 0 ? passage_words : std::min(passage_words / 2, answer_words - words);
            std::vector<std::uint32_t> used;
            Excerpt excerpt = excerpt_of(c, budget, used);
            const std::string text = without_loose_ends(quotable(excerpt.markdown, origin(c.page)));
            if (trim(text).empty() || is_repeat(text, taken)) continue;
            if (out_passages_ > 0 && excerpt.words < 10 && split_lines(text).size() > most_code_alone)
                continue;
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
        const Candidate& first = found_.sections[0];
        if (c.value < 0.72 * first.value) return false;
        if (first.defines && asked_.kind != QuestionKind::how && !c.defines) return false;
        if (!covers(index_, asked_, c, options_)) return false;
        const double gain = asked_.terms.share(c.all & ~said_);
        if (gain >= 0.15) return true;
        // Another way to do it, on the same page.
        if (asked_.kind == QuestionKind::how && c.hit.page == first.hit.page && c.value >= 0.85 * first.value)
            return true;
        return c.value >= 0.88 * first.value && c.hit.page != first.hit.page &&
               asked_.terms.share(c.all) >= 0.8;
    }

    Excerpt excerpt_of(const Candidate& c, std::size_t budget, std::vector<std::uint32_t>& used) const {
        used.push_back(c.hit.chunk);
        Excerpt excerpt = make_excerpt(c.chunk.markdown, asked_.terms, asked_.kind, c.about, budget);
        add_below(excerpt, c.page, c.hit.chunk, budget, used);
        // A problem is given with its solution, whole.
        if (const auto cure = cure_of(c); cure && *cure != c.hit.chunk) {
            const auto chunk = index_.chunk(*cure);
            add(excerpt, chunk, 1.0, passage_words);
            used.push_back(*cure);
            add_below(excerpt, c.page, *cure, budget, used);
        }
        return excerpt;
    }

    void add(Excerpt& excerpt, const search::ChunkView& chunk, double about, std::size_t words) const {
        const Excerpt more = make_excerpt(chunk.markdown, asked_.terms, asked_.kind, about, words);
        if (more.markdown.empty()) return;
        if (!chunk.headings.empty()) excerpt.markdown += "**" + std::string(chunk.headings.back()) + "**\n\n";
        excerpt.markdown += more.markdown;
        excerpt.words += more.words;
        excerpt.mask |= more.mask;
    }

    /// A heading with hardly anything below it goes on with the sections under it.
    void add_below(Excerpt& excerpt, const search::PageView& page, std::uint32_t at, std::size_t budget,
                   std::vector<std::uint32_t>& used) const {
        const auto above = index_.chunk(at);
        const auto is_thin = [](std::string_view markdown) {
            const bool leads_on = !trim(markdown).empty() && trim(markdown).back() == ':';
            return leads_on ||
                   (count_words(markdown) < thin_section && markdown.find("```") == markdown.npos);
        };
        std::string so_far(above.markdown);
        const std::uint32_t end = page.first_chunk + page.chunk_count;
        for (std::uint32_t next = at + 1; next < end && next <= at + 4 && is_thin(so_far); ++next) {
            auto chunk = index_.chunk(next);
            const bool below = chunk.headings.size() > above.headings.size() || above.headings.empty();
            const bool same = chunk.headings == above.headings && chunk.anchor == above.anchor;
            if (!below && !same) return;
            if (same) chunk.headings.clear();
            add(excerpt, chunk, 1.0, budget > excerpt.words ? budget - excerpt.words : 0);
            so_far += chunk.markdown;
            used.push_back(next);
        }
    }

    /// On a page about one problem: the section with its solution, for a section of the problem.
    std::optional<std::uint32_t> cure_of(const Candidate& c) const {
        if (c.page_about < 0.3 && asked_.kind != QuestionKind::error) return std::nullopt;
        const std::uint32_t end = c.page.first_chunk + std::min<std::uint32_t>(c.page.chunk_count, 40);
        const auto& own = c.chunk.headings;
        for (std::uint32_t i = c.page.first_chunk; i < end; ++i) {
            const auto chunk = index_.chunk(i);
            if (!is_cure(chunk)) continue;
            const auto parent = chunk.headings.size() - 1;
            if (own.size() >= parent &&
                std::equal(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(parent),
                           chunk.headings.begin()))
                return i;
        }
        return std::nullopt;
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

    /// Whether a page says some of what is asked, though not enough to answer it.
    bool is_near(std::uint32_t page) const {
        constexpr double some = 0.2;
        return std::any_of(found_.sections.begin(), found_.sections.end(), [&](const Candidate& c) {
            return c.hit.page == page && asked_.terms.share(c.whole_page) >= some;
        });
    }

    /// Further pages, or the nearest ones when nothing answers.
    void suggest() {
        for (const auto& hit : found_.pages) {
            if (out_.suggestions.size() == most_suggestions) break;
            const auto page = index_.page(hit.page);
            Extract::Suggestion one{page_url(page, options_.base_path), std::string(page.title)};
            if (!page.url.empty() || one.title.empty()) continue;
            if (out_.answered ? hit.rank < 0.4 * found_.pages[0].rank : !is_near(hit.page)) continue;
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
    const Asked asked_;
    Candidates found_;
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
