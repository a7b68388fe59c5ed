#include "cli/eval_answers.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>

#include "api/project_settings.hpp"
#include "assistant/answer_report.hpp"
#include "assistant/assistant.hpp"
#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "cli/corpus.hpp"
#include "cli/installation.hpp"
#include "cli/terminal.hpp"
#include "llm/models.hpp"
#include "net/http_client.hpp"
#include "search/eval.hpp"
#include "sources/embedding.hpp"
#include "store/question_fixes.hpp"
#include "store/spending.hpp"

namespace docent::cli {
namespace {

/// The columns of `docent eval`, or a question a line.
Result<std::vector<search::Question>> questions_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return not_found("there is no file " + file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.find('\t') != std::string::npos) return search::read_questions(file);
    std::vector<search::Question> out;
    for (const auto& line : split(text, '\n')) {
        if (trim(line).empty()) continue;
        search::Question one;
        one.id = std::to_string(out.size() + 1);
        one.text = trim(line);
        out.push_back(std::move(one));
    }
    if (out.empty()) return invalid("the file has no questions");
    return out;
}

/// The questions of the project that jobs were to answer, and whose pull requests were merged.
Result<std::vector<search::Question>> fixed_questions(const Globals& globals,
                                                      const std::string& project_name) {
    TRY(auto installation, Installation::open(globals));
    TRY(const auto project, installation->project(project_name));
    store::QuestionFixes stored(*installation->store);
    TRY(const auto fixes, installation->run(stored.list(project.id)));
    std::vector<search::Question> out;
    for (const auto& fix : fixes) {
        if (fix.merged == 0) continue;
        search::Question one;
        one.id = fix.turn_id;
        one.text = fix.question;
        out.push_back(std::move(one));
    }
    if (out.empty())
        return not_found(
            "no question is to be asked again: no pull request of docent questions fix was merged");
    return out;
}

/// Answered for good, or open again.
Status note_answers(Installation& installation, const std::vector<assistant::ReportedAnswer>& answers) {
    store::QuestionFixes stored(*installation.store);
    std::size_t answered = 0;
    for (const auto& answer : answers) {
        const bool well = answer.answered && answer.failure.empty();
        if (well) ++answered;
        if (answer.failure.empty())
            TRY_VOID(installation.run(stored.asked_again(answer.id, well, system_clock().now())));
        print(fmt::format("{}  {}", well ? "answered  " : "unanswered", printable(answer.question)));
    }
    say(fmt::format("{} of {} questions are answered now; the others are open again.", answered,
                    answers.size()));
    return {};
}

Task<Result<bool>> add_project(store::Projects& projects, std::string id) {
    store::Project project;
    project.id = project.slug = std::move(id);
    auto added = co_await projects.add(std::move(project));
    if (!added) co_return std::move(added).error();
    co_return true;
}

Task<Result<bool>> stop(assistant::Assistant& assistant) {
    co_await assistant.stop(std::chrono::milliseconds(0));
    co_return true;
}

}  // namespace

int eval_answers(const Globals& globals, const AnswerEval& wanted) {
    auto questions = wanted.fixed ? fixed_questions(globals, wanted.project) : questions_of(wanted.questions);
    if (!questions) return fail(questions.error());
    auto opened = Installation::open(globals, !wanted.corpora.empty());
    if (!opened) return fail(opened.error());
    auto& installation = **opened;

    // Indexes by the questions' corpus, or by the project's id.
    const auto scratch = ScratchFolder::blocking_make();
    if (!scratch) return fail(scratch.error());
    api::ProjectSettings settings;  // the server's, but for a project of its own
    std::map<std::string, std::shared_ptr<const search::Index>> indexes;
    if (wanted.corpora.empty()) {
        auto project = installation.project(wanted.project);
        if (!project) return fail(project.error());
        auto index = installation.index(*project);
        if (!index) return fail(index.error());
        indexes[project->id] = *index;
        for (auto& question : *questions) question.corpus = project->id;
        settings = api::settings_of(*project);
    }
    std::vector<std::string> names;
    for (const auto& question : *questions) names.push_back(question.corpus);
    for (const auto& path : wanted.corpora) {
        const bool untold = names.front().empty();
        if (untold) names = {std::filesystem::path(path).filename().string()};
        auto corpora = find_corpora(path, names);
        if (!corpora) return fail(corpora.error());
        for (const auto& corpus : *corpora) {
            auto index = blocking_index(corpus, scratch->path() / (corpus.name + ".idx"));
            if (!index) return fail(index.error());
            indexes[corpus.name] = *index;
        }
        for (auto& question : *questions) {
            if (question.corpus.empty()) question.corpus = names.front();
        }
    }

    auto store =
        store::Store::open(installation.pools, "sqlite:" + (scratch->path() / "answers.db").string());
    if (!store) return fail(store.error());
    store::Projects projects(**store);
    store::Threads threads(**store);
    for (const auto& [name, index] : indexes) {
        if (auto added = installation.run(add_project(projects, name)); !added) return fail(added.error());
    }
    // What a project's evaluation costs counts as its readers' answers do.
    store::Spending spending(wanted.corpora.empty() ? *installation.store : **store);
    const auto loop = installation.loop.get_executor();
    net::HttpClient http(loop);
    auto models =
        llm::Models::make(app::configured_models(installation.config), installation.config.model_order, http);
    if (!models) return fail(models.error());
    assistant::Assistant assistant(
        loop, installation.pools, system_clock(),
        [&](const std::string& id) {
            const auto it = indexes.find(id);
            return it == indexes.end() ? nullptr : it->second;
        },
        threads, (*models)->chain(), installation.config.assistant, &spending);
    assistant.use_models([&](const std::vector<std::string>& order) { return (*models)->chain(order); });
    llm::Embeddings embeddings(loop, http, installation.config.sources.embeddings);
    assistant.use_meaning([&](const std::string& id, search::Query& query) {
        const auto it = indexes.find(id);
        return sources::add_meaning(it == indexes.end() ? nullptr : it->second, embeddings, query);
    });

    std::vector<assistant::ReportedAnswer> answers;
    Progress progress("answers", "questions");
    for (const auto& one : *questions) {
        if (indexes.count(one.corpus) == 0) continue;
        assistant::Question question;
        question.project_id = one.corpus;
        question.messages.push_back({"user", repair_utf8(one.text)});
        question.caller = "other";
        question.suggestions = false;
        question.models = settings.models;
        question.caps = settings.caps(app::configured_caps(installation.config));
        const auto began = std::chrono::steady_clock::now();
        auto asked = installation.run(assistant.ask(std::move(question)));
        if (!asked) {
            (void)installation.run(stop(assistant));
            return fail(asked.error());
        }
        auto& answer = **asked;
        while (!answer.ended())
            if (installation.loop.run_one() == 0) break;
        const auto time =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
        answers.push_back(assistant::reported(answer, one.id, one.text, time));
        progress.show(answers.size(), questions->size());
    }
    progress.end();
    (void)installation.run(stop(assistant));
    if (answers.empty()) return fail(not_found("no question is about these corpora"));
    if (wanted.fixed) {
        if (auto noted = note_answers(installation, answers); !noted) return fail(noted.error());
        if (wanted.report.empty()) return Exit::done;
    }

    std::string about = "Without a model: every answer is quoted from the documentation.";
    if ((*models)->chain()) {
        about = "Models:";
        for (const auto& name : settings.models.empty() ? (*models)->names() : settings.models)
            about += " " + name;
    }
    const auto format =
        wanted.report.ends_with(".html") ? assistant::ReportFormat::html : assistant::ReportFormat::markdown;
    const auto report = assistant::answer_report(answers, about, format);
    if (wanted.report.empty()) {
        print(printable(report));
        return Exit::done;
    }
    std::ofstream out(wanted.report, std::ios::binary);
    out << report;
    if (!out.flush())
        return fail(Error(ErrorCode::unavailable, "the report cannot be written to " + wanted.report));
    return Exit::done;
}

}  // namespace docent::cli
