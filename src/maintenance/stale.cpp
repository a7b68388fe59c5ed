#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "docs/api_specs.hpp"
#include "docs/front_matter.hpp"
#include "docs/mdx.hpp"
#include "docs/navigation.hpp"
#include "docs/page_path.hpp"
#include "docs/site_config.hpp"
#include "docs/source_files.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/page_files.hpp"
#include "maintenance/segments.hpp"
#include "maintenance/touches.hpp"

namespace docent::maintenance {
namespace {

constexpr std::size_t max_rows = 500;    // pages in the report
constexpr std::size_t max_used = 1'000;  // files that one page uses
constexpr Millis day = Millis{24} * 3600 * 1000;

Result<Millis> since_of(const std::string& text, Millis now) {
    if (const auto date = parse_iso8601(text)) return *date;
    const auto duration = parse_duration(text);
    const bool has_unit = !text.empty() && text.back() >= 'a' && text.back() <= 'z';
    if (!duration || !has_unit)
        return invalid("--since takes a time such as 180d or a day such as 2025-01-01");
    return now - duration->count();
}

/// What the pages of a site use beside their own file.
class Uses {
public:
    Uses(const Tree& tree, const Touches& touches) : tree_(tree) {
        for (const auto& [file, list] : touches.files) files_.insert(file);
        std::vector<docs::Problem> ignored;
        if (const auto config = docs::read_site_config(docs_folder(tree), ignored))
            for (const auto& entry : docs::read_navigation(config->root).entries)
                if (!entry.path.empty() && !entry.spec.empty()) specs_[entry.path] = entry.spec;
    }

    /// Files of the tree: snippets, the API description, code that it names.
    std::set<std::string> of(const PageFile& page) {
        std::set<std::string> out;
        const auto below = std::string(below_docs(tree_, page.path));
        docs::MdxOptions options;
        options.mdx = page.mdx;
        options.file = below;
        options.snippet = [this](const std::string& path) { return snippet(path); };
        const auto head = docs::read_front_matter(page.text);
        const auto body = std::string_view(page.text).substr(head.body);
        for (const auto& file : docs::mdx_to_markdown(body, options).snippets) add(out, in_tree(tree_, file));
        const auto& fields = head.fields;
        if (!fields.openapi.empty()) {
            auto file = docs::parse_operation(fields.openapi).file;
            const auto spec = specs_.find(std::string(docs::without_extension(below)));
            if (file.empty() && spec != specs_.end()) file = spec->second;
            add(out, in_tree(tree_, without_slash(file)));
        }
        if (!fields.asyncapi.empty())
            add(out, in_tree(tree_, without_slash(docs::parse_channel(fields.asyncapi).file)));
        for (const auto& piece : split_page(page.text, page.mdx)) {
            const auto source = std::string_view(page.text).substr(piece.begin, piece.end - piece.begin);
            if (piece.kind == Segment::Kind::code && source.size() < 300) named(out, trim(source));
            if (piece.kind == Segment::Kind::markup) linked(out, source);
        }
        out.erase(page.path);
        return out;
    }

private:
    static std::string without_slash(std::string_view path) {
        while (path.starts_with('/')) path.remove_prefix(1);
        return std::string(path);
    }

    void add(std::set<std::string>& out, const std::string& file) const {
        if (out.size() < max_used && files_.contains(file)) out.insert(file);
    }

    /// `src/serve.cpp` in a code span.
    void named(std::set<std::string>& out, std::string_view text) const {
        while (text.starts_with("./")) text.remove_prefix(2);
        if (text.find('/') == text.npos || docs::extension_of(text).empty()) return;
        add(out, std::string(text.substr(0, text.find_first_of(":#"))));  // file:line
    }

    /// https://forge.example/owner/name/blob/main/src/serve.cpp#L10
    void linked(std::set<std::string>& out, std::string_view text) const {
        for (const std::string_view mark : {"/blob/", "/tree/"})
            for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
                const auto rest = text.substr(at + mark.size(), 500);
                const auto path = rest.substr(0, rest.find_first_of(" \t\n\r\")'#?>"));
                for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1))
                    add(out, std::string(path.substr(slash + 1)));
            }
    }

    std::optional<std::string> snippet(const std::string& path) {
        const auto known = snippets_.find(path);
        if (known != snippets_.end()) return known->second;
        auto text = files_.contains(in_tree(tree_, path))
                        ? docs::read_source(docs_folder(tree_), path, 1 << 20)
                        : Result<std::string>(not_found(""));
        return snippets_.emplace(path, text ? std::optional(*text) : std::nullopt).first->second;
    }

    const Tree& tree_;
    std::set<std::string> files_;
    std::map<std::string, std::string> specs_;
    std::map<std::string, std::optional<std::string>> snippets_;
};

struct Stale {
    const PageFile* page = nullptr;
    const git::LoggedCommit* last = nullptr;
    std::vector<std::pair<std::string, const git::LoggedCommit*>> newer;  // what it uses, the newest first
};

std::string age(Millis from, Millis now) {
    return counted(static_cast<std::size_t>(std::max<Millis>(0, now - from) / day), "day");
}

Result<Outcome> blocking_stale(const Tree& tree, const Arguments& arguments) {
    TRY(const auto since, since_of(arguments.value("since", "180d"), tree.now));
    TRY(const auto touches, blocking_touches(tree));
    TRY(const auto pages, read_page_files(tree, arguments));
    Uses uses(tree, touches);
    std::vector<Stale> found;
    for (const auto& page : pages.files) {
        const auto* touch = touches.last(page.path);
        if (!touch || touches.commits[touch->commit].time >= since) continue;
        Stale one{&page, &touches.commits[touch->commit], {}};
        for (const auto& file : uses.of(page))
            if (const auto* other = touches.last(file); other && other->commit < touch->commit)
                one.newer.emplace_back(file, &touches.commits[other->commit]);
        std::ranges::stable_sort(
            one.newer, [](const auto& a, const auto& b) { return a.second->time > b.second->time; });
        found.push_back(std::move(one));
    }
    std::ranges::stable_sort(found, [](const Stale& a, const Stale& b) {
        if (a.newer.empty() != b.newer.empty()) return b.newer.empty();
        if (!a.newer.empty() && a.newer.front().second->time != b.newer.front().second->time)
            return a.newer.front().second->time > b.newer.front().second->time;
        return a.last->time < b.last->time;
    });
    const auto overtaken = static_cast<std::size_t>(
        std::ranges::count_if(found, [](const Stale& one) { return !one.newer.empty(); }));

    Outcome out;
    out.problems = found.size();
    out.title = counted(found.size(), "stale page");
    out.report = std::to_string(found.size()) + " of " + counted(pages.files.size(), "page") +
                 (found.size() == 1 ? " was" : " were") + " not changed since " + day_of(since) + ".\n";
    std::size_t rows = 0;
    for (const auto& one : found) {
        if (rows == 0 && overtaken > 0) out.report += "\n## What they use changed after them\n\n";
        if (rows == overtaken) out.report += overtaken > 0 ? "\n## The others, oldest first\n\n" : "\n";
        if (++rows > max_rows) {
            out.report += "- and " + counted(found.size() - max_rows, "page") + " more\n";
            break;
        }
        out.report += "- `" + one.page->path + ":1`: " + age(one.last->time, tree.now) + ", " +
                      commit_line(*one.last) + "\n";
        for (const auto& [file, commit] : one.newer)
            out.report += "  - `" + file + "`: " + commit_line(*commit) + "\n";
    }
    return out;
}

}  // namespace

const Command stale{
    .name = "stale",
    .usage = "/stale [--since 180d|2025-01-01] [--in GLOB]",
    .summary = "Reports pages that nobody changed for long, those first that use what changed after them.",
    .options = {"since", "in"},
    .flags = {},
    .run = blocking_stale,
};

}  // namespace docent::maintenance
