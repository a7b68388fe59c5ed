#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "docs/front_matter.hpp"
#include "docs/source_files.hpp"
#include "maintenance/broken_links.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/page_files.hpp"

namespace docent::maintenance {

namespace {

constexpr std::size_t most_told = 500;

/// The last parts of everything in a text that looks like a path to a picture: "logo.svg" of "/a/logo.svg".
void named_pictures(std::string_view text, std::set<std::string>& out) {
    constexpr std::string_view stops = " \t\r\n\"'`()[]{}<>=,;|/\\";
    for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        const auto end = std::min(text.find_first_of(" \t\r\n\"'`()[]{}<>=,;|/\\?#:", dot + 1), text.size());
        if (end - dot > 6 || end - dot < 3) continue;
        const auto from = text.find_last_of(stops, dot);
        const auto name = text.substr(from == std::string_view::npos ? 0 : from + 1);
        const auto word = name.substr(0, end - static_cast<std::size_t>(name.data() - text.data()));
        if (is_picture(word)) out.insert(decoded(word));
    }
}

/// The part of a name behind its last blank: all that a text search sees of it.
std::string last_word(const std::string& file) {
    const auto name = file.substr(file.rfind('/') + 1);
    const auto blank = name.find_last_of(" ()[]=,;'");
    return blank == std::string::npos ? name : name.substr(blank + 1);
}

bool is_snippet(std::string_view file) {
    return file.starts_with("snippets/") || file.starts_with("_snippets/") ||
           file.find("/snippets/") != std::string_view::npos;
}

Result<Outcome> run_orphans(const Tree& tree, const Arguments&) {
    TRY(const auto site, blocking_load_site(tree));
    const auto links = placed_links(site);
    std::set<std::size_t> linked, placed;
    std::set<std::string> used, named;
    std::vector<std::string> nowhere, hidden, missing, snippets, pictures;
    for (const auto& link : links) {
        if (link.in_navigation()) {
            if (link.where.page) placed.insert(*link.where.page);
            if (link.where.broken())
                missing.push_back(place_of(tree, link.file, link.span.line) + ": " + as_code(link.target));
        } else if (link.where.page && !(link.source && link.source->page == link.where.page)) {
            linked.insert(*link.where.page);
        }
        if (link.where.state == Resolution::State::file) used.insert(link.where.file);
    }
    const bool has_navigation = !placed.empty();
    for (const auto& source : site.sources) {
        named_pictures(source.text, named);
        if (!source.page || placed.count(*source.page) || linked.count(*source.page)) continue;
        const auto& page = site.site.pages[*source.page];
        if (is_one_of(page.path, {"index", "404", "readme", "README"}) ||
            std::find(site.languages.begin(), site.languages.end(), page.path) != site.languages.end())
            continue;
        const auto fields = docs::read_front_matter(source.text).fields;
        (fields.hidden.value_or(false) ? hidden : nowhere).push_back(place_of(tree, source.file, 0));
    }
    const auto folder = docs_folder(tree);
    for (const auto& file : site.files) {
        const auto extension = docs::extension_of(file);
        if (is_one_of(extension, {".json", ".yaml", ".yml", ".css", ".js", ".ts", ".html", ".toml"}))
            if (const auto text = docs::read_source(folder, file, 4 << 20)) named_pictures(*text, named);
    }
    for (const auto& file : site.files) {
        if (used.count(file)) continue;
        if (is_picture(file) && !named.count(file.substr(file.rfind('/') + 1)) &&
            !named.count(last_word(file)))
            pictures.push_back(place_of(tree, file, 0));
        if (is_snippet(file) && !site.included_by.count(file) &&
            is_one_of(docs::extension_of(file), {".md", ".mdx", ".jsx", ".tsx"}))
            snippets.push_back(place_of(tree, file, 0));
    }
    Outcome out;
    const auto all = nowhere.size() + missing.size() + snippets.size() + pictures.size();
    out.problems = all;
    out.title = all == 0 ? "No orphans" : counted(all, "orphan", "orphans");
    if (all == 0) out.report = "Every page can be reached, and every snippet and picture is used.\n";
    const auto section = [&](std::string_view title, std::string_view what, std::vector<std::string>& lines) {
        if (lines.empty()) return;
        std::sort(lines.begin(), lines.end());
        out.report +=
            (out.report.empty() ? "## " : "\n## ") + std::string(title) + "\n\n" + std::string(what) + "\n\n";
        for (std::size_t i = 0; i < lines.size() && i < most_told; ++i) out.report += "- " + lines[i] + "\n";
        if (lines.size() > most_told)
            out.report += "- and " + std::to_string(lines.size() - most_told) + " more\n";
    };
    section(
        "Pages that nothing leads to",
        has_navigation
            ? "They are in no navigation, and no page links to them."
            : "No page links to them; there is no navigation file, so the site may list them all the same.",
        nowhere);
    section("Hidden pages that nothing leads to",
            "Their front matter says `hidden: true`: readers come by an address that they were given.",
            hidden);
    section("Navigation without a page", "These entries name a page that has no file.", missing);
    section("Unused snippets", "No page takes them in.", snippets);
    section("Unused pictures and files", "No page, style or setting names them.", pictures);
    return out;
}

}  // namespace

const Command orphans{
    "orphans",
    "/orphans",
    "Lists pages that nothing leads to, navigation without a page, unused snippets and pictures.",
    {},
    {},
    run_orphans};

}  // namespace docent::maintenance
