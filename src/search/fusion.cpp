#include "search/fusion.hpp"

#include <algorithm>
#include <map>

#include "search/ranking.hpp"

namespace docent::search {
namespace {

constexpr std::size_t depth = 100;  // of each list: what lies deeper in one adds next to nothing

/// Best first; equal ones in the order of the site.
template <class H>
void sort_by_rank(std::vector<H>& hits) {
    std::stable_sort(hits.begin(), hits.end(), [](const H& a, const H& b) {
        if (a.rank != b.rank) return a.rank > b.rank;
        if constexpr (requires { a.chunk; }) return a.chunk < b.chunk;
        return a.page < b.page;
    });
}

}  // namespace

Found rank_by_both(const IndexFile& file, const Query& query, const Weights& weights,
                   const Vectors& vectors) {
    if (query.limit == 0) return {};
    Query words = query;
    words.limit = std::max(query.limit, depth);
    words.score_threshold = 0;
    Found found = rank(file, words, weights);

    // Pages stand together in the file: the same one is asked for again and again.
    std::uint32_t checked = file.meta().page_count;
    bool passed = false;
    const auto near = vectors.nearest(query.vector, words.limit, [&](std::uint32_t chunk) {
        const auto number = file.chunk(chunk).page;
        if (number != checked) {
            const auto& page = file.page(number);
            passed = page.searchable && passes(file, page, query.filter);
            checked = number;
        }
        return passed;
    });

    const auto value = [&](std::size_t place) {
        return 1 / (static_cast<double>(weights.fusion_k) + 1 + static_cast<double>(place));
    };
    const double by_meaning = weights.meaning;

    std::map<std::uint32_t, Hit> sections;  // by chunk
    for (std::size_t i = 0; i < found.sections.size(); ++i) {
        Hit hit = found.sections[i];
        hit.rank = value(i);
        sections[hit.chunk] = hit;
    }
    std::map<std::uint32_t, PageHit> pages;
    for (std::size_t i = 0; i < found.pages.size(); ++i) {
        PageHit hit = std::move(found.pages[i]);
        hit.rank = value(i);
        // Sections of the page that are not among the best of all.
        for (auto& section : hit.sections) {
            const auto known = sections.find(section.chunk);
            section.rank = known == sections.end() ? 0 : known->second.rank;
        }
        pages[hit.page] = std::move(hit);
    }
    std::size_t place_of_page = 0;
    std::map<std::uint32_t, bool> seen;
    for (std::size_t i = 0; i < near.size(); ++i) {
        const auto number = file.chunk(near[i].chunk).page;
        PageHit& page = pages[number];
        page.page = number;
        if (!std::exchange(seen[number], true)) page.rank += by_meaning * value(place_of_page++);
        const double gain = by_meaning * value(i);
        const auto same = std::find_if(page.sections.begin(), page.sections.end(),
                                       [&](const Hit& hit) { return hit.chunk == near[i].chunk; });
        Hit hit = same == page.sections.end() ? Hit{near[i].chunk, number, 0, 0} : *same;
        hit.rank += gain;
        if (same == page.sections.end())
            page.sections.push_back(hit);
        else
            *same = hit;
        sections[hit.chunk] = hit;
    }

    found.sections.clear();
    for (const auto& [chunk, hit] : sections)
        if (hit.score >= query.score_threshold) found.sections.push_back(hit);
    sort_by_rank(found.sections);
    if (found.sections.size() > query.limit) found.sections.resize(query.limit);
    found.pages.clear();
    for (auto& [number, hit] : pages) {
        if (hit.score < query.score_threshold) continue;
        sort_by_rank(hit.sections);
        found.pages.push_back(std::move(hit));
    }
    sort_by_rank(found.pages);
    if (found.pages.size() > query.limit) found.pages.resize(query.limit);
    return found;
}

}  // namespace docent::search
