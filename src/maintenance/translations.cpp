#include <algorithm>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "docs/front_matter.hpp"
#include "docs/plain_text.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/languages.hpp"
#include "maintenance/page_files.hpp"
#include "maintenance/page_lines.hpp"
#include "maintenance/touches.hpp"

namespace docent::maintenance {
namespace {

constexpr std::size_t max_pages = 1'000;   // in the report
constexpr std::size_t max_commits = 5;     // of a page
constexpr std::size_t most_sections = 12;  // of a page

/// A part of a page under one heading.
struct Part {
    std::string heading;  // plain; "" before the first
    std::string text;     // without differences in blanks
    std::size_t line = 1;
};

std::vector<Part> parts_of(std::string_view text, bool mdx) {
    std::vector<Part> out(1);
    const auto body = docs::read_front_matter(text).body;
    const auto take = [&](std::string_view source) {
        for (const auto& word : split(source, ' '))
            if (!trim(word).empty()) (out.back().text += trim(word)) += ' ';
    };
    for (const auto& line : split(text.substr(0, body), '\n')) take(line);
    for (const auto& line : page_lines(text, body, mdx)) {
        const auto source = text.substr(line.begin, line.end - line.begin);
        if (line.kind == PageLine::Kind::heading) {
            auto words = trim(source);
            words.remove_prefix(std::min(words.find_first_not_of('#'), words.size()));
            words = words.substr(0, words.rfind("{#"));
            out.push_back({docs::plain_line(words), "", line_of(text, line.begin)});
        }
        take(source);
    }
    return out;
}

/// What became of the parts, in the order of the new page: "`a.mdx:12` Limits", "`a.mdx:40` Errors (new)".
std::vector<std::string> changed_parts(std::string_view before, std::string_view after,
                                       const PageFile& page) {
    const auto old_parts = parts_of(before, page.mdx), new_parts = parts_of(after, page.mdx);
    std::map<std::string, std::vector<const Part*>> by_heading;
    for (const auto& part : old_parts) by_heading[part.heading].push_back(&part);
    std::vector<std::string> out;
    for (const auto& part : new_parts) {
        auto& same = by_heading[part.heading];
        const auto name = "`" + page.path + ":" + std::to_string(part.line) + "` " +
                          (part.heading.empty() ? "the page's beginning" : part.heading);
        if (same.empty()) {
            out.push_back(name + " (new)");
            continue;
        }
        auto match = std::ranges::find(same, part.text, &Part::text);
        if (match == same.end()) {
            out.push_back(name);
            match = same.begin();
        }
        same.erase(match);
    }
    for (const auto& [heading, rest] : by_heading)
        for (std::size_t i = 0; i < rest.size(); ++i) out.push_back(heading + " (gone)");
    return out;
}

class Comparison {
public:
    Comparison(const Tree& tree, const PageFiles& pages) : tree_(tree) {
        for (const auto& page : pages.files) files_[page.path] = &page;
    }

    void use(const Touches* touches) { touches_ = touches; }

    /// A line of the report, with more below it; "" when the translation is up to date.
    Result<std::string> of(const Translated& pair) {
        const auto source = in_tree(tree_, pair.source), translation = in_tree(tree_, pair.translation);
        const auto found = files_.find(source);
        if (found == files_.end()) return std::string();
        if (!files_.contains(translation)) {
            if (!pair.expected) return std::string();
            ++missing;
            return "- `" + translation + "` is missing: a translation of `" + source + ":1`\n";
        }
        if (!touches_) return std::string();
        const auto* touch = touches_->last(translation);
        const auto all = touches_->files.find(source);
        if (!touch || all == touches_->files.end()) return std::string();
        std::vector<const Touch*> newer;
        for (const auto& one : all->second)
            if (one.commit < touch->commit) newer.push_back(&one);
        if (newer.empty()) return std::string();
        TRY(const auto blobs, git::blocking_blobs(tree_.workspace, {newer.back()->old_blob}));
        const auto parts = changed_parts(blobs[0].value_or(""), found->second->text, *found->second);
        if (parts.empty()) return std::string();  // blanks alone
        ++behind;
        return behind_line(translation, source, *touch, newer, parts);
    }

    std::size_t missing = 0, behind = 0;

private:
    std::string behind_line(const std::string& translation, const std::string& source, const Touch& touch,
                            const std::vector<const Touch*>& newer,
                            const std::vector<std::string>& parts) const {
        auto out = "- `" + translation + ":1` of " + day_of(touches_->commits[touch.commit].time) + ": `" +
                   source + "` changed in " + counted(newer.size(), "commit") + " since\n";
        for (std::size_t i = 0; i < newer.size() && i < max_commits; ++i)
            out += "  - " + commit_line(touches_->commits[newer[i]->commit]) + "\n";
        if (newer.size() > max_commits)
            out += "  - and " + counted(newer.size() - max_commits, "commit") + " more\n";
        out += "  - sections: ";
        for (std::size_t i = 0; i < parts.size() && i < most_sections; ++i)
            out += (i == 0 ? "" : ", ") + parts[i];
        if (parts.size() > most_sections)
            out += " and " + std::to_string(parts.size() - most_sections) + " more";
        return out + "\n";
    }

    const Tree& tree_;
    const Touches* touches_ = nullptr;
    std::map<std::string, const PageFile*> files_;
};

Result<Outcome> blocking_translations(const Tree& tree, const Arguments& arguments) {
    TRY(const auto pages, read_page_files(tree, {}));
    std::vector<std::string> files;
    for (const auto& page : pages.files) files.emplace_back(below_docs(tree, page.path));
    const auto languages = find_languages(tree, files);
    Outcome out;
    if (languages.translations.empty()) {
        out.title = "There are no translations";
        out.report = "Neither the navigation nor the folders have a second language.\n";
        return out;
    }
    std::optional<Touches> touches;
    if (!tree.workspace.git_dir.empty()) {
        TRY(touches, blocking_touches(tree));
    }
    Comparison comparison(tree, pages);
    if (touches) comparison.use(&*touches);
    std::string list;
    std::size_t looked = 0, shown = 0;
    for (const auto& language : languages.translations) {
        std::string of_language;
        for (const auto& pair : language.pages) {
            if (!is_named(tree, arguments, in_tree(tree, pair.source)) &&
                !is_named(tree, arguments, in_tree(tree, pair.translation)))
                continue;
            ++looked;
            TRY(const auto line, comparison.of(pair));
            if (!line.empty() && ++shown <= max_pages) of_language += line;
        }
        if (!of_language.empty()) list += "\n## " + language.code + "\n\n" + of_language;
    }
    if (shown > max_pages) list += "\nAnd " + counted(shown - max_pages, "page") + " more.\n";
    out.problems = shown;
    out.title = counted(shown, "translation") + " behind";
    out.report = "Of " + counted(looked, "translation") + " in " +
                 counted(languages.translations.size(), "language") + ", " +
                 std::to_string(comparison.missing) + " are missing and " +
                 std::to_string(comparison.behind) + " are older than what they translate.\n";
    if (!touches) out.report += "\nWithout a git repository only missing pages can be told.\n";
    out.report += list;
    return out;
}

}  // namespace

const Command translations{
    .name = "translations",
    .usage = "/translations [--in GLOB]",
    .summary = "Reports pages that are missing in a language, or changed after they were translated.",
    .options = {"in"},
    .flags = {},
    .run = blocking_translations,
};

}  // namespace docent::maintenance
