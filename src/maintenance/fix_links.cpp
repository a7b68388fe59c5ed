#include <algorithm>

#include "base/text.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/file_edits.hpp"
#include "maintenance/mend.hpp"
#include "maintenance/page_files.hpp"

namespace docent::maintenance {

namespace {

constexpr std::size_t most_listed = 200;

bool is_mended(const PlacedLink& link) {
    if (link.where.broken()) return true;
    // What works through a redirect of the site's own is written out; redirects themselves stay.
    return !link.where.hops.empty() && !link.string &&
           (link.where.state == Resolution::State::page || link.where.state == Resolution::State::file);
}

Result<Outcome> run_fix_links(const Tree& tree, const Arguments& arguments) {
    TRY(const auto site, blocking_load_site(tree));
    const auto links = placed_links(site);
    Mender mender(tree, site);
    FileEdits edits(tree.docs);
    std::set<std::size_t> in_navigation;
    for (const auto& link : links)
        if (link.in_navigation() && link.where.page) in_navigation.insert(*link.where.page);
    std::vector<std::string> fixed, left;
    std::size_t files = 0;  // that are missing
    for (const auto& link : links) {
        if (!is_named(tree, arguments, in_tree(tree, link.file)) || !is_mended(link)) continue;
        TRY(auto remedy, mender.blocking_mend(link));
        if (remedy.target && link.in_navigation()) {
            // A page that the navigation has elsewhere already: which place is right is for a person to say.
            const auto page = site.resolve("", std::nullopt, "/" + *remedy.target, false).page;
            if (!page || !in_navigation.insert(*page).second) {
                remedy.left = "the page is in the navigation already, as " + as_code(*remedy.target);
                remedy.target.reset();
            }
        }
        if (!remedy.target) {
            if (!link.where.broken()) continue;
            if (link.where.state == Resolution::State::no_file) {
                ++files;
                continue;
            }
            left.push_back(report_line(tree, site, link, remedy));
            continue;
        }
        const auto& text = link.source ? link.source->text : site.config_texts.at(link.file);
        const auto with = link.string ? json_escaped(*remedy.target) : *remedy.target;
        if (edits.replace(link.file, text, link.span.begin, link.span.end, with))
            fixed.push_back("- " + place_of(tree, link.file, link.span.line) + ": " + as_code(link.target) +
                            " is now " + as_code(*remedy.target) + ": " + remedy.evidence + ".\n");
    }
    Outcome out;
    out.changes = edits.changes();
    out.problems = left.size() + files;
    out.title = fixed.empty() ? "No link to fix" : "Fix " + counted(fixed.size(), "link", "links");
    const auto list = [&](const std::vector<std::string>& lines) {
        for (std::size_t i = 0; i < lines.size() && i < most_listed; ++i) out.report += lines[i];
        if (lines.size() > most_listed)
            out.report += "- and " + std::to_string(lines.size() - most_listed) + " more\n";
    };
    if (fixed.empty()) {
        out.report = left.empty() && files == 0 ? "No link is broken.\n"
                                                : "No broken link can be mended by evidence.\n";
    } else {
        out.report = "Fixed " + counted(fixed.size(), "link", "links") + " in " +
                     counted(out.changes.size(), "file", "files") +
                     ". Each is mended by the evidence behind it.\n\n";
        list(fixed);
    }
    if (left.empty() && files == 0) return out;
    out.report += "\n## Left for a person\n\n";
    if (!left.empty()) {
        out.report += counted(left.size(), "link is", "links are") +
                      " broken, and nothing tells for certain what was meant.\n\n";
        list(left);
    }
    if (files > 0)
        out.report += (left.empty() ? "" : "\n") +
                      counted(files, "picture or file is", "pictures and files are") +
                      " missing; `/check-links` lists them.\n";
    return out;
}

}  // namespace

const Command fix_links{
    "fix-links",
    "/fix-links [--in GLOB]",
    "Mends links to moved pages, renamed anchors and wrong spellings, by evidence from git and "
    "redirects.",
    {"in"},
    {},
    run_fix_links};

}  // namespace docent::maintenance
