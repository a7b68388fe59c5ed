#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "docs/chunks.hpp"
#include "docs/front_matter.hpp"
#include "docs/mdx.hpp"
#include "docs/source_files.hpp"
#include "maintenance/commands.hpp"
#include "maintenance/front_matter_fields.hpp"
#include "maintenance/page_files.hpp"
#include "maintenance/segments.hpp"
#include "maintenance/text_match.hpp"

namespace docent::maintenance {
namespace {

using PieceKind = Segment::Kind;

constexpr std::size_t most_text = 1'000;  // bytes of OLD and NEW
constexpr std::size_t max_listed = 500;   // files in the report
constexpr std::size_t max_anchors = 100;  // in the report

/// What one page comes to.
struct Replaced {
    std::string text;
    std::vector<std::size_t> lines;  // of the matches that were replaced, in order
    std::size_t left = 0;            // matches of the kind that was not asked for
};

class Replacer {
public:
    Replacer(const std::string& old_text, const std::string& new_text, MatchRules rules)
        : old_(old_text), new_(new_text), rules_(rules) {
        for (auto at = new_.find(old_); at != new_.npos; at = new_.find(old_, at + 1)) inside_.push_back(at);
    }

    Replaced page(const PageFile& page, bool prose, bool code) const {
        Replaced out;
        const std::string_view text = page.text;
        const auto fields = find_fields(text);
        for (const auto& piece : split_page(text, page.mdx)) {
            const auto source = text.substr(piece.begin, piece.end - piece.begin);
            const bool wanted =
                piece.kind == PieceKind::code ? code : piece.kind != PieceKind::markup && prose;
            std::vector<std::size_t> hits;
            const auto made = piece.kind == PieceKind::markup  ? std::string()
                              : piece.kind == PieceKind::field ? field(fields, piece, hits)
                                                               : range(text, piece, hits);
            if (!wanted) {
                out.left += hits.size();
                out.text += source;
                continue;
            }
            for (const auto hit : hits) out.lines.push_back(line_of(text, hit));
            if (hits.empty())
                out.text += source;
            else
                out.text += made;
        }
        return out;
    }

    std::size_t count(std::string_view text) const { return matches(text, 0, text.size(), rules_).size(); }

private:
    std::vector<TextMatcher::Match> matches(std::string_view text, std::size_t begin, std::size_t end,
                                            MatchRules rules) const {
        const TextMatcher old_matcher(old_, rules);
        auto found = old_matcher.find(text, begin, end);
        if (inside_.empty()) return found;
        // What is NEW already stays, so that a second run changes nothing.
        const TextMatcher new_matcher(new_, rules);
        std::erase_if(found, [&](const TextMatcher::Match& match) {
            return std::ranges::any_of(inside_, [&](std::size_t before) {
                return match.begin >= begin + before && new_matcher.match_at(text, match.begin - before, end);
            });
        });
        return found;
    }

    std::string written(std::string_view found) const {
        auto out = rules_.ignore_case ? with_case_of(found, old_, new_) : new_;
        return with_lines_of(found, out);
    }

    std::string range(std::string_view text, const Segment& piece, std::vector<std::size_t>& hits) const {
        auto rules = rules_;
        rules.over_lines = piece.kind == PieceKind::prose;
        std::string out;
        auto at = piece.begin;
        for (const auto& match : matches(text, piece.begin, piece.end, rules)) {
            out += text.substr(at, match.begin - at);
            auto made = written(text.substr(match.begin, match.end - match.begin));
            if (piece.kind == PieceKind::attribute)
                made = without_quote(made, text[piece.begin - 1]);
            else if (piece.kind == PieceKind::prose && in_table_row(text, match.begin))
                made = without_bars(made);
            out += made;
            at = match.end;
            hits.push_back(match.begin);
        }
        return out += text.substr(at, piece.end - at);
    }

    /// The value is read, changed and written again in its own style.
    std::string field(const FieldBlock& fields, const Segment& piece, std::vector<std::size_t>& hits) const {
        const auto at = std::ranges::find(fields.fields, piece.begin, &FieldSpan::value_begin);
        if (at == fields.fields.end()) return "";
        const std::string& value = at->value;
        std::string out;
        std::size_t from = 0;
        for (const auto& match : matches(value, 0, value.size(), rules_)) {
            out += value.substr(from, match.begin - from);
            out += written(std::string_view(value).substr(match.begin, match.end - match.begin));
            from = match.end;
            hits.push_back(piece.begin);
        }
        return yaml_scalar(out + value.substr(from), at->scalar);
    }

    static std::string without_quote(std::string_view text, char quote) {
        std::string out;
        for (const char c : text) {
            if (c == quote)
                out += quote == '"' ? "&quot;" : "&#39;";
            else
                out += c;
        }
        return out;
    }

    static bool in_table_row(std::string_view text, std::size_t at) {
        const auto begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
        const auto first = text.find_first_not_of(" \t>", begin);
        return first < at && text[first] == '|';
    }

    static std::string without_bars(std::string_view text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '|' && (i == 0 || text[i - 1] != '\\')) out += '\\';
            out += text[i];
        }
        return out;
    }

    std::string old_, new_;
    MatchRules rules_;
    std::vector<std::size_t> inside_;  // where OLD stands in NEW
};

std::vector<std::string> anchors_of(const PageFile& page, std::string_view text) {
    docs::MdxOptions options;
    options.mdx = page.mdx;
    options.file = page.path;
    const auto body = docs::read_front_matter(text).body;
    return docs::chunk_page(docs::mdx_to_markdown(text.substr(body), options).marked, "", 300).anchors;
}

/// "`a.mdx:3`, 7 (twice)": what a reviewer looks up.
std::string places(const std::string& path, const std::vector<std::size_t>& lines) {
    std::string out = "- `" + path + ":";
    bool first = true;
    for (std::size_t i = 0; i < lines.size();) {
        std::size_t n = 1;
        while (i + n < lines.size() && lines[i + n] == lines[i]) ++n;
        out += (first ? "" : ", ") + std::to_string(lines[i]) + (first ? "`" : "");
        if (n > 1) out += " (" + std::to_string(n) + " times)";
        first = false;
        i += n;
    }
    return out + "\n";
}

Result<std::string> text_argument(const std::string& value, std::string_view name) {
    if (value.size() > most_text)
        return invalid(std::string(name) + " is longer than " + std::to_string(most_text) + " bytes");
    if (!is_utf8(value)) return invalid(std::string(name) + " is not UTF-8");
    if (value.find('\n') != value.npos)
        return invalid(std::string(name) + " runs over lines; it takes one line");
    return value;
}

std::string in_quotes(std::string_view text) {
    return "\"" + std::string(cut_utf8(text, 60)) + (text.size() > 60 ? "…\"" : "\"");
}

Result<Outcome> blocking_replace(const Tree& tree, const Arguments& arguments) {
    TRY(const auto old_text, text_argument(arguments.values[0], "OLD"));
    TRY(const auto new_text, text_argument(arguments.values[1], "NEW"));
    if (trim(old_text).empty()) return invalid("OLD is empty: name the text to replace");
    if (old_text == new_text) return invalid("OLD and NEW are the same");
    const bool both = arguments.has("both");
    const bool code = both || arguments.has("code"), prose = both || !code || arguments.has("prose");
    TRY(const auto pages, read_page_files(tree, arguments));
    const Replacer replacer(old_text, new_text, {arguments.has("word"), arguments.has("ignore-case"), false});

    Outcome out;
    std::string list, anchors;
    std::size_t hits = 0, left = 0, left_files = 0, moved = 0;
    bool page_of_mdx = false;
    for (const auto& page : pages.files) {
        const auto made = replacer.page(page, prose, code);
        left += made.left;
        left_files += made.left > 0;
        if (made.lines.empty()) continue;
        hits += made.lines.size();
        page_of_mdx = page_of_mdx || page.mdx;
        if (out.changes.size() < max_listed) list += places(page.path, made.lines);
        const auto before = anchors_of(page, page.text), after = anchors_of(page, made.text);
        for (std::size_t i = 0; i < before.size() && before.size() == after.size(); ++i)
            if (before[i] != after[i] && ++moved <= max_anchors)
                anchors += "- `" + page.path + "`: `#" + before[i] + "` is now `#" + after[i] + "`\n";
        out.changes.push_back({FileChange::Kind::edit, page.path, "", page.text, made.text});
    }
    const std::string where = both ? "text and code" : code ? "code" : "text";
    out.title = "Replace " + in_quotes(old_text) + " with " + in_quotes(new_text);
    if (hits == 0) {
        out.report = in_quotes(old_text) + " does not occur in the " + where + " of " +
                     counted(pages.files.size(), "page") + ".\n";
    } else {
        out.report = in_quotes(old_text) + " becomes " + in_quotes(new_text) + " in the " + where + ": " +
                     counted(hits, "time") + " in " + counted(out.changes.size(), "file") + ".\n\n" + list;
        if (out.changes.size() > max_listed)
            out.report += "- and " + counted(out.changes.size() - max_listed, "file") + " more\n";
    }
    if (moved > 0) {
        out.report += "\nHeadings changed, and their anchors with them:\n\n" + anchors;
        if (moved > max_anchors) out.report += "- and " + std::to_string(moved - max_anchors) + " more\n";
        out.report += "\n`/fix-links` brings links to them up to date.\n";
    }
    if (left > 0)
        out.report += "\nLeft alone: " + counted(left, "time") + " in the " + (code ? "text" : "code") +
                      " of " + counted(left_files, "file") + " (`--both` takes them, too).\n";
    for (const auto* name : {"docs.json", "mint.json"}) {
        const auto config = docs::read_source(docs_folder(tree), name, 16 << 20);
        const auto n = config ? replacer.count(*config) : 0;
        if (n > 0)
            out.report += "\nLeft alone: " + counted(n, "time") + " in `" + in_tree(tree, name) +
                          "`, where names of groups and paths of pages stand.\n";
    }
    if (hits > 0 && page_of_mdx && prose && new_text.find_first_of("<{") != new_text.npos)
        out.report += "\nMDX reads `<` and `{` as markup: " + in_quotes(new_text) + " is written as it is.\n";
    if (!pages.skipped.empty()) out.report += "\nNot read:\n\n" + pages.skipped;
    return out;
}

}  // namespace

const Command replace{
    .name = "replace",
    .usage = "/replace OLD NEW [--in GLOB] [--word] [--ignore-case] [--prose | --code | --both]",
    .summary = "Replaces a text in what readers see (--prose, the default), in code, or in both.",
    .options = {"in"},
    .flags = {"word", "ignore-case", "prose", "code", "both"},
    .run = blocking_replace,
    .values = {"OLD", "NEW"},
};

}  // namespace docent::maintenance
