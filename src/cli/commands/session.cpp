#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
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

struct SessionOptions {
    SessionServer server;
    std::string id, message, repository, branch, target, model, title, description, base = "target", status;
    bool auto_commit = false, hold = false, watch = false, steer = false, until_idle = false,
         only_new = false, queued_too = false, merge = false, close = false, as_json = false;
    std::size_t limit = 20;
};

std::string text_at(const json::value& of, std::string_view name) {
    const auto* value = of.is_object() ? of.get_object().if_contains(name) : nullptr;
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// "-": from standard input.
Result<std::string> message_of(const SessionOptions& o) {
    std::string text = o.message;
    if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (trim(text).empty()) return invalid("the message is empty");
    return repair_utf8(text);
}

std::int64_t last_change(SessionClient& client, const std::string& id) {
    const auto session = client.call("GET", "sessions/" + id + "?include=details");
    if (!session) return 0;
    const auto* details = session->as_object().if_contains("details");
    const auto* change =
        details && details->is_object() ? details->get_object().if_contains("last_change") : nullptr;
    return change && change->is_int64() ? change->get_int64() : 0;
}

/// Shows a session from after a change on. The exit code says how it stands at the end.
int watch_from(SessionClient& client, const std::string& id, std::int64_t change, bool until_idle,
               bool as_json) {
    SessionView view(output_is_terminal());
    const auto on_event = [&](const net::SseEvent& event) {
        const auto text = view.show(event);
        if (as_json && event.event == "session_event")
            print(event.data);
        else if (!as_json)
            std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
        if (event.event != "session") return true;
        if (view.status() == "closed" || view.status() == "merged") return false;
        const bool rests = view.agent_status() == "idle" || view.agent_status() == "error" ||
                           view.agent_status() == "waiting_for_user";
        return !(until_idle && rests);
    };
    if (auto followed = client.follow(id, change, on_event); !followed) return fail(followed.error());
    if (view.question()) {
        say("The agent waits for an answer: docent session send " + id + " \"ANSWER\"");
        return Exit::waits;
    }
    return view.agent_status() == "error" ? Exit::failed : Exit::done;
}

int new_session(const Globals& globals, const SessionOptions& o) {
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    json::object body{{"branch_name", nullptr}, {"auto_commit", o.auto_commit}, {"origin", "cli"}};
    if (!o.message.empty()) {
        auto message = message_of(o);
        if (!message) return fail(message.error());
        body["message"] = *message;
    }
    auto repository = (*client)->repository(o.repository);
    if (!repository) return fail(repository.error());
    if (!repository->empty()) body["repository_id"] = *repository;
    if (!o.branch.empty()) body["branch_name"] = o.branch;
    if (!o.target.empty()) body["target_branch"] = o.target;
    if (!o.model.empty()) body["model"] = o.model;
    if (!o.title.empty()) body["title"] = o.title;
    if (o.hold) body["recovery"] = "hold";
    const auto made = (*client)->call("POST", "sessions", &body);
    if (!made) return fail(made.error());
    const auto id = text_at(*made, "id");
    if (o.watch && !o.message.empty()) {
        say("session " + id);
        return watch_from(**client, id, 0, true, o.as_json);
    }
    print(o.as_json ? json::serialize(*made) : id);
    return Exit::done;
}

int send(const Globals& globals, const SessionOptions& o) {
    auto message = message_of(o);
    if (!message) return fail(message.error());
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    auto id = (*client)->session(o.id);
    if (!id) return fail(id.error());
    const auto before = o.watch ? last_change(**client, *id) : 0;
    json::object body{{"message", *message}};
    if (o.steer) body["delivery"] = "steer";
    const auto sent = (*client)->call("POST", "sessions/" + *id + "/messages", &body);
    if (!sent) return fail(sent.error());
    if (o.watch) return watch_from(**client, *id, before, true, o.as_json);
    if (o.as_json)
        print(json::serialize(*sent));
    else
        say(text_at(*sent, "status") == "queued" ? "It waits until the agent is free." : "The agent has it.");
    return Exit::done;
}

int watch(const Globals& globals, const SessionOptions& o) {
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    auto id = (*client)->session(o.id);
    if (!id) return fail(id.error());
    const auto session = (*client)->call("GET", "sessions/" + *id);
    if (!session) return fail(session.error());
    const auto from = o.only_new ? last_change(**client, *id) : 0;
    return watch_from(**client, *id, from, o.until_idle, o.as_json);
}

int diff(const Globals& globals, const SessionOptions& o) {
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    auto id = (*client)->session(o.id);
    if (!id) return fail(id.error());
    const auto patch = (*client)->text("sessions/" + *id + "/diff?base=" + o.base, "text/x-diff");
    if (!patch) return fail(patch.error());
    // To a file or a program it goes byte by byte: git apply reads it.
    const auto text = output_is_terminal() ? coloured_diff(*patch) : *patch;
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (patch->empty()) say("There is no change.");
    return Exit::done;
}

int stop(const Globals& globals, const SessionOptions& o) {
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    auto id = (*client)->session(o.id);
    if (!id) return fail(id.error());
    const json::object body{{"cancel_queued", o.queued_too}};
    const auto stopped = (*client)->call("POST", "sessions/" + *id + "/stop", &body);
    if (!stopped) return fail(stopped.error());
    say(text_at(*stopped, "agent_status") == "stopping" ? "It stops." : "Nothing runs.");
    return Exit::done;
}

/// Opens the session's merge request or brings it up to date, or ends it.
int merge_request(const Globals& globals, const SessionOptions& o) {
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    auto id = (*client)->session(o.id);
    if (!id) return fail(id.error());
    json::object body;
    if (!o.title.empty()) body["title"] = repair_utf8(o.title);
    if (!o.description.empty()) body["description"] = repair_utf8(o.description);
    const std::string end = o.merge ? "/merge" : o.close ? "/close" : "";
    const auto got = (*client)->call("POST", "sessions/" + *id + "/merge-request" + end, &body);
    if (!got) return fail(got.error());
    if (o.as_json) {
        print(json::serialize(*got));
        return Exit::done;
    }
    const auto url = printable(text_at(*got, "web_url"));
    print(fmt::format("{}: {} -> {} ({})", text_at(*got, "status"), printable(text_at(*got, "source_branch")),
                      printable(text_at(*got, "target_branch")), printable(text_at(*got, "title"))));
    if (!url.empty()) print(url);
    const auto* mergeable = got->is_object() ? got->get_object().if_contains("mergeable") : nullptr;
    if (mergeable && mergeable->is_bool() && !mergeable->get_bool())
        say("It conflicts with its target branch.");
    return Exit::done;
}

int list_sessions(const Globals& globals, const SessionOptions& o) {
    auto client = SessionClient::connect(globals, o.server);
    if (!client) return fail(client.error());
    json::array all;
    std::string cursor;
    do {
        std::string path =
            "sessions?limit=" + std::to_string(std::min<std::size_t>(100, o.limit - all.size()));
        if (!o.status.empty()) path += "&status=" + percent_encode(o.status);
        if (!cursor.empty()) path += "&cursor=" + cursor;
        const auto page = (*client)->call("GET", path);
        if (!page) return fail(page.error());
        for (const auto& session : page->at("items").as_array()) all.push_back(session);
        cursor = text_at(*page, "next_cursor");
    } while (!cursor.empty() && all.size() < o.limit);
    if (o.as_json) {
        print(json::serialize(all));
        return Exit::done;
    }
    if (all.empty()) {
        say("There is no session. Start one with: docent session new \"MESSAGE\"");
        return Exit::done;
    }
    std::vector<std::vector<std::string>> rows = {
        {"SESSION", "STATUS", "AGENT", "CHANGED", "BRANCH", "TITLE"}};
    for (const auto& s : all)
        rows.push_back({text_at(s, "id"), text_at(s, "status"), text_at(s, "agent_status"),
                        text_at(s, "updated_at").substr(0, 16), printable(text_at(s, "branch_name")),
                        printable(cut_utf8(text_at(s, "title"), 60))});
    print(columns(rows));
    return Exit::done;
}

}  // namespace

void add_session(CLI::App& app, Globals& globals) {
    auto o = std::make_shared<SessionOptions>();
    auto* session = app.add_subcommand("session", "Coding sessions of a running server");
    session->require_subcommand(1);
    session->footer(
        "Example:\n  docent session new -w --repository ~/my-project \"Fix the typos in the README\"\n\n"
        "The server is the one that serves --data, and its owner needs no key; another one is named with\n"
        "--server, and --key or DOCENT_API_KEY. ID may be left out, or `last`: the newest session.");
    const auto command = [&](const char* name, const char* help, auto run) {
        auto* made = session->add_subcommand(name, help);
        made->add_option("--server", o->server.url, "Address of the server (default: the one of --data)");
        made->add_option("--key", o->server.key,
                         "Sessions key (default: DOCENT_API_KEY, or one of this machine)");
        made->add_option("--project", o->server.project, "Project (default: the only one, or `default`)");
        made->callback(
            [&globals, o, run] { globals.action = [&globals, o, run] { return run(globals, *o); }; });
        return made;
    };

    auto* make = command("new", "Start a session", new_session);
    make->add_option("message", o->message, "A first message; - reads it from standard input");
    make->add_option("--repository,-r", o->repository,
                     "Repository: a name, an address, or a folder of this machine (default: the oldest one)");
    make->add_option("--branch", o->branch, "Branch to work on (default: a new one)");
    make->add_option("--target", o->target, "Branch that a new one begins from (default: the repository's)");
    make->add_option("--model", o->model, "Model (default: the server's first)");
    make->add_option("--title", o->title, "Title (default: of the first message)");
    make->add_flag("--auto-commit", o->auto_commit, "The agent commits its work");
    make->add_flag("--hold", o->hold, "After a restart of the server wait for the next message");
    make->add_flag("--watch,-w", o->watch, "Show what the agent does until it has ended");
    make->add_flag("--json", o->as_json, "As JSON");
    make->footer(
        "Without --watch the session's id is printed.\n\n"
        "Example:\n  docent session new -w -r . \"Add a test for the parser\"");

    auto* post = command("send", "Send a message; it waits while the agent is busy", send);
    post->add_option("id", o->id, "Session")->required();
    post->add_option("message", o->message, "The message; - reads it from standard input")->required();
    post->add_flag("--steer", o->steer, "Into the running turn, instead of after it");
    post->add_flag("--watch,-w", o->watch, "Show what the agent does until it has ended");
    post->add_flag("--json", o->as_json, "As JSON");
    post->footer(
        "A message answers the question that the agent waits for.\n\n"
        "Example:\n  docent session send -w last \"Now the same for the other parser\"");

    auto* see = command("watch", "Show the timeline, and what happens from then on", watch);
    see->add_option("id", o->id, "Session (default: the newest)");
    see->add_flag("--until-idle", o->until_idle, "End when the agent has nothing to do");
    see->add_flag("--new", o->only_new, "Only what happens from now on");
    see->add_flag("--json", o->as_json, "Each event as a line of JSON");
    see->footer(
        "Exit codes: 0 the agent has ended, 1 its last turn failed, 5 it waits for an answer.\n"
        "Ctrl+C ends the watching, not the work.\n\n"
        "Example:\n  docent session watch last --until-idle");

    auto* patch = command("diff", "What the session changed, as a patch", diff);
    patch->add_option("id", o->id, "Session (default: the newest)");
    patch->add_option("--base", o->base, "target: against the target branch; head: what is not committed")
        ->check(CLI::IsMember({"target", "head"}))
        ->capture_default_str();
    patch->footer("Example:\n  docent session diff last | git apply");

    auto* end = command("stop", "Stop the running turn", stop);
    end->add_option("id", o->id, "Session (default: the newest)");
    end->add_flag("--queued", o->queued_too, "Withdraw the messages that wait, too");
    end->footer("Example:\n  docent session stop last --queued");

    auto* propose = command("merge-request", "Propose to merge the session's branch, merge it, or close that",
                            merge_request);
    propose->add_option("id", o->id, "Session (default: the newest)");
    propose->add_option("--title", o->title, "Title (default: the session's)");
    propose->add_option("--description", o->description, "Description (default: what the agent said last)");
    auto* merge = propose->add_flag("--merge", o->merge, "Merge it; the session ends by that");
    propose->add_flag("--close", o->close, "Close it unmerged; the session goes on")->excludes(merge);
    propose->add_flag("--json", o->as_json, "As JSON");
    propose->footer(
        "The same call again brings the open one up to date.\n\n"
        "Example:\n  docent session merge-request last && docent session merge-request last --merge");

    auto* all = command("list", "Sessions, newest first", list_sessions);
    all->add_option("--status", o->status, "Only these: active, finished, merged, closed");
    all->add_option("--limit,-n", o->limit, "How many (default 20)")->check(CLI::Range(1, 10'000));
    all->add_flag("--json", o->as_json, "As JSON");
    all->footer("Example:\n  docent session list --status active");
}

}  // namespace docent::cli
