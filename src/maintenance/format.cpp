#include <map>

#include "base/text.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/page_files.hpp"
#include "maintenance/page_format.hpp"
#include "maintenance/rendered.hpp"

namespace docent::maintenance {
namespace {

constexpr std::size_t max_reported = 1'000;  // files

std::string changes_of(const std::string& path, const FormattedPage& page) {
    std::map<FormChange::Kind, std::string> lines;
    for (const auto& change : page.changes) {
        auto& list = lines[change.kind];
        list += (list.empty() ? "" : ", ") + std::to_string(change.line);
    }
    std::string out = "- `" + path + ":" + std::to_string(page.changes.front().line) + "`: ";
    bool first = true;
    for (const auto& [kind, list] : lines) {
        out += (first ? "" : "; ") + std::string(to_string(kind)) + " (" + list + ")";
        first = false;
    }
    return out + "\n";
}

Result<Outcome> blocking_format(const Tree& tree, const Arguments& arguments) {
    TRY(const auto pages, read_page_files(tree, arguments));
    Outcome out;
    std::string list, left;
    std::size_t left_pages = 0;
    std::map<FormChange::Kind, std::size_t> counts;
    for (const auto& page : pages.files) {
        auto made = format_page(page.text, page.mdx);
        if (made.text == page.text) continue;
        const bool same = rendered(page.text, page.mdx) == rendered(made.text, page.mdx) &&
                          format_page(made.text, page.mdx).text == made.text;
        if (!same) {
            ++left_pages;
            left += "- `" + page.path + ":" + std::to_string(made.changes.front().line) + "`\n";
            continue;
        }
        for (const auto& change : made.changes) ++counts[change.kind];
        if (out.changes.size() < max_reported) list += changes_of(page.path, made);
        out.changes.push_back({FileChange::Kind::edit, page.path, "", page.text, std::move(made.text)});
    }
    out.title = "Format " + counted(out.changes.size(), "page");
    if (out.changes.empty()) {
        out.title = "Nothing to format";
        out.report = "Of " + counted(pages.files.size(), "page") + " none needs formatting.\n";
    } else {
        out.report = counted(out.changes.size(), "page") + " of " + std::to_string(pages.files.size()) +
                     (out.changes.size() == 1 ? " changes" : " change") +
                     " in form; what readers see stays the same:\n\n";
        for (const auto& [kind, n] : counts)
            out.report += "- " + std::string(to_string(kind)) + ": " + std::to_string(n) + "\n";
        out.report += "\nBy file, with the lines as they were:\n\n" + list;
        if (out.changes.size() > max_reported)
            out.report += "- and " + counted(out.changes.size() - max_reported, "file") + " more\n";
    }
    if (left_pages > 0)
        out.report += "\nLeft alone, since another form could mean something else there:\n\n" + left;
    if (!pages.skipped.empty()) out.report += "\nNot read:\n\n" + pages.skipped;
    return out;
}

}  // namespace

const Command format{
    .name = "format",
    .usage = "/format [--in GLOB]",
    .summary = "Mends blanks, empty lines, tables and the like in pages, and nothing that readers see.",
    .options = {"in"},
    .flags = {},
    .run = blocking_format,
};

}  // namespace docent::maintenance
