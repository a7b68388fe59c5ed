#include "app/projects.hpp"

#include <algorithm>

#include "api/key_settings.hpp"
#include "app/data_dir.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "git/repository.hpp"

namespace docent::app {
namespace fs = std::filesystem;
namespace {

bool is_address(const std::string& text) {
    for (const char* scheme : {"https://", "http://", "ssh://", "git://", "file://", "git@"})
        if (text.starts_with(scheme)) return true;
    return false;
}

}  // namespace

Result<store::Project> blocking_project_source(const std::string& docs) {
    store::Project project;
    if (docs.empty()) return invalid("--docs takes a folder, a git address or the address of an llms.txt");
    if (docs.find('\0') != std::string::npos || !is_utf8(docs))
        return invalid("--docs is no path or address");
    if (is_address(docs)) {
        const bool llms = docs.ends_with("/llms.txt") || docs.ends_with("/llms-full.txt");
        project.source_kind = llms ? "llms" : "git";
        project.source = docs;
        if (!llms) project.repository = docs;
        return project;
    }
    std::error_code error;
    const fs::path folder = fs::canonical(docs, error);
    if (error || !fs::exists(folder))
        return invalid("there is no folder " + docs + "; --docs takes a folder or an address");
    if (!fs::is_directory(folder))
        return invalid(docs + " is a file; --docs takes the folder that holds the pages");
    project.source_kind = "folder";
    project.source = folder.string();
    // A bare repository has no files to read: it is fetched like a remote one.
    if (fs::exists(folder / "HEAD") && fs::exists(folder / "objects") && fs::exists(folder / "refs")) {
        project.source_kind = "git";
        project.repository = folder.string();
        return project;
    }
    if (const auto tree = git::blocking_find_working_tree(folder)) project.repository = tree->root.string();
    return project;
}

Status check_slug(const std::string& slug) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const bool ok = !slug.empty() && slug.size() <= 63 && letter(slug.front()) && letter(slug.back()) &&
                    std::all_of(slug.begin(), slug.end(), [&](char c) { return letter(c) || c == '-'; });
    if (!ok)
        return invalid(
            "a project's name has 1 to 63 lower-case letters, digits and inner hyphens, such as my-docs");
    // These are first segments of the API's own paths.
    static const std::vector<std::string> taken = {"v1",   "v2",      "discovery", "api",     "ui",
                                                   "docs", "healthz", "readyz",    "metrics", "mcp"};
    if (std::find(taken.begin(), taken.end(), slug) != taken.end())
        return invalid("\"" + slug +
                       "\" is a part of the server's own addresses; take another name for the project");
    return {};
}

Task<Result<NewKey>> create_key(store::Keys& keys, api::KeySettings settings, std::string name,
                                std::string user, Millis now) {
    CO_TRY_VOID(api::check_key_settings(settings, now));
    NewKey made;
    made.secret = api::new_secret(settings.kind);
    store::Key key;
    key.id = new_ulid(now);
    key.project_id = settings.project_id;
    key.kind = api::key_kind_name(settings.kind);
    key.name = std::move(name);
    key.hint = api::hint_of_secret(made.secret);
    key.hash = hash_hex(made.secret);
    for (const auto& scope : settings.scopes) key.scopes += (key.scopes.empty() ? "" : " ") + scope;
    if (settings.kind == api::KeyKind::sessions) key.user = user.empty() ? "owner" : std::move(user);
    key.allow_ips = api::to_json_list(settings.allow_ips);
    key.origins = api::to_json_list(settings.origins);
    key.created = now;
    key.expires = settings.expires;
    CO_TRY(made.key, co_await keys.add(std::move(key)));
    co_return made;
}

std::string read_public_key(const fs::path& data) {
    return std::string(trim(read_small_file(data / "assistant-key")));
}

Status write_public_key(const fs::path& data, const std::string& secret) {
    return write_private_file(data / "assistant-key", secret + "\n");
}

}  // namespace docent::app
