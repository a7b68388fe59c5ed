#include "search/eval.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/text.hpp"

namespace docent::search {
namespace {

Result<std::vector<std::vector<std::string>>> read_table(const std::filesystem::path& file,
                                                         std::size_t columns) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return not_found("The file of questions or judgements is not there: check its name.");
    std::vector<std::vector<std::string>> rows;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (trim(line).empty()) continue;
        auto row = split(line, '\t');
        if (row.size() < columns && columns == 4) row = split(line, ' ');
        if (row.size() < columns) {
            return invalid(fmt::format("Line {} has {} columns, not {}: they are separated by tabs.", number,
                                       row.size(), columns));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string_view name_of(const PageView& page) { return page.file.empty() ? page.path : page.file; }

bool is_in(const std::vector<std::string>& names, const PageView& page) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return name == page.file || name == page.path; });
}

}  // namespace

Result<std::vector<Question>> read_questions(const std::filesystem::path& file) {
    TRY(auto rows, read_table(file, 5));
    std::vector<Question> out;
    for (auto& row : rows) {
        if (row[0] == "qid") continue;
        out.push_back(
            {std::move(row[0]), std::move(row[1]), std::move(row[2]), std::move(row[3]), std::move(row[4])});
    }
    return out;
}

Result<Judgements> read_judgements(const std::filesystem::path& file) {
    TRY(auto rows, read_table(file, 4));
    Judgements out;
    for (auto& row : rows) {
        if (row[3] != "0" && row[0] != "qid") out[row[0]].push_back(std::move(row[2]));
    }
    return out;
}

Figures figures_of(const std::vector<Ranked>& ranked) {
    Figures sum;
    for (const auto& one : ranked) {
        double gain = 0, best = 0, first = 0;
        std::size_t in_five = 0;
        for (std::size_t i = 0; i < std::min<std::size_t>(10, one.relevant.size()); ++i) {
            if (!one.relevant[i]) continue;
            gain += 1 / std::log2(static_cast<double>(i) + 2);
            if (first == 0) first = 1 / (static_cast<double>(i) + 1);
            if (i < 5) ++in_five;
        }
        for (std::size_t i = 0; i < std::min<std::size_t>(10, one.relevant_count); ++i) {
            best += 1 / std::log2(static_cast<double>(i) + 2);
        }
        sum.ndcg10 += best > 0 ? gain / best : 0;
        sum.recall5 +=
            one.relevant_count ? static_cast<double>(in_five) / static_cast<double>(one.relevant_count) : 0;
        sum.mrr10 += first;
        sum.hit1 += first == 1;
    }
    sum.questions = ranked.size();
    const double n = std::max<double>(1, static_cast<double>(ranked.size()));
    return {sum.questions, sum.ndcg10 / n, sum.recall5 / n, sum.mrr10 / n, sum.hit1 / n};
}

Evaluation evaluate(const Index& index, const std::vector<Question>& questions, const Judgements& judgements,
                    const std::string& corpus, const EvalOptions& options) {
    Evaluation out;
    std::map<std::string, std::vector<Ranked>> by_subset;
    std::map<std::string, std::size_t> seen;
    for (const auto& question : questions) {
        const auto judged = judgements.find(question.id);
        if ((!corpus.empty() && question.corpus != corpus) || judged == judgements.end()) continue;
        const bool odd = seen[question.subset]++ % 2 == 1;
        if (options.half != Half::all && odd != (options.half == Half::second)) continue;
        Query query;
        query.text = question.text;
        query.limit = options.depth;
        if (options.language_filter) query.filter.language = question.language;
        if (const auto found = options.vectors.find(question.id); found != options.vectors.end())
            query.vector = found->second;
        Ranked one;
        one.question = &question;
        one.found = index.search(query);
        one.pages = one.found.pages;
        one.relevant_count = judged->second.size();
        for (const auto& hit : one.pages) one.relevant.push_back(is_in(judged->second, index.page(hit.page)));
        by_subset[question.subset].push_back(one);
        out.ranked.push_back(std::move(one));
    }
    for (const auto& [subset, ranked] : by_subset) {
        const Figures figures = figures_of(ranked);
        out.subsets[subset] = figures;
        const double share = 1.0 / static_cast<double>(by_subset.size());
        out.average.questions += figures.questions;
        out.average.ndcg10 += share * figures.ndcg10;
        out.average.recall5 += share * figures.recall5;
        out.average.mrr10 += share * figures.mrr10;
        out.average.hit1 += share * figures.hit1;
    }
    return out;
}

std::string trec_run(const Index& index, const Evaluation& evaluation, const std::string& name) {
    std::string out;
    for (const auto& one : evaluation.ranked) {
        for (std::size_t i = 0; i < one.pages.size(); ++i) {
            out += fmt::format("{} Q0 {} {} {:.6f} {}\n", one.question->id,
                               name_of(index.page(one.pages[i].page)), i + 1, one.pages[i].rank, name);
        }
    }
    return out;
}

}  // namespace docent::search
