#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/text.hpp"
#include "cli/session_client.hpp"
#include "cli/session_view.hpp"
#include "cli/terminal.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;

struct JobOptions {
    SessionServer server;
    std::string id, prompt, branch, target, model, repository, status;
    bool draft = false, dry_run = false, follow = false, as_json = false;
    std::size_t limit = 20;
};

const json::value no_value;

const json::value& job_field(const json::value& of, std::string_view name) {
    const auto* value = of.is_object() ? of.get_object().if_contains(name) : nullptr;
    return value ? *value : no_value;
}

std::string job_words(const json::value& of, std::string_view name) {
    const auto& value = job_field(of, name);
    return value.is_string() ? printable(value.get_string()) : std::string();
}

/// "-": from standard input.
Result<std::string> job_prompt(const JobOptions& o) {
    std::string text = o.prompt;
    if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (trim(text).empty()) return invalid("the prompt is empty: say what is to be done");
    return repair_utf8(text);
}

std::string jobs_path(const SessionClient& client) {
    return "/v2/agent/" + percent_encode(client.project()) + "/jobs";
}
std::string job_path(const SessionClient& client, const std::string& id = {}) {
    return "/v2/agent/" + percent_encode(client.project()) + "/job" +
           (id.empty() ? "" : "/" + percent_encode(id));
}

/// A connection, and the id of the job that the line means: the newest for "" and "last".
struct Named {
    std::unique_ptr<SessionClient> client;
    std::string id;
};
Result<Named> named_job(const Globals& globals, const JobOptions& o) {
    Named out;
    TRY(out.client, SessionClient::connect(globals, o.server));
    out.id = o.id;
    if (!out.id.empty() && out.id != "last") return out;
    TRY(const auto list, out.client->call("GET", jobs_path(*out.client) + "?limit=1"));
    const auto& jobs = job_field(list, "jobs");
    if (!jobs.is_array() || jobs.get_array().empty())
        return not_found("there is no job yet; create one with: docent job create \"PROMPT\"");
    out.id = job_words(jobs.get_array().front(), "id");
    return out;
}

/// What there is to say of a job, a line each. The pull request's address comes last and alone.
void print_job(const json::value& job) {
    auto line = job_words(job, "status");
    if (job_field(job, "followUpUntil").is_string())
        line += ", takes follow-ups until " + job_words(job, "followUpUntil").substr(0, 16);
    else if (line == "active")
        line += ", the agent works";
    print(fmt::format("job {}: {}", job_words(job, "id"), line));
    print(job_words(job, "title"));
    const auto& stat = job_field(job, "diffStat");
    const auto number = [&](const char* name) {
        return job_field(stat, name).is_int64() ? job_field(stat, name).get_int64() : 0;
    };
    if (const auto files = number("filesChanged"); files > 0)
        print(fmt::format("{} {} changed, +{} -{}, on {}", files, files == 1 ? "file" : "files",
                          number("additions"), number("deletions"), job_words(job, "branch")));
    for (const auto& todo :
         job_field(job, "todos").is_array() ? job_field(job, "todos").get_array() : json::array())
        print(fmt::format("  [{}] {}", job_words(todo, "status") == "completed" ? "x" : " ",
                          job_words(todo, "content")));
    const auto& findings = job_field(job, "findings");
    for (const auto& finding : findings.is_array() ? findings.get_array() : json::array())
        print("  check: " + job_words(finding, "file") + " " + job_words(finding, "message"));
    if (const auto message = job_words(job, "message"); !message.empty()) print(message);
    if (const auto trouble = job_words(job_field(job, "error"), "message"); !trouble.empty())
        print("! " + trouble);
    if (const auto link = job_words(job, "prLink"); !link.empty()) print(link);
}

/// What a follower is told at the end.
/// `flags`: what a command about this job needs besides its id.
int tell_end(const json::value& job, const std::string& flags) {
    const auto id = job_words(job, "id"), status = job_words(job, "status"), link = job_words(job, "prLink");
    if (const auto trouble = job_words(job_field(job, "error"), "message"); !trouble.empty()) say(trouble);
    if (status == "failed") return Exit::failed;
    if (!link.empty())
        print(link);
    else if (job_field(job, "dryRun") == json::value(true))
        say("Nothing was pushed. The change: docent job diff " + id + flags);
    else
        say("There is no pull request: nothing was changed.");
    if (status == "active")
        say("It takes follow-ups until " + job_words(job, "followUpUntil").substr(0, 16) +
            ": docent job message " + id + flags + " \"PROMPT\"");
    return Exit::done;
}

/// Shows a job until its agent has nothing more to do.
int follow_job(SessionClient& client, const std::string& id, std::int64_t change, bool as_json) {
    SessionView view(output_is_terminal());
    json::value job;
    const auto on_event = [&](const net::SseEvent& event) {
        if (event.event == "job") {
            boost::system::error_code failed;
            auto now = json::parse(event.data, failed);
            if (failed) return true;
            job = std::move(now);
            if (as_json) print(event.data);
            return job_words(job, "status") == "active" && !job_field(job, "followUpUntil").is_string() &&
                   !view.question();
        }
        const auto text = view.show(event);
        if (as_json && event.event == "session_event")
            print(event.data);
        else if (!as_json)
            std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
        return !(event.event == "session" && view.question());
    };
    const auto path = job_path(client, id) + "/events";
    if (auto followed = client.follow_stream(path, "job", change, on_event); !followed)
        return fail(followed.error());
    if (view.question()) {
        say("The agent waits for an answer: docent session send " + id + " \"ANSWER\"");
        return Exit::waits;
    }
    const auto flags = client.project() == "default" ? "" : " --project " + client.project();
    if (!as_json) return tell_end(job, flags);
    return job_words(job, "status") == "failed" ? Exit::failed : Exit::done;
}

int create_job(const Globals& globals, const JobOptions& o) {
    auto prompt = job_prompt(o);
    if (!prompt) return fail(prompt.error());
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    json::object body{{"prompt", *prompt}, {"origin", "cli"}};
    if (o.draft) body["asDraft"] = true;
    if (o.dry_run) body["dryRun"] = true;
    if (!o.branch.empty()) body["branch"] = o.branch;
    if (!o.target.empty()) body["ref"] = o.target;
    if (!o.model.empty()) body["model"] = o.model;
    if (!o.repository.empty()) {
        auto repository = (*client)->repository(o.repository);
        if (!repository) return fail(repository.error());
        body["repository"] = *repository;
    }
    const auto made = (*client)->call("POST", job_path(**client), &body);
    if (!made) return fail(made.error());
    const auto id = job_words(*made, "id");
    if (o.follow) {
        say("job " + id);
        return follow_job(**client, id, 0, o.as_json);
    }
    print(o.as_json ? json::serialize(*made) : id);
    return Exit::done;
}

int show_job(const Globals& globals, const JobOptions& o) {
    auto named = named_job(globals, o);
    if (!named) return fail(named.error());
    const auto job = named->client->call("GET", job_path(*named->client, named->id));
    if (!job) return fail(job.error());
    if (o.as_json)
        print(json::serialize(*job));
    else
        print_job(*job);
    return Exit::done;
}

int watch_job(const Globals& globals, const JobOptions& o) {
    auto named = named_job(globals, o);
    if (!named) return fail(named.error());
    return follow_job(*named->client, named->id, 0, o.as_json);
}

int message_job(const Globals& globals, const JobOptions& o) {
    auto prompt = job_prompt(o);
    if (!prompt) return fail(prompt.error());
    auto named = named_job(globals, o);
    if (!named) return fail(named.error());
    auto& client = *named->client;
    std::int64_t before = 0;
    if (o.follow) {
        const auto session = client.call("GET", "sessions/" + named->id + "?include=details");
        const auto& change = session ? job_field(job_field(*session, "details"), "last_change") : no_value;
        if (change.is_int64()) before = change.get_int64();
    }
    const json::object body{{"prompt", *prompt}};
    const auto sent = client.call("POST", job_path(client, named->id) + "/message", &body);
    if (!sent) return fail(sent.error());
    if (o.follow) return follow_job(client, named->id, before, o.as_json);
    if (o.as_json)
        print(json::serialize(*sent));
    else
        say("The agent has it.");
    return Exit::done;
}

int job_diff(const Globals& globals, const JobOptions& o) {
    auto named = named_job(globals, o);
    if (!named) return fail(named.error());
    const auto patch = named->client->text(job_path(*named->client, named->id) + "/diff", "text/x-diff");
    if (!patch) return fail(patch.error());
    const auto text = output_is_terminal() ? coloured_diff(*patch) : *patch;
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (patch->empty()) say("There is no change.");
    return Exit::done;
}

int end_job(const Globals& globals, const JobOptions& o, const std::string& how) {
    auto named = named_job(globals, o);
    if (!named) return fail(named.error());
    const auto job = named->client->call("POST", job_path(*named->client, named->id) + "/" + how);
    if (!job) return fail(job.error());
    if (o.as_json)
        print(json::serialize(*job));
    else
        print(fmt::format("job {}: {}", job_words(*job, "id"), job_words(*job, "status")));
    return Exit::done;
}

int list_jobs(const Globals& globals, const JobOptions& o) {
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    json::array all;
    for (bool more = true; more && all.size() < o.limit;) {
        auto path = fmt::format("{}?skip={}&limit={}", jobs_path(**client), all.size(),
                                std::min<std::size_t>(100, o.limit - all.size()));
        if (!o.status.empty()) path += "&status=" + percent_encode(o.status);
        const auto page = (*client)->call("GET", path);
        if (!page) return fail(page.error());
        const auto& jobs = job_field(*page, "jobs");
        more =
            job_field(*page, "hasMore") == json::value(true) && jobs.is_array() && !jobs.get_array().empty();
        if (jobs.is_array())
            for (const auto& job : jobs.get_array()) all.push_back(job);
    }
    if (o.as_json) {
        print(json::serialize(all));
        return Exit::done;
    }
    if (all.empty()) {
        say("There is no job. Create one with: docent job create \"PROMPT\"");
        return Exit::done;
    }
    std::vector<std::vector<std::string>> rows = {{"JOB", "STATUS", "CREATED", "TITLE", "PULL REQUEST"}};
    for (const auto& job : all)
        rows.push_back({job_words(job, "id"), job_words(job, "status"),
                        job_words(job, "createdAt").substr(0, 16),
                        std::string(cut_utf8(job_words(job, "title"), 50)), job_words(job, "prLink")});
    print(columns(rows));
    return Exit::done;
}

}  // namespace

void add_job(CLI::App& app, Globals& globals) {
    auto o = std::make_shared<JobOptions>();
    o->server.admin = true;
    auto* job = app.add_subcommand("job", "Agent jobs of a running server: a task becomes a pull request");
    job->require_subcommand(1);
    job->footer(
        "Example:\n  docent job create --follow \"/fix-links\"\n\n"
        "The server is the one that serves --data, and its owner needs no key; another one is named with\n"
        "--server, and --key or DOCENT_API_KEY. ID may be left out, or `last`: the newest job.");
    const auto command = [&](const char* name, const char* help, auto run) {
        auto* made = job->add_subcommand(name, help);
        made->add_option("--server", o->server.url, "Address of the server (default: the one of --data)");
        made->add_option("--key", o->server.key,
                         "Admin key (default: DOCENT_API_KEY, or one of this machine)");
        made->add_option("--project", o->server.project, "Project (default: the only one, or `default`)");
        made->add_flag("--json", o->as_json, "As JSON");
        made->callback(
            [&globals, o, run] { globals.action = [&globals, o, run] { return run(globals, *o); }; });
        return made;
    };

    auto* make = command("create", "Give the agent a task", create_job);
    make->add_option("prompt", o->prompt, "The task, or a built-in command; - reads it from standard input")
        ->required();
    make->add_option("--branch", o->branch, "Branch to work on (default: a new one)");
    make->add_option("--target", o->target,
                     "Branch that the pull request is for (default: the repository's)");
    make->add_option("--model", o->model, "Model (default: the server's first)");
    make->add_option("--repository,-r", o->repository,
                     "Repository: an id, a name or an address (default: the one of the documentation)");
    make->add_flag("--draft", o->draft, "The pull request is a draft");
    make->add_flag("--dry-run", o->dry_run, "No push and no pull request; see docent job diff");
    make->add_flag("--follow,-f", o->follow, "Show what the agent does until it has ended");
    make->footer(
        "Without --follow the job's id is printed. With it, the last line is the pull request's address.\n"
        "A prompt that begins with / is a built-in command and needs no model.\n\n"
        "Examples:\n  docent job create -f \"/fix-links\"\n"
        "  docent job create -f --draft \"Document the flag --quiet on the page about the command line\"");

    auto* see = command("show", "What became of a job", show_job);
    see->add_option("id", o->id, "Job (default: the newest)");
    see->footer("Example:\n  docent job show last");

    auto* watch = command("follow", "Show what the agent does until it has ended", watch_job);
    watch->add_option("id", o->id, "Job (default: the newest)");
    watch->footer(
        "Exit codes: 0 the agent has ended, 1 the job failed, 5 the agent waits for an answer.\n"
        "Ctrl+C ends the watching, not the work.\n\nExample:\n  docent job follow last");

    auto* post = command("message", "Send a follow-up to a job that is active", message_job);
    post->add_option("id", o->id, "Job")->required();
    post->add_option("prompt", o->prompt, "What is to be different; - reads it from standard input")
        ->required();
    post->add_flag("--follow,-f", o->follow, "Show what the agent does until it has ended");
    post->footer("Example:\n  docent job message -f last \"Mention the default, too\"");

    auto* patch = command("diff", "What the job changed, as a patch", job_diff);
    patch->add_option("id", o->id, "Job (default: the newest)");
    patch->footer("Example:\n  docent job create -f --dry-run \"/fix-links\" && docent job diff | git apply");

    const auto ends = [&](const char* name, const char* help) {
        const std::string how = name;
        auto* made = command(name, help, [how](const Globals& g, const JobOptions& options) {
            return end_job(g, options, how);
        });
        made->add_option("id", o->id, "Job")->required();
        return made;
    };
    ends("cancel", "Stop a job; it has failed then")->footer("Example:\n  docent job cancel last");
    ends("complete", "Complete a job before its follow-up time is over")
        ->footer("Example:\n  docent job complete last");
    ends("archive", "Archive a job; an active one is cancelled first")
        ->footer("Example:\n  docent job archive last");

    auto* all = command("list", "Jobs, newest first", list_jobs);
    all->add_option("--status", o->status, "Only these: active, completed, failed, archived");
    all->add_option("--limit,-n", o->limit, "How many (default 20)")->check(CLI::Range(1, 10'000));
    all->footer("Example:\n  docent job list --status active");
}

}  // namespace docent::cli
