#include "maintenance/command_line.hpp"

#include <algorithm>
#include <array>

#include "base/nearest.hpp"

namespace docent::maintenance {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct Quote {
    std::string_view open;
    std::array<std::string_view, 3> close;  // any of them; "" is none
};

constexpr std::array<Quote, 8> quotes{{{"\"", {"\"", "", ""}},
                                       {"'", {"'", "", ""}},
                                       {"“", {"”", "“", "\""}},
                                       {"„", {"“", "”", "\""}},
                                       {"”", {"”", "\"", ""}},
                                       {"«", {"»", "", ""}},
                                       {"‘", {"’", "'", ""}},
                                       {"’", {"’", "'", ""}}}};

const Quote* quote_at(std::string_view rest) {
    for (const auto& quote : quotes)
        if (rest.starts_with(quote.open)) return &quote;
    return nullptr;
}

bool is_option_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    Result<std::vector<Word>> run() {
        std::vector<Word> out;
        for (;;) {
            while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
            if (at_ == text_.size()) return out;
            Word word;
            dashes(word);
            word.quoted = quote_at(text_.substr(at_)) != nullptr && word.text.empty();
            if (word.quoted) {
                TRY_VOID(quoted(word.text));
            } else {
                TRY_VOID(plain(word.text));
            }
            out.push_back(std::move(word));
        }
    }

private:
    /// Phones make one long dash of two hyphens.
    void dashes(Word& word) {
        for (const std::string_view dash : {"—", "–"})
            if (text_.substr(at_).starts_with(dash) && at_ + dash.size() < text_.size() &&
                is_option_letter(text_[at_ + dash.size()])) {
                word.text = "--";
                at_ += dash.size();
                return;
            }
    }

    bool ends_here(std::size_t at) const { return at >= text_.size() || is_blank(text_[at]); }

    Status quoted(std::string& out) {
        const auto& quote = *quote_at(text_.substr(at_));
        const auto from = at_;
        at_ += quote.open.size();
        while (at_ < text_.size()) {
            if (text_[at_] == '\\' && quote.open != "'" && take_escape(out)) continue;
            const auto* end = std::ranges::find_if(quote.close, [&](std::string_view one) {
                return !one.empty() && text_.substr(at_).starts_with(one) && ends_here(at_ + one.size());
            });
            if (end != quote.close.end()) {
                at_ += end->size();
                return {};
            }
            out += text_[at_++];
        }
        return invalid("the quote before \"" + std::string(text_.substr(from + quote.open.size(), 20)) +
                       "\" does not end: put " + std::string(quote.close[0]) + " behind the value");
    }

    Status plain(std::string& out) {
        while (at_ < text_.size() && !is_blank(text_[at_])) {
            if (text_[at_] == '\\' && take_escape(out)) continue;
            out += text_[at_++];
            const bool value_follows = out.back() == '=' && out.starts_with("--");
            if (value_follows && out.find('=') == out.size() - 1 && quote_at(text_.substr(at_)))
                return quoted(out);
        }
        return {};
    }

    bool take_escape(std::string& out) {
        const auto rest = text_.substr(at_ + 1);
        if (rest.empty()) return false;
        std::size_t length = is_blank(rest[0]) || rest[0] == '\\' ? 1 : 0;
        for (const auto& quote : quotes) {
            if (rest.starts_with(quote.open)) length = quote.open.size();
            if (rest.starts_with(quote.close[0])) length = quote.close[0].size();
        }
        if (length == 0) return false;
        out += rest.substr(0, length);
        at_ += 1 + length;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

Error wrong(const Command& command, const std::string& what) {
    return invalid(what + (what.ends_with('?') ? " Usage: " : ". Usage: ") + std::string(command.usage));
}

bool has_name(const std::vector<std::string_view>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

Error unknown_option(const Command& command, const std::string& name) {
    std::vector<std::string> known;
    for (const auto* names : {&command.options, &command.flags})
        known.insert(known.end(), names->begin(), names->end());
    const auto near = nearest(name, known);
    return wrong(command, "/" + std::string(command.name) + " has no option --" + name +
                              (near.empty() ? "" : "; did you mean --" + near + "?"));
}

}  // namespace

Result<std::vector<Word>> split_words(std::string_view text) { return Splitter(text).run(); }

Result<Arguments> read_arguments(const Command& command, const std::vector<Word>& words) {
    Arguments out;
    bool only_values = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& [text, quoted] = words[i];
        if (only_values || quoted || !text.starts_with("--")) {
            out.values.push_back(text);
            continue;
        }
        if (text == "--") {
            only_values = true;
            continue;
        }
        const auto equals = text.find('=');
        const auto name = text.substr(2, equals == text.npos ? equals : equals - 2);
        if (has_name(command.flags, name)) {
            if (equals != text.npos) return wrong(command, "--" + name + " takes no value");
            out.options.emplace_back(name, "");
        } else if (has_name(command.options, name)) {
            if (equals != text.npos) {
                out.options.emplace_back(name, text.substr(equals + 1));
            } else if (i + 1 < words.size() &&
                       (words[i + 1].quoted || !words[i + 1].text.starts_with("--"))) {
                out.options.emplace_back(name, words[++i].text);
            } else {
                return wrong(command, "--" + name + " needs a value");
            }
            if (out.options.back().second.empty()) return wrong(command, "--" + name + " needs a value");
        } else {
            return unknown_option(command, name);
        }
    }
    if (out.values.size() < command.values.size())
        return wrong(command, std::string(command.values[out.values.size()]) + " is missing");
    if (out.values.size() > command.values.size())
        return wrong(command, "\"" + out.values[command.values.size()] + "\" is too much");
    return out;
}

}  // namespace docent::maintenance
