#include "assistant/quotation.hpp"

#include <cctype>
#include <vector>

#include "assistant/blocks.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t longest_link = 2000;

bool has_scheme(std::string_view target) {
    const auto colon = target.find(':');
    if (colon == target.npos || colon == 0) return false;
    for (std::size_t i = 0; i < colon; ++i) {
        if (!std::isalnum(static_cast<unsigned char>(target[i])) && target[i] != '+' && target[i] != '-' &&
            target[i] != '.')
            return false;
    }
    return true;
}

/// "https://example.com" of "https://example.com/a/b"; "" for a path.
std::string_view site_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == url.npos) return {};
    return url.substr(0, url.find('/', scheme + 3));
}

/// The end of the parenthesis that opens at `open`; npos when it does not close on the line.
std::size_t closing(std::string_view text, std::size_t open, char left, char right) {
    int depth = 0;
    for (std::size_t i = open; i < text.size() && i < open + longest_link; ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == left) {
            ++depth;
        } else if (text[i] == right && --depth == 0) {
            return i;
        } else if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] == '\n') {
            break;
        }
    }
    return text.npos;
}

/// Prose with its links resolved.
class Rewriter {
public:
    Rewriter(std::string_view text, const Origin& origin) : text_(text), origin_(origin) {}

    std::string rewrite() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '`') {
                copy_code();
            } else if (c == '\\') {
                copy(2);
            } else if (c == '!' && text_.substr(at_, 2) == "![") {
                if (!skip_image()) copy(1);
            } else if (c == ']' && text_.substr(at_, 2) == "](") {
                if (!copy_link()) copy(1);
            } else if (c == '<') {
                if (!skip_tag()) copy(1);
            } else {
                copy(1);
            }
        }
        return std::move(out_);
    }

private:
    void copy(std::size_t n) {
        out_ += text_.substr(at_, n);
        at_ += n;
    }

    void copy_code() {
        std::size_t ticks = 0;
        while (at_ + ticks < text_.size() && text_[at_ + ticks] == '`') ++ticks;
        const auto close = ticks > 8 ? text_.npos : text_.find(text_.substr(at_, ticks), at_ + ticks);
        copy(close == text_.npos ? ticks : close + ticks - at_);
    }

    bool skip_image() {
        const auto bracket = closing(text_, at_ + 1, '[', ']');
        if (bracket == text_.npos || text_.substr(bracket, 2) != "](") return false;
        const auto end = closing(text_, bracket + 1, '(', ')');
        if (end == text_.npos) return false;
        at_ = end + 1;
        return true;
    }

    bool copy_link() {
        const auto end = closing(text_, at_ + 1, '(', ')');
        if (end == text_.npos) return false;
        auto target = trim(text_.substr(at_ + 2, end - at_ - 2));
        const auto title = target.find_first_of(" \n");
        const auto address = target.substr(0, title);
        out_ += "](" + resolve_link(address, origin_);
        if (title != target.npos) out_ += target.substr(title);
        out_ += ")";
        at_ = end + 1;
        return true;
    }

    /// Tags and comments go, what stands between tags stays; <https://...> stays.
    bool skip_tag() {
        if (text_.substr(at_, 4) == "<!--") {
            const auto end = text_.find("-->", at_);
            at_ = end == text_.npos ? text_.size() : end + 3;
            return true;
        }
        if (at_ + 1 >= text_.size()) return false;
        const char next = text_[at_ + 1];
        if (!std::isalpha(static_cast<unsigned char>(next)) && next != '/') return false;
        const auto end = text_.find('>', at_);
        if (end == text_.npos || end - at_ > longest_link) return false;
        if (has_scheme(text_.substr(at_ + 1, end - at_ - 1))) return false;
        if (text_.substr(at_, 3) == "<br") out_ += "<br>";
        at_ = end + 1;
        return true;
    }

    std::string_view text_;
    const Origin& origin_;
    std::string out_;
    std::size_t at_ = 0;
};

bool is_fence(std::string_view line) {
    const auto text = trim(line);
    return text.substr(0, 3) == "```" || text.substr(0, 3) == "~~~";
}

}  // namespace

std::string resolve_link(std::string_view target, const Origin& origin) {
    if (target.empty() || has_scheme(target) || target.substr(0, 2) == "//") return std::string(target);
    if (target.size() > 1 && target.front() == '<' && target.back() == '>')
        target = target.substr(1, target.size() - 2);
    if (target[0] == '#') return origin.page_url + std::string(target);

    const auto suffix_at = target.find_first_of("#?");
    std::string path(target.substr(0, suffix_at));
    const std::string suffix(suffix_at == target.npos ? std::string_view() : target.substr(suffix_at));
    for (const std::string_view ending : {".mdx", ".md"}) {
        if (path.size() > ending.size() &&
            path.compare(path.size() - ending.size(), ending.size(), ending) == 0) {
            path.resize(path.size() - ending.size());
        }
    }
    std::vector<std::string> parts;
    if (path[0] != '/') {
        parts = split(origin.page_path, '/');
        if (!parts.empty()) parts.pop_back();
    }
    for (auto& part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else {
            parts.push_back(std::move(part));
        }
    }
    std::string resolved;
    for (const auto& part : parts) resolved += "/" + part;
    const auto site = site_of(origin.page_url);
    const bool has_base = !origin.base_path.empty() && (resolved + "/").rfind(origin.base_path + "/", 0) == 0;
    if (!site.empty()) {
        resolved = std::string(site) + resolved;
    } else if (!has_base) {
        resolved = origin.base_path + (resolved.empty() ? "/" : resolved);
    }
    return resolved + suffix;
}

std::string quotable(std::string_view markdown, const Origin& origin) {
    std::string out;
    std::string prose;
    const auto flush = [&] {
        std::string text = Rewriter(prose, origin).rewrite();
        prose.clear();
        out += text;
    };
    // Fences may stand inside lists, so this looks at lines rather than at blocks.
    bool in_code = false;
    for (const auto line : split_lines(markdown)) {
        if (is_fence(line)) {
            if (!in_code) flush();
            in_code = !in_code;
            out += line;
        } else if (in_code) {
            out += line;
        } else {
            prose += line;
        }
    }
    flush();
    // What images and tags leave behind: lines of nothing but space.
    std::string tidy;
    std::size_t blank = 0;
    for (const auto line : split_lines(out)) {
        if (is_fence(line)) in_code = !in_code;
        if (trim(line).empty() && !in_code) {
            if (++blank > 1) continue;
            tidy += "\n";
            continue;
        }
        blank = 0;
        tidy += line;
    }
    while (!tidy.empty() && (tidy.back() == '\n' || tidy.back() == ' ')) tidy.pop_back();
    const auto first = tidy.find_first_not_of('\n');
    if (first == std::string::npos) return {};
    return tidy.substr(first);
}

std::size_t count_words(std::string_view text) {
    std::size_t words = 0, wide = 0;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0xE3 && byte <= 0xED) {
            ++wide;
            inside = false;
            i += 2;
            continue;
        }
        const bool space = std::isspace(byte) != 0;
        words += !space && !inside;
        inside = !space;
    }
    return words + wide / 2;
}

}  // namespace docent::assistant
