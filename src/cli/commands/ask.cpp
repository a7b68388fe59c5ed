#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>

#include "api/project_settings.hpp"
#include "assistant/assistant.hpp"
#include "base/text.hpp"
#include "cli/installation.hpp"
#include "cli/retrieval_options.hpp"
#include "cli/terminal.hpp"
#include "net/http_client.hpp"
#include "sources/sources.hpp"
#include "store/spending.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

// What a reader at the terminal has of an answer: text as it comes, then the sources.
class Printer {
public:
    Printer(assistant::Answer& answer, bool live) : answer_(answer), live_(live) {}

    void take() {
        for (; seen_ < answer_.parts().size(); ++seen_) {
            const auto& part = answer_.parts()[seen_];
            if (const auto* text = std::get_if<assistant::Text>(&part)) text_ += text->text;
            if (const auto* source = std::get_if<assistant::Source>(&part)) sources_.push_back(*source);
            if (const auto* end = std::get_if<assistant::Finished>(&part)) answered_ = end->answered;
            if (const auto* end = std::get_if<assistant::Failed>(&part)) failure_ = end->message;
        }
        if (!live_) return;
        const std::string out = printable(std::string_view(text_).substr(shown_));
        std::fwrite(out.data(), 1, out.size(), stdout);
        std::fflush(stdout);
        shown_ = text_.size();
    }

    int end(bool as_json) {
        if (as_json) {
            json::array sources;
            for (const auto& s : sources_)
                sources.push_back(json::object{{"url", s.url}, {"title", s.title}});
            json::object out{{"answer", text_}, {"sources", sources}, {"answered", answered_}};
            if (!failure_.empty()) out["error"] = failure_;
            print(json::serialize(out));
        } else {
            std::string out = text_.empty() ? "" : "\n";
            if (!sources_.empty()) out += "\nSources:\n";
            for (const auto& s : sources_) out += fmt::format("  {}  {}\n", s.url, s.title);
            if (!out.empty()) print(printable(out));
        }
        if (!failure_.empty()) return fail(Error(ErrorCode::upstream_failed, failure_));
        return answered_ ? Exit::done : Exit::no_answer;
    }

private:
    assistant::Answer& answer_;
    bool live_;
    std::size_t seen_ = 0, shown_ = 0;
    std::string text_, failure_;
    std::vector<assistant::Source> sources_;
    bool answered_ = true;
};

Task<Result<bool>> stop_all(assistant::Assistant& assistant, sources::Sources& sources) {
    co_await assistant.stop(std::chrono::milliseconds(0));
    co_await sources.stop();
    co_return true;
}

Task<Result<bool>> start(sources::Sources& sources) {
    auto started = co_await sources.start();
    if (!started) co_return std::move(started).error();
    co_return true;
}

int ask(const Globals& globals, const RetrievalOptions& o) {
    if (trim(o.text).empty()) return fail(invalid("the question is empty"));
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    auto project = installation.project(o.project);
    if (!project) return fail(project.error());
    if (auto index = installation.index(*project); !index) return fail(index.error());

    // The same objects that answer in the server, on this command's own loop; the index file is shared.
    auto config = installation.config;
    config.sources.watch = config.sources.embed = false;
    const auto loop = installation.loop.get_executor();
    net::HttpClient http(loop);
    auto models = llm::Models::make(app::configured_models(config), config.model_order, http);
    if (!models) return fail(models.error());
    sources::Sources sources(loop, installation.pools, *installation.projects, http, config.sources);
    if (auto started = installation.run(start(sources)); !started) return fail(started.error());
    store::Spending spending(*installation.store);
    assistant::Assistant assistant(loop, installation.pools, system_clock(), sources, *installation.threads,
                                   (*models)->chain(), config.assistant, &spending);
    assistant.use_models([&](const std::vector<std::string>& names) { return (*models)->chain(names); });

    assistant::Question question;
    question.project_id = project->id;
    question.messages.push_back({"user", repair_utf8(o.text)});
    question.filter = o.filter;
    question.caller = "other";
    question.suggestions = false;
    const auto settings = api::settings_of(*project);
    question.models = settings.models;
    question.caps = settings.caps(app::configured_caps(config));
    auto asked = installation.run(assistant.ask(std::move(question)));
    int code = Exit::failed;
    if (asked) {
        auto& answer = **asked;
        Printer printer(answer, !o.as_json);
        {
            const auto follower = answer.follow([&] { printer.take(); });
            printer.take();
            while (!answer.ended())
                if (installation.loop.run_one() == 0) break;
        }
        printer.take();
        code = printer.end(o.as_json);
    }
    (void)installation.run(stop_all(assistant, sources));
    return asked ? code : fail(asked.error());
}

}  // namespace

void add_ask(CLI::App& app, Globals& globals) {
    auto options = std::make_shared<RetrievalOptions>();
    auto* command = app.add_subcommand("ask", "Ask a question; the answer streams to the terminal");
    add_retrieval_options(*command, *options, "question", "The question",
                          "As a JSON object, when the answer is whole");
    command->footer(
        "Exit code 4 when the documentation does not cover the question.\n\n"
        "Example:\n  docent ask \"How do I get started?\"");
    command->callback(
        [&globals, options] { globals.action = [&globals, options] { return ask(globals, *options); }; });
}

}  // namespace docent::cli
