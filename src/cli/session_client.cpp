#include "cli/session_client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>

#include "app/data_dir.hpp"
#include "app/projects.hpp"
#include "app/secret_key.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/json_fields.hpp"
#include "base/log.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"
#include "store/repositories.hpp"

namespace docent::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr int most_attempts = 20;  // to take a stream up again, half a second apart

/// What the server said, as an error of this program: its code decides the exit code.
Error error_of(const net::Reply& reply) {
    const auto body = object_in(reply.body);
    auto message = text_of(body, "error");
    if (message.empty()) message = "the server answered " + std::to_string(reply.status);
    const auto code = reply.status == 404   ? ErrorCode::not_found
                      : reply.status == 400 ? ErrorCode::invalid_argument
                                            : ErrorCode::unavailable;
    return Error(code, printable(message)).because(text_of(body, "code"));
}

Task<Result<bool>> pause(boost::asio::any_io_executor loop) {
    boost::asio::steady_timer timer(loop, std::chrono::milliseconds(500));
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return true;
}

/// Gives the events of a stream to `take` as they come.
class Events final : public Sink<std::string> {
public:
    Events(const std::function<bool(const net::SseEvent&)>& take, std::string& last)
        : take_(take), last_(last) {}
    Task<Status> put(std::string bytes) override {
        std::vector<net::SseEvent> events;
        decoder_.feed(bytes, events);
        for (const auto& event : events) {
            came = true;
            if (!event.id.empty()) last_ = event.id;
            if (done) break;
            done = !take_(event);
        }
        if (done) co_return Error(ErrorCode::cancelled, "enough");
        co_return Status();
    }
    bool done = false, came = false;

private:
    const std::function<bool(const net::SseEvent&)>& take_;
    std::string& last_;
    net::SseDecoder decoder_;
};

/// What git says of a folder; "" when it says nothing.
std::string git_says(const fs::path& folder, std::vector<std::string> arguments) {
    Command command;
    command.argv = {"git", "-C", folder.string()};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    const auto ran = blocking_run(command);
    return ran && ran->exit_code == 0 ? std::string(trim(ran->out)) : std::string();
}

}  // namespace

SessionClient::SessionClient(std::unique_ptr<Installation> installation)
    : installation_(std::move(installation)),
      http_(std::make_unique<net::HttpClient>(loop_.get_executor())) {}

Result<std::unique_ptr<SessionClient>> SessionClient::connect(const Globals& globals,
                                                              const SessionServer& server) {
    const char* variable = std::getenv("DOCENT_API_KEY");
    const std::string key = !server.key.empty() ? server.key : variable ? variable : "";
    std::unique_ptr<SessionClient> out;
    log::set_level(log::Level::warn);
    if (!server.url.empty()) {
        if (key.empty()) return invalid("--server needs a key: --key KEY, or the variable DOCENT_API_KEY");
        if (!server.url.starts_with("http://") && !server.url.starts_with("https://"))
            return invalid("--server takes an address such as https://docs.example.com");
        out.reset(new SessionClient(nullptr));
        out->origin_ = server.url;
        while (out->origin_.ends_with('/')) out->origin_.pop_back();
        out->project_ = server.project.empty() ? "default" : server.project;
    } else {
        TRY(auto installation, Installation::open(globals));
        const auto holder = app::DataDir::holder(installation->config.data);
        if (!holder || holder->address.empty())
            return Error(ErrorCode::unavailable,
                         "no server runs for the data directory " + installation->config.data.string() +
                             "; start one with docent serve, or name one with --server URL");
        out.reset(new SessionClient(std::move(installation)));
        out->origin_ = holder->address;
    }
    out->key_ = key;
    out->admin_ = server.admin;
    if (!out->installation_) return out;
    TRY(const auto project, out->installation_->project(server.project));
    out->project_ = project.slug;
    if (key.empty()) {
        TRY(out->key_, out->local_key(project, server.admin));
    }
    return out;
}

Result<std::string> SessionClient::local_key(const store::Project& project, bool admin) {
    const auto file = installation_->config.data / ((admin ? "admin-key-" : "session-key-") + project.id);
    std::string secret(trim(app::read_small_file(file)));
    const auto now = system_clock().now();
    if (!secret.empty()) {
        const auto found = installation_->run(installation_->keys->find_by_hash(hash_hex(secret)));
        if (found && !found->revoked && (found->expires == 0 || found->expires > now)) return secret;
    }
    api::KeySettings settings;
    settings.kind = admin ? api::KeyKind::admin : api::KeyKind::sessions;
    settings.project_id = project.id;
    const std::string name = admin ? "docent job" : "docent session";
    TRY(auto made, installation_->run(app::create_key(*installation_->keys, settings, name, "", now)));
    TRY_VOID(app::write_private_file(file, made.secret + "\n"));
    return std::move(made.secret);
}

net::Call SessionClient::request(const std::string& method, const std::string& path) const {
    net::Call call;
    call.method = method;
    call.url = origin_ + (path.starts_with('/') ? "" : "/api/v1/") + path;
    call.headers.emplace_back("x-api-key", key_);
    // An admin key may be of all projects.
    if (admin_) call.headers.emplace_back("x-workspace-id", project_);
    call.max_redirects = 0;  // the key is for this server
    return call;
}

Result<net::Reply> SessionClient::fetch(net::Call call) {
    auto reply = app::run_here(loop_, http_->fetch(std::move(call)));
    if (!reply)
        return Error(ErrorCode::unavailable, "the server cannot be reached: " + reply.error().message);
    if (reply->status >= 400) return error_of(*reply);
    return reply;
}

Result<json::value> SessionClient::call(const std::string& method, const std::string& path,
                                        const json::object* body) {
    auto wanted = request(method, path);
    if (body) {
        wanted.body = json::serialize(*body);
        wanted.headers.emplace_back("Content-Type", "application/json");
    }
    TRY(const auto reply, fetch(std::move(wanted)));
    if (reply.body.empty()) return json::value();
    boost::system::error_code failed;
    auto value = json::parse(reply.body, failed);
    if (failed) return Error(ErrorCode::upstream_failed, "the server's answer is no JSON; is it a Docent?");
    return value;
}

Result<std::string> SessionClient::text(const std::string& path, const std::string& accept) {
    auto wanted = request("GET", path);
    wanted.headers.emplace_back("Accept", accept);
    wanted.max_body = std::size_t{1} << 30;
    TRY(auto reply, fetch(std::move(wanted)));
    return std::move(reply.body);
}

Result<std::string> SessionClient::session(const std::string& id) {
    if (!id.empty() && id != "last") return id;
    TRY(const auto list, call("GET", "sessions?limit=1"));
    const auto* items = list.is_object() ? list.get_object().if_contains("items") : nullptr;
    if (!items || !items->is_array() || items->get_array().empty())
        return not_found("there is no session yet; start one with: docent session new \"MESSAGE\"");
    return text_of(items->get_array().front().as_object(), "id");
}

Result<std::string> SessionClient::repository(const std::string& name) {
    if (name.empty()) return std::string();
    std::error_code failed;
    const bool folder = fs::is_directory(name, failed);
    std::string path = name;
    if (folder) {
        const auto top = git_says(name, {"rev-parse", "--show-toplevel"});
        if (top.empty())
            return invalid("--repository: " + name +
                           " is no git repository; make it one with git init and a commit");
        path = top;
    }
    std::string cursor;
    do {
        TRY(const auto page,
            call("GET", "repositories?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor)));
        for (const auto& one : page.at("items").as_array()) {
            const auto& repository = one.as_object();
            for (const auto* key : {"id", "name", "full_name", "clone_url"})
                if (text_of(repository, key) == path) return text_of(repository, "id");
        }
        cursor = text_of(page.as_object(), "next_cursor");
    } while (!cursor.empty());
    if (folder && installation_) return connect_folder(path);
    return not_found("there is no repository \"" + name + "\"; connect one with POST /api/v1/repositories" +
                     (installation_ ? ", or name a folder of this machine" : ""));
}

/// For the owner of the data directory, who may name any folder.
Result<std::string> SessionClient::connect_folder(const fs::path& folder) {
    const auto branch = git_says(folder, {"symbolic-ref", "--short", "HEAD"});
    if (branch.empty() || git_says(folder, {"rev-parse", "--verify", "-q", "HEAD"}).empty())
        return invalid("--repository: the repository has no commit, or no branch is checked out");
    TRY(const auto key, app::secret_key(installation_->config));
    TRY(const auto workspace, call("GET", "workspace"));
    const auto project = text_of(workspace.as_object(), "id");
    const auto now = system_clock().now();
    store::CodeProviders providers(*installation_->store, key);
    store::Repositories repositories(*installation_->store, key);
    store::CodeProvider provider;
    provider.id = new_uuid(now);
    provider.project_id = project;
    provider.user_id = "owner";
    provider.platform = "git";
    provider.name = "this machine";
    provider.metadata = R"({"type":"none"})";
    provider.created = provider.updated = now;
    TRY(provider, installation_->run(providers.add(provider, "")));
    store::Repository repository;
    repository.id = new_uuid(now);
    repository.project_id = project;
    repository.code_provider_id = provider.id;
    repository.name = repository.full_name = folder.filename().string();
    repository.clone_url = folder.string();
    repository.default_branch = branch;
    repository.platform = "git";
    repository.external_id = folder.string();
    repository.webhook_secret = random_token(32);
    repository.created = repository.updated = now;
    TRY(repository, installation_->run(repositories.add(repository)));
    say("Connected the repository " + folder.string() + ", branch " + branch + ".");
    return std::move(repository.id);
}

Status SessionClient::follow(const std::string& session, std::int64_t change,
                             const std::function<bool(const net::SseEvent&)>& on_event) {
    return follow_stream("sessions/" + session + "/events/stream", "session", change, on_event);
}

Status SessionClient::follow_stream(const std::string& path, const std::string& what, std::int64_t change,
                                    const std::function<bool(const net::SseEvent&)>& on_event) {
    std::string last = std::to_string(change);
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        auto wanted = request("GET", path);
        wanted.headers.emplace_back("Last-Event-ID", last);
        wanted.limit = std::chrono::milliseconds(0);
        wanted.idle_limit = std::chrono::milliseconds(60'000);
        Events events(on_event, last);
        const net::HttpClient::OnHead check = [&what](const net::Reply& head) -> Status {
            if (head.status < 400) return {};
            return Error(head.status == 404 ? ErrorCode::not_found : ErrorCode::permission_denied,
                         head.status == 404
                             ? "there is no such " + what
                             : "the server refuses the stream: " + std::to_string(head.status));
        };
        const auto ended = app::run_here(loop_, http_->stream(std::move(wanted), events, check));
        if (events.done) return {};
        if (!ended && (ended.error().code == ErrorCode::not_found ||
                       ended.error().code == ErrorCode::permission_denied))
            return attempt == 0 && !events.came ? Status(ended.error()) : Status();
        if (events.came) attempt = 0;
        (void)app::run_here(loop_, pause(loop_.get_executor()));
    }
    return Error(ErrorCode::unavailable, "the server cannot be reached any more");
}

}  // namespace docent::cli
