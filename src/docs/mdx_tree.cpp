#include "docs/mdx_tree.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "docs/esm.hpp"
#include "docs/fence.hpp"

namespace docent::docs {

namespace {

constexpr std::size_t max_open_elements =
    40;  // of nested elements; deeper ones lose their tag, not their text

bool is_void(std::string_view name) {
    static constexpr std::array<std::string_view, 12> names{
        "br", "hr", "img", "input", "meta", "link", "area", "track", "embed", "col", "wbr", "source"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Elements whose content is no prose.
bool is_raw(std::string_view name) {
    return name == "script" || name == "style" || name == "svg" || name == "iframe" || name == "object" ||
           name == "template";
}

class Parser {
public:
    Parser(std::string_view text, bool mdx, std::vector<Fence>& fences)
        : text_(text), mdx_(mdx), fences_(fences), budget_(text.size()) {
        open_.push_back(Node{});
    }

    MdxTree run() {
        while (at_ < text_.size()) {
            if (line_start_ && take_line()) continue;
            line_start_ = false;
            take_inline();
        }
        while (open_.size() > 1) close_top(false);
        tree_.nodes = std::move(open_[0].children);
        return std::move(tree_);
    }

private:
    std::string& out() {
        auto& children = open_.back().children;
        if (children.empty() || children.back().element) children.emplace_back();
        return children.back().text;
    }

    void note(SourcePiece::Kind kind, std::size_t from, std::size_t to) {
        if (to > from) tree_.pieces.push_back({kind, from, to});
    }

    void newline() {
        out() += '\n';
        ++at_;
        line_start_ = true;
    }

    std::string_view line() const {
        const auto end = text_.find('\n', at_);
        return text_.substr(at_, end == std::string_view::npos ? text_.size() - at_ : end - at_);
    }

    bool take_line() {
        const auto current = line();
        if (const auto fence = fence_opening(current)) {
            const auto from = at_;
            take_fence(*fence);
            note(SourcePiece::Kind::fence, from, at_);
            return true;
        }
        if (!mdx_ && take_indented_code(current)) return true;
        const auto blank = trim(current).empty();
        const auto content = trim(current);
        if (content.substr(0, 3) == ":::" && take_admonition(current, content)) return true;
        if (mdx_ && open_.size() == 1 && !current.empty() && (current[0] == 'i' || current[0] == 'e')) {
            const auto end = read_esm(text_, at_, tree_.imports, tree_.exports);
            if (end > at_) {
                note(SourcePiece::Kind::esm, at_, end);
                at_ = end;
                previous_blank_ = true;
                return true;
            }
        }
        if (!blank && current[0] != ' ' && current[0] != '\t') in_list_ = list_marker(current) > 0;
        previous_blank_ = blank;
        return false;
    }

    void take_fence(const FenceOpening& opening) {
        Fence fence;
        read_info(opening.info, fence.language, fence.title);
        out() += text_.substr(at_, opening.prefix);
        out() += fence_mark(fences_.size());
        at_ = read_fence(text_, at_, opening, fence.content);
        fences_.push_back(std::move(fence));
        out() += '\n';
        previous_blank_ = false;
    }

    /// Plain Markdown: four spaces after a blank line are code, whatever is in them.
    bool take_indented_code(std::string_view current) {
        if (!previous_blank_ || in_list_ || open_.size() > 1 || trim(current).empty()) return false;
        if (current.substr(0, 4) != "    " && current[0] != '\t') return false;
        Fence fence;
        std::string_view row = current;
        const auto from = at_;
        while (at_ < text_.size() && (row.substr(0, 4) == "    " || row.substr(0, 1) == "\t")) {
            fence.content += row.substr(row[0] == '\t' ? 1 : 4);
            fence.content += '\n';
            at_ += row.size() + (at_ + row.size() < text_.size());
            row = line();
        }
        note(SourcePiece::Kind::indented, from, at_);
        out() += fence_mark(fences_.size()) + "\n";
        fences_.push_back(std::move(fence));
        previous_blank_ = false;
        return true;
    }

    bool take_admonition(std::string_view current, std::string_view content) {
        const auto colons = std::min(content.find_first_not_of(':'), content.size());
        auto rest = trim(content.substr(colons));
        if (rest.empty()) {  // the end of one
            for (std::size_t i = open_.size(); i-- > 1;)
                if (open_[i].tag.name.substr(0, 1) == ":") {
                    while (open_.size() > i) close_top(open_.size() - 1 == i);
                    break;
                }
        } else {
            const auto end = rest.find_first_of(" \t[{");
            Tag tag;
            tag.name = ":" + lower_ascii(rest.substr(0, end));
            auto title = end == std::string_view::npos ? std::string_view() : trim(rest.substr(end));
            if (!title.empty() && title[0] == '{') title = {};
            if (title.size() > 1 && title.front() == '[' && title.back() == ']')
                title = title.substr(1, title.size() - 2);
            if (!title.empty()) tag.attributes.push_back({"title", std::string(title), false});
            if (open_.size() >= max_open_elements) return false;
            out() += current.substr(0, current.size() - trim_left(current).size());
            push(std::move(tag), true);
        }
        at_ += current.size();
        return true;
    }

    static std::string_view trim_left(std::string_view s) {
        const auto at = s.find_first_not_of(" \t\r");
        return at == std::string_view::npos ? s.substr(s.size()) : s.substr(at);
    }

    void take_inline() {
        const char c = text_[at_];
        switch (c) {
            case '\n':
                return newline();
            case '\\':
                return take_escape();
            case '`':
                return take_code_span();
            case '<':
                return take_angle();
            case '{':
                if (mdx_) return take_expression();
                break;
            default:
                break;
        }
        // Up to the next character with a meaning at once.
        const auto end = std::min(text_.find_first_of("\n\\`<{", at_ + 1), text_.size());
        out() += text_.substr(at_, end - at_);
        at_ = end;
    }

    void copy(std::size_t bytes) {
        out() += text_.substr(at_, bytes);
        at_ += bytes;
    }

    void take_escape() {
        if (at_ + 1 < text_.size() && text_[at_ + 1] != '\n' &&
            static_cast<unsigned char>(text_[at_ + 1]) < 0x80) {
            // "\{" is needed by MDX alone.
            if (text_[at_ + 1] == '{' || text_[at_ + 1] == '}') {
                out() += text_[at_ + 1];
                at_ += 2;
                return;
            }
            return copy(2);
        }
        copy(1);
    }

    void take_code_span() {
        std::size_t run = 1;
        while (at_ + run < text_.size() && text_[at_ + run] == '`') ++run;
        if (paragraph_end_ <= at_) paragraph_end_ = std::min(text_.find("\n\n", at_), text_.size());
        const auto limit = paragraph_end_;
        std::size_t i = at_ + run;
        if (!budget_.spent()) {
            while (i < limit) {
                if (text_[i] != '`') {
                    ++i;
                    continue;
                }
                std::size_t closing = 1;
                while (i + closing < limit && text_[i + closing] == '`') ++closing;
                i += closing;
                if (closing == run) {
                    note(SourcePiece::Kind::code_span, at_, i);
                    return copy(i - at_);
                }
            }
            budget_.charge(limit - at_);
        }
        copy(run);
    }

    bool began_line() {
        const auto& text = out();
        const auto line = std::string_view(text).substr(text.rfind('\n') + 1);
        if (line.find_first_not_of(" \t>") == std::string_view::npos)
            return open_.back().children.size() == 1 || text.find('\n') != std::string::npos;
        return list_marker(line) == line.size();
    }

    void take_angle() {
        const auto rest = text_.substr(at_);
        if (rest.substr(0, 4) == "<!--") {
            const auto end = budget_.spent() ? std::string_view::npos : text_.find("-->", at_ + 4);
            if (end != std::string_view::npos) {
                note(SourcePiece::Kind::comment, at_, end + 3);
                at_ = end + 3;
                return;
            }
            budget_.charge(rest.size());
            return copy(1);
        }
        if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '?')) {
            const auto end = rest.substr(0, 400).find('>');
            if (end == std::string_view::npos) return copy(1);
            note(SourcePiece::Kind::comment, at_, at_ + end + 1);
            at_ += end + 1;
            return;
        }
        if (const auto length = autolink(rest)) {
            note(SourcePiece::Kind::autolink, at_, at_ + length);
            return copy(length);
        }
        // [text](<a target>): no tag, whatever it looks like.
        if (at_ > 1 && text_[at_ - 1] == '(' && text_[at_ - 2] == ']') {
            const auto end = rest.substr(0, 2000).find_first_of(">\n", 1);
            if (end != std::string_view::npos && rest.substr(end, 2) == ">)") return copy(end + 1);
        }
        auto tag = read_tag(text_, at_, budget_);
        if (!tag) return copy(1);
        take_tag(std::move(*tag));
    }

    static std::size_t autolink(std::string_view rest) {
        const auto end = rest.substr(0, 2000).find_first_of("> \n<", 1);
        if (end == std::string_view::npos || rest[end] != '>') return 0;
        const auto inner = rest.substr(1, end - 1);
        const auto colon = inner.find(':');
        const auto at = inner.find('@');
        const bool address = colon != std::string_view::npos && colon > 1 && colon < 20 &&
                             inner.substr(0, colon).find_first_not_of(
                                 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-") ==
                                 std::string_view::npos;
        const bool mail = at != std::string_view::npos && at > 0 &&
                          inner.find('.', at) != std::string_view::npos &&
                          inner.find('=') == std::string_view::npos;
        return address || mail ? end + 1 : 0;
    }

    void take_tag(Tag tag) {
        const auto end = tag.end;
        note(SourcePiece::Kind::tag, at_, end);
        if (tag.closing) {
            at_ = end;
            for (std::size_t i = open_.size(); i-- > 1;)
                if (open_[i].tag.name == tag.name) {
                    while (open_.size() > i) close_top(open_.size() - 1 == i);
                    break;
                }
            return;
        }
        const bool block = began_line();
        if (is_raw(tag.name) && !tag.self_closing) {
            const auto closing = budget_.spent() ? std::string_view::npos : text_.find("</" + tag.name, end);
            const auto stop = closing == std::string_view::npos ? closing : text_.find('>', closing);
            if (stop == std::string_view::npos) budget_.charge(text_.size() - end);
            at_ = stop == std::string_view::npos ? end : stop + 1;
            note(SourcePiece::Kind::raw, end, at_);
            return;
        }
        at_ = end;
        if (tag.self_closing || is_void(tag.name)) {
            Node node;
            node.element = node.closed = true;
            node.block = block;
            node.tag = std::move(tag);
            open_.back().children.push_back(std::move(node));
            return;
        }
        if (open_.size() >= max_open_elements) return;
        push(std::move(tag), block);
    }

    void take_expression() {
        const auto end = expression_end(text_, at_, budget_);
        if (end == std::string_view::npos) return copy(1);
        const auto source = trim(text_.substr(at_ + 1, end - at_ - 2));
        if (source.empty() || source[0] != '#') note(SourcePiece::Kind::expression, at_, end);
        // A heading's own anchor, `{#id}`, is Markdown here.
        if (!source.empty() && source[0] == '#') return copy(end - at_);
        if (source.substr(0, 2) != "/*") {
            Node node;
            node.element = node.closed = true;
            node.tag.name = "{}";
            node.text = std::string(text_.substr(at_ + 1, end - at_ - 2));
            open_.back().children.push_back(std::move(node));
        }
        at_ = end;
    }

    void push(Tag tag, bool block) {
        Node node;
        node.element = true;
        node.block = block;
        node.tag = std::move(tag);
        open_.push_back(std::move(node));
    }

    void close_top(bool closed) {
        Node node = std::move(open_.back());
        open_.pop_back();
        node.closed = closed;
        open_.back().children.push_back(std::move(node));
    }

    std::string_view text_;
    bool mdx_;
    std::vector<Fence>& fences_;
    std::size_t paragraph_end_ = 0;
    ScanBudget budget_;
    MdxTree tree_;
    std::vector<Node> open_;
    std::size_t at_ = 0;
    bool line_start_ = true;
    bool previous_blank_ = true, in_list_ = false;
};

}  // namespace

std::string fence_mark(std::size_t n) { return fence_byte + std::to_string(n) + fence_byte; }

MdxTree parse_mdx(std::string_view text, bool mdx, std::vector<Fence>& fences) {
    return Parser(text, mdx, fences).run();
}

}  // namespace docent::docs
