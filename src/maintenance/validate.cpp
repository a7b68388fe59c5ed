#include "maintenance/validate.hpp"

#include <algorithm>
#include <map>

#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "docs/front_matter.hpp"
#include "docs/source_files.hpp"
#include "git/repository.hpp"
#include "maintenance/broken_links.hpp"
#include "maintenance/file_history.hpp"
#include "maintenance/page_files.hpp"
#include "maintenance/page_structure.hpp"

namespace docent::maintenance {

namespace {

/// A finding and what it is about: the same subject in the commit means that it was there before.
struct Fault {
    std::string file;  // below the documentation's folder
    std::uint32_t line = 0;
    std::string rule, subject, message;

    std::string key(const std::string& in) const { return in + "\n" + rule + "\n" + subject; }
};

std::string sentence(std::string text) {
    if (!text.empty() && text.back() != '.' && text.back() != '?') text += '.';
    return text;
}

void link_faults(const LinkedSite& site, const std::vector<PlacedLink>& links, std::vector<Fault>& out) {
    for (const auto& link : links) {
        if (!link.where.broken()) continue;
        Fault fault{link.file, link.span.line, "link", link.target, ""};
        if (link.in_navigation())
            fault.rule = "navigation";
        else if (link.where.state == Resolution::State::no_anchor)
            fault.rule = "anchor";
        else if (link.where.state == Resolution::State::no_file)
            fault.rule = "file";
        fault.message = link.in_navigation() ? "The navigation names " + as_code(link.target) +
                                                   ", which has no file: add the page or take the entry out."
                                             : "The link " + as_code(link.target) +
                                                   " is broken: " + sentence(why_broken(site, link)) +
                                                   (link.where.state == Resolution::State::no_anchor
                                                        ? " Name a heading that is there."
                                                        : " Correct the link, or bring back what it names.");
        out.push_back(std::move(fault));
    }
}

void page_faults(const LinkedSite& site, const std::vector<PlacedLink>& links, std::vector<Fault>& out) {
    std::set<std::size_t> placed;
    for (const auto& link : links)
        if (link.in_navigation() && link.where.page) placed.insert(*link.where.page);
    for (const auto& source : site.sources) {
        const auto syntax = docs::syntax_of(source.file, site.mintlify);
        if (syntax != docs::Syntax::mdx && syntax != docs::Syntax::markdown) continue;
        const auto body = std::string_view(source.text).substr(source.body);
        const auto lines = static_cast<std::uint32_t>(line_of(source.text, source.body) - 1);
        for (auto& fault : structure_faults(body, syntax == docs::Syntax::mdx)) {
            fault.message[0] = fault.message[0] == 't' ? 'T' : fault.message[0];
            out.push_back(
                {source.file, fault.line + lines, fault.rule, fault.subject, std::move(fault.message)});
        }
        if (!source.page) continue;
        const auto head = docs::read_front_matter(source.text);
        auto start = std::string_view(source.text);
        if (start.starts_with("\xef\xbb\xbf")) start.remove_prefix(3);
        const auto first = start.substr(0, start.find('\n'));
        const auto second = start.substr(std::min(first.size() + 1, start.size()), 200);
        if (source.body == 0 && trim(first) == "---" &&
            second.substr(0, second.find('\n')).find(':') != second.npos)
            out.push_back(
                {source.file, 1, "front-matter", "",
                 "The front matter that opens here is never closed: end it with a line of three dashes."});
        else if (site.mintlify && head.error.empty() && head.fields.title.empty() &&
                 head.fields.openapi.empty() && head.fields.asyncapi.empty() && head.fields.api.empty())
            out.push_back({source.file, 1, "front-matter", "title",
                           "The page has no title: add \"title\" to its front matter."});
        const auto& page = site.site.pages[*source.page];
        if (!placed.empty() && !placed.count(*source.page) && !head.fields.hidden.value_or(false) &&
            site.broken_config.empty())
            out.push_back({source.file, 0, "navigation", "unlisted",
                           "The page " + as_code(page.path) + " is in no navigation: add it to " +
                               site.config_file + ", or put \"hidden: true\" in its front matter."});
    }
}

std::vector<Fault> faults_of(const LinkedSite& site) {
    std::vector<Fault> out;
    for (const auto& problem : site.site.problems) {
        // Told with their lines by what reads links.
        if (problem.message.starts_with("the navigation names") || problem.message.starts_with("the snippet"))
            continue;
        auto message = problem.message;
        if (!message.empty() && message[0] >= 'a' && message[0] <= 'z')
            message[0] = static_cast<char>(message[0] - 'a' + 'A');
        const bool config = site.config_texts.count(problem.file) > 0;
        const bool text = problem.message.find("UTF-8") != std::string::npos;
        out.push_back({problem.file, problem.line,
                       config                      ? "config"
                       : problem.line > 0 && !text ? "front-matter"
                                                   : "page",
                       problem.message, sentence(std::move(message))});
    }
    const auto links = placed_links(site);
    link_faults(site, links, out);
    page_faults(site, links, out);
    return out;
}

}  // namespace

Result<std::vector<Finding>> blocking_validate(const Tree& tree, const std::string& base_commit) {
    TRY(const auto site, blocking_load_site(tree));
    auto faults = faults_of(site);
    if (!faults.empty()) {
        TRY(const auto scratch, ScratchFolder::blocking_make());
        // A plain tree may keep its pictures beside the documentation.
        const auto whole = site.mintlify ? tree.docs : std::string();
        TRY_VOID(git::blocking_export(tree.workspace.git_dir, base_commit, whole, scratch.path()));
        const auto folder = site.mintlify ? scratch.path() : scratch.path() / tree.docs;
        std::map<std::string, int> before;
        if (const auto old = LinkedSite::blocking_load(folder, scratch.path()))
            for (const auto& fault : faults_of(*old)) ++before[fault.key(fault.file)];
        std::optional<FileHistory> history;
        std::map<std::string, std::vector<std::string>> names;
        std::vector<Fault> fresh;
        for (auto& fault : faults) {
            const auto was_there = [&](const std::string& file) {
                const auto known = before.find(fault.key(file));
                return known != before.end() && known->second-- > 0;
            };
            if (was_there(fault.file)) continue;
            // A file that was moved brings its faults along.
            std::error_code failed;
            if (!std::filesystem::exists(folder / fault.file, failed)) {
                if (!history) {
                    TRY(history, FileHistory::blocking_load(tree, site));
                }
                auto [known, unknown] = names.try_emplace(fault.file);
                if (unknown)
                    for (const auto& name : history->former_names(fault.file))
                        known->second.push_back(name.file);
                if (std::any_of(known->second.begin(), known->second.end(), was_there)) continue;
            }
            fresh.push_back(std::move(fault));
        }
        faults = std::move(fresh);
    }
    std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
        return a.file != b.file ? a.file < b.file : a.line < b.line;
    });
    std::vector<Finding> out;
    for (auto& fault : faults)
        out.push_back(
            {in_tree(tree, fault.file), fault.line, std::move(fault.rule), std::move(fault.message)});
    return out;
}

}  // namespace docent::maintenance
