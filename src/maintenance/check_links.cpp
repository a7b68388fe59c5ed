#include <algorithm>

#include "base/text.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/mend.hpp"
#include "maintenance/page_files.hpp"

namespace docent::maintenance {

namespace {

constexpr std::size_t max_told = 500;  // of one kind

Result<Outcome> run_check_links(const Tree& tree, const Arguments& arguments) {
    TRY(const auto site, blocking_load_site(tree));
    const auto links = placed_links(site);
    Mender mender(tree, site);
    std::size_t broken = 0, mendable = 0, redirected = 0, files_missing = 0, checked = 0;
    std::string pages, files;
    std::set<std::string> affected;
    for (const auto& link : links) {
        if (!is_named(tree, arguments, in_tree(tree, link.file))) continue;
        if (link.where.state != Resolution::State::external) ++checked;
        if (!link.where.broken()) {
            if (!link.where.hops.empty() && !link.string) ++redirected;
            continue;
        }
        affected.insert(link.file);
        const bool is_file = link.where.state == Resolution::State::no_file;
        auto& number = is_file ? files_missing : broken;
        ++number;
        TRY(const auto remedy, mender.blocking_mend(link));
        if (remedy.target) ++mendable;
        if (number <= max_told) (is_file ? files : pages) += report_line(tree, site, link, remedy);
    }
    Outcome out;
    const auto all = broken + files_missing;
    out.problems = all;
    out.title = all == 0 ? "No broken links" : counted(all, "broken link", "broken links");
    out.report = "Checked " + counted(checked, "link", "links") + " inside the documentation, on " +
                 counted(site.site.pages.size(), "page", "pages") + ": ";
    out.report += all == 0 ? "none is broken.\n"
                           : std::to_string(all) + (all == 1 ? " is" : " are") + " broken, in " +
                                 counted(affected.size(), "file", "files") + ".\n";
    if (mendable > 0) out.report += "`/fix-links` can mend " + std::to_string(mendable) + " of them.\n";
    if (redirected > 0)
        out.report += counted(redirected, "link works", "links work") +
                      " only through a redirect; `/fix-links` writes the address that it leads to.\n";
    const auto section = [&](std::string_view title, std::size_t number, const std::string& lines) {
        if (number == 0) return;
        out.report += "\n## " + std::string(title) + "\n\n" + lines;
        if (number > max_told) out.report += "- and " + std::to_string(number - max_told) + " more\n";
    };
    section("Broken links", broken, pages);
    section("Missing files", files_missing, files);
    return out;
}

}  // namespace

const Command check_links{
    "check-links",
    "/check-links [--in GLOB]",
    "Lists the broken links, anchors, pictures and snippets, and what they probably should be.",
    {"in"},
    {},
    run_check_links};

}  // namespace docent::maintenance
