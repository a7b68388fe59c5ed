#include <algorithm>

#include "base/text.hpp"
#include "docs/ignore.hpp"
#include "docs/page_path.hpp"
#include "docs/source_files.hpp"
#include "maintenance/linked_site.hpp"

namespace docent::maintenance {

namespace {

using State = Resolution::State;
using Form = docs::LinkSpan::Form;

constexpr std::size_t max_hops = 20;

bool has_scheme(std::string_view target) {
    const auto colon = target.find(':');
    if (colon == std::string_view::npos || colon < 2 || colon > 20) return false;
    return target.substr(0, colon).find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-") == std::string_view::npos;
}

/// What the server makes itself.
bool is_generated(std::string_view path) {
    const auto name = path.substr(path.rfind('/') + 1);
    return is_one_of(path, {"llms.txt", "llms-full.txt", "sitemap.xml", "robots.txt", "skill.md", "mcp",
                            "favicon.ico"}) ||
           name == "rss.xml" || name == "feed.xml" || name == "atom.xml" ||
           path.substr(0, 11) == ".well-known" || path.substr(0, 11) == "_mintlify/";
}

std::string without_slashes(std::string_view path) {
    while (!path.empty() && path.front() == '/') path.remove_prefix(1);
    while (!path.empty() && path.back() == '/') path.remove_suffix(1);
    return std::string(path);
}

/// The redirect's destination for a path, when its source matches: "/a/*" and "/a/:name" take what stands
/// there along.
std::optional<std::string> redirected(const Redirect& redirect, const std::string& path) {
    const auto source = without_slashes(redirect.source.substr(0, redirect.source.find_first_of("?#")));
    if (source == path) return redirect.destination;
    const auto from = split(source, '/'), parts = split(path, '/');
    std::map<std::string, std::string> taken;
    std::string rest;
    std::size_t i = 0;
    for (; i < from.size(); ++i) {
        const bool many = from[i].ends_with('*');
        if (many) {
            for (std::size_t k = i; k < parts.size(); ++k) rest += (rest.empty() ? "" : "/") + parts[k];
            if (from[i][0] == ':') taken[from[i].substr(0, from[i].size() - 1)] = rest;
            taken["*"] = rest;
            break;
        }
        if (i >= parts.size()) return std::nullopt;
        if (from[i][0] == ':' && from[i].size() > 1)
            taken[from[i]] = parts[i];
        else if (from[i] != parts[i])
            return std::nullopt;
    }
    if (i == from.size() && parts.size() != from.size()) return std::nullopt;
    if (taken.empty()) return std::nullopt;
    std::string out;
    for (const auto& part : split(redirect.destination, '/')) {
        auto name = part;
        if (name.size() > 1 && name.ends_with('*') && name[0] == ':') name.pop_back();
        const auto known = taken.find(name);
        if (!(out.empty() && part.empty())) out += "/";
        out += known == taken.end() ? part : known->second;
    }
    if (redirect.destination.starts_with("http")) out.erase(0, out.find_first_not_of('/'));
    return out;
}

}  // namespace

Target LinkedSite::parse(std::string_view target) const {
    Target out;
    auto rest = target;
    if (!own_address_.empty() && rest.starts_with(own_address_) &&
        (rest.size() == own_address_.size() ||
         std::string_view("/?#").find(rest[own_address_.size()]) != std::string_view::npos)) {
        out.prefix = rest.substr(0, own_address_.size());
        rest.remove_prefix(own_address_.size());
    } else if (has_scheme(rest) || rest.starts_with("//")) {
        out.external = true;
        return out;
    }
    const auto hash = rest.find('#');
    if (hash != std::string_view::npos) {
        out.has_anchor = true;
        out.anchor = rest.substr(hash + 1);
        rest = rest.substr(0, hash);
    }
    const auto query = std::min(rest.find('?'), rest.size());
    out.query = rest.substr(query);
    out.path = rest.substr(0, query);
    return out;
}

std::optional<std::size_t> LinkedSite::find_page(const std::string& path, bool is_html_right) const {
    if (const auto page = page_at(path.empty() ? "index" : docs::fold_index(path))) return page;
    if (const auto page = page_of(path)) return page;
    for (const auto* ending :
         {".mdx", ".md", ".markdown", "/index.mdx", "/index.md", "/README.md", "/readme.md"})
        if (const auto page = page_of(path + ending)) return page;
    if (!root.empty())
        for (const auto* ending : {"", ".mdx", ".md", "/index.md", "/index.mdx", "/README.md"})
            if (const auto page = page_of(root + "/" + path + ending)) return page;
    const auto extension = docs::extension_of(path);
    if ((extension == ".md" && mintlify) || (extension == ".html" && is_html_right))
        return page_at(docs::fold_index(docs::without_extension(path)));
    return std::nullopt;
}

bool LinkedSite::has_anchor(std::size_t page, const std::string& anchor) const {
    if (anchor.empty() || anchor == "top" || anchor.starts_with(":~:")) return true;
    const auto& known = site.pages[page];
    // What an API page shows beyond its own text is made from the description, anchors too.
    if (known.is_api) return true;
    return std::find(known.anchors.begin(), known.anchors.end(), anchor) != known.anchors.end();
}

void LinkedSite::follow_redirects(Resolution& out) const {
    std::set<std::string> seen;
    while (out.state == State::no_page) {
        std::optional<std::string> next;
        for (const auto& redirect : redirects)
            if ((next = redirected(redirect, out.path))) break;
        if (!next) return;
        out.hops.push_back("/" + out.path + " -> " + *next);
        if (!seen.insert(out.path).second || out.hops.size() > max_hops) {
            out.state = State::loop;
            return;
        }
        const auto parts = parse(*next);
        if (parts.external) {
            out.state = State::external;
            return;
        }
        if (out.anchor.empty()) out.anchor = decoded(parts.anchor);
        out.path = without_slashes(decoded(parts.path));
        if ((out.page = find_page(out.path, !mintlify))) {
            out.state = has_anchor(*out.page, out.anchor) ? State::page : State::no_anchor;
        } else if (has_file(out.path)) {
            out.state = State::file;
            out.file = out.path;
        } else if (is_generated(out.path)) {
            out.state = State::generated;
        }
    }
}

Resolution LinkedSite::resolve(std::string_view file, std::optional<std::size_t> page,
                               std::string_view target, bool picture) const {
    Resolution out;
    const auto parts = parse(target);
    if (parts.external) return out;
    out.anchor = decoded(parts.anchor);
    const auto settle = [&](std::optional<std::size_t> found) {
        out.page = found;
        out.state = has_anchor(*found, out.anchor) ? State::page : State::no_anchor;
    };
    const auto path = decoded(parts.path);
    if (path.empty() && parts.prefix.empty()) {
        if (page) {
            settle(page);
        } else {
            out.state = State::generated;  // of the page that takes it in
        }
        return out;
    }
    std::vector<std::string> candidates;
    if (parts.absolute()) {
        candidates.push_back(without_slashes(path));
        if (parts.prefix.empty() && !base_path_.empty() && (path + "/").starts_with(base_path_ + "/"))
            candidates.push_back(without_slashes(path.substr(base_path_.size())));
    } else {
        const auto add = [&](std::string_view folder) {
            auto joined = joined_path(folder, path);
            if (joined && std::find(candidates.begin(), candidates.end(), *joined) == candidates.end())
                candidates.push_back(*std::move(joined));
        };
        add(folder_of(file));
        if (page && !picture) add(folder_of(site.pages[*page].path));
    }
    if (candidates.empty()) {
        out.state = picture ? State::no_file : State::no_page;
        out.path = path;
        return out;
    }
    for (const auto& candidate : candidates) {
        out.path = candidate;
        if (picture && has_file(candidate)) {
            out.state = State::file;
            out.file = candidate;
            return out;
        }
        if (const auto found = find_page(candidate, !mintlify)) return settle(found), out;
        if (has_file(candidate)) {
            out.state = State::file;
            out.file = candidate;
            return out;
        }
        if (is_generated(candidate)) {
            out.state = State::generated;
            return out;
        }
    }
    out.path = candidates.front();
    out.state = picture ? State::no_file : State::no_page;
    if (!picture) follow_redirects(out);
    if (out.state == State::no_page && is_picture(out.path)) out.state = State::no_file;
    return out;
}

Resolution LinkedSite::resolve(const Source& from, const docs::LinkSpan& link) const {
    const auto target = link.target(from.text);
    const bool picture = link.form == Form::image || link.form == Form::source || link.form == Form::import;
    if (link.form == Form::import) {
        if (target.empty() || (target[0] != '/' && target[0] != '.' && docs::extension_of(target).empty()))
            return {};  // a package
        if (target[0] == '@') {
            if (!target.starts_with("@site/")) return {};
            return resolve(from.file, from.page, target.substr(5), true);
        }
        if (target[0] != '/' && target[0] != '.')
            if (auto found = resolve("snippets/x", std::nullopt, target, true); !found.broken()) return found;
        auto found = resolve(from.file, from.page, target, true);
        if (found.broken() && docs::extension_of(target).empty())  // a module without its extension
            for (const auto* ending : {".js", ".jsx", ".ts", ".tsx", ".mdx", "/index.js", "/index.tsx"})
                if (has_file(found.path + ending)) {
                    found.state = State::file;
                    found.file = found.path + ending;
                    break;
                }
        return found;
    }
    auto found = resolve(from.file, from.page, target, picture);
    if (from.page) return found;
    // A snippet's relative links and anchors are those of the pages that take it in.
    const auto users = included_by.find(from.file);
    if (users == included_by.end()) return found;
    const auto parts = parse(target);
    if (parts.absolute() || parts.external) return found;
    if (!found.broken() && found.state != State::generated) return found;
    for (const auto user : users->second) {
        if (!sources[user].page) continue;
        auto there = resolve(sources[user].file, sources[user].page, target, picture);
        if (!there.broken()) return there;
        found = std::move(there);
    }
    return found;
}

}  // namespace docent::maintenance
