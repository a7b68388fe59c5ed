#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <memory>

#include "app/data_dir.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "browser/chromium.hpp"
#include "cli/installation.hpp"
#include "cli/terminal.hpp"
#include "llm/models.hpp"
#include "net/http_client.hpp"
#include "sandbox/sandbox.hpp"
#include "sources/embedding.hpp"

namespace docent::cli {
namespace {

namespace fs = std::filesystem;

struct Check {
    enum class State { ok, warn, fail } state = State::ok;
    std::string what, said, fix;
};

Check ok(std::string what, std::string said) {
    return {Check::State::ok, std::move(what), std::move(said), ""};
}
Check warn(std::string what, std::string said, std::string fix) {
    return {Check::State::warn, std::move(what), std::move(said), std::move(fix)};
}
Check bad(std::string what, std::string said, std::string fix) {
    return {Check::State::fail, std::move(what), std::move(said), std::move(fix)};
}

Check data_directory(const app::Config& config) {
    std::error_code error;
    struct stat info {};
    if (!fs::exists(config.data, error))
        return warn("data directory", config.data.string() + " is not there yet",
                    "docent serve makes it; or name another with --data");
    if (access(config.data.c_str(), R_OK | W_OK | X_OK) != 0)
        return bad("data directory", config.data.string() + " cannot be written",
                   "run as its owner, or change its owner");
    if (stat(config.data.c_str(), &info) == 0 && (info.st_mode & 0077))
        return warn("data directory", "others on this machine can look into it",
                    "chmod 700 " + config.data.string());
    return ok("data directory", config.data.string());
}

Check disk(const app::Config& config) {
    std::error_code error;
    fs::path place = config.data;
    while (!fs::exists(place, error) && place.has_parent_path() && place != place.parent_path())
        place = place.parent_path();
    const auto space = fs::space(place.empty() ? fs::path(".") : place, error);
    if (error) return warn("disk", "its free space is not known", "");
    const auto mib = space.available >> 20;
    const std::string said = fmt::format("{} MiB free", mib);
    if (mib < 100) return bad("disk", said, "make room: questions are refused when nothing can be stored");
    if (mib < 1024) return warn("disk", said, "make room before it is full");
    return ok("disk", said);
}

Check server(const app::Config& config) {
    if (const auto holder = app::DataDir::holder(config.data))
        return ok("server", fmt::format("process {} serves this data{}", holder->pid,
                                        holder->address.empty() ? "" : " at " + holder->address));
    const auto colon = config.listen.rfind(':');
    if (colon == std::string::npos)
        return bad("server", "server.listen is " + config.listen, "give it as ADDR:PORT");
    std::string host = config.listen.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    const std::string port = config.listen.substr(colon + 1);
    if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
        return bad("server", config.listen + " is no address of this machine",
                   "set server.listen to ADDR:PORT");
    const int file = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool free = bind(file, found->ai_addr, found->ai_addrlen) == 0;
    close(file);
    freeaddrinfo(found);
    if (!free)
        return bad("server", config.listen + " is taken by another program",
                   "choose another with --listen ADDR:PORT");
    return ok("server", "not running; " + config.listen + " is free");
}

Check program(const char* name, const char* flag, const std::string& fix) {
    Command command;
    command.argv = {name, flag};
    command.limit = std::chrono::seconds(5);
    const auto ran = blocking_run(command);
    if (!ran || ran->exit_code != 0) return warn(name, "is not here", fix);
    const auto line = split(ran->out, '\n');
    return ok(name, line.empty() ? "works" : line.front());
}

Task<Result<sandbox::Probe>> probe(sandbox::Sandbox& box) {
    auto probed = co_await box.probe();
    co_return probed;
}

/// Whether agents can commit as the settings say.
Check commits(const app::Config& config) {
    if (auto fine = app::blocking_check_commits(config); !fine) {
        const auto& error = fine.error();
        return bad("commits", error.message + (error.detail.empty() ? "" : " (" + error.detail + ")"),
                   "correct it under [agent] in the settings; the server does not start with it");
    }
    const auto& agent = config.agent;
    return ok("commits", "are made by " + agent.author_name + " <" + agent.author_email + ">" +
                             (agent.signing_key.empty() ? ", unsigned" : ", signed"));
}

/// Whether agents can run commands, and what they are held by.
Check sandbox() {
    boost::asio::io_context loop{1};
    sandbox::Sandbox box;
    const auto probed = app::run_here(loop, probe(box));
    if (probed && probed->works) return ok("sandbox", probed->describe());
    return warn("sandbox", probed ? probed->describe() : probed.error().message,
                "apt-get install bubblewrap, and allow user namespaces; answers do not need them");
}

/// What agents look at web pages with.
Check browser(const app::Config& config) {
    if (config.agent.browser == "off") return ok("browser", "is off: pages are read as they come");
    const auto program = browser::find_chromium(config.agent.browser);
    if (!program.empty()) return ok("browser", program.string());
    return warn("browser", "Chromium is not here: agents read pages as they come",
                "apt-get install chromium, or name the program in agent.browser");
}

class Nowhere final : public Sink<llm::Delta> {
public:
    Task<Status> put(llm::Delta) override { co_return Status(); }
};

std::string fix_of(const Error& error) {
    if (error.reason == "unauthorized") return "check its api_key";
    if (error.reason == "unknown_model") return "check its name and base_url";
    if (error.reason == "quota") return "look at the account's billing";
    return "check its base_url, and that this machine reaches it (proxies: https_proxy, no_proxy)";
}

/// One call, as small as they come.
Check call_model(boost::asio::io_context& loop, llm::Models& models, const llm::ModelConfig& config) {
    const std::string what = "model " + config.name;
    const std::string which = config.provider.kind + " " + config.provider.model;
    if (config.provider.kind == "scripted") return ok(what, "plays a script");
    llm::Request request;
    llm::Message message;
    message.text = "Answer with the word OK.";
    request.messages.push_back(std::move(message));
    request.max_output_tokens = 16;
    Nowhere sink;
    auto task = with_deadline(std::chrono::seconds(20), models.find(config.name)->complete(request, sink));
    const auto reply = app::run_here(loop, std::move(task));
    // One that thinks first has used its few tokens up for that: it works.
    if (reply || reply.error().reason == "empty_answer") return ok(what, which + " answers");
    const auto& error = reply.error();
    return bad(what, which + ": " + error.message + (error.detail.empty() ? "" : " (" + error.detail + ")"),
               fix_of(error));
}

void check_models(const app::Config& config, std::vector<Check>& out) {
    const auto configured = app::configured_models(config);
    if (configured.empty())
        return out.push_back(
            ok("model", "none: answers are composed from the documentation's own sentences"));
    boost::asio::io_context loop{1};
    net::HttpClient http(loop.get_executor());
    auto models = llm::Models::make(configured, config.model_order, http);
    if (!models)
        return out.push_back(
            bad("model", models.error().message, "see the settings under [model] and [models.NAME]"));
    for (const auto& model : configured) out.push_back(call_model(loop, **models, model));
}

void check_embeddings(const app::Config& config, std::vector<Check>& out) {
    auto embeddings = config.sources.embeddings;
    if (!embeddings.on()) return out.push_back(ok("embeddings", "off: search goes by words"));
    if (auto fine = llm::check(embeddings); !fine)
        return out.push_back(bad("embeddings", fine.error().message, "see the settings under [embeddings]"));
    embeddings.attempts = 1;
    embeddings.request_limit =
        std::min<std::chrono::milliseconds>(embeddings.request_limit, std::chrono::seconds(20));
    const auto vectors = sources::blocking_embed_questions({"Hello"}, embeddings);
    if (vectors)
        return out.push_back(ok("embeddings", fmt::format("{} answers with {} dimensions", embeddings.model,
                                                          vectors->front().size())));
    const auto& error = vectors.error();
    out.push_back(bad("embeddings", error.message + (error.detail.empty() ? "" : " (" + error.detail + ")"),
                      "until it answers, search goes by words"));
}

void store_and_indexes(const Globals& globals, const app::Config& config, std::vector<Check>& out) {
    std::error_code error;
    if (!fs::exists(config.data, error)) return;
    auto opened = Installation::open(globals);
    if (!opened) {
        out.push_back(bad("database", opened.error().message, "check store.url and that the database runs"));
        return;
    }
    auto& installation = **opened;
    out.push_back(ok("database", installation.store->engine() == store::Engine::sqlite
                                     ? "SQLite opens"
                                     : "PostgreSQL answers"));
    auto projects = installation.run(installation.projects->list());
    if (!projects) {
        out.push_back(bad("projects", projects.error().message, ""));
        return;
    }
    if (projects->empty())
        out.push_back(warn("projects", "there is none", "docent project add NAME --docs PATH"));
    for (const auto& project : *projects) {
        const std::string what = "project " + project.slug;
        if (project.source_kind == "folder" && !fs::is_directory(project.source, error)) {
            out.push_back(
                bad(what, "its folder " + project.source + " is gone", "put it back, or remove the project"));
            continue;
        }
        if (auto index = installation.index(project); !index)
            out.push_back(warn(what, index.error().message, ""));
        else
            out.push_back(ok(
                what, fmt::format("{} pages, {} sections", (*index)->page_count(), (*index)->chunk_count())));
    }
}

int examine(const Globals& globals, bool as_json) {
    std::vector<Check> checks;
    auto config = load(globals);
    if (!config) {
        checks.push_back(bad("settings", config.error().message, "correct the named line or variable"));
    } else {
        checks.push_back(config->warnings.empty() ? ok("settings", "are read")
                                                  : warn("settings", config->warnings.front(), "rename it"));
        checks.push_back(data_directory(*config));
        checks.push_back(disk(*config));
        store_and_indexes(globals, *config, checks);
        checks.push_back(server(*config));
        checks.push_back(
            program("git", "--version", "apt-get install git; needed for documentation in git repositories"));
        checks.push_back(commits(*config));
        checks.push_back(sandbox());
        checks.push_back(browser(*config));
        check_models(*config, checks);
        check_embeddings(*config, checks);
    }
    bool failed = false;
    boost::json::array out;
    std::vector<std::vector<std::string>> rows;
    for (const auto& check : checks) {
        const char* state = check.state == Check::State::ok     ? "ok"
                            : check.state == Check::State::warn ? "warn"
                                                                : "fail";
        failed = failed || check.state == Check::State::fail;
        rows.push_back({state, check.what, check.said + (check.fix.empty() ? "" : "; " + check.fix)});
        out.push_back(boost::json::object{
            {"state", state}, {"check", check.what}, {"said", check.said}, {"fix", check.fix}});
    }
    print(as_json ? boost::json::serialize(out) : printable(columns(rows)));
    return failed ? Exit::failed : Exit::done;
}

}  // namespace

void add_doctor(CLI::App& app, Globals& globals) {
    auto as_json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("doctor", "Check the installation and say what to do");
    command->add_flag("--json", *as_json, "As JSON");
    command->footer(
        "Exit code 1 when a check failed; warnings are no failure.\n\nExample:\n  docent doctor --data "
        "/var/lib/docent");
    command->callback(
        [&globals, as_json] { globals.action = [&globals, as_json] { return examine(globals, *as_json); }; });
}

}  // namespace docent::cli
