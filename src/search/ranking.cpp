#include "search/ranking.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "search/analysis.hpp"

namespace docent::search {
namespace {

constexpr std::size_t max_terms = 64;  // of a query: the first ones

struct QueryTerm {
    std::string term;
    TermEntry entry;
    double idf = 0;  // of a term that no chunk has, too: it counts against coverage
    double weight = 1;
};

bool same_letters(std::string_view a, std::string_view b) {
    return a == b || fold(a) == fold(b);
}

/// The language most chunks are in.
LanguageId main_language(const MetaRecord& meta) {
    const auto* begin = meta.chunks_of_language;
    return static_cast<LanguageId>(std::max_element(begin, begin + max_languages) - begin);
}

/// The question's language, among those of the index if it can be one of them.
LanguageId query_language(const MetaRecord& meta, const Query& query) {
    const auto detected = detect_language(query.text);
    if (detected != no_language && meta.chunks_of_language[detected] > 0) return detected;
    if (const auto asked = language_of(query.filter.language); asked != no_language) return asked;
    return detected != no_language && detected >= language_of("zh") ? detected : main_language(meta);
}

std::vector<QueryTerm> query_terms(const IndexFile& file, std::string_view text, LanguageId language) {
    std::vector<QueryTerm> terms;
    const auto add = [&](std::string name, double weight) {
        if (name.empty()) return;
        for (auto& known : terms) {
            if (known.term == name) return void(known.weight += weight);
        }
        if (terms.size() == max_terms) return;
        QueryTerm term;
        if (const auto entry = file.find_term(name)) term.entry = *entry;
        const double chunks = file.meta().chunk_count, frequency = term.entry.frequency;
        term.idf = std::log(1 + (chunks - frequency + 0.5) / (frequency + 0.5));
        term.term = std::move(name);
        term.weight = weight;
        terms.push_back(std::move(term));
    };
    Tokenizer tokens(text);
    Token token;
    while (tokens.next(token)) add(term_of(token, language), 1);
    return terms;
}

/// What the postings say of every chunk. Kept per thread, so that a query allocates nothing large.
struct Accumulators {
    std::vector<float> scores;
    std::vector<std::uint64_t> terms;  // a bit for each query term that the chunk has
};

void accumulate(Accumulators& sums, const std::vector<QueryTerm>& terms, double k1) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const auto& term = terms[i];
        const auto unit = static_cast<float>(term.weight * term.idf * (k1 + 1) / 255);
        ByteReader in(term.entry.postings);
        std::uint32_t chunk = 0;
        while (!in.done()) {
            chunk += in.varint();
            const auto impact = in.byte();
            if (chunk >= sums.scores.size()) break;
            sums.scores[chunk] += unit * impact;
            sums.terms[chunk] |= std::uint64_t{1} << i;
        }
    }
}

double weight_of(const std::vector<QueryTerm>& terms, std::uint64_t present) {
    double sum = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (present >> i & 1) sum += terms[i].weight * terms[i].idf;
    }
    return sum;
}

}  // namespace

bool passes(const IndexFile& file, const PageRecord& page, const Filter& filter) {
    const auto fits = [&](TextRef tag, const std::string& wanted) {
        return wanted.empty() || tag.size == 0 || same_letters(file.text(tag), wanted);
    };
    if (!fits(page.version, filter.version) || !fits(page.language, filter.language) || !fits(page.tag, filter.tag)) {
        return false;
    }
    if (page.groups.count == 0) return true;
    const auto groups = file.list(page.groups);
    return std::any_of(filter.groups.begin(), filter.groups.end(), [&](const std::string& mine) {
        return mine == "*" || std::any_of(groups.begin(), groups.end(), [&](auto group) { return same_letters(group, mine); });
    });
}

Found rank(const IndexFile& file, const Query& query, const Weights& weights) {
    Found found;
    const MetaRecord& meta = file.meta();
    const auto language = query_language(meta, query);
    const auto terms = query_terms(file, query.text, language);
    const double whole = weight_of(terms, ~std::uint64_t{0});
    if (whole <= 0 || query.limit == 0) return found;

    thread_local Accumulators sums;
    sums.scores.assign(meta.chunk_count, 0);
    sums.terms.assign(meta.chunk_count, 0);
    accumulate(sums, terms, weights.k1);

    const double self = whole * (weights.k1 + 1);
    const auto calibrated = [&](double rank_value, std::uint64_t present) {
        return std::clamp(0.5 * weight_of(terms, present) / whole + 0.5 * rank_value / self, 0.0, 1.0);
    };

    std::vector<Hit> sections;
    std::vector<PageHit> pages;
    for (std::uint32_t chunk = 0; chunk < meta.chunk_count;) {
        const std::uint32_t page_number = file.chunk(chunk).page;
        const PageRecord& page = file.page(page_number);
        const std::uint32_t end = std::clamp(page.first_chunk + page.chunk_count, chunk + 1, meta.chunk_count);
        std::vector<Hit> hits;
        for (; chunk < end; ++chunk) {
            if (sums.scores[chunk] > 0) hits.push_back({chunk, page_number, 0, sums.scores[chunk]});
        }
        if (hits.empty() || !page.searchable || !passes(file, page, query.filter)) continue;
        const bool foreign = page.language_id != language && page.language_id != no_language;
        const double factor = page.boost * (foreign ? weights.other_language : 1);
        for (auto& hit : hits) {
            hit.score = calibrated(hit.rank, sums.terms[hit.chunk]);
            hit.rank *= factor;
        }
        std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.rank > b.rank; });
        PageHit result;
        result.page = page_number;
        result.rank = hits[0].rank + (hits.size() > 1 ? weights.second * hits[1].rank : 0) +
                      (hits.size() > 2 ? weights.third * hits[2].rank : 0);
        for (const auto& hit : hits) result.score = std::max(result.score, hit.score);
        sections.insert(sections.end(), hits.begin(), hits.end());
        result.sections = std::move(hits);
        pages.push_back(std::move(result));
    }
    const auto keep_best = [&](auto& hits) {
        hits.erase(std::remove_if(hits.begin(), hits.end(), [&](const auto& hit) { return hit.score < query.score_threshold; }),
                   hits.end());
        const auto middle = hits.begin() + static_cast<std::ptrdiff_t>(std::min(query.limit, hits.size()));
        std::partial_sort(hits.begin(), middle, hits.end(), [](const auto& a, const auto& b) {
            if (a.rank != b.rank) return a.rank > b.rank;
            if constexpr (requires { a.chunk; }) return a.chunk < b.chunk;
            return a.page < b.page;
        });
        hits.erase(middle, hits.end());
    };
    keep_best(sections);
    keep_best(pages);
    if (!sections.empty()) found.coverage = weight_of(terms, sums.terms[sections[0].chunk]) / whole;
    found.sections = std::move(sections);
    found.pages = std::move(pages);
    return found;
}

}  // namespace docent::search
