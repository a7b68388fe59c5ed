#include "docs/links.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "docs/jsx.hpp"
#include "docs/mdx_tree.hpp"
#include "docs/plain_text.hpp"
#include "docs/source_files.hpp"

namespace docent::docs {

namespace {

using Form = LinkSpan::Form;

constexpr std::size_t max_links = 20'000;  // a page
constexpr std::size_t max_target = 2'000;
constexpr std::size_t max_link_text = 300;
constexpr char hidden_byte = '\x01';  // stands for what is no prose, in the copy that links are looked for in

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool names_a_file(std::string_view value) {
    const auto dot = value.rfind('.');
    return value.find('/') != std::string_view::npos ||
           (dot != std::string_view::npos && dot > 0 && value.size() - dot <= 6);
}

/// What an attribute's value is, by its name; nothing when it is no target.
std::optional<Form> form_of(std::string_view element, std::string_view attribute, std::string_view value) {
    if (attribute == "href" || attribute == "to") return Form::attribute;
    const bool component = !element.empty() && element[0] >= 'A' && element[0] <= 'Z';
    if ((attribute == "link" || attribute == "url") && component && !value.empty() &&
        (value[0] == '/' || value[0] == '.' || value[0] == '#'))
        return Form::attribute;
    if (attribute == "file" && element == "Snippet") return Form::import;
    if (attribute == "src" || attribute == "poster") return Form::source;
    if (is_one_of(attribute, {"img", "image", "icon", "cover", "thumbnail", "light", "dark", "background"}) &&
        value.find(' ') == std::string_view::npos && names_a_file(value))
        return Form::source;
    return std::nullopt;
}

/// Tags, scripts and Markdown of one source, each by its own rules, into one list.
class SpanReader {
public:
    explicit SpanReader(std::string_view source) : source_(source), budget_(source.size()) {}

    std::vector<LinkSpan> run(Syntax syntax) {
        if (syntax == Syntax::html)
            markup(0, source_.size());
        else if (syntax == Syntax::script)
            script(0, source_.size());
        else
            page(syntax == Syntax::mdx);
        return finish();
    }

    std::vector<LinkSpan> run(const std::vector<SourcePiece>& pieces) {
        page(pieces);
        return finish();
    }

private:
    void add(Form form, std::size_t begin, std::size_t end, std::string text = {}) {
        if (end > begin && end - begin <= max_target && out_.size() < max_links)
            out_.push_back({form, begin, end, 0, std::move(text)});
    }

    void page(bool mdx) {
        std::vector<Fence> fences;
        page(parse_mdx(source_, mdx, fences).pieces);
    }

    void page(const std::vector<SourcePiece>& pieces) {
        prose_ = std::string(source_);
        for (const auto& piece : pieces) {
            const bool apart = piece.kind == SourcePiece::Kind::fence ||
                               piece.kind == SourcePiece::Kind::indented ||
                               piece.kind == SourcePiece::Kind::esm;
            for (auto i = piece.begin; i < piece.end; ++i)
                if (prose_[i] != '\n') prose_[i] = apart ? ' ' : hidden_byte;
            if (piece.kind == SourcePiece::Kind::tag)
                tag(piece.begin);
            else if (piece.kind == SourcePiece::Kind::esm || piece.kind == SourcePiece::Kind::expression)
                script(piece.begin, piece.end);
            else if (piece.kind == SourcePiece::Kind::autolink)
                add(Form::autolink, piece.begin + 1, piece.end - 1);
        }
        markdown();
    }

    /// The attributes of the tag at an offset; its end, or the next byte when there is none.
    std::size_t tag(std::size_t at) {
        const auto found = read_tag(source_, at, budget_);
        if (!found) return at + 1;
        for (const auto& attribute : found->attributes) {
            if (attribute.end <= attribute.begin) continue;
            if (attribute.expression) {
                script(attribute.begin, attribute.end);
                continue;
            }
            auto begin = attribute.begin, end = attribute.end;
            while (begin < end && is_blank(source_[begin])) ++begin;
            while (end > begin && is_blank(source_[end - 1])) --end;
            const auto value = source_.substr(begin, end - begin);
            if (const auto form = form_of(found->name, attribute.name, value)) add(*form, begin, end);
        }
        return found->end;
    }

    void markup(std::size_t at, std::size_t end) {
        while (at < end) {
            at = source_.find('<', at);
            if (at == std::string_view::npos || at >= end) return;
            const auto rest = source_.substr(at);
            if (rest.substr(0, 4) == "<!--") {
                const auto close = source_.find("-->", at);
                if (close == std::string_view::npos) return;
                at = close + 3;
                continue;
            }
            const auto next = tag(at);
            for (const std::string_view raw : {"<script", "<style"})
                if (lower_ascii(rest.substr(0, raw.size())) == raw) {
                    const auto close = source_.find("</" + std::string(raw.substr(1)), next);
                    if (close == std::string_view::npos) return;
                    at = close;
                }
            at = std::max(at + 1, next);
        }
    }

    /// Elements, `href: "..."` and imports in JavaScript. Strings are not told from text between elements
    /// (which has apostrophes); templates and comments are left out.
    void script(std::size_t at, std::size_t end) {
        if (depth_ > 8) return;
        ++depth_;
        while (at < end && out_.size() < max_links) {
            const auto rest = source_.substr(at, end - at);
            if (rest[0] == '<') {
                const auto next = tag(at);
                at = std::min(next, end);
            } else if (rest.substr(0, 2) == "/*") {
                const auto close = rest.find("*/", 2);
                at = close == std::string_view::npos ? end : at + close + 2;
            } else if (rest.substr(0, 2) == "//" && (at == 0 || is_blank(source_[at - 1]))) {
                at = std::min(source_.find('\n', at), end);
            } else if (rest[0] == '`') {
                const auto close = no_template_ ? std::string_view::npos : rest.find('`', 1);
                no_template_ = close == std::string_view::npos;
                at = no_template_ ? at + 1 : at + close + 1;
            } else if (begins_word(at)) {
                at = word(at, end);
            } else {
                ++at;
            }
        }
        --depth_;
    }

    bool begins_word(std::size_t at) const {
        const auto letter = [&](std::size_t i) {
            const char c = source_[i];
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '.' ||
                   c == '-';
        };
        return letter(at) && (at == 0 || !letter(at - 1));
    }

    std::size_t word(std::size_t at, std::size_t end) {
        const auto rest = source_.substr(at, end - at);
        auto i = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
        if (i == std::string_view::npos || i == 0) return at + 1;
        const auto name = rest.substr(0, i);
        if ((name == "import" || name == "export") && (at == 0 || source_[at - 1] == '\n'))
            return statement(at, end, i);
        if (name != "href" && name != "src") return at + i;
        while (i < rest.size() && (rest[i] == '"' || rest[i] == '\'' || rest[i] == ' ')) ++i;
        if (i >= rest.size() || rest[i] != ':') return at + i;
        ++i;
        while (i < rest.size() && is_blank(rest[i])) ++i;
        if (i >= rest.size() || (rest[i] != '"' && rest[i] != '\'')) return at + i;
        const auto close = rest.find_first_of(rest[i] == '"' ? "\"\n" : "'\n", i + 1);
        if (close == std::string_view::npos || rest[close] == '\n') return at + i + 1;
        add(name == "src" ? Form::source : Form::attribute, at + i + 1, at + close);
        return at + close + 1;
    }

    /// import X from "file", import "file", export { x } from "file".
    std::size_t statement(std::size_t at, std::size_t end, std::size_t after) {
        const auto rest = source_.substr(at, std::min<std::size_t>(end - at, 4096));
        const bool import = rest[0] == 'i';
        auto stop = rest.find_first_of("\"';=(", after);
        if (stop == std::string_view::npos || (rest[stop] != '"' && rest[stop] != '\'')) return at + after;
        const auto before = trim(rest.substr(after, stop - after));
        const bool from = before.size() >= 4 && before.substr(before.size() - 4) == "from";
        if (!from && !(import && before.empty())) return at + after;
        const auto close = rest.find(rest[stop], stop + 1);
        if (close == std::string_view::npos || rest.substr(stop, close - stop).find('\n') != rest.npos)
            return at + after;
        add(Form::import, at + stop + 1, at + close);
        return at + close + 1;
    }

    void markdown() {
        std::vector<std::size_t> opens;
        bool blank = true;  // nothing but blanks on this line so far
        std::size_t line = 0;
        for (std::size_t i = 0; i < prose_.size() && out_.size() < max_links; ++i) {
            const char c = prose_[i];
            if (c == '\n') {
                if (blank)
                    opens.clear();
                else if (prose_[line] == ' ' || prose_[line] == '[')
                    definition(line, i);
                blank = true;
                endless_ = 0;
                line = i + 1;
                continue;
            }
            if (!is_blank(c)) blank = false;
            if (c == '\\' && i + 1 < prose_.size() && prose_[i + 1] != '\n')
                ++i;
            else if (c == '[') {
                opens.push_back(i);
            } else if (c == ']' && !opens.empty()) {
                close(opens.back(), i);
                opens.pop_back();
            }
        }
        if (line < prose_.size()) definition(line, prose_.size());
    }

    void close(std::size_t open, std::size_t at) {
        if (at + 1 >= prose_.size() || prose_[at + 1] != '(' || endless_ > 16) return;
        std::size_t depth = 0, end = at + 1;
        const auto limit = std::min(prose_.size(), at + max_target);
        for (; end < limit && prose_[end] != '\n'; ++end) {
            if (prose_[end] == '(') ++depth;
            if (prose_[end] == ')' && --depth == 0) break;
        }
        if (end >= limit || prose_[end] == '\n') {
            ++endless_;  // a few are looked for on a line, not thousands
            return;
        }
        const bool image = open > 0 && prose_[open - 1] == '!' && (open < 2 || prose_[open - 2] != '\\');
        target(image ? Form::image : Form::link, at + 2, end,
               plain_line(source_.substr(open + 1, std::min(at - open - 1, max_link_text))));
    }

    /// The target in [begin, end), which may have a title behind it. True when there is nothing else.
    bool target(Form form, std::size_t begin, std::size_t end, std::string text) {
        while (begin < end && is_blank(prose_[begin])) ++begin;
        auto stop = begin;
        if (begin < end && prose_[begin] == '<') {
            stop = prose_.find('>', ++begin);
            if (stop == std::string::npos || stop > end) return false;
        } else {
            while (stop < end && !is_blank(prose_[stop])) ++stop;
        }
        const auto value = std::string_view(prose_).substr(begin, stop - begin);
        if (value.find(hidden_byte) != std::string_view::npos) return false;
        auto rest = trim(std::string_view(prose_).substr(stop, end - stop));
        if (!rest.empty() && rest[0] == '>') rest = trim(rest.substr(1));
        const bool whole = rest.empty() || rest[0] == '"' || rest[0] == '\'' || rest[0] == '(';
        if (form != Form::definition || whole) add(form, begin, stop, std::move(text));
        return whole;
    }

    void definition(std::size_t begin, std::size_t end) {  // [name]: target
        const auto line = std::string_view(prose_).substr(begin, end - begin);
        const auto from = line.find_first_not_of(' ');
        if (from == std::string_view::npos || from > 3 || line[from] != '[' || line.substr(from, 2) == "[^")
            return;
        const auto close = line.find("]:", from);
        if (close == std::string_view::npos || line.substr(from + 1, close - from).find('(') != line.npos)
            return;
        target(Form::definition, begin + close + 2, end,
               std::string(source_.substr(begin + from + 1, std::min(close - from - 1, max_link_text))));
    }

    std::vector<LinkSpan> finish() {
        std::stable_sort(out_.begin(), out_.end(),
                         [](const auto& a, const auto& b) { return a.begin < b.begin; });
        std::vector<LinkSpan> kept;
        std::size_t at = 0;
        std::uint32_t line = 1;
        for (auto& span : out_) {
            if (!kept.empty() && span.begin < kept.back().end) continue;
            line +=
                static_cast<std::uint32_t>(std::count(source_.begin() + static_cast<long>(at),
                                                      source_.begin() + static_cast<long>(span.begin), '\n'));
            at = span.begin;
            span.line = line;
            kept.push_back(std::move(span));
        }
        return kept;
    }

    std::string_view source_;
    ScanBudget budget_;
    std::string prose_;  // the source with all else hidden_byte, byte for byte
    std::vector<LinkSpan> out_;
    std::size_t depth_ = 0;
    std::size_t endless_ = 0;  // links of this line that do not end
    bool no_template_ = false;
};

/// Those to follow.
std::vector<Link> links_of(std::vector<LinkSpan> spans, std::string_view source, std::uint32_t first_line) {
    std::vector<Link> out;
    for (auto& span : spans)
        if (span.form == Form::link || span.form == Form::definition || span.form == Form::attribute)
            out.push_back(
                {std::string(span.target(source)), std::move(span.text), first_line + span.line - 1});
    return out;
}

}  // namespace

Syntax syntax_of(std::string_view file, bool mintlify) {
    const auto extension = extension_of(file);
    if (extension == ".html" || extension == ".htm") return Syntax::html;
    if (is_one_of(extension, {".jsx", ".tsx", ".js", ".ts"})) return Syntax::script;
    return mintlify || extension == ".mdx" ? Syntax::mdx : Syntax::markdown;
}

std::vector<LinkSpan> find_link_spans(std::string_view source, Syntax syntax) {
    return SpanReader(source).run(syntax);
}

std::vector<Link> find_links(std::string_view source, std::uint32_t first_line, Syntax syntax) {
    return links_of(find_link_spans(source, syntax), source, first_line);
}

std::vector<Link> find_links(std::string_view source, std::uint32_t first_line,
                             const std::vector<SourcePiece>& pieces) {
    return links_of(SpanReader(source).run(pieces), source, first_line);
}

}  // namespace docent::docs
