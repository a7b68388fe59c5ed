#include "app/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "app/model_settings.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

namespace docent::app {
namespace {

// A line of the table: name, the member it fills, help, and what is special about it.
#define SETTING(name, member, ...)                                     \
    Setting {                                                          \
        name, [](Config& c) -> Slot { return &c.member; }, __VA_ARGS__ \
    }

// clang-format off
const std::vector<Setting> own_table = {
    SETTING("data", data, "Directory with everything that Docent keeps: database, indexes, clones, keys."),
    SETTING("server.listen", listen, "Address and port to listen on, ADDR:PORT; [ADDR]:PORT for IPv6, port 0 for any free one."),
    SETTING("server.public_url", api.public_url, "Address under which readers reach the server; empty takes the one a request came to."),
    SETTING("server.allowed_hosts", api.allowed_hosts, "Host names, besides the loopback ones, under which pages and admin routes answer."),
    SETTING("server.trusted_proxies", server.trusted_proxies, "Addresses or CIDR ranges of proxies whose X-Forwarded-For is believed."),
    SETTING("server.max_body", server.max_body, "Largest request body; larger ones are refused with 413.", "", true),
    SETTING("server.max_header", server.max_header, "Largest request line and headers together; larger ones are refused with 431.", "", true),
    SETTING("server.max_connections", server.max_connections, "Open connections; more wait until one ends."),
    SETTING("server.write_buffer", server.write_buffer, "Bytes that a stream may have waiting for a slow reader.", "", true),
    SETTING("server.header_timeout", server.read_header, "Time a client has to send its request headers."),
    SETTING("server.body_timeout", server.read_body, "Time a client has to send its request body."),
    SETTING("server.idle_timeout", server.idle, "How long a connection may rest between two requests."),
    SETTING("server.write_timeout", server.write, "A reader that takes nothing for so long is disconnected."),
    SETTING("server.keep_alive", server.keep_alive, "Quiet streams are given a sign of life this often."),
    SETTING("server.drain", server.drain, "Time that running answers get to end when the server stops."),
    SETTING("store.url", store_url, "Database: empty is SQLite in the data directory; sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.", "", false, true),
    SETTING("store.secret_key", secret_key, "Key with which tokens of code providers are sealed in the database; empty is that of the file secret.key in the data directory. Servers that share a database need the same.", "", false, true),
    SETTING("sources.watch", sources.watch, "Watch folders and index a page as soon as it is saved."),
    SETTING("sources.settle", sources.settle, "A changed folder is read again when it was quiet for so long."),
    SETTING("sources.fetch_every", sources.fetch_every, "How often git repositories and llms.txt sites are looked at."),
    SETTING("embeddings.base_url", sources.embeddings.base_url, "OpenAI-compatible API whose /embeddings makes vectors for searching by meaning, such as https://api.openai.com/v1; empty searches by words alone."),
    SETTING("embeddings.api_key", sources.embeddings.api_key, "Key for the embeddings API.", "", false, true),
    SETTING("embeddings.model", sources.embeddings.model, "Which embeddings model to ask."),
    SETTING("embeddings.dimensions", sources.embeddings.dimensions, "Length of the vectors to ask for; 0 is the model's own."),
    SETTING("embeddings.batch", sources.embeddings.batch, "Sections in one request while indexing."),
    SETTING("embeddings.query_limit", sources.embeddings.query_limit, "Longest time that a question waits for its vector; then words alone find the answer."),
    SETTING("embeddings.request_limit", sources.embeddings.request_limit, "Longest time that one request for sections may take."),
    SETTING("embeddings.query_prefix", sources.embeddings.query_prefix, "Text before every question, for models that want one."),
    SETTING("embeddings.passage_prefix", sources.embeddings.passage_prefix, "Text before every section, for models that want one."),
    SETTING("assistant.answer_limit", assistant.answer_limit, "Longest time that one answer may take."),
    SETTING("assistant.keep_finished", assistant.keep_finished, "How long a finished answer can still be resumed."),
    SETTING("assistant.max_running", assistant.max_running, "Answers that may run at the same time; more are refused with 503."),
    SETTING("assistant.model_steps", assistant.model_steps, "Calls of a model for one answer; in the last it must answer from what it has."),
    SETTING("assistant.link_hosts", assistant.link_hosts, "Other hosts that a model's answer may link, where a page that it read has the very link."),
    SETTING("assistant.require_thread_key", assistant.require_thread_key, "Continue a thread only for callers who send its threadKey."),
    SETTING("assistant.cancel_on_disconnect", api.cancel_on_disconnect, "End an answer when its reader's connection is lost, instead of keeping it for a resume."),
    SETTING("assistant.finish_thread_id", api.finish_thread_id, "Send threadId on the finish event of v2 streams; auto: only to callers that are no AI SDK transport.", "auto|always|never"),
    SETTING("models.order", model_order, "Names of the models in the order in which they are asked, unless a project has its own; empty is all, [model] first."),
    SETTING("caps.answer_money", caps.answer_money, "Most that one answer may cost; 0 is no cap."),
    SETTING("caps.answer_tokens", caps.answer_tokens, "Most tokens that one answer may take; 0 is no cap."),
    SETTING("caps.day_money", caps.day_money, "Most that a project's answers may cost in a day (UTC); 0 is no cap."),
    SETTING("caps.day_tokens", caps.day_tokens, "Most tokens that a project's answers may take in a day (UTC); 0 is no cap."),
    SETTING("caps.month_money", caps.month_money, "Most that a project's answers may cost in a month (UTC); 0 is no cap."),
    SETTING("caps.month_tokens", caps.month_tokens, "Most tokens that a project's answers may take in a month (UTC); 0 is no cap."),
    SETTING("agent.turn_steps", agent.turn_steps, "Calls of the model for one message to a coding session; then the turn pauses."),
    SETTING("agent.turn_tokens", agent.turn_tokens, "Tokens, of all prompts and answers together, for one message; then the turn pauses."),
    SETTING("agent.turn_cost", agent.turn_cost, "Most that one message may cost; then the turn pauses. 0 is no limit."),
    SETTING("agent.turn_time", agent.turn_time, "Longest time that one message may take, not counting the wait for a person; then the turn pauses."),
    SETTING("agent.max_running", agent.max_running, "Coding sessions that work at the same time; others wait."),
    SETTING("agent.max_queued", agent.max_queued, "Messages that may wait in one session; more are refused with 429."),
    SETTING("agent.max_open", agent.max_open, "Sessions of a project that are not closed; more are refused with 429."),
    SETTING("agent.max_disk", agent.max_disk, "What the files of a session may take on the disk; a turn that goes beyond it pauses.", "", true),
    SETTING("agent.question_limit", agent.question_limit, "How long the agent waits for the answer to its question; then it takes the default answer."),
    SETTING("agent.recovery", api.session_recovery, "What a restart does with a turn that it interrupted, where a session does not say: resume begins it again with a note, hold waits for the next message.", "resume|hold"),
    SETTING("agent.author_name", agent.author_name, "Name in the commits of coding sessions."),
    SETTING("agent.author_email", agent.author_email, "Address in the commits of coding sessions."),
    SETTING("agent.signing_key", agent.signing_key, "What the commits of coding sessions and jobs are signed with: the path of an SSH private key without a passphrase, with a \"/\" in it, or the id of an OpenPGP key of gpg; empty signs none."),
    SETTING("agent.branch_prefix", agent.branch_prefix, "What the names of branches begin with that coding sessions and jobs make for themselves."),
    SETTING("agent.mention", agent.mention, "What people call the agent by in comments on pull requests; empty hears none."),
    SETTING("agent.allowed_hosts", agent.allowed_hosts, "Hosts that agents may call for any repository, besides those of its own settings: example.com, *.example.com, example.com:8080. Private addresses are called only if they are here."),
    SETTING("agent.browser", agent.browser, "Program of Chromium, or of a relative of it, that shows pages to agents; empty looks in the usual places, off reads pages without one."),
    SETTING("agent.local_repositories", api.local_repositories, "Folders of this machine below which holders of a key may connect git repositories; empty is none. The command line may always."),
    SETTING("agent.max_body", api.session_body, "Largest body of a request of the sessions API; larger ones are refused with 413.", "", true),
    SETTING("agent.max_message", api.session_message, "Largest message to a session.", "", true),
    SETTING("webhooks.allowed_hosts", webhooks.allowed_hosts, "Hosts that webhooks may name: * is any public one on the ports 80 and 443; example.com, *.example.com, example.com:8080. Private addresses are called only if they are here themselves: 10.0.0.5:8080."),
    SETTING("webhooks.timeout", webhooks.limit, "Time that an endpoint has to take a delivery and to answer."),
    SETTING("webhooks.disable_after", webhooks.disable_after, "A webhook whose every attempt fails for so long is disabled."),
    SETTING("webhooks.retention", webhooks.retention, "How long deliveries are kept to be looked at; 0 is for ever."),
    SETTING("limits.per_key_month", limits.per_key_month, "Requests for an assistant key in a month; 0 is no limit."),
    SETTING("limits.per_organization_hour", limits.per_organization_hour, "Requests for all keys together in an hour; 0 is no limit."),
    SETTING("limits.per_ip_day", limits.per_ip_day, "Requests from an address in a day; 0 is no limit."),
    SETTING("limits.analytics_hour", limits.analytics_hour, "Reads of the analytics in an hour; 0 is no limit."),
    SETTING("limits.mcp_per_ip_hour", limits.mcp_per_ip_hour, "Messages from an address to the MCP servers in an hour; 0 is no limit."),
    SETTING("limits.mcp_per_tool_hour", limits.mcp_per_tool_hour, "Calls of one MCP tool of a project in an hour; 0 is no limit."),
    SETTING("limits.jobs_hour", api.jobs_hour, "Agent jobs of a project in an hour, messages to them included; 0 is no limit."),
    SETTING("log.level", log_level, "Least important lines that are logged.", "debug|info|warn|error|off"),
    SETTING("log.format", log_format, "Plain lines, or JSON lines for collectors.", "text|json"),
};
// clang-format on
#undef SETTING

/// With the lines of [model], which has the keys that every [models.NAME] has, before [models].
std::vector<Setting> whole_table() {
    static std::vector<std::string> names;
    for (const auto& setting : model_settings()) names.push_back(std::string("model.") + setting.key);
    std::vector<Setting> out = own_table;
    auto at = std::ranges::find_if(
        out, [](const Setting& s) { return s.name == std::string_view("models.order"); });
    std::vector<Setting> lines;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& setting = model_settings()[i];
        const auto slot = setting.slot;
        lines.push_back(Setting{names[i].c_str(), [slot](Config& c) { return slot(c.model); }, setting.help,
                                setting.choices, false, setting.secret});
    }
    out.insert(at, lines.begin(), lines.end());
    return out;
}

template <class... F>
struct Overload : F... {
    using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

Result<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
        value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return invalid("takes a whole number of 0 or more");
    return value;
}

std::vector<std::string> list_of(std::string_view text) {
    std::vector<std::string> out;
    for (const auto& item : split(text, ','))
        if (!trim(item).empty()) out.emplace_back(trim(item));
    return out;
}

// The password of an address: "postgres://user:secret@host/db" -> "postgres://user:***@host/db".
std::string mask(std::string_view value) {
    if (value.empty()) return "";
    const auto scheme = value.find("://");
    if (scheme == std::string_view::npos) return value.starts_with("sqlite:") ? std::string(value) : "***";
    const auto at = value.find('@', scheme + 3);
    const auto colon = value.find(':', scheme + 3);
    std::string out(value);
    if (at != std::string_view::npos && colon < at) out.replace(colon + 1, at - colon - 1, "***");
    // libpq also takes "?password=..."
    if (const auto query = out.find("password="); query != std::string::npos) {
        const auto end = std::min(out.find('&', query), out.size());
        out.replace(query + 9, end - query - 9, "***");
    }
    return out;
}

}  // namespace

const std::vector<Setting>& settings() {
    static const std::vector<Setting> table = whole_table();
    return table;
}

const Setting* find_setting(std::string_view name) {
    const auto it = std::ranges::find_if(settings(), [&](const Setting& s) { return s.name == name; });
    return it == settings().end() ? nullptr : &*it;
}

std::string environment_name(const Setting& setting) {
    std::string out = "DOCENT_";
    for (const char* c = setting.name; *c; ++c) out += *c == '.' ? '_' : static_cast<char>(std::toupper(*c));
    return out;
}

std::string type_name(const Setting& setting) {
    Config config;
    return std::visit(
        Overload{
            [&](std::string*) -> std::string { return *setting.choices ? "one of" : "text"; },
            [](std::filesystem::path*) -> std::string { return "path"; },
            [](std::int64_t*) -> std::string { return "whole number"; },
            [&](std::size_t*) -> std::string { return setting.bytes ? "size" : "whole number"; },
            [](bool*) -> std::string { return "true or false"; },
            [](std::chrono::milliseconds*) -> std::string { return "duration"; },
            [](std::vector<std::string>*) -> std::string { return "list of texts"; },
            [](Money*) -> std::string { return "amount of money"; },
            [](std::optional<Money>*) -> std::string { return "amount of money, or empty"; },
        },
        setting.slot(config));
}

Status parse_value(const Setting& setting, Config& config, const std::string& text) {
    return parse_slot(setting.slot(config), setting.choices, setting.bytes, text);
}

Status parse_slot(Slot slot, const char* choices, bool bytes, const std::string& text) {
    if (*choices) {
        const auto allowed = split(choices, '|');
        if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
            std::string list;
            for (const auto& word : allowed)
                list += (list.empty() ? "" : ", ") + (word.empty() ? std::string("\"\"") : word);
            return invalid("takes one of " + list);
        }
    }
    return std::visit(Overload{
                          [&](std::string* out) -> Status {
                              *out = text;
                              return {};
                          },
                          [&](std::filesystem::path* out) -> Status {
                              if (text.empty()) return invalid("takes a path");
                              *out = text;
                              return {};
                          },
                          [&](std::int64_t* out) -> Status {
                              TRY(const auto value, whole_number(text));
                              *out = static_cast<std::int64_t>(value);
                              return {};
                          },
                          [&](std::size_t* out) -> Status {
                              TRY(const auto value, bytes ? parse_size(text) : whole_number(text));
                              *out = value;
                              return {};
                          },
                          [&](bool* out) -> Status {
                              const bool yes = text == "true" || text == "1" || text == "yes" || text == "on";
                              if (!yes && text != "false" && text != "0" && text != "no" && text != "off")
                                  return invalid("takes true or false");
                              *out = yes;
                              return {};
                          },
                          [&](std::chrono::milliseconds* out) -> Status {
                              TRY(const auto value, parse_duration(text));
                              *out = value;
                              return {};
                          },
                          [&](std::vector<std::string>* out) -> Status {
                              *out = list_of(text);
                              return {};
                          },
                          [&](Money* out) -> Status {
                              TRY(*out, parse_money(text));
                              return {};
                          },
                          [&](std::optional<Money>* out) -> Status {
                              out->reset();
                              if (text.empty()) return {};
                              TRY(*out, parse_money(text));
                              return {};
                          },
                      },
                      slot);
}

std::string format_value(const Setting& setting, const Config& config, bool masked) {
    Config copy = config;
    return format_slot(setting.slot(copy), setting.bytes, masked && setting.secret);
}

std::string format_slot(const Slot& slot, bool bytes, bool secret) {
    return std::visit(
        Overload{
            [&](std::string* v) { return toml_string(secret ? mask(*v) : *v); },
            [](std::filesystem::path* v) { return toml_string(v->string()); },
            [](std::int64_t* v) { return std::to_string(*v); },
            [&](std::size_t* v) { return bytes ? toml_string(format_size(*v)) : std::to_string(*v); },
            [](bool* v) { return std::string(*v ? "true" : "false"); },
            [](std::chrono::milliseconds* v) { return toml_string(format_duration(*v)); },
            [](std::vector<std::string>* v) {
                std::string out = "[";
                for (const auto& item : *v) out += (out.size() > 1 ? ", " : "") + toml_string(item);
                return out + "]";
            },
            [](Money* v) { return toml_string(format_money(*v)); },
            [](std::optional<Money>* v) { return toml_string(*v ? format_money(**v) : ""); },
        },
        slot);
}

std::string origin_name(const Config& config, const std::string& name, const std::string& variable) {
    const auto it = config.origins.find(name);
    if (it == config.origins.end()) return "default";
    switch (it->second) {
        case Origin::fallback:
            return "default";
        case Origin::file:
            return "file";
        case Origin::environment:
            return variable;
        case Origin::flag:
            return "flag";
    }
    return "default";
}

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out + "\"";
}

}  // namespace docent::app
