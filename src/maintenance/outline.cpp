#include "maintenance/outline.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "docs/blocks.hpp"
#include "docs/chunks.hpp"
#include "docs/front_matter.hpp"
#include "docs/mdx.hpp"
#include "docs/plain_text.hpp"

namespace docent::maintenance {

namespace {

constexpr std::size_t max_sections = 800;
constexpr auto none = static_cast<std::size_t>(-1);

std::map<std::string, int> words_of(std::string_view text) {
    std::map<std::string, int> out;
    std::string word;
    for (const char c : lower_ascii(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            word += c;
            if (byte < 0xe0 || word.size() < 12)
                continue;  // scripts without blanks: a few letters are a word
        }
        if (!word.empty()) ++out[word];
        word.clear();
    }
    if (!word.empty()) ++out[word];
    return out;
}

/// Titles that are spelled alike: one less the share of changed bytes.
double spelled_alike(std::string_view a, std::string_view b) {
    if (a.size() > 200 || b.size() > 200 || a.empty() || b.empty()) return 0;
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
            corner = above;
        }
    }
    return 1.0 - static_cast<double>(row.back()) / static_cast<double>(std::max(a.size(), b.size()));
}

}  // namespace

double likeness(std::string_view a, std::string_view b) {
    const auto left = words_of(a.substr(0, 20'000)), right = words_of(b.substr(0, 20'000));
    int shared = 0, all = 0;
    for (const auto& [word, n] : left) {
        all += n;
        if (const auto at = right.find(word); at != right.end()) shared += 2 * std::min(n, at->second);
    }
    for (const auto& [word, n] : right) all += n;
    return all == 0 ? 0 : static_cast<double>(shared) / all;
}

std::vector<Section> page_outline(std::string_view text, bool mdx) {
    const auto head = docs::read_front_matter(text);
    docs::MdxOptions options;
    options.mdx = mdx;
    const auto marked = docs::mdx_to_markdown(text.substr(head.body), options).marked;
    const auto chunked = docs::chunk_page(marked, head.fields.title, 300);
    std::vector<Section> out;
    for (const auto& block : docs::split_blocks(marked)) {
        if (block.kind == docs::Block::Kind::heading) {
            if (out.size() >= chunked.anchors.size() || out.size() >= max_sections) break;
            out.push_back({chunked.anchors[out.size()], docs::plain_line(block.title), block.level, ""});
        } else if (!out.empty() && block.kind != docs::Block::Kind::begin &&
                   block.kind != docs::Block::Kind::end) {
            out.back().text += block.source;
        }
    }
    return out;
}

std::vector<std::size_t> align(const std::vector<Section>& before, const std::vector<Section>& after) {
    const auto n = before.size(), m = after.size();
    std::vector<std::vector<double>> best(n + 1, std::vector<double>(m + 1, 0));
    std::vector<std::vector<double>> worth(n, std::vector<double>(m, 0));
    std::map<std::string, int> titles;
    for (const auto& section : before) ++titles[section.title];
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < m; ++j)
            if (before[i].title == after[j].title)
                worth[i][j] =
                    1 + (titles[before[i].title] > 1 ? 2 * likeness(before[i].text, after[j].text) : 0);
    for (auto i = n; i-- > 0;)
        for (auto j = m; j-- > 0;) {
            best[i][j] = std::max(best[i + 1][j], best[i][j + 1]);
            if (worth[i][j] > 0) best[i][j] = std::max(best[i][j], worth[i][j] + best[i + 1][j + 1]);
        }
    std::vector<std::size_t> out(n, none);
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
        if (worth[i][j] > 0 && best[i][j] == worth[i][j] + best[i + 1][j + 1])
            out[i++] = j++;
        else if (best[i][j] == best[i + 1][j])
            ++i;
        else
            ++j;
    }
    return out;
}

std::size_t successor(const std::vector<Section>& before, const std::vector<Section>& after,
                      std::size_t index) {
    const auto aligned = align(before, after);
    const auto& lost = before[index];
    if (aligned[index] != none) {
        const auto same = [&](const Section& section) { return section.title == lost.title; };
        const bool twice = std::count_if(before.begin(), before.end(), same) > 1 ||
                           std::count_if(after.begin(), after.end(), same) > 1;
        // One of two that are called the same: only what stands below them tells which is left.
        const auto& kept = after[aligned[index]];
        if (twice && lost.text != kept.text && likeness(lost.text, kept.text) < 0.4) return none;
        return aligned[index];
    }
    std::vector<bool> taken(after.size(), false);
    for (const auto j : aligned)
        if (j != none) taken[j] = true;
    // Between the neighbours that are still there.
    std::size_t from = 0, to = after.size(), gone = 0;
    for (auto i = index; i-- > 0;)
        if (aligned[i] != none) {
            from = aligned[i] + 1;
            break;
        }
    for (auto i = index + 1; i < before.size(); ++i)
        if (aligned[i] != none) {
            to = aligned[i];
            break;
        }
    for (auto i = index + 1; i-- > 0 && aligned[i] == none;) ++gone;
    for (auto i = index + 1; i < before.size() && aligned[i] == none; ++i) ++gone;
    const auto score = [&](const Section& section) {
        return std::max({likeness(lost.title, section.title),
                         spelled_alike(lower_ascii(lost.title), lower_ascii(section.title)),
                         likeness(lost.text, section.text)});
    };
    std::size_t found = none, open = 0;
    double first = 0, second = 0;
    for (auto j = from; j < to; ++j) {
        if (taken[j] || after[j].level != lost.level) continue;
        ++open;
        const auto value = score(after[j]);
        if (value > first) {
            second = first;
            first = value;
            found = j;
        } else {
            second = std::max(second, value);
        }
    }
    if (open == 1 && gone == 1 && first >= 0.3) return found;
    if (first >= 0.6 && second < first - 0.2) return found;
    // Elsewhere on the page, with its text.
    found = none;
    for (std::size_t j = 0; j < after.size(); ++j) {
        if (taken[j] || trim(lost.text).empty() || likeness(lost.text, after[j].text) < 0.8) continue;
        if (found != none) return none;
        found = j;
    }
    return found;
}

}  // namespace docent::maintenance
