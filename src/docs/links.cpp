#include "docs/links.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/fence.hpp"
#include "docs/plain_text.hpp"

namespace docent::docs {

namespace {

constexpr std::size_t max_links = 20'000;  // a page
constexpr std::size_t max_target = 2'000;

void trim_title(std::string_view& target) {
    target = trim(target);
    if (!target.empty() && target[0] == '<') {
        target = target.substr(1, target.find('>') - 1);
        return;
    }
    target = target.substr(0, target.find_first_of(" \t"));  // [text](target "title")
}

class LineScanner {
public:
    LineScanner(std::string_view line, std::uint32_t number, std::vector<Link>& out)
        : line_(line), number_(number), out_(out) {}

    void run() {
        for (std::size_t i = 0; i < line_.size() && out_.size() < max_links; ++i) {
            const char c = line_[i];
            if (c == '\\')
                ++i;
            else if (c == '`')
                i = code_end(i) - 1;
            else if (c == '[')
                opens_.push_back(i);
            else if (c == ']' && !opens_.empty())
                close(i);
            else if (c == '=')
                attribute(i);
        }
        definition();
    }

private:
    std::size_t code_end(std::size_t at) const {
        std::size_t run = 1;
        while (at + run < line_.size() && line_[at + run] == '`') ++run;
        if (no_code_) return at + run;
        const auto end = line_.find(line_.substr(at, run), at + run);
        if (end == std::string_view::npos) {
            no_code_ = true;
            return at + run;
        }
        return end + run;
    }

    void close(std::size_t at) {
        const auto open = opens_.back();
        opens_.pop_back();
        if (at + 1 >= line_.size() || line_[at + 1] != '(' || broken_ > 16) return;
        std::size_t depth = 0, end = at + 1;
        const auto limit = std::min(line_.size(), at + max_target);
        for (; end < limit; ++end) {
            if (line_[end] == '(') ++depth;
            if (line_[end] == ')' && --depth == 0) break;
        }
        if (end >= limit) {
            ++broken_;
            return;
        }
        auto target = line_.substr(at + 2, end - at - 2);
        trim_title(target);
        const bool image = open > 0 && line_[open - 1] == '!';
        if (!image && !target.empty())
            out_.push_back({std::string(target),
                            plain_line(line_.substr(open + 1, std::min<std::size_t>(at - open - 1, 300))),
                            number_});
    }

    void attribute(std::size_t equals) {
        const auto name_ends = [&](std::string_view name) {
            return equals >= name.size() && line_.substr(equals - name.size(), name.size()) == name &&
                   (equals == name.size() || line_[equals - name.size() - 1] == ' ' ||
                    line_[equals - name.size() - 1] == '\t');
        };
        if (!name_ends("href") && !name_ends("to")) return;
        auto i = equals + 1;
        if (i < line_.size() && line_[i] == '{') ++i;
        if (i >= line_.size() || (line_[i] != '"' && line_[i] != '\'')) return;
        const auto end = line_.find(line_[i], i + 1);
        if (end == std::string_view::npos || end - i > max_target || end == i + 1) return;
        out_.push_back({std::string(line_.substr(i + 1, end - i - 1)), "", number_});
    }

    void definition() {  // [name]: target
        const auto from = line_.find_first_not_of(' ');
        if (from == std::string_view::npos || from > 3 || line_[from] != '[' || line_.substr(from, 2) == "[^")
            return;
        const auto close = line_.find("]:", from);
        if (close == std::string_view::npos) return;
        auto target = line_.substr(close + 2);
        trim_title(target);
        if (!target.empty() && target.size() < max_target)
            out_.push_back(
                {std::string(target), std::string(line_.substr(from + 1, close - from - 1)), number_});
    }

    std::string_view line_;
    std::uint32_t number_;
    std::vector<Link>& out_;
    std::vector<std::size_t> opens_;
    mutable bool no_code_ = false;
    std::size_t broken_ = 0;  // links that do not end: a few are looked for, not thousands
};

}  // namespace

std::vector<Link> find_links(std::string_view source, std::uint32_t first_line) {
    std::vector<Link> out;
    std::size_t at = 0;
    auto number = first_line;
    while (at < source.size()) {
        const auto end = std::min(source.find('\n', at), source.size());
        const auto line = source.substr(at, end - at);
        if (const auto fence = fence_opening(line)) {
            std::string ignored;
            const auto after = read_fence(source, at, *fence, ignored);
            number += static_cast<std::uint32_t>(std::count(source.begin() + static_cast<long>(at),
                                                            source.begin() + static_cast<long>(after), '\n'));
            at = after;
            continue;
        }
        LineScanner(line, number, out).run();
        at = end + 1;
        ++number;
    }
    return out;
}

}  // namespace docent::docs
