#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

#include "base/scratch_folder.hpp"
#include "cli/command.hpp"
#include "cli/corpus.hpp"
#include "cli/eval_answers.hpp"
#include "cli/terminal.hpp"
#include "search/eval.hpp"
#include "sources/embedding.hpp"

namespace docent::cli {
namespace {

namespace fs = std::filesystem;

struct EvalOptions {
    std::vector<std::string> corpora;
    std::string questions, qrels, run;
    bool language_filter = false;
    bool answers = false, fixed = false, no_embeddings = false;
    std::string project, report;
};

std::vector<std::string> row(const std::string& corpus, const std::string& subset, const search::Figures& f) {
    return {corpus,
            subset,
            std::to_string(f.questions),
            fmt::format("{:.3f}", f.ndcg10),
            fmt::format("{:.3f}", f.recall5),
            fmt::format("{:.3f}", f.mrr10),
            fmt::format("{:.3f}", f.hit1)};
}

/// The figures of one way to search.
struct Table {
    std::vector<std::vector<std::string>> rows{
        {"CORPUS", "SUBSET", "QUESTIONS", "nDCG@10", "Recall@5", "MRR@10", "hit@1"}};
    search::Figures sum;
    std::size_t sets = 0;

    void add(const std::string& corpus, const search::Evaluation& result) {
        for (const auto& [subset, figures] : result.subsets) {
            rows.push_back(row(corpus, subset, figures));
            ++sets;
            sum.questions += figures.questions;
            sum.ndcg10 += figures.ndcg10;
            sum.recall5 += figures.recall5;
            sum.mrr10 += figures.mrr10;
            sum.hit1 += figures.hit1;
        }
    }
    /// The mean of the sets, each counting the same.
    search::Figures mean() const {
        const auto n = static_cast<double>(sets);
        return {sum.questions, sum.ndcg10 / n, sum.recall5 / n, sum.mrr10 / n, sum.hit1 / n};
    }
    void show() {
        rows.push_back(row("all", "mean of sets", mean()));
        print(columns(rows));
    }
};

/// Has the corpus and its questions embedded. What was embedded is kept in the data directory for the next
/// measurement.
Result<std::shared_ptr<const search::Index>> embed(const app::Config& config, const Corpus& corpus,
                                                   std::shared_ptr<const search::Index> index,
                                                   const std::vector<search::Question>& questions,
                                                   search::EvalOptions& options) {
    Progress progress("embedding " + corpus.name, "sections");
    const auto show = [&](std::size_t done, std::size_t all) { progress.show(done, all); };
    auto embedded = sources::blocking_embed(std::move(index), config.data / "eval" / corpus.name,
                                            config.sources.embeddings, show);
    progress.end();
    if (!embedded) return embedded;
    std::vector<std::string> texts;
    for (const auto& question : questions)
        if (question.corpus == corpus.name) texts.push_back(question.text);
    TRY(auto vectors, sources::blocking_embed_questions(texts, config.sources.embeddings));
    auto next = vectors.begin();
    for (const auto& question : questions)
        if (question.corpus == corpus.name) options.vectors[question.id] = std::move(*next++);
    return embedded;
}

int measure(const Globals& globals, const EvalOptions& o) {
    if (o.corpora.empty()) return fail(invalid("--corpus is missing: name the documentation to measure"));
    if (o.qrels.empty()) return fail(invalid("--qrels is missing: name the file of judgements"));
    auto config = load(globals);
    if (!config) return fail(config.error());
    auto& embeddings = config->sources.embeddings;
    if (o.no_embeddings) embeddings.base_url.clear();
    if (auto fine = llm::check(embeddings); !fine) return fail(fine.error());
    auto questions = search::read_questions(o.questions);
    if (!questions) return fail(questions.error());
    auto judgements = search::read_judgements(o.qrels);
    if (!judgements) return fail(judgements.error());
    std::vector<std::string> names;
    for (const auto& q : *questions) names.push_back(q.corpus);

    search::EvalOptions options;
    options.language_filter = o.language_filter;
    Table by_words, by_both;
    Status trouble;  // of the endpoint: what words alone find is shown all the same
    std::string run;
    const auto scratch = ScratchFolder::blocking_make();
    if (!scratch) return fail(scratch.error());
    for (const auto& path : o.corpora) {
        auto corpora = find_corpora(path, names);
        if (!corpora) return fail(corpora.error());
        for (const auto& corpus : *corpora) {
            auto index = blocking_index(corpus, scratch->path() / (corpus.name + ".idx"));
            if (!index) return fail(index.error());
            auto result = search::evaluate(**index, *questions, *judgements, corpus.name, options);
            by_words.add(corpus.name, result);
            if (embeddings.on() && trouble.ok()) {
                auto with = options;
                auto embedded = embed(*config, corpus, *index, *questions, with);
                if (embedded) {
                    index = std::move(embedded);
                    result = search::evaluate(**index, *questions, *judgements, corpus.name, with);
                    by_both.add(corpus.name, result);
                } else {
                    trouble = std::move(embedded).error();
                }
            }
            if (!o.run.empty()) run += search::trec_run(**index, result, "docent");
        }
    }
    if (by_words.sets == 0) return fail(not_found("no question has a judgement for these corpora"));
    if (embeddings.on()) print("Without embeddings, by words alone:");
    by_words.show();
    if (embeddings.on() && trouble.ok()) {
        print("\nWith embeddings, by words and meaning (" + embeddings.model + "):");
        by_both.show();
        const auto without = by_words.mean(), with = by_both.mean();
        print(fmt::format(
            "\nWhat embeddings change: nDCG@10 {:+.3f}, Recall@5 {:+.3f}, MRR@10 {:+.3f}, hit@1 {:+.3f}",
            with.ndcg10 - without.ndcg10, with.recall5 - without.recall5, with.mrr10 - without.mrr10,
            with.hit1 - without.hit1));
    }
    if (!o.run.empty()) {
        std::ofstream out(o.run, std::ios::binary);
        out << run;
        if (!out.flush()) return fail(Error(ErrorCode::unavailable, "the run cannot be written to " + o.run));
    }
    return trouble.ok() ? Exit::done : fail(trouble.error());
}

}  // namespace

void add_eval(CLI::App& app, Globals& globals) {
    auto options = std::make_shared<EvalOptions>();
    auto* command = app.add_subcommand("eval", "Measure the ranking with questions whose answers are known");
    command->add_option("--corpus", options->corpora,
                        "Documentation folder, or a folder of such; may be repeated");
    command->add_option("--questions", options->questions,
                        "Lines: qid, corpus, subset, lang, question; tabs between, one header");
    command->add_option("--qrels", options->qrels, "Lines: qid 0 page 1");
    command->add_option("--run", options->run, "Write the rankings to this file, as a TREC run");
    command->add_flag("--language-filter", options->language_filter,
                      "Look only at pages in the question's language");
    command->add_flag("--answers", options->answers,
                      "Ask the assistant instead, with the configured model, and report the answers");
    command->add_flag(
        "--fixed", options->fixed,
        "With --answers, instead of --questions: the unanswered questions whose fix was merged; "
        "whether they are answered now is noted");
    command->add_option("--project", options->project,
                        "With --answers and without --corpus: the project to ask (default: the only one)");
    command->add_option("--report", options->report,
                        "With --answers: write the report to this file, .md or .html");
    command->add_flag("--no-embeddings", options->no_embeddings,
                      "Rank by words alone, also where embeddings are configured");
    command->footer(
        "With embeddings configured the figures are shown without and with them; what was embedded is kept "
        "in\n"
        "the data directory for the next time.\n"
        "With --answers the questions may also be plain lines, one each, and need no judgements.\n\n"
        "Examples:\n  docent eval --corpus ~/my-docs --questions questions.tsv --qrels answers.tsv\n"
        "  docent eval --answers --questions questions.txt --report answers.html");
    command->callback([&globals, options] {
        globals.action = [&globals, options] {
            if (options->fixed &&
                (!options->answers || !options->questions.empty() || !options->corpora.empty()))
                return fail(invalid("--fixed goes with --answers, and without --questions and --corpus"));
            if (!options->fixed && options->questions.empty())
                return fail(invalid("--questions is required"));
            if (!options->answers) return measure(globals, *options);
            AnswerEval wanted;
            wanted.corpora = options->corpora;
            wanted.project = options->project;
            wanted.questions = options->questions;
            wanted.report = options->report;
            wanted.fixed = options->fixed;
            return eval_answers(globals, wanted);
        };
    });
}

}  // namespace docent::cli
