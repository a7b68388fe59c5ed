#include "maintenance/page_format.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/front_matter.hpp"
#include "maintenance/page_lines.hpp"
#include "maintenance/table_format.hpp"

namespace docent::maintenance {
namespace {

using LineKind = PageLine::Kind;
using Change = FormChange::Kind;

bool is_language(std::string_view word) {
    static constexpr std::array<std::string_view, 58> known{
        "bash",       "sh",     "shell", "zsh",     "powershell", "console",  "python",     "py",
        "javascript", "js",     "jsx",   "ts",      "tsx",        "json",     "json5",      "jsonc",
        "yaml",       "yml",    "toml",  "html",    "css",        "scss",     "xml",        "sql",
        "java",       "kotlin", "swift", "go",      "rust",       "ruby",     "php",        "c",
        "cpp",        "csharp", "diff",  "graphql", "http",       "markdown", "md",         "mdx",
        "ini",        "lua",    "perl",  "r",       "scala",      "elixir",   "haskell",    "dart",
        "vue",        "svelte", "proto", "nginx",   "text",       "txt",      "typescript", "dockerfile",
        "makefile",   "mermaid"};
    return std::ranges::find(known, word) != known.end();
}

class Formatter {
public:
    Formatter(std::string_view text, bool mdx)
        : text_(text), mdx_(mdx), lines_(page_lines(text, docs::read_front_matter(text).body, mdx)) {}

    FormattedPage run() {
        if (std::ranges::all_of(lines_, [](const auto& line) { return line.kind == LineKind::blank; }))
            return {std::string(text_), {}};
        tables();
        list_markers();
        std::size_t group = 0;  // elements whose code blocks are known by their language
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const auto source = source_of(i);
            if (lines_[i].kind == LineKind::tag) {
                if (source.find("<CodeGroup") != source.npos || source.find("<Tabs") != source.npos) ++group;
                if ((source.find("</CodeGroup") != source.npos || source.find("</Tabs") != source.npos) &&
                    group > 0)
                    --group;
            }
            switch (lines_[i].kind) {
                case LineKind::kept:
                    continue;
                case LineKind::blank:
                    blank(i);
                    continue;
                case LineKind::heading:
                    heading(i);
                    break;
                case LineKind::fence_open:
                    if (group == 0) language(i);
                    break;
                default:
                    break;
            }
            trailing(i);
            space_before(i);
        }
        last_line();
        return finish();
    }

private:
    struct Edit {
        std::size_t begin, end;
        std::string text;
        Change kind;
        std::size_t line;
    };

    std::string_view source_of(std::size_t i) const {
        return text_.substr(lines_[i].begin, lines_[i].end - lines_[i].begin);
    }
    void edit(std::size_t i, std::size_t begin, std::size_t end, std::string text, Change kind) {
        if (text_.substr(begin, end - begin) != text)
            edits_.push_back({begin, end, std::move(text), kind, i});
    }
    /// The line's end, as its neighbour has it when it has none.
    std::string end_of(std::size_t i) const {
        const auto& line = lines_[i];
        if (line.next > line.end) return std::string(text_.substr(line.end, line.next - line.end));
        return text_.find("\r\n") != text_.npos ? "\r\n" : "\n";
    }

    /// "  " before a line of the same paragraph is a line break.
    void trailing(std::size_t i) {
        if (aligned_.contains(i)) return;
        const auto& line = lines_[i];
        const auto source = source_of(i);
        const auto kept = source.find_last_not_of(" \t") + 1;
        if (kept == source.size()) return;
        const bool spaces = source.size() - kept >= 2 && source.find('\t', kept) == source.npos;
        const bool may_break = line.kind == LineKind::text || line.kind == LineKind::item ||
                               line.kind == LineKind::quote || line.kind == LineKind::tag;
        if (spaces && may_break && i + 1 < lines_.size()) {
            const auto& next = lines_[i + 1];
            const bool ends =
                next.kind == LineKind::blank || next.kind == LineKind::heading ||
                next.kind == LineKind::fence_open ||
                (line.kind == LineKind::item && next.kind == LineKind::item && next.indent <= line.indent);
            if (!ends) return;
        }
        edit(i, line.begin + kept, line.end, "", Change::trailing_blanks);
    }

    /// One of several is left; between pieces of code by indentation all stay.
    void blank(std::size_t i) {
        auto first = i, last = i;
        while (first > 0 && lines_[first - 1].kind == LineKind::blank) --first;
        while (last + 1 < lines_.size() && lines_[last + 1].kind == LineKind::blank) ++last;
        if (last + 1 == lines_.size()) return;  // last_line()
        const auto& next = lines_[last + 1];
        if (next.kind == LineKind::kept && first > 0 && lines_[first - 1].kind == LineKind::kept) return;
        const auto next_source = source_of(last + 1);
        if (!mdx_ && (next.indent >= 4 || next_source.starts_with('\t'))) return;
        const bool at_start = first == 0 && lines_[0].begin == (text_.starts_with("\xef\xbb\xbf") ? 3 : 0);
        const auto& line = lines_[i];
        if (i == first && !at_start)
            edit(i, line.begin, line.end, "", Change::blank_lines);
        else
            edit(i, line.begin, line.next, "", Change::blank_lines);
    }

    void heading(std::size_t i) {
        const auto source = source_of(i);
        const auto from = source.find_first_not_of('#', lines_[i].indent);
        const auto text = source.find_first_not_of(" \t", from);
        if (from == source.npos || text == source.npos) return;
        edit(i, lines_[i].begin + from, lines_[i].begin + text, " ", Change::heading_blanks);
    }

    void language(std::size_t i) {
        const auto source = source_of(i);
        const auto opening = docs::fence_opening(source);
        if (!opening || opening->info.empty()) return;
        const auto word = opening->info.substr(0, opening->info.find_first_of(" \t{,:="));
        const auto small = lower_ascii(word);
        if (small == word || !is_language(small) || opening->info.substr(word.size()).starts_with('='))
            return;
        const auto begin = static_cast<std::size_t>(word.data() - text_.data());
        edit(i, begin, begin + word.size(), small, Change::fence_language);
    }

    static bool is_one(LineKind kind, std::initializer_list<LineKind> kinds) {
        return std::ranges::find(kinds, kind) != kinds.end();
    }

    /// Empty lines between a heading or a code block and text; never where that would make a list's items
    /// wide.
    void space_before(std::size_t i) {
        if (i == 0) return;
        const auto &line = lines_[i], &before = lines_[i - 1];
        const bool margin = line.indent == 0 && (before.indent == 0 || line.kind == LineKind::heading);
        const bool inside = mdx_ && !line.in_list && !before.in_list && line.indent == before.indent;
        if (!margin && !inside) return;
        const bool below_text =
            is_one(before.kind, {LineKind::text, LineKind::row}) || (margin && before.kind == LineKind::item);
        bool wanted = false;
        if (line.kind == LineKind::heading)
            wanted = below_text || is_one(before.kind, {LineKind::heading, LineKind::fence_close});
        else if (line.kind == LineKind::fence_open)
            wanted = (below_text && docs::list_marker(source_of(i)) == 0) || before.kind == LineKind::heading;
        else if (is_one(line.kind, {LineKind::text, LineKind::item, LineKind::row}))
            wanted = is_one(before.kind, {LineKind::heading, LineKind::fence_close});
        if (wanted) edits_.push_back({line.begin, line.begin, end_of(i - 1), Change::space_around, i});
    }

    void tables() {
        for (std::size_t i = 0; i < lines_.size();) {
            if (lines_[i].kind != LineKind::row) {
                ++i;
                continue;
            }
            std::vector<std::string_view> rows;
            const auto first = i;
            while (i < lines_.size() && lines_[i].kind == LineKind::row) rows.push_back(source_of(i++));
            const auto made = aligned_table(rows);
            for (std::size_t r = 0; r < made.size(); ++r) {
                edit(first + r, lines_[first + r].begin, lines_[first + r].end, made[r], Change::table_bars);
                aligned_.insert(first + r);
            }
        }
    }

    /// All of a page's or none: items with more below them would move that.
    void list_markers() {
        std::vector<Edit> found;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (lines_[i].kind != LineKind::item) continue;
            const auto source = source_of(i);
            const auto text = docs::list_marker(source);
            auto mark = text;
            while (mark > 0 && source[mark - 1] == ' ') --mark;
            if (text == source.size() || text - mark < 2) continue;
            if (text - mark > 4) return;
            for (auto next = i + 1; next < lines_.size(); ++next) {
                if (lines_[next].kind == LineKind::blank) continue;
                if (lines_[next].indent > lines_[i].indent) return;
                break;
            }
            if (i + 1 < lines_.size() && lines_[i + 1].kind == LineKind::text) return;
            found.push_back({lines_[i].begin + mark, lines_[i].begin + text, " ", Change::marker_blanks, i});
        }
        edits_.insert(edits_.end(), found.begin(), found.end());
    }

    void last_line() {
        auto last = lines_.size() - 1;
        while (lines_[last].kind == LineKind::blank) --last;  // there is one that is not blank
        if (last + 1 < lines_.size())
            edits_.push_back({lines_[last + 1].begin, text_.size(), "", Change::last_line, last + 1});
        else if (lines_[last].next == lines_[last].end && lines_[last].kind != LineKind::kept)
            edits_.push_back({text_.size(), text_.size(), end_of(last), Change::last_line, last});
    }

    FormattedPage finish() {
        std::ranges::stable_sort(edits_, {}, &Edit::begin);
        FormattedPage out;
        std::size_t at = 0;
        const auto before = line_of(text_, lines_[0].begin) - 1;
        for (const auto& one : edits_) {
            if (one.begin < at) continue;
            out.text += text_.substr(at, one.begin - at);
            out.text += one.text;
            at = one.end;
            out.changes.push_back({one.kind, before + one.line + 1});
        }
        out.text += text_.substr(at);
        return out;
    }

    std::string_view text_;
    bool mdx_;
    std::vector<PageLine> lines_;
    std::vector<Edit> edits_;
    std::set<std::size_t> aligned_;  // rows that are written anew
};

}  // namespace

std::string_view to_string(FormChange::Kind kind) {
    switch (kind) {
        case Change::trailing_blanks:
            return "blanks at line ends";
        case Change::blank_lines:
            return "empty lines";
        case Change::space_around:
            return "empty lines around headings and code blocks";
        case Change::heading_blanks:
            return "blanks in headings";
        case Change::marker_blanks:
            return "blanks behind list markers";
        case Change::table_bars:
            return "bars of tables";
        case Change::fence_language:
            return "languages of code blocks";
        case Change::last_line:
            return "the file's end";
    }
    return "";
}

FormattedPage format_page(std::string_view text, bool mdx) { return Formatter(text, mdx).run(); }

}  // namespace docent::maintenance
