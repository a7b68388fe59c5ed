#include "docs/html_text.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace docent::docs {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80;
}

/// An address as it may stand in a link's parentheses; "" for one that nobody should follow.
std::string safe_address(std::string_view address) {
    address = trim(address);
    const auto colon = address.find(':');
    const auto slash = address.find_first_of("/?#");
    if (colon != std::string_view::npos && (slash == std::string_view::npos || colon < slash)) {
        const std::string scheme = lower_ascii(address.substr(0, colon));
        if (scheme != "http" && scheme != "https" && scheme != "mailto") return {};
    }
    if (address.size() > 2000) return {};
    std::string out;
    for (const char c : address) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || c == '(' || c == ')' || c == '<' || c == '>' || c == '\\' || c == '|' ||
            byte == 0x7F) {
            constexpr char hex[] = "0123456789ABCDEF";
            out += '%';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    return out;
}

/// Marks that mean something at the start of a line only.
std::string escape_start(std::string text) {
    if (text.empty()) return text;
    const char c = text.front();
    const bool then_space = text.size() == 1 || text[1] == ' ';
    if (c == '#' || c == '>' || c == '=' || ((c == '-' || c == '+') && (then_space || text[1] == c)))
        return "\\" + text;
    std::size_t digits = 0;
    while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits]))) ++digits;
    if (digits > 0 && digits < 10 && digits < text.size() && (text[digits] == '.' || text[digits] == ')') &&
        (digits + 1 == text.size() || text[digits + 1] == ' '))
        return text.substr(0, digits) + "\\" + text.substr(digits);
    return text;
}

}  // namespace

std::size_t longest_run(std::string_view text, char mark) {
    std::size_t run = 0, longest = 0;
    for (const char c : text) {
        run = c == mark ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

void InlineText::open_word() {
    if (space_ && !out_.empty() && out_.back() != '\n' && out_.back() != ' ') out_ += ' ';
    space_ = false;
}

void InlineText::put(char c) {
    open_word();
    out_ += c;
}

void InlineText::text(std::string_view raw) {
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (static_cast<unsigned char>(c) <= ' ' || c == '\x7F') {
            space_ = true;
            continue;
        }
        if (raw.substr(i, 2) == "\xC2\xA0") {  // a no-break space is a space in Markdown
            space_ = true;
            ++i;
            continue;
        }
        const char before = i > 0 ? raw[i - 1] : ' ';
        const char after = i + 1 < raw.size() ? raw[i + 1] : ' ';
        const bool mark = c == '\\' || c == '`' || c == '*' || c == '[' || c == ']' ||
                          (c == '_' && !(is_word(before) && is_word(after))) || (c == '~' && after == '~') ||
                          (c == '<' && (std::isalpha(static_cast<unsigned char>(after)) || after == '/' ||
                                        after == '!' || after == '?')) ||
                          (c == '&' && (std::isalpha(static_cast<unsigned char>(after)) || after == '#')) ||
                          (c == '|' && place_ == Place::cell);
        open_word();
        if (mark) out_ += '\\';
        out_ += c;
    }
}

void InlineText::code(std::string_view raw) {
    std::string line;
    for (const char c : trim(raw)) {
        const bool white = static_cast<unsigned char>(c) <= ' ';
        if (white && (line.empty() || line.back() == ' ')) continue;
        if (c == '|' && place_ == Place::cell) line += '\\';
        line += white ? ' ' : c;
    }
    if (line.empty()) return;
    open_word();
    // A backtick right before would join this span's fence.
    if (out_.ends_with('`')) out_ += ' ';
    const std::string fence(longest_run(line, '`') + 1, '`');
    const std::string gap = line.front() == '`' || line.back() == '`' ? " " : "";
    out_ += fence + gap + line + gap + fence;
}

void InlineText::line_break() {
    space_ = false;
    if (out_.empty()) return;
    while (out_.ends_with(' ')) out_.pop_back();
    if (place_ == Place::cell || in_link_)
        space_ = true;
    else if (!out_.ends_with("\\\n"))
        out_ += "\\\n";
}

void InlineText::image(std::string_view alt, std::string_view address) {
    std::string words;
    for (const char c : trim(alt)) words += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    if (words.empty()) return;
    const std::string target = safe_address(address);
    if (target.empty() || address.size() > 500) return text(words);
    open_word();
    out_ += "![";
    text(words);
    out_ += "](" + target + ")";
}

std::size_t InlineText::begin_mark(std::string_view mark) {
    open_word();
    out_ += mark;
    return out_.size();
}

void InlineText::end_mark(std::size_t begin, std::string_view mark) {
    // Marks bind to words: white space inside moves out.
    if (out_.size() <= begin) {
        out_.resize(begin - mark.size());
        return;
    }
    std::size_t end = out_.size();
    while (end > begin &&
           (out_[end - 1] == '\n' || out_[end - 1] == ' ' || (out_[end - 1] == '\\' && end < out_.size())))
        --end;
    out_.resize(end);
    if (end == begin) {
        out_.resize(begin - mark.size());
        return;
    }
    out_ += mark;
}

std::size_t InlineText::begin_link() {
    open_word();
    in_link_ = true;
    out_ += '[';
    return out_.size();
}

void InlineText::end_link(std::size_t begin, std::string_view address) {
    in_link_ = false;
    const std::string target = safe_address(address);
    if (out_.size() == begin) {
        out_.pop_back();
    } else if (target.empty()) {
        out_.erase(begin - 1, 1);
    } else {
        out_ += "](" + target + ")";
    }
}

std::string InlineText::take() {
    std::string text;
    text.swap(out_);
    space_ = false;
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) {
        const bool broken = text.back() == '\n' && text.ends_with("\\\n");
        text.pop_back();
        if (broken) text.pop_back();
    }
    return place_ == Place::paragraph ? escape_start(std::move(text)) : text;
}

}  // namespace docent::docs
