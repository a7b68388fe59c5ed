#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <set>

#include "assistant/question_clusters.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "cli/installation.hpp"
#include "cli/session_client.hpp"
#include "cli/terminal.hpp"
#include "store/conversations.hpp"
#include "store/question_fixes.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_questions = 5'000;
constexpr std::size_t near_pages = 2;

struct QuestionsOptions {
    std::string project, since = "30d";
    bool unanswered = false, each = false, as_json = false;
    std::size_t limit = 20;
    // fix
    SessionServer server;
    std::string cluster, instructions, model;
    bool draft = false;
};

std::string one_line(std::string_view text, std::size_t most) {
    std::string out = printable(cut_utf8(text, most));
    std::ranges::replace(out, '\n', ' ');
    return out.size() < text.size() && text.size() > most ? out + "…" : out;
}

/// In the word of the API: why the group is unanswered.
std::string reason(const std::vector<assistant::NearPage>& near) {
    return assistant::gap_of(near.empty() ? 0 : near[0].score) == "present" ? "not_found" : "not_covered";
}

json::object cluster_json(const assistant::QuestionCluster& cluster,
                          const std::vector<assistant::AskedQuestion>& questions,
                          const std::vector<assistant::NearPage>& near, bool has_index, bool unanswered) {
    json::array examples, pages;
    for (const auto member : cluster.members)
        if (examples.size() < 5) examples.emplace_back(questions[member].text);
    for (const auto& page : near)
        pages.push_back(
            json::object{{"path", "/" + page.path}, {"title", page.title}, {"score", page.score}});
    json::object out = {{"id", questions[cluster.members.front()].id},
                        {"label", cluster.label},
                        {"count", cluster.members.size()},
                        {"lastAskedAt", iso8601(cluster.last)},
                        {"examples", std::move(examples)},
                        {"nearestPages", std::move(pages)}};
    if (has_index && unanswered) out["reason"] = reason(near);
    return out;
}

void print_cluster(const assistant::QuestionCluster& cluster,
                   const std::vector<assistant::AskedQuestion>& questions,
                   const std::vector<assistant::NearPage>& near, bool has_index, bool unanswered) {
    print(fmt::format("{:>5}  {}", cluster.members.size(), one_line(cluster.label, 100)));
    std::size_t shown = 0;
    for (const auto member : cluster.members) {
        if (questions[member].text == cluster.label) continue;
        if (++shown > 2) break;
        print("       also: " + one_line(questions[member].text, 100));
    }
    if (has_index && unanswered)
        print(reason(near) == "not_found" ? "       in the docs, but not found:"
                                          : "       not in the docs; the nearest:");
    for (const auto& page : near)
        print(fmt::format("         {:.2f}  /{}  {}", page.score, printable(page.path),
                          one_line(page.title, 60)));
    if (unanswered) print("       id " + questions[cluster.members.front()].id);
}

/// Of unanswered questions those that nobody needs to look at: the fix is merged, and did not prove to be
/// none.
Result<std::set<std::string>> settled_questions(Installation& installation, const std::string& project_id) {
    store::QuestionFixes stored(*installation.store);
    TRY(const auto fixes, installation.run(stored.list(project_id)));
    std::set<std::string> out;
    for (const auto& fix : fixes)
        if (fix.settled()) out.insert(fix.turn_id);
    return out;
}

int show_fixes(const Globals& globals, const QuestionsOptions& o) {
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    auto project = installation.project(o.project);
    if (!project) return fail(project.error());
    store::QuestionFixes stored(*installation.store);
    const auto fixes = installation.run(stored.list(project->id));
    if (!fixes) return fail(fixes.error());
    json::array out;
    std::vector<std::vector<std::string>> rows = {{"JOB", "STATE", "QUESTION"}};
    for (const auto& fix : *fixes) {
        const std::string state = fix.merged == 0  ? "open"
                                  : fix.asked == 0 ? "merged, not asked again"
                                  : fix.answered   ? "answered"
                                                   : "still unanswered";
        rows.push_back({fix.job_id, state, one_line(fix.question, 80)});
        out.push_back(json::object{
            {"jobId", fix.job_id}, {"id", fix.turn_id}, {"question", fix.question}, {"state", state}});
    }
    if (o.as_json)
        print(json::serialize(out));
    else if (fixes->empty())
        say("No job was made for unanswered questions yet.");
    else
        print(columns(rows));
    return Exit::done;
}

std::string words_at(const json::value& reply, std::string_view name) {
    const auto* value = reply.is_object() ? reply.get_object().if_contains(name) : nullptr;
    return value && value->is_string() ? printable(value->get_string()) : std::string();
}

/// A group of unanswered questions becomes a job of the running server.
int fix_questions(const Globals& globals, QuestionsOptions o) {
    o.server.admin = true;
    o.server.project = o.project;
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    json::object body;
    if (!o.instructions.empty()) body["instructions"] = repair_utf8(o.instructions);
    if (!o.model.empty()) body["model"] = o.model;
    if (o.draft) body["asDraft"] = true;
    const auto made = (*client)->call("POST",
                                      "/v1/analytics/" + percent_encode((*client)->project()) +
                                          "/assistant/clusters/" + percent_encode(o.cluster) + "/job",
                                      &body);
    if (!made) return fail(made.error());
    if (o.as_json) {
        print(json::serialize(*made));
        return Exit::done;
    }
    const auto id = words_at(*made, "jobId");
    const auto* count = made->as_object().if_contains("questions");
    say(fmt::format("A job for {} questions like \"{}\": docent job follow {}",
                    count && count->is_int64() ? count->get_int64() : 0,
                    one_line(words_at(*made, "label"), 100), id));
    print(id);
    return Exit::done;
}

void print_each(const std::vector<store::Turn>& turns, std::size_t limit) {
    std::vector<std::vector<std::string>> rows = {{"ASKED", "ANSWERED", "QUESTION"}};
    for (const auto& turn : turns) {
        if (rows.size() > limit) break;
        rows.push_back({iso8601(turn.created).substr(0, 16),
                        turn.resolution == "answered" ? "yes"
                        : turn.gap == "present"       ? "not found"
                                                      : "no",
                        one_line(turn.question, 100)});
    }
    print(columns(rows));
}

json::array each_json(const std::vector<store::Turn>& turns, std::size_t limit) {
    json::array out;
    for (const auto& turn : turns) {
        if (out.size() == limit) break;
        out.push_back(json::object{{"id", turn.id},
                                   {"timestamp", iso8601(turn.created)},
                                   {"query", turn.question},
                                   {"resolutionStatus", turn.resolution}});
    }
    return out;
}

int show_questions(const Globals& globals, const QuestionsOptions& o) {
    const auto since = parse_duration(o.since);
    if (!since) return fail(invalid("--since takes a duration, 30d for example"));
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    auto project = installation.project(o.project);
    if (!project) return fail(project.error());
    store::Conversations conversations(*installation.store);
    store::TurnQuery query;
    query.project_id = project->id;
    query.from = std::max<Millis>(system_clock().now() - since->count(), 1);
    query.limit = most_questions;
    if (o.unanswered) query.resolution = "unanswered";
    auto turns = installation.run(conversations.list(std::move(query)));
    if (!turns) return fail(turns.error());
    if (turns->empty()) {
        if (o.as_json) print("[]");
        say(o.unanswered ? "No question was left unanswered." : "Nothing was asked.");
        return Exit::done;
    }
    if (o.each) {
        if (o.as_json)
            print(json::serialize(each_json(*turns, o.limit)));
        else
            print_each(*turns, o.limit);
        return Exit::done;
    }
    std::set<std::string> settled;
    if (o.unanswered) {
        auto found = settled_questions(installation, project->id);
        if (!found) return fail(found.error());
        settled = *std::move(found);
    }
    std::vector<assistant::AskedQuestion> questions;
    for (auto turn = turns->rbegin(); turn != turns->rend(); ++turn)
        if (!settled.contains(turn->id)) questions.push_back({turn->id, turn->question, turn->created});
    const auto index = installation.index(*project);  // none: then without pages
    const auto clusters = assistant::cluster_questions(questions);
    json::array out;
    for (std::size_t i = 0; i < std::min(o.limit, clusters.size()); ++i) {
        std::vector<assistant::NearPage> near;
        if (index) near = assistant::nearest_pages(**index, questions, clusters[i], near_pages);
        if (o.as_json)
            out.push_back(cluster_json(clusters[i], questions, near, index.ok(), o.unanswered));
        else
            print_cluster(clusters[i], questions, near, index.ok(), o.unanswered);
    }
    if (o.as_json) print(json::serialize(out));
    say(fmt::format("{} questions in {} groups since {}.", questions.size(), clusters.size(),
                    iso8601(system_clock().now() - since->count()).substr(0, 10)));
    return Exit::done;
}

}  // namespace

void add_questions(CLI::App& app, Globals& globals) {
    auto o = std::make_shared<QuestionsOptions>();
    auto* command = app.add_subcommand("questions", "What readers ask, similar questions together");
    command->add_option("--project", o->project, "Project (default: the only one, or `default`)");
    command->add_option("--since", o->since, "How far back: 7d, 12h (default 30d)");
    command->add_option("--limit,-n", o->limit, "Groups, or questions with --each (default 20)");
    command->add_flag("--unanswered", o->unanswered, "Only what the documentation did not answer");
    command->add_flag("--each", o->each, "Every question, newest first, instead of groups");
    command->add_flag("--json", o->as_json, "As JSON");
    command->footer(
        "Examples:\n"
        "  docent questions --unanswered\n"
        "  docent questions --since 7d --each --json\n"
        "  docent questions fix 01K0B3...");
    auto* fixes = command->add_subcommand("fixes", "Jobs for unanswered questions, and how those fared");
    fixes->add_option("--project", o->project, "Project (default: the only one, or `default`)");
    fixes->add_flag("--json", o->as_json, "As JSON");
    auto* fix = command->add_subcommand("fix", "Let the agent of a running server answer a group, as a job");
    fix->add_option("cluster", o->cluster, "Id of the group, or of one of its questions")->required();
    fix->add_option("--instructions", o->instructions, "What the agent should know besides the questions");
    fix->add_option("--model", o->model, "Model (default: the server's first)");
    fix->add_flag("--draft", o->draft, "The pull request is a draft");
    fix->add_option("--project", o->project, "Project (default: the only one, or `default`)");
    fix->add_option("--server", o->server.url, "Address of the server (default: the one of --data)");
    fix->add_option("--key", o->server.key, "Admin key (default: DOCENT_API_KEY, or one of this machine)");
    fix->add_flag("--json", o->as_json, "As JSON");
    fix->footer(
        "The job's id is printed. The ids of groups: docent questions --unanswered\n\n"
        "Example:\n  docent questions fix 01K0B3... --instructions \"The limits are in src/limits.ts\"");
    command->callback([&globals, o, fixes, fix] {
        globals.action = [&globals, o, listed = fixes->parsed(), fixing = fix->parsed()] {
            return fixing   ? fix_questions(globals, *o)
                   : listed ? show_fixes(globals, *o)
                            : show_questions(globals, *o);
        };
    });
}

}  // namespace docent::cli
