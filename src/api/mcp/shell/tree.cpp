#include "api/mcp/shell/tree.hpp"

#include <algorithm>

#include "api/page_text.hpp"
#include "base/text.hpp"

namespace docent::api::shell {
namespace {

/// "/guides/" of "/guides", "/" of "/".
std::string prefix_of(std::string_view folder) {
    std::string out(folder);
    if (!out.ends_with('/')) out += '/';
    return out;
}

}  // namespace

std::string absolute_path(std::string_view folder, std::string_view path) {
    std::vector<std::string> kept;
    const auto take = [&](std::string_view text) {
        for (auto& part : split(text, '/')) {
            if (part.empty() || part == ".") continue;
            if (part != "..") {
                kept.push_back(std::move(part));
            } else if (!kept.empty()) {
                kept.pop_back();
            }
        }
    };
    if (!path.starts_with('/')) take(folder);
    take(path);
    std::string out;
    for (const auto& part : kept) (out += '/') += part;
    return out.empty() ? "/" : out;
}

Tree::Tree(const search::Index& index) : index_(index) {
    for (const auto n : readable_pages(index)) {
        const auto path = index.page(n).path;
        std::string file = absolute_path("/", path);
        if (file.size() <= 1) continue;
        entries_.push_back({file + ".md", n});
    }
    std::ranges::sort(entries_, {}, &Entry::path);
    const auto twice = [](const Entry& a, const Entry& b) { return a.path == b.path; };
    entries_.erase(std::unique(entries_.begin(), entries_.end(), twice), entries_.end());
}

std::vector<Tree::Entry>::const_iterator Tree::first_below(std::string_view prefix) const {
    const auto before = [](const Entry& entry, std::string_view path) { return entry.path < path; };
    return std::lower_bound(entries_.begin(), entries_.end(), prefix, before);
}

std::optional<Node> Tree::find(std::string_view path) const {
    auto exact = first_below(path);
    if (exact != entries_.end() && exact->path == path) return Node{exact->path, false, exact->page};
    const auto prefix = prefix_of(path);
    const auto inside = first_below(prefix);
    if (path == "/" || (inside != entries_.end() && inside->path.starts_with(prefix)))
        return Node{std::string(path), true, 0};
    const auto page = index_.find_page(path);
    if (!page) return std::nullopt;
    const std::string own = absolute_path("/", index_.page(*page).path) + ".md";
    exact = first_below(own);
    if (exact == entries_.end() || exact->page != *page) return std::nullopt;
    return Node{exact->path, false, exact->page};
}

std::vector<Node> Tree::children(std::string_view folder) const {
    std::vector<Node> out;
    const auto prefix = prefix_of(folder);
    for (auto at = first_below(prefix); at != entries_.end() && at->path.starts_with(prefix);) {
        const auto slash = at->path.find('/', prefix.size());
        if (slash == std::string::npos) {
            out.push_back({at->path, false, at->page});
            ++at;
            continue;
        }
        out.push_back({at->path.substr(0, slash), true, 0});
        at = first_below(out.back().path + static_cast<char>('/' + 1));
    }
    return out;
}

std::vector<Node> Tree::pages_below(std::string_view folder) const {
    std::vector<Node> out;
    const auto prefix = prefix_of(folder);
    for (auto at = first_below(prefix); at != entries_.end() && at->path.starts_with(prefix); ++at)
        out.push_back({at->path, false, at->page});
    return out;
}

std::vector<Node> Tree::all_below(std::string_view folder) const {
    std::vector<Node> out;
    const auto prefix = prefix_of(folder);
    std::string open = prefix;  // the folder of the last page
    for (auto& page : pages_below(folder)) {
        const auto parent = page.path.substr(0, page.path.rfind('/') + 1);
        // Name the folders that this page enters.
        std::size_t shared = 0;
        for (std::size_t i = 0; i < std::min(open.size(), parent.size()) && open[i] == parent[i]; ++i)
            if (open[i] == '/') shared = i + 1;
        for (auto slash = parent.find('/', std::max(shared, prefix.size())); slash != std::string::npos;
             slash = parent.find('/', slash + 1))
            out.push_back({parent.substr(0, slash), true, 0});
        open = parent;
        out.push_back(std::move(page));
    }
    return out;
}

std::string Tree::text(const Node& page) const { return page_text(index_.page(page.page)); }

}  // namespace docent::api::shell
