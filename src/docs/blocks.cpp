#include "docs/blocks.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/mdx.hpp"

namespace docent::docs {

namespace {

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::size_t indentation(std::string_view line) {
    std::size_t n = 0;
    while (n < line.size() && line[n] == ' ') ++n;
    return n;
}

/// Level of a "## title" line, 0 when it is none.
int heading_level(std::string_view line) {
    const auto from = indentation(line);
    if (from > 3) return 0;
    std::size_t n = from;
    while (n < line.size() && line[n] == '#') ++n;
    if (n == from || n - from > 6) return 0;
    if (n < line.size() && line[n] != ' ' && line[n] != '\t' && line[n] != '\n') return 0;
    return static_cast<int>(n - from);
}

void read_title(Block& block, std::string_view text) {
    text = trim(text);
    // Closing "##" and a custom id at the end.
    const auto brace = text.rfind("{#");
    if (!text.empty() && text.back() == '}' && brace != std::string_view::npos) {
        block.id = trim(text.substr(brace + 2, text.size() - brace - 3));
        text = trim(text.substr(0, brace));
    }
    const auto hashes = text.find_last_not_of('#');
    if (hashes != std::string_view::npos && hashes + 1 < text.size() && text[hashes] == ' ')
        text = trim(text.substr(0, hashes));
    block.title = text;
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::vector<Block> run() {
        while (at_ < text_.size()) step();
        return std::move(out_);
    }

private:
    std::string_view line_at(std::size_t at) const {
        const auto end = text_.find('\n', at);
        return text_.substr(at, end == std::string_view::npos ? text_.size() - at : end + 1 - at);
    }

    Block& add(Block::Kind kind, std::size_t from, std::size_t to) {
        Block block;
        block.kind = kind;
        block.source = text_.substr(from, to - from);
        block.joined = !blank_before_ && !out_.empty();
        out_.push_back(block);
        blank_before_ = false;
        at_ = to;
        return out_.back();
    }

    void step() {
        const auto line = line_at(at_);
        if (is_blank(line)) {
            blank_before_ = true;
            at_ += line.size();
            return;
        }
        const auto content = trim(line);
        if (content == section_begin || content == section_end) {
            add(content == section_begin ? Block::Kind::begin : Block::Kind::end, at_, at_ + line.size());
            return;
        }
        if (const int level = heading_level(line)) {
            auto& block = add(Block::Kind::heading, at_, at_ + line.size());
            block.level = level;
            read_title(block, content.substr(static_cast<std::size_t>(level)));
            return;
        }
        const auto fence = fence_opening(line);
        if (fence && fence->prefix < 4 && !fence->quoted && list_marker(line) == 0) {
            std::string content_of;
            add(Block::Kind::code, at_, read_fence(text_, at_, *fence, content_of));
            return;
        }
        if (list_marker(line) > 0 && indentation(line) < 4) return take_item(line);
        if (content[0] == '|') {
            add(Block::Kind::row, at_, at_ + line.size());
            return;
        }
        take_paragraph();
    }

    /// A list item with what is indented below it.
    void take_item(std::string_view first) {
        const auto from = at_;
        const auto width = std::min<std::size_t>(list_marker(first), indentation(first) + 4);
        auto end = from + first.size();
        if (const auto fence = fence_opening(first)) {
            std::string ignored;
            end = read_fence(text_, from, *fence, ignored);
        }
        bool blank = false;
        while (end < text_.size()) {
            const auto line = line_at(end);
            if (is_blank(line)) {
                blank = true;
                end += line.size();
                continue;
            }
            const auto indent = indentation(line);
            if (indent < std::min<std::size_t>(width, 2)) {
                // A lazy line goes on with the paragraph; anything else ends the item.
                if (blank || list_marker(line) > 0 || heading_level(line) > 0 || trim(line)[0] == '|' ||
                    trim(line)[0] == section_begin[0] || fence_opening(line))
                    break;
            }
            blank = false;
            if (const auto fence = fence_opening(line)) {
                std::string ignored;
                end = read_fence(text_, end, *fence, ignored);
            } else {
                end += line.size();
            }
        }
        auto to = end;
        if (blank) {  // the blank lines at its end are not its own
            while (to > from + 1 && text_[to - 1] == '\n' && text_[to - 2] == '\n') --to;
        }
        add(Block::Kind::item, from, to);
        at_ = end;
        blank_before_ = blank;
    }

    void take_paragraph() {
        const auto from = at_;
        auto end = from + line_at(from).size();
        std::size_t lines = 1;
        while (end < text_.size()) {
            const auto line = line_at(end);
            if (is_blank(line)) break;
            const auto content = trim(line);
            if (lines < 4 && content.size() > 1 && indentation(line) < 4 && text_[from] != '>' &&
                (content.find_first_not_of('=') == std::string_view::npos ||
                 content.find_first_not_of('-') == std::string_view::npos)) {
                const auto title = text_.substr(from, end - from);
                auto& block = add(Block::Kind::heading, from, end + line.size());
                block.level = content[0] == '=' ? 1 : 2;
                read_title(block, title);
                return;
            }
            if (heading_level(line) > 0 || fence_opening(line) || content[0] == section_begin[0] ||
                content[0] == '|')
                break;
            if (list_marker(line) > 0 && indentation(line) < 4 && text_[from] != '>') {
                // Only a bullet or "1." may break into a paragraph.
                if (content[0] == '-' || content[0] == '*' || content[0] == '+' ||
                    content.substr(0, 2) == "1.")
                    break;
            }
            end += line.size();
            ++lines;
        }
        add(Block::Kind::paragraph, from, end);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool blank_before_ = true;
    std::vector<Block> out_;
};

}  // namespace

std::vector<Block> split_blocks(std::string_view marked) { return Splitter(marked).run(); }

}  // namespace docent::docs
