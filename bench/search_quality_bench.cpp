// How good the ranking is, and what each of its choices is worth:
//
//   search_quality_bench DATA [--half 1|2] [--filter] [--misspelt] [--scores] [--dump FILE] [--ablation]
//   [--set name=value]...
//
// DATA is a folder with corpora/, questions.tsv and qrels.tsv. Prints a line for each corpus and subset,
// or with --ablation a line for each change of a figure of Weights.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "bench/corpora.hpp"
#include "search/analysis.hpp"
#include "search/eval.hpp"
#include "search/weights.hpp"
#include "search/writer.hpp"

using namespace docent;
using namespace docent::search;

namespace {

struct Options {
    std::string data;
    EvalOptions eval;
    bool ablation = false, subsets = true;
    std::string misses;  // corpus whose failed questions are listed
    Weights weights;
};

struct Group {
    std::string name;
    std::vector<std::pair<std::string, std::string>> subsets;  // corpus, subset; "" is all of the corpus
};

const std::vector<Group> groups{
    {"docs en", {{"cypress", "faq-linked"}, {"mintlify", "faq-accordion"}}},
    {"threads", {{"aisdk", "issue"}, {"aisdk", "faq-issue-section"}}},
    {"es/fr/zh",
     {{"mintlify", "faq-accordion-es"}, {"mintlify", "faq-accordion-fr"}, {"mintlify", "faq-accordion-zh"}}},
    {"cranfield", {{"cranfield", "public"}}},
};

void set_figure(Weights& weights, const std::string& assignment) {
    const auto equals = assignment.find('=');
    const auto name = assignment.substr(0, equals);
    const float value = std::strtof(assignment.c_str() + equals + 1, nullptr);
    for (const auto& [figure, place] : figures(weights)) {
        if (figure == name) {
            *place = value;
            return;
        }
    }
    fmt::print(stderr, "no such figure: {}\n", name);
    std::exit(2);
}

/// The question with one slip in one of its words of five letters or more: a letter dropped, doubled,
/// replaced or swapped with the next. Always the same for the same question.
std::string misspelt(const Question& question) {
    std::mt19937 random(static_cast<unsigned>(std::hash<std::string>()(question.id)));
    std::vector<Token> words;
    Tokenizer tokens(question.text);
    for (Token token; tokens.next(token);) {
        const bool plain = std::all_of(token.raw.begin(), token.raw.end(),
                                       [](char c) { return std::isalpha(static_cast<unsigned char>(c)); });
        if (plain && token.raw.size() >= 5 && !term_of(token, language_of(question.language)).empty())
            words.push_back(token);
    }
    if (words.empty()) return question.text;
    const auto raw = words[random() % words.size()].raw;
    std::string text = question.text;
    const auto at =
        static_cast<std::size_t>(raw.data() - question.text.data()) + 1 + random() % (raw.size() - 2);
    switch (random() % 4) {
        case 0:
            text.erase(at, 1);
            break;
        case 1:
            text.insert(at, 1, text[at]);
            break;
        case 2:
            text[at] = static_cast<char>('a' + random() % 26);
            break;
        default:
            std::swap(text[at], text[at + 1]);
    }
    return text;
}

/// The sections as JSON lines, so that other engines index the same ones.
void dump_sections(const std::vector<bench::Corpus>& corpora, const std::string& file) {
    std::ofstream out(file);
    for (const auto& corpus : corpora) {
        for (const auto& chunk : corpus.site.chunks) {
            const auto& page = corpus.site.pages[chunk.page];
            boost::json::object row{{"corpus", corpus.name},
                                    {"page", page.file},
                                    {"title", page.title},
                                    {"body", chunk.text},
                                    {"code", chunk.code}};
            row["headings"] = fmt::format("{}", fmt::join(chunk.headings, " "));
            out << boost::json::serialize(row) << '\n';
        }
    }
}

/// What a threshold on `score` keeps: of the relevant pages in the first ten, per corpus, and of the
/// questions of the other documentation sets.
void print_scores(const std::vector<bench::Corpus>& corpora, const std::vector<Question>& questions,
                  const Judgements& judgements, const Options& options) {
    const auto file = std::filesystem::temp_directory_path() / "docent-search-scores.index";
    constexpr std::array<double, 5> thresholds{0.1, 0.2, 0.3, 0.4, 0.5};
    fmt::print("| corpus | what | kept at {} |\n|---|---|---|---|---|---|---|\n",
               fmt::join(thresholds, " | "));
    for (const auto& corpus : corpora) {
        if (!write_index(corpus.site, file, options.weights).ok()) std::abort();
        const auto index = Index::open(file, options.weights);
        if (!index.ok()) std::abort();
        std::vector<double> good, strangers;
        for (const auto& one : evaluate(**index, questions, judgements, corpus.name, options.eval).ranked) {
            for (std::size_t i = 0; i < one.pages.size(); ++i) {
                if (one.relevant[i]) good.push_back(one.pages[i].score);
            }
        }
        for (const auto& question : questions) {
            if (question.corpus == corpus.name || question.corpus == "cranfield") continue;
            Query query;
            query.text = question.text;
            double best = 0;
            for (const auto& hit : (*index)->search(query).pages) best = std::max(best, hit.score);
            strangers.push_back(best);
        }
        const auto row = [&](const char* what, const std::vector<double>& scores) {
            fmt::print("| {} | {} |", corpus.name, what);
            for (const double threshold : thresholds) {
                const auto kept =
                    std::count_if(scores.begin(), scores.end(), [&](double s) { return s >= threshold; });
                fmt::print(" {:.2f} |", static_cast<double>(kept) /
                                            static_cast<double>(std::max<std::size_t>(1, scores.size())));
            }
            fmt::print("\n");
        };
        row("good answers", good);
        row("questions of other docs", strangers);
    }
    std::filesystem::remove(file);
}

using Results = std::map<std::pair<std::string, std::string>, Figures>;

Results measure(const std::vector<bench::Corpus>& corpora, const std::vector<Question>& questions,
                const Judgements& judgements, const Options& options, const Weights& weights) {
    Results out;
    const auto file = std::filesystem::temp_directory_path() / "docent-search-quality.index";
    for (const auto& corpus : corpora) {
        if (!write_index(corpus.site, file, weights).ok()) std::abort();
        const auto index = Index::open(file, weights);
        if (!index.ok()) std::abort();
        const auto result = evaluate(**index, questions, judgements, corpus.name, options.eval);
        for (const auto& [subset, figures_] : result.subsets) out[{corpus.name, subset}] = figures_;
        if (options.misses == corpus.name) {
            for (const auto& one : result.ranked) {
                if (!one.relevant.empty() && one.relevant[0]) continue;
                fmt::print("{} {}\n    wanted {}\n", one.question->id, one.question->text,
                           fmt::join(judgements.at(one.question->id), " "));
                for (std::size_t i = 0; i < std::min<std::size_t>(4, one.pages.size()); ++i) {
                    const auto page = (*index)->page(one.pages[i].page);
                    fmt::print("    {} {:.2f} {} # {}\n", one.relevant[i] ? "*" : " ", one.pages[i].rank,
                               page.file,
                               fmt::join((*index)->chunk(one.pages[i].sections[0].chunk).headings, " > "));
                }
            }
        }
    }
    std::filesystem::remove(file);
    return out;
}

Figures mean(const Results& results, const Group& group) {
    Figures out;
    for (const auto& key : group.subsets) {
        const auto found = results.find(key);
        if (found == results.end()) continue;
        const double share = 1.0 / static_cast<double>(group.subsets.size());
        out.questions += found->second.questions;
        out.ndcg10 += share * found->second.ndcg10;
        out.recall5 += share * found->second.recall5;
        out.mrr10 += share * found->second.mrr10;
        out.hit1 += share * found->second.hit1;
    }
    return out;
}

void print_table(const Results& results) {
    fmt::print("| set | questions | nDCG@10 | R@5 | MRR@10 | hit@1 |\n|---|---|---|---|---|---|\n");
    const auto row = [](const std::string& name, const Figures& f) {
        fmt::print("| {} | {} | {:.3f} | {:.3f} | {:.3f} | {:.3f} |\n", name, f.questions, f.ndcg10,
                   f.recall5, f.mrr10, f.hit1);
    };
    for (const auto& [key, f] : results) row(key.first + " " + key.second, f);
    for (const auto& group : groups) row("**" + group.name + "**", mean(results, group));
}

void print_line(const std::string& name, const Results& results, const Results& base) {
    fmt::print("| {} |", name);
    for (const auto& group : groups) {
        const auto f = mean(results, group), b = mean(base, group);
        fmt::print(" {:.3f} ({:+.3f}) |", f.ndcg10, f.ndcg10 - b.ndcg10);
    }
    fmt::print("\n");
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::vector<std::string> changes;
    bool misspell = false, scores = false;
    std::string dump;
    for (int i = 1; i < argc; ++i) {
        const std::string arg = argv[i];
        const auto value = [&] { return std::string(i + 1 < argc ? argv[++i] : ""); };
        if (arg == "--half")
            options.eval.half = value() == "1" ? Half::first : Half::second;
        else if (arg == "--filter")
            options.eval.language_filter = true;
        else if (arg == "--dump")
            dump = value();
        else if (arg == "--scores")
            scores = true;
        else if (arg == "--misspelt")
            misspell = true;
        else if (arg == "--ablation")
            options.ablation = true;
        else if (arg == "--misses")
            options.misses = value();
        else if (arg == "--set")
            set_figure(options.weights, value());
        else if (arg == "--try")
            changes.push_back(value());
        else
            options.data = arg;
    }
    const std::filesystem::path data = options.data;
    auto questions = read_questions(data / "questions.tsv");
    const auto judgements = read_judgements(data / "qrels.tsv");
    if (!questions || !judgements) {
        fmt::print(stderr, "no questions.tsv and qrels.tsv in {}\n", data.string());
        return 2;
    }
    if (misspell) {
        for (auto& question : *questions) question.text = misspelt(question);
    }
    const auto corpora = bench::load_corpora(data);
    if (!dump.empty()) {
        dump_sections(corpora, dump);
        return 0;
    }
    if (scores) {
        print_scores(corpora, *questions, *judgements, options);
        return 0;
    }
    const auto base = measure(corpora, *questions, *judgements, options, options.weights);
    if (options.ablation) {
        changes = {"title=1", "title=2", "title=8",          "heading=0",       "code=0",
                   "code=1",  "parts=0", "parts=1",          "k1=1.2",          "k1=3",
                   "b=0",     "b=0.75",  "second=0,third=0", "other_language=1"};
    }
    if (changes.empty()) {
        print_table(base);
        return 0;
    }
    fmt::print("| change |");
    for (const auto& group : groups) fmt::print(" {} |", group.name);
    fmt::print("\n|---|---|---|---|---|\n");
    print_line("as it is", base, base);
    for (const auto& change : changes) {
        Weights weights = options.weights;
        for (const auto& assignment : split(change, ',')) set_figure(weights, assignment);
        print_line(change, measure(corpora, *questions, *judgements, options, weights), base);
    }
}
