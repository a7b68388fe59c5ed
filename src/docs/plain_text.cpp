#include "docs/plain_text.hpp"

#include <unicode/utf8.h>

#include <algorithm>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/jsx.hpp"

namespace docent::docs {

namespace {

bool is_punctuation(char c) {
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}
bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// After the ")" of a link whose "(" is at `at`, or `at`.
std::size_t target_end(std::string_view line, std::size_t at) {
    std::size_t depth = 0;
    for (auto i = at; i < std::min(line.size(), at + 2000); ++i) {
        if (line[i] == '\\')
            ++i;
        else if (line[i] == '(')
            ++depth;
        else if (line[i] == ')' && --depth == 0)
            return i + 1;
    }
    return at;
}

class Inline {
public:
    Inline(std::string_view line, std::string& text, std::string* code)
        : line_(line), text_(text), code_(code) {}

    void run() {
        while (at_ < line_.size()) step();
    }

private:
    void step() {
        const char c = line_[at_];
        if (c == '\\' && at_ + 1 < line_.size() && is_punctuation(line_[at_ + 1])) {
            text_ += line_[at_ + 1];
            at_ += 2;
        } else if (c == '`') {
            code_span();
        } else if (c == '!' && at_ + 1 < line_.size() && line_[at_ + 1] == '[') {
            ++at_;
        } else if (c == '[') {
            ++open_;
            ++at_;
        } else if (c == ']' && open_ > 0) {
            --open_;
            ++at_;
            if (at_ < line_.size() && line_[at_] == '(' && broken_links_ < 16) {
                const auto end = target_end(line_, at_);
                broken_links_ += end == at_;  // many of them are no links, and looking is not free
                at_ = end;
            }
        } else if (c == '*' || (c == '~' && line_.substr(at_, 2) == "~~")) {
            stars(c);
        } else if (c == '_') {
            const bool inside =
                at_ > 0 && is_word(line_[at_ - 1]) && at_ + 1 < line_.size() && is_word(line_[at_ + 1]);
            const bool lonely = at_ + 1 == line_.size() && at_ == 0;
            if (inside || lonely) text_ += c;
            ++at_;
        } else if (c == '<') {
            angle();
        } else if (c == '&') {
            const auto end = line_.substr(at_, 12).find(';');
            if (end == std::string_view::npos) {
                text_ += line_[at_++];
            } else {
                text_ += decode_entities(line_.substr(at_, end + 1));
                at_ += end + 1;
            }
        } else {
            text_ += c;
            ++at_;
        }
    }

    /// Emphasis goes; a star between blanks is a star.
    void stars(char c) {
        auto end = at_;
        while (end < line_.size() && line_[end] == c) ++end;
        const bool before = at_ == 0 || line_[at_ - 1] == ' ',
                   after = end == line_.size() || line_[end] == ' ';
        if (before && after) text_ += line_.substr(at_, end - at_);
        at_ = end;
    }

    void code_span() {
        std::size_t run = 1;
        while (at_ + run < line_.size() && line_[at_ + run] == '`') ++run;
        const auto from = at_ + run;
        const auto end = gave_up_ ? std::string_view::npos : line_.find(line_.substr(at_, run), from);
        if (end == std::string_view::npos) {
            gave_up_ = gave_up_ || run == 1;
            text_ += line_.substr(at_, run);
            at_ = from;
            return;
        }
        const auto inner = trim(line_.substr(from, end - from));
        text_ += inner;
        if (code_) {
            *code_ += inner;
            *code_ += '\n';
        }
        at_ = std::min(end + run, line_.size());
    }

    void angle() {
        const auto rest = line_.substr(at_, 300);
        const auto end = rest.find('>');
        const bool tag =
            end != std::string_view::npos && rest.size() > 1 && (is_word(rest[1]) || rest[1] == '/');
        if (!tag) {
            text_ += '<';
            ++at_;
            return;
        }
        const auto inner = rest.substr(1, end - 1);
        if (inner.find(':') != std::string_view::npos || inner.find('@') != std::string_view::npos)
            text_ += inner;
        else
            text_ += ' ';
        at_ += end + 1;
    }

    std::string_view line_;
    std::string& text_;
    std::string* code_;
    std::size_t at_ = 0, open_ = 0, broken_links_ = 0;
    bool gave_up_ = false;
};

bool is_delimiter_row(std::string_view line) {
    return line.find('-') != std::string_view::npos &&
           line.find_first_not_of("|-: \t") == std::string_view::npos;
}

}  // namespace

std::string plain_line(std::string_view markdown) {
    std::string out;
    Inline(trim(markdown), out, nullptr).run();
    return std::string(trim(out));
}

void plain_text(std::string_view markdown, std::string& text, std::string& code) {
    std::size_t at = 0;
    bool joined = false;  // the line before belongs to the same paragraph
    const auto new_block = [&] {
        while (!text.empty() && text.back() == ' ') text.pop_back();
        if (!text.empty() && text.back() != '\n') text += '\n';
    };
    while (at < markdown.size()) {
        const auto end = std::min(markdown.find('\n', at), markdown.size());
        auto line = markdown.substr(at, end - at);
        if (const auto fence = fence_opening(line)) {
            const auto title = fence->info.find("title=\"");
            if (title != std::string_view::npos) {
                const auto from = title + 7;
                code += fence->info.substr(from,
                                           std::min(fence->info.find('"', from), fence->info.size()) - from);
                code += '\n';
            }
            at = read_fence(markdown, at, *fence, code);
            new_block();
            joined = false;
            continue;
        }
        at = end + 1;
        auto content = trim(line);
        while (!content.empty() && content[0] == '>') content = trim(content.substr(1));
        if (content.empty() || is_delimiter_row(content)) {
            joined = false;
            continue;
        }
        std::size_t hashes = 0;
        while (hashes < content.size() && hashes < 7 && content[hashes] == '#') ++hashes;
        const bool heading = hashes > 0 && hashes < 7 && hashes < content.size() && content[hashes] == ' ';
        if (heading) content = trim(content.substr(hashes));
        const auto marker = list_marker(content);
        if (marker > 0) content = content.substr(marker);
        if (!joined || marker > 0 || heading || content[0] == '|')
            new_block();
        else
            text += ' ';
        joined = !heading;
        if (content[0] == '|') {
            std::string cells(content.substr(1));
            if (!cells.empty() && cells.back() == '|') cells.pop_back();
            for (std::size_t i = 0; i < cells.size(); ++i)
                if (cells[i] == '|' && (i == 0 || cells[i - 1] != '\\')) cells[i] = ' ';
            Inline(cells, text, &code).run();
        } else {
            Inline(content, text, &code).run();
        }
    }
    new_block();
    if (!text.empty() && text.back() == '\n') text.pop_back();
}

std::size_t count_words(std::string_view text) {
    std::size_t words = 0, halves = 0;
    bool inside = false;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    for (int32_t i = 0, size = static_cast<int32_t>(text.size()); i < size;) {
        if (bytes[i] < 0x80) {
            const bool space = bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\t';
            words += !space && !inside;
            inside = !space;
            ++i;
            continue;
        }
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        const bool cjk = (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7af) ||
                         (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xffef) ||
                         (c >= 0x20000 && c <= 0x3ffff);
        halves += cjk;
        words += !cjk && !inside;
        inside = !cjk;
    }
    return words + halves / 2;
}

}  // namespace docent::docs
