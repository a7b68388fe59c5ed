#include <algorithm>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "docs/blocks.hpp"
#include "docs/front_matter.hpp"
#include "docs/import.hpp"
#include "docs/plain_text.hpp"
#include "docs/slug.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/first_sentences.hpp"
#include "maintenance/front_matter_fields.hpp"
#include "maintenance/page_files.hpp"
#include "maintenance/page_lines.hpp"

namespace docent::maintenance {
namespace {

constexpr std::size_t max_title = 120;  // characters; a heading that is longer is no title
constexpr std::size_t max_blocks = 15;  // of a page, in which its first paragraph is looked for
constexpr std::size_t least_words = 4;  // of a description

/// Files that are for people who work on the repository, and no pages of the site.
bool is_repository_file(std::string_view path) {
    const auto name = path.substr(path.rfind('/') + 1);
    const auto stem = lower_ascii(name.substr(0, name.find('.')));
    const bool capitals = !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
    return capitals && is_one_of(stem, {"readme", "agents", "claude", "contributing", "license", "security",
                                        "code_of_conduct", "changelog", "pull_request_template"});
}

bool is_taken_in(std::string_view path) {
    for (const auto& part : split(path, '/'))
        if (part == "snippets" || part == "_snippets" || part.starts_with('_')) return true;
    return false;
}

std::string plain_words(std::string_view markdown) {
    std::string joined;
    for (const char c : markdown) joined += c == '\n' ? ' ' : c;
    std::string plain = docs::plain_line(joined), out;
    for (const char c : plain)
        if (c != ' ' || out.empty() || out.back() != ' ') out += c;
    return out;
}

/// The first paragraph's sentences.
std::optional<std::string> description_of(const docs::Page& page) {
    std::size_t n = 0;
    for (const auto& block : docs::split_blocks(page.markdown)) {
        if (++n > max_blocks) break;
        if (block.kind != docs::Block::Kind::paragraph || block.source.empty()) continue;
        const auto source = trim(block.source);
        if (source.empty() || std::string_view(">|![<{$:-").find(source[0]) != std::string_view::npos)
            continue;
        const auto text = plain_words(source);
        const auto sentences = first_sentences(text);
        if (sentences && docs::count_words(*sentences) >= least_words && *sentences != page.title)
            return sentences;
    }
    return std::nullopt;
}

/// The page's first heading, when it is one of the first level.
struct Title {
    std::string text;
    std::size_t line = 0;  // in page_lines
    bool first = false;    // nothing but imports and comments stands before it
    bool plain = false;    // the heading is nothing but this text
};

std::optional<Title> title_of(const PageFile& page, const std::vector<PageLine>& lines) {
    bool first = true;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = lines[i];
        if (line.kind == PageLine::Kind::blank || line.kind == PageLine::Kind::kept) continue;
        if (line.kind != PageLine::Kind::heading) {
            first = false;
            continue;
        }
        const auto source = trim(std::string_view(page.text).substr(line.begin, line.end - line.begin));
        if (!source.starts_with("# ") && !source.starts_with("#\t")) return std::nullopt;
        auto words = trim(source.substr(1));
        const auto id = words.rfind("{#");
        const bool has_id = id != words.npos && words.ends_with('}');
        if (has_id) words = trim(words.substr(0, id));
        Title out;
        out.text = docs::plain_line(words);
        out.line = i;
        out.first = first && line.indent == 0;
        out.plain = !has_id && out.text == words;
        if (out.text.empty() || out.text.size() > max_title) return std::nullopt;
        return out;
    }
    return std::nullopt;
}

class Completer {
public:
    Completer(const Tree& tree, const PageFiles& pages) : tree_(tree), pages_(pages) {
        std::map<Scalar, std::size_t> styles;
        for (const auto& page : pages.files)
            for (const auto& field : find_fields(page.text).fields)
                if (field.scalar != Scalar::other && is_one_of(field.name, {"title", "description"}))
                    ++styles[field.scalar];
        const auto most = std::ranges::max_element(styles, {}, [](const auto& one) { return one.second; });
        if (most != styles.end()) style_ = most->first;
    }

    void complete(const PageFile& file, const docs::Page& page, Outcome& out) {
        const auto read = docs::read_front_matter(file.text);
        if (!read.error.empty()) {
            ++out.problems;
            left += "- `" + file.path + ":" + std::to_string(read.error_line) + "`: " + read.error + "\n";
            return;
        }
        const auto& fields = read.fields;
        if (!fields.openapi.empty() || !fields.asyncapi.empty() || !fields.api.empty()) return;
        const auto block = find_fields(file.text);
        if (!block.found && read.body_line > 1) return;
        const auto lines = page_lines(file.text, read.body, file.mdx);
        std::string title, description, said;
        const auto heading = fields.title.empty() ? title_of(file, lines) : std::nullopt;
        const bool moves = heading && heading->first && heading->plain && pages_.mintlify;
        if (fields.title.empty()) {
            title = heading ? heading->text : page.title;
            said = "title \"" + title + "\"" +
                   (moves     ? " (its heading moves there)"
                    : heading ? " (its heading)"
                              : " (the file's name)");
            ++titles;
        }
        if (fields.description.empty() && fields.url.empty()) {
            if (auto found = description_of(page)) {
                description = *std::move(found);
                said += (said.empty() ? "" : ", ") + ("description \"" + description + "\"");
                ++descriptions;
            } else {
                ++out.problems;
                left += "- `" + file.path + ":1`: no paragraph that could be its description\n";
            }
        }
        if (title.empty() && description.empty()) return;
        auto after = written(file.text, block, title, description, read.body,
                             moves ? std::optional(lines[heading->line]) : std::nullopt);
        list += "- `" + file.path + ":" + std::to_string(line_of(file.text, block.found ? block.begin : 0)) +
                "`: " + said + "\n";
        out.changes.push_back({FileChange::Kind::edit, file.path, "", file.text, std::move(after)});
    }

    std::string list, left;  // Markdown
    std::size_t titles = 0, descriptions = 0;

private:
    std::string written(std::string_view text, const FieldBlock& block, const std::string& title,
                        const std::string& description, std::size_t body,
                        const std::optional<PageLine>& heading) const {
        const auto end = line_end_of(text);
        auto style = style_;
        for (const auto& field : block.fields)
            if (is_one_of(field.name, {"title", "description", "sidebarTitle"}) &&
                field.scalar != Scalar::other)
                style = field.scalar;
        std::map<std::size_t, std::pair<std::size_t, std::string>> edits;  // begin -> end, text
        std::string fresh;
        const auto add = [&](const char* name, const std::string& value) {
            if (value.empty()) return;
            const auto scalar = yaml_scalar(value, style);
            const auto* field = block.find(name);
            if (field && text.substr(field->begin, field->end - field->begin).find('\n') + 1 ==
                             field->end - field->begin) {  // it is there, and empty
                const auto from = text.find(':', field->begin) + 1;
                edits[from] = {std::max(from, field->value_end), " " + scalar};
            } else if (!field) {
                const auto* before = std::string_view(name) == "description" ? block.find("title") : nullptr;
                auto line = std::string(name) + ": " + scalar + end;
                if (before && title.empty())
                    edits[before->end] = {before->end, line};
                else
                    fresh += line;
            }
        };
        add("title", title);
        add("description", description);
        if (!fresh.empty()) {
            const std::size_t at = block.found ? block.begin : body;
            const bool gap =
                !text.substr(at).starts_with('\n') && !text.substr(at).starts_with('\r') && at < text.size();
            edits[at] = {
                at, block.found ? fresh : "---" + end + fresh + "---" + end + (gap && !heading ? end : "")};
        }
        if (heading) {  // with the empty lines behind it, as far as one stands before it
            auto next = heading->next;
            while (next < text.size()) {
                const auto line_end = text.find('\n', next);
                if (line_end == text.npos || !trim(text.substr(next, line_end - next)).empty()) break;
                next = line_end + 1;
            }
            const auto before = text.substr(0, heading->begin);
            const bool gap_before = before.ends_with("\n\n") || before.ends_with("\n\r\n");
            auto& edit = edits[heading->begin];  // where the fields may be written, too
            edit.first = next;
            if (!gap_before && next < text.size()) edit.second += end;
        }
        std::string out;
        std::size_t at = 0;
        for (const auto& [begin, edit] : edits) {
            out += text.substr(at, begin - at);
            out += edit.second;
            at = edit.first;
        }
        return out += text.substr(at);
    }

    const Tree& tree_;
    const PageFiles& pages_;
    Scalar style_ = Scalar::double_quoted;
};

Result<Outcome> blocking_frontmatter(const Tree& tree, const Arguments& arguments) {
    TRY(const auto pages, read_page_files(tree, arguments));
    Outcome out;
    out.title = "Front matter is whole";
    docs::ImportOptions options;
    options.index_all = true;
    std::map<std::string, const docs::Page*> known;
    auto site = docs::import_folder(docs_folder(tree), options);
    if (!site && site.error().code != ErrorCode::invalid_argument) return std::move(site).error();
    if (site)
        for (const auto& page : site->pages) known[in_tree(tree, page.file)] = &page;
    Completer completer(tree, pages);
    std::size_t looked = 0;
    for (const auto& file : pages.files) {
        const auto page = known.find(file.path);
        if (page == known.end() || is_repository_file(file.path) || is_taken_in(file.path)) continue;
        ++looked;
        completer.complete(file, *page->second, out);
    }
    if (out.changes.empty()) {
        out.report = "Of " + counted(looked, "page") + " none lacks a title or description" +
                     (completer.left.empty() ? ".\n" : " that its content could give.\n");
    } else {
        std::string what;
        if (completer.titles > 0) what = counted(completer.titles, "title");
        if (completer.descriptions > 0)
            what += (what.empty() ? "" : " and ") + counted(completer.descriptions, "description");
        out.title = "Add " + what;
        out.report = what + " for " + counted(out.changes.size(), "page") + " of " + std::to_string(looked) +
                     ", from what stands on them:\n\n" + completer.list;
    }
    if (!completer.left.empty()) out.report += "\nLeft for a person:\n\n" + completer.left;
    if (!pages.skipped.empty()) out.report += "\nNot read:\n\n" + pages.skipped;
    return out;
}

}  // namespace

const Command frontmatter{
    .name = "frontmatter",
    .usage = "/frontmatter [--in GLOB]",
    .summary = "Gives pages the titles and descriptions that they lack, from their own words.",
    .options = {"in"},
    .flags = {},
    .run = blocking_frontmatter,
};

}  // namespace docent::maintenance
