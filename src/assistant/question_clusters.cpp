#include "assistant/question_clusters.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "search/analysis.hpp"

namespace docent::assistant {
namespace {

constexpr double similar = 0.4;            // cosine from which on two questions are about the same
constexpr std::size_t asked_of_index = 3;  // questions of a group that are looked up
constexpr std::size_t shown_terms = 6;
constexpr std::size_t most_text = 4'000;  // bytes of a question that count

/// Term numbers with weights, by number; of length 1.
using Vector = std::vector<std::pair<std::uint32_t, double>>;

/// A question's words in their basic form, each once; what it is made of when all are stop words.
std::set<std::string> terms_of(std::string_view text, search::LanguageId expected) {
    text = cut_utf8(text, most_text);
    const auto language = search::detect_language(text, expected);
    std::set<std::string> out;
    search::Tokenizer tokens(text);
    for (search::Token token; tokens.next(token);) {
        auto term = search::term_of(token, language);
        if (!term.empty()) out.insert(std::move(term));
    }
    if (out.empty()) out.insert(search::fold(trim(text)));
    return out;
}

/// The language of most questions: two words alone do not tell theirs.
search::LanguageId usual_language(const std::vector<AskedQuestion>& questions) {
    std::map<search::LanguageId, std::size_t> counts;
    for (const auto& question : questions)
        ++counts[search::detect_language(cut_utf8(question.text, most_text))];
    counts.erase(search::no_language);
    const auto most = std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
    return most == counts.end() ? search::no_language : most->first;
}

/// The same question asked again is one with more weight.
struct Distinct {
    std::vector<std::size_t> members;
    Vector vector;
};

struct Group {
    std::vector<std::size_t> distinct;
    std::unordered_map<std::uint32_t, double> sum;
    double length = 0.0;

    void add(std::size_t which, const Distinct& one) {
        distinct.push_back(which);
        const auto weight = static_cast<double>(one.members.size());
        for (const auto& [term, value] : one.vector) sum[term] += value * weight;
        length = 0;
        for (const auto& [term, value] : sum) length += value * value;
        length = std::sqrt(length);
    }
    double cosine(const Vector& vector) const {
        double out = 0;
        for (const auto& [term, value] : vector) {
            const auto found = sum.find(term);
            if (found != sum.end()) out += value * found->second;
        }
        return length > 0 ? out / length : 0;
    }
};

class Clustering {
public:
    explicit Clustering(const std::vector<AskedQuestion>& questions) : questions_(questions) { read(); }

    std::vector<QuestionCluster> run() {
        auto groups = lead();
        groups = correct(groups);
        std::vector<QuestionCluster> out;
        for (const auto& group : groups)
            if (!group.distinct.empty()) out.push_back(describe(group));
        std::ranges::stable_sort(out, [](const QuestionCluster& a, const QuestionCluster& b) {
            return a.members.size() != b.members.size() ? a.members.size() > b.members.size()
                                                        : a.last > b.last;
        });
        return out;
    }

private:
    void read() {
        std::map<std::set<std::string>, std::size_t> known;
        std::vector<std::set<std::string>> sets;
        const auto expected = usual_language(questions_);
        for (std::size_t i = 0; i < questions_.size(); ++i) {
            auto terms = terms_of(questions_[i].text, expected);
            const auto [at, is_new] = known.emplace(terms, sets.size());
            if (is_new) {
                sets.push_back(std::move(terms));
                distinct_.emplace_back();
            }
            distinct_[at->second].members.push_back(i);
        }
        std::map<std::string, std::uint32_t> numbers;
        std::vector<double> frequency;
        for (const auto& terms : sets) {
            for (const auto& term : terms) {
                const auto [at, is_new] = numbers.emplace(term, static_cast<std::uint32_t>(names_.size()));
                if (is_new) {
                    names_.push_back(term);
                    frequency.push_back(0);
                }
                ++frequency[at->second];
            }
        }
        const auto all = static_cast<double>(sets.size());
        for (std::size_t i = 0; i < sets.size(); ++i) {
            auto& vector = distinct_[i].vector;
            double length = 0;
            for (const auto& term : sets[i]) {
                const auto number = numbers[term];
                const double weight = std::log(1 + all / frequency[number]);
                vector.emplace_back(number, weight);
                length += weight * weight;
            }
            for (auto& [term, weight] : vector) weight /= std::sqrt(length);
            std::ranges::sort(vector);
        }
    }

    /// The most frequent questions first: they become the middles.
    std::vector<std::size_t> order() const {
        std::vector<std::size_t> out(distinct_.size());
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = i;
        std::ranges::stable_sort(out, [&](std::size_t a, std::size_t b) {
            return distinct_[a].members.size() > distinct_[b].members.size();
        });
        return out;
    }

    /// The nearest group that shares a term, or groups.size().
    std::size_t nearest(const Vector& vector, const std::vector<Group>& groups,
                        const std::vector<std::vector<std::size_t>>& groups_of_term) const {
        std::set<std::size_t> candidates;
        for (const auto& [term, weight] : vector)
            candidates.insert(groups_of_term[term].begin(), groups_of_term[term].end());
        std::size_t best = groups.size();
        double best_cosine = similar;
        for (const auto candidate : candidates) {
            const double cosine = groups[candidate].cosine(vector);
            if (cosine > best_cosine + 1e-12) {
                best = candidate;
                best_cosine = cosine;
            }
        }
        return best;
    }

    std::vector<Group> lead() const {
        std::vector<Group> groups;
        std::vector<std::vector<std::size_t>> groups_of_term(names_.size());
        for (const auto which : order()) {
            const auto& one = distinct_[which];
            const auto at = nearest(one.vector, groups, groups_of_term);
            if (at == groups.size()) groups.emplace_back();
            for (const auto& [term, weight] : one.vector) {
                if (!groups[at].sum.contains(term)) groups_of_term[term].push_back(at);
            }
            groups[at].add(which, one);
        }
        return groups;
    }

    /// Groups move while they grow: each question is put once more where it belongs now.
    std::vector<Group> correct(const std::vector<Group>& groups) const {
        std::vector<std::vector<std::size_t>> groups_of_term(names_.size());
        std::vector<std::size_t> home(distinct_.size());
        for (std::size_t g = 0; g < groups.size(); ++g) {
            for (const auto& [term, weight] : groups[g].sum) groups_of_term[term].push_back(g);
            for (const auto which : groups[g].distinct) home[which] = g;
        }
        std::vector<Group> out(groups.size());
        for (const auto which : order()) {
            const auto at = nearest(distinct_[which].vector, groups, groups_of_term);
            out[at == groups.size() ? home[which] : at].add(which, distinct_[which]);
        }
        return out;
    }

    QuestionCluster describe(const Group& group) const {
        QuestionCluster out;
        auto members = group.distinct;
        std::vector<double> cosine(distinct_.size());
        for (const auto which : members) cosine[which] = group.cosine(distinct_[which].vector);
        std::ranges::stable_sort(members, [&](std::size_t a, std::size_t b) {
            return std::abs(cosine[a] - cosine[b]) > 1e-9 ? cosine[a] > cosine[b] : a < b;
        });
        for (const auto which : members)
            for (const auto member : distinct_[which].members) out.members.push_back(member);
        out.label = questions_[out.members.front()].text;
        out.first = out.last = questions_[out.members.front()].asked;
        for (const auto member : out.members) {
            out.first = std::min(out.first, questions_[member].asked);
            out.last = std::max(out.last, questions_[member].asked);
        }
        std::vector<std::pair<double, std::string>> terms;
        for (const auto& [term, weight] : group.sum) terms.emplace_back(-weight, names_[term]);
        std::ranges::sort(terms);
        for (std::size_t i = 0; i < std::min(shown_terms, terms.size()); ++i)
            out.terms.push_back(terms[i].second);
        return out;
    }

    const std::vector<AskedQuestion>& questions_;
    std::vector<std::string> names_;  // of the terms
    std::vector<Distinct> distinct_;  // in the order in which they were first given
};

}  // namespace

std::vector<QuestionCluster> cluster_questions(const std::vector<AskedQuestion>& questions) {
    return Clustering(questions).run();
}

std::vector<NearPage> nearest_pages(const search::Index& index, const std::vector<AskedQuestion>& questions,
                                    const QuestionCluster& cluster, std::size_t most) {
    std::map<std::uint32_t, NearPage> pages;
    for (std::size_t i = 0; i < std::min(asked_of_index, cluster.members.size()); ++i) {
        search::Query query;
        query.text = std::string(cut_utf8(questions[cluster.members[i]].text, most_text));
        query.limit = most;
        for (const auto& hit : index.search(query).pages) {
            auto& near = pages[hit.page];
            if (hit.score <= near.score && !near.path.empty()) continue;
            const auto page = index.page(hit.page);
            near.path = page.path;
            near.title = page.title;
            near.page = hit.page;
            near.score = hit.score;
            near.anchor = hit.sections.empty() ? "" : std::string(index.chunk(hit.sections[0].chunk).anchor);
        }
    }
    std::vector<NearPage> out;
    for (auto& [number, near] : pages) out.push_back(std::move(near));
    std::ranges::stable_sort(out, [](const NearPage& a, const NearPage& b) { return a.score > b.score; });
    if (out.size() > most) out.resize(most);
    return out;
}

std::string gap_of(double best) { return best >= covered_score ? "present" : "missing"; }

}  // namespace docent::assistant
