#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "api/session_bodies.hpp"
#include "api/session_json.hpp"
#include "git/repository.hpp"
#include "git/transport.hpp"
#include "net/host_rules.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 200, longest_url = 2'000, longest_secret = 10'000,
                      most_settings = 16 << 10, most_metadata = 8 << 10;

/// A field that a whole body must have, and a part of one may have.
std::optional<std::string> text(Fields& fields, const json::object& body, std::string_view name, bool whole,
                                std::size_t most = longest_name) {
    if (whole && (!body.contains(name) || body.at(name).is_null()))
        fields.complain(name, "is missing", "missing");
    return fields.characters(name, 1, most);
}

void take(std::optional<std::string> given, std::string& into) {
    if (given) into = *std::move(given);
}

bool is_below(const std::string& path, const std::vector<std::string>& folders) {
    std::error_code failed;
    const auto real = std::filesystem::weakly_canonical(path, failed);
    if (failed) return false;
    return std::ranges::any_of(folders, [&](const std::string& folder) {
        const auto of = std::filesystem::weakly_canonical(folder, failed);
        const auto [end, ignored] = std::mismatch(of.begin(), of.end(), real.begin(), real.end());
        return !failed && !folder.empty() && end == of.end();
    });
}

/// A place on this machine is for those whom its owner lets name it.
void check_clone_url(Fields& fields, const std::string& url, const Settings& settings) {
    if (auto good = git::check_url(url); !good) return fields.complain("clone_url", good.error().message);
    const auto scheme = url.find("://");
    const bool web = url.starts_with("http://") || url.starts_with("https://");
    const auto host_end = scheme == url.npos ? url.npos : url.find('/', scheme + 3);
    if (web && url.substr(0, host_end).find('@') != url.npos)
        return fields.complain("clone_url", "has a user or password; give the token to the code provider");
    const bool file = url.starts_with("file://");
    if (!file && !url.starts_with('/')) return;
    if (!is_below(file ? url.substr(7) : url, settings.local_repositories))
        fields.complain(
            "clone_url",
            "is on the server's own disk, below no folder of its setting agent.local_repositories");
}

void check_repository_settings(Fields& fields, const json::object& given, Complaints& complaints) {
    if (json::serialize(given).size() > most_settings)
        return fields.complain("settings", "is larger than 16 KiB", "too_long");
    Fields of(given, "settings", complaints);
    of.boolean("allow_push");
    of.boolean("allow_commands");
    const auto hosts = of.texts("allowed_hosts", 200, longest_name);
    if (const auto rules = net::HostRules::parse(hosts); !rules)
        of.complain("allowed_hosts", rules.error().message);
    const auto* commands = of.object("commands");
    if (!commands) return;
    for (const auto& [name, command] : *commands)
        if (!command.is_string())
            complaints.add("settings.commands." + std::string(name), "expected a string", "wrong_type");
}

constexpr const char* github_api = "https://api.github.com";

std::string_view api_example(const std::string& platform) {
    if (platform == "github") return "https://api.github.com or https://github.example.com/api/v3";
    if (platform == "forgejo") return "https://codeberg.org/api/v1";
    return "https://gitlab.com/api/v4";
}

/// A number, or its digits; GitHub shows both forms.
bool is_platform_id(const json::object& given, std::string_view name) {
    const auto* value = given.if_contains(name);
    if (!value) return false;
    if (value->is_int64()) return value->get_int64() > 0;
    if (!value->is_string() || value->get_string().empty() || value->get_string().size() > 100) return false;
    return std::ranges::all_of(value->get_string(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.';
    });
}

/// The secret of a code provider's metadata, checked for its type.
std::optional<std::string> read_credentials(Fields& of, const json::object& given,
                                            const std::string& platform, bool whole) {
    const auto token = of.characters("token", 1, longest_secret);
    auto type = std::string(platform == "git" ? "none" : "token");
    if (platform == "git") type = of.word("type", {"none", "token", "ssh_key"}).value_or(type);
    if (platform == "github") type = of.word("type", {"token", "app"}).value_or(type);
    if (type == "token" && whole && !token) of.complain("token", "is missing", "missing");
    if (platform == "git") {
        const auto path = of.characters("path", 1, longest_url);
        if (type == "ssh_key" && (!path || !path->starts_with('/')))
            of.complain("path", "expected the absolute path of a private key on the server");
    }
    if (type != "app") return token;
    const auto key = of.characters("private_key", 1, longest_secret);
    if (!is_platform_id(given, "app_id")) of.complain("app_id", "expected the App's id or client id");
    if (!is_platform_id(given, "installation_id"))
        of.complain("installation_id", "expected the installation's number");
    if (whole && !key) of.complain("private_key", "is missing", "missing");
    if (key && key != masked_secret && key->find("PRIVATE KEY-----") == key->npos)
        of.complain("private_key", "expected the App's private key in PEM form");
    return key;
}

}  // namespace

void parse_repository(const json::object& body, bool whole, const Settings& settings,
                      store::Repository& repository, Complaints& complaints) {
    Fields fields(body, "", complaints);
    auto& r = repository;
    if (whole) {
        take(text(fields, body, "code_provider_id", true), r.code_provider_id);
        if (!body.contains("platform")) fields.complain("platform", "is missing", "missing");
        r.platform = fields.word("platform", {"github", "gitlab", "forgejo", "git"}).value_or("");
    }
    take(text(fields, body, "name", whole), r.name);
    take(text(fields, body, "full_name", whole), r.full_name);
    take(text(fields, body, "external_id", whole), r.external_id);
    if (auto url = text(fields, body, "clone_url", whole, longest_url)) {
        check_clone_url(fields, *url, settings);
        r.clone_url = *std::move(url);
    }
    if (auto branch = text(fields, body, "default_branch", whole)) {
        if (!git::is_branch_name(*branch))
            fields.complain("default_branch", shown(*branch) + " is no name that git allows for a branch");
        r.default_branch = *std::move(branch);
    }
    r.enabled = fields.boolean("enabled").value_or(r.enabled);
    if (const auto* given = fields.object("settings")) {
        check_repository_settings(fields, *given, complaints);
        r.settings = json::serialize(*given);
    }
}

std::optional<std::string> parse_code_provider(const json::object& body, bool whole,
                                               store::CodeProvider& provider, Complaints& complaints) {
    Fields fields(body, "", complaints);
    auto& p = provider;
    if (whole) {
        if (!body.contains("platform")) fields.complain("platform", "is missing", "missing");
        p.platform = fields.word("platform", {"github", "gitlab", "forgejo", "git"}).value_or("");
    }
    take(text(fields, body, "name", whole), p.name);
    const bool own_git = p.platform == "git", github = p.platform == "github";
    if (whole && github && !body.contains("base_url")) p.base_url = github_api;
    if (auto url = text(fields, body, "base_url", whole && !own_git && !github, longest_url)) {
        const bool web = url->starts_with("https://") || url->starts_with("http://");
        if (!own_git && (!web || url->find('@') != url->npos || url->find('?') != url->npos))
            fields.complain("base_url",
                            "expected an address such as " + std::string(api_example(p.platform)));
        p.base_url = *std::move(url);
    }
    const auto* given = fields.object("metadata");
    if (!given) {
        if (whole) fields.complain("metadata", "is missing", "missing");
        return std::nullopt;
    }
    Fields of(*given, "metadata", complaints);
    auto secret = read_credentials(of, *given, p.platform, whole);
    auto rest = *given;
    rest.erase("token");
    rest.erase("private_key");
    p.metadata = json::serialize(rest);
    if (p.metadata.size() > most_metadata) fields.complain("metadata", "is larger than 8 KiB", "too_long");
    // What was read and is sent back changes nothing.
    return secret == masked_secret ? std::nullopt : secret;
}

}  // namespace docent::api
