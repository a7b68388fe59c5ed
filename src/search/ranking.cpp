#include "search/ranking.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "search/analysis.hpp"
#include "search/score.hpp"
#include "search/spelling.hpp"

namespace docent::search {
namespace {

constexpr std::size_t max_terms = 64;  // of a query: the first ones

struct QueryTerm {
    std::string term;
    TermEntry entry;
    double idf = 0;  // of a term that no chunk has, too: it counts against coverage
    double weight = 1;
    double claim = 0;  // its share in coverage
};

bool same_letters(std::string_view a, std::string_view b) { return a == b || fold(a) == fold(b); }

/// The language most chunks are in.
LanguageId main_language(const MetaRecord& meta) {
    const auto* begin = meta.chunks_of_language;
    return static_cast<LanguageId>(std::max_element(begin, begin + max_languages) - begin);
}

/// The question's language. Without evidence in the question itself, what the filter asks for, then English
/// where there is some (names of things look the same in every language), then what the index has most of.
LanguageId query_language(const MetaRecord& meta, const Query& query) {
    const auto indexed = [&](LanguageId language) { return meta.chunks_of_language[language] > 0; };
    const auto detected = detect_language(query.text);
    if (detected != no_language && (indexed(detected) || detected >= language_of("zh"))) return detected;
    if (const auto asked = language_of(query.filter.language); asked != no_language) return asked;
    const auto english = language_of("en");
    return indexed(english) ? english : main_language(meta);
}

/// What the frequency of a word is measured in: the sections in the question's language, or all of them. Over
/// all languages every word of one would look rare, and the names that all share common.
struct Collection {
    LanguageId language = no_language;  // no_language is all
    double chunks = 0;
};

Collection collection_of(const MetaRecord& meta, LanguageId language) {
    const double mine = meta.chunks_of_language[language], all = meta.chunk_count;
    if (mine == 0 || mine == all) return {no_language, all};
    return {language, mine};
}

double frequency_in(const IndexFile& file, const TermEntry& term, const Collection& collection) {
    if (collection.language == no_language) return term.frequency;
    ByteReader in(term.postings);
    std::uint32_t chunk = 0, count = 0;
    while (!in.done()) {
        chunk += in.varint();
        in.byte();
        count += file.chunk(chunk).language_id == collection.language;
    }
    return count;
}

/// A question as the index sees it.
struct Analysed {
    std::vector<QueryTerm> terms;
    std::string corrected;  // the text with words mended; "" when none was
};

/// The token's term, with its spelling mended when the documentation does not know it.
std::string known_term(const IndexFile& file, const Token& token, LanguageId language, std::string& mended) {
    auto term = term_of(token, language);
    if (term.empty() || token.kind != Token::Kind::word || file.find_term(term)) return term;
    const auto word = plain_word(token.raw);
    if (word.empty()) return term;
    mended = mend_word(file, word);
    if (mended.empty()) return term;
    return term_of({mended, Token::Kind::word}, language);
}

Analysed analyse(const IndexFile& file, std::string_view text, LanguageId language, bool mend) {
    Analysed out;
    const Collection collection = collection_of(file.meta(), language);
    const auto add = [&](std::string name, Token::Kind kind) {
        if (name.empty()) return;
        for (auto& known : out.terms) {
            if (known.term == name) return void(known.weight += 1);
        }
        if (out.terms.size() == max_terms) return;
        QueryTerm term;
        if (const auto entry = file.find_term(name)) term.entry = *entry;
        const double chunks = collection.chunks, frequency = frequency_in(file, term.entry, collection);
        term.idf = std::log(1 + (chunks - frequency + 0.5) / (frequency + 0.5));
        term.term = std::move(name);
        // Half of all pairs of characters straddle words: one that nobody wrote says little.
        term.claim = term.idf * (kind == Token::Kind::bigram && term.entry.frequency == 0 ? 0.25 : 1);
        out.terms.push_back(std::move(term));
    };
    Tokenizer tokens(text);
    Token token;
    std::size_t copied = 0;  // of the text, into `corrected`
    while (tokens.next(token)) {
        std::string mended;
        add(mend ? known_term(file, token, language, mended) : term_of(token, language), token.kind);
        if (mended.empty()) continue;
        const auto at = static_cast<std::size_t>(token.raw.data() - text.data());
        out.corrected += text.substr(copied, at - copied);
        out.corrected += mended;
        copied = at + token.raw.size();
    }
    if (!out.corrected.empty()) out.corrected += text.substr(copied);
    return out;
}

/// What the postings say of each chunk. Kept by a thread, so that a query allocates nothing large.
struct Sums {
    std::vector<float> bm25;
    std::vector<std::uint64_t> terms;  // a bit for each query term that the chunk has
};

void accumulate(Sums& sums, const std::vector<QueryTerm>& terms, double k1, std::size_t chunks) {
    sums.bm25.assign(chunks, 0);
    sums.terms.assign(chunks, 0);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const auto& term = terms[i];
        const auto unit = static_cast<float>(term.weight * term.idf * (k1 + 1) / 255);
        const auto bit = std::uint64_t{1} << i;
        ByteReader in(term.entry.postings);
        std::uint32_t chunk = 0;
        while (!in.done()) {
            chunk += in.varint();
            const auto impact = in.byte();
            if (chunk >= chunks) break;
            sums.bm25[chunk] += unit * static_cast<float>(impact);
            sums.terms[chunk] |= bit;
        }
    }
}

double weight_of(const std::vector<QueryTerm>& terms, std::uint64_t present) {
    double sum = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (present >> i & 1) sum += terms[i].weight * terms[i].claim;
    }
    return sum;
}

/// What the page as a whole adds to the rank of its sections. A boost below 1 is a plain factor. Above it is
/// damped: authors set 3 and 5 on half of a site, to say "prefer this where both fit", which as plain factors
/// drowns what the words say (docs/internals/decisions/0008-boost-is-bounded.md).
double page_factor(const PageRecord& page, LanguageId question, const Weights& weights) {
    const bool foreign = page.language_id != question && page.language_id != no_language;
    const double wished = std::clamp<double>(page.boost, 0.1, 10);
    const double boost = wished <= 1 ? wished : std::pow(wished, weights.boost_power);
    return boost * (foreign ? weights.other_language : 1);
}

/// A total order: equal ranks are in the order of the site.
template <class H>
bool ranks_higher(const H& a, const H& b) {
    if (a.rank != b.rank) return a.rank > b.rank;
    if constexpr (requires { a.chunk; }) return a.chunk < b.chunk;
    return a.page < b.page;
}

/// The best hits so far, at most so many: a heap whose top is the worst of them.
template <class H>
class Best {
public:
    explicit Best(std::size_t limit) : limit_(limit) {}
    /// False when nothing of that rank can be one of them.
    bool takes(double rank) const { return hits_.size() < limit_ || rank >= hits_.front().rank; }
    void add(H hit) {
        if (hits_.size() == limit_ && !ranks_higher(hit, hits_.front())) return;
        if (hits_.size() == limit_) {
            std::pop_heap(hits_.begin(), hits_.end(), ranks_higher<H>);
            hits_.pop_back();
        }
        hits_.push_back(std::move(hit));
        std::push_heap(hits_.begin(), hits_.end(), ranks_higher<H>);
    }
    std::vector<H> take() {
        std::sort_heap(hits_.begin(), hits_.end(), ranks_higher<H>);
        return std::move(hits_);
    }

private:
    std::size_t limit_;
    std::vector<H> hits_;
};

}  // namespace

Terms terms_of(const IndexFile& file, const Query& query) {
    Terms found;
    found.language = query_language(file.meta(), query);
    auto analysed = analyse(file, query.text, found.language, true);
    for (auto& term : analysed.terms)
        found.terms.push_back({std::move(term.term), term.claim, term.entry.frequency});
    return found;
}

// docs::Page::groups against what a reader is in.
bool groups_allow(const std::vector<std::string_view>& page, const std::vector<std::string>& reader) {
    const auto is_reader = [&](std::string_view group) {
        return std::ranges::any_of(reader, [&](const auto& mine) { return same_letters(group, mine); });
    };
    if (std::ranges::find(reader, "*") != reader.end()) return true;
    bool only_excludes = true, included = false;
    for (const auto group : page) {
        if (group.starts_with('!')) {
            if (is_reader(group.substr(1))) return false;
            continue;
        }
        only_excludes = false;
        included = included || (group == "*" ? !reader.empty() : is_reader(group));
    }
    return only_excludes || included;
}

bool passes(const IndexFile& file, const PageRecord& page, const Filter& filter) {
    const auto fits = [&](TextRef tag, const std::string& wanted) {
        return wanted.empty() || tag.size == 0 || same_letters(file.text(tag), wanted);
    };
    if (!fits(page.version, filter.version) || !fits(page.language, filter.language) ||
        !fits(page.tag, filter.tag)) {
        return false;
    }
    return page.groups.count == 0 || groups_allow(file.list(page.groups), filter.groups);
}

namespace {

/// Behind the last chunk of a page. Bounds-checked: a damaged file must not lead astray.
std::uint32_t end_of(const PageRecord& page, const MetaRecord& meta) {
    if (page.first_chunk > meta.chunk_count) return page.first_chunk;
    return page.first_chunk + std::min(page.chunk_count, meta.chunk_count - page.first_chunk);
}

/// A page that has some of the query's words.
struct Promising {
    std::uint32_t page = 0;
    float best = 0, third = 0;  // of its sections
    double factor = 1;
    double rank = 0;
};
bool ranks_lower(const Promising& a, const Promising& b) { return ranks_higher(b, a); }

/// All of them, as a heap whose top is the best one.
void find_promising(const IndexFile& file, const Sums& sums, LanguageId language, const Weights& weights,
                    std::vector<Promising>& out) {
    out.clear();
    const MetaRecord& meta = file.meta();
    for (std::uint32_t number = 0; number < meta.page_count; ++number) {
        const PageRecord& page = file.page(number);
        std::array<float, 3> best{};
        const std::uint32_t end = end_of(page, meta);
        for (std::uint32_t chunk = page.first_chunk; chunk < end; ++chunk) {
            if (sums.bm25[chunk] <= best[2]) continue;
            best[2] = sums.bm25[chunk];
            if (best[2] > best[1]) std::swap(best[1], best[2]);
            if (best[1] > best[0]) std::swap(best[0], best[1]);
        }
        if (best[0] <= 0) continue;
        const double factor = page_factor(page, language, weights);
        const double rank = factor * (best[0] + weights.second * best[1] + weights.third * best[2]);
        out.push_back({number, best[0], best[2], factor, rank});
    }
    std::make_heap(out.begin(), out.end(), ranks_lower);
}

}  // namespace

Found rank(const IndexFile& file, const Query& query, const Weights& weights) {
    Found found;
    const MetaRecord& meta = file.meta();
    const auto language = query_language(meta, query);
    auto analysed = analyse(file, query.text, language, weights.mend_spelling > 0);
    const auto& terms = analysed.terms;
    found.corrected = std::move(analysed.corrected);
    const double whole = weight_of(terms, ~std::uint64_t{0});
    if (whole <= 0 || query.limit == 0) return found;
    const double most = whole * (weights.k1 + 1);  // BM25F, if a section were full of every word

    thread_local Sums sums;
    accumulate(sums, terms, weights.k1, meta.chunk_count);
    const auto score_of = [&](std::uint32_t chunk) {
        return answer_score(sums.bm25[chunk] / most, weight_of(terms, sums.terms[chunk]) / whole,
                            terms.size());
    };

    thread_local std::vector<Promising> promising;
    find_promising(file, sums, language, weights, promising);
    Best<Hit> sections(query.limit);
    Best<PageHit> pages(query.limit);
    // The best page first: what cannot be kept any more is not looked at. No section ranks above its page.
    while (!promising.empty()) {
        const Promising one = promising.front();
        if (!pages.takes(one.rank) && !sections.takes(one.rank)) break;
        std::pop_heap(promising.begin(), promising.end(), ranks_lower);
        promising.pop_back();
        if (!pages.takes(one.rank) && !sections.takes(one.factor * one.best)) continue;
        const PageRecord& page = file.page(one.page);
        if (!page.searchable || !passes(file, page, query.filter)) continue;
        double page_score = 0;
        const std::uint32_t end = end_of(page, meta);
        for (std::uint32_t chunk = page.first_chunk; chunk < end; ++chunk) {
            const float bm25 = sums.bm25[chunk];
            if (bm25 <= 0) continue;
            const double section_rank = one.factor * bm25;
            const bool leads = bm25 >= one.third;  // one of the three, which speak for the page
            if (!leads && !sections.takes(section_rank)) continue;
            const double score = score_of(chunk);
            if (leads) page_score = std::max(page_score, score);
            if (score >= query.score_threshold) sections.add({chunk, one.page, score, section_rank});
        }
        if (page_score >= query.score_threshold) pages.add({one.page, page_score, one.rank, {}});
    }
    found.sections = sections.take();
    found.pages = pages.take();
    for (PageHit& hit : found.pages) {
        const PageRecord& page = file.page(hit.page);
        const double factor = page_factor(page, language, weights);
        const std::uint32_t end = end_of(page, meta);
        for (std::uint32_t chunk = page.first_chunk; chunk < end; ++chunk) {
            const float bm25 = sums.bm25[chunk];
            if (bm25 > 0) hit.sections.push_back({chunk, hit.page, score_of(chunk), factor * bm25});
        }
        std::sort(hit.sections.begin(), hit.sections.end(), ranks_higher<Hit>);
    }
    if (!found.sections.empty())
        found.coverage = weight_of(terms, sums.terms[found.sections[0].chunk]) / whole;
    return found;
}

}  // namespace docent::search
