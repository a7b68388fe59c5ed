#include "agent/text_edit.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t most_lines_named = 8, most_compared = 60, shown_around = 2;

/// Lines with "\n" ends get "\r\n".
std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
        out += text[i];
    }
    return out;
}

std::vector<std::size_t> places_of(std::string_view text, std::string_view wanted) {
    std::vector<std::size_t> out;
    for (std::size_t at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, at + wanted.size()))
        out.push_back(at);
    return out;
}

std::set<std::string> words_of(std::string_view line) {
    std::set<std::string> out;
    std::string word;
    for (const char c : line) {
        const bool part = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80);
        if (part) word += c;
        if (!part && !word.empty()) out.insert(std::exchange(word, ""));
    }
    if (!word.empty()) out.insert(word);
    return out;
}

/// How many of the words both have, of all that either has; 0 to 1.
double likeness(std::string_view a, std::string_view b) {
    const auto left = words_of(a), right = words_of(b);
    std::size_t both = 0;
    for (const auto& word : left) both += right.contains(word);
    const auto all = left.size() + right.size() - both;
    return all == 0 ? 0 : static_cast<double>(both) / static_cast<double>(all);
}

/// The lines of the text that are most like the wanted ones, with numbers; "" when nothing is like them.
std::string nearest_lines(std::string_view text, std::string_view wanted) {
    const auto have = split(text, '\n');
    auto want = split(wanted, '\n');
    while (want.size() > 1 && trim(want.back()).empty()) want.pop_back();
    while (want.size() > 1 && trim(want.front()).empty()) want.erase(want.begin());
    if (want.size() > most_compared) want.resize(most_compared);
    // Votes for where the wanted text would begin: each line that is the same but for white space.
    std::map<std::string, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < have.size(); ++i) {
        const auto line = trim(have[i]);
        if (!line.empty()) places[std::string(line)].push_back(i);
    }
    std::map<std::size_t, double> votes;
    for (std::size_t w = 0; w < want.size(); ++w) {
        const auto found = places.find(std::string(trim(want[w])));
        if (found == places.end() || found->second.size() > 200) continue;
        for (const auto i : found->second) votes[i >= w ? i - w : 0] += 1;
    }
    if (votes.empty()) {
        const auto first = std::ranges::find_if(want, [](const auto& l) { return !trim(l).empty(); });
        if (first == want.end()) return "";
        const auto skipped = static_cast<std::size_t>(first - want.begin());
        for (std::size_t i = 0; i < std::min<std::size_t>(have.size(), 20'000); ++i) {
            const auto like = likeness(have[i].substr(0, 400), first->substr(0, 400));
            if (like >= 0.4) votes[i >= skipped ? i - skipped : 0] = like;
        }
    }
    if (votes.empty()) return "";
    const auto best =
        std::ranges::max_element(votes, [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto from = best->first > shown_around ? best->first - shown_around : 0;
    const auto to = std::min(have.size(), best->first + want.size() + shown_around);
    std::string out;
    for (auto i = from; i < to && out.size() < 6000; ++i) {
        out += std::to_string(i + 1) + ": " + std::string(cut_utf8(have[i], 300));
        if (out.back() == '\r') out.pop_back();
        out += '\n';
    }
    return out;
}

std::string named(std::size_t n, std::size_t of) {
    return of == 1 ? "the old text" : "the old text of edit " + std::to_string(n + 1);
}

}  // namespace

Result<EditedText> apply_edits(std::string_view text, const std::vector<TextEdit>& edits) {
    EditedText out;
    out.text = text;
    for (std::size_t n = 0; n < edits.size(); ++n) {
        const auto& edit = edits[n];
        if (edit.old_text.empty())
            return invalid(named(n, edits.size()) + " is empty: name the text to replace, or use create_file")
                .because("invalid_argument");
        auto old_text = edit.old_text, new_text = edit.new_text;
        auto places = places_of(out.text, old_text);
        const bool has_crlf = out.text.find("\r\n") != std::string::npos;
        if (places.empty() && has_crlf && old_text.find('\n') != std::string::npos) {
            old_text = with_crlf(old_text);
            places = places_of(out.text, old_text);
        }
        if (places.empty()) {
            auto near = nearest_lines(out.text, edit.old_text);
            auto message = named(n, edits.size()) + " is not in the file";
            if (n > 0) message += " after the edits before it";
            return Error(ErrorCode::invalid_argument, std::move(message), std::move(near))
                .because("text_not_found");
        }
        if (places.size() > 1 && !edit.replace_all) {
            std::string lines;
            for (std::size_t i = 0; i < std::min(places.size(), most_lines_named); ++i)
                lines += (i ? ", " : "") + std::to_string(line_of(out.text, places[i]));
            if (places.size() > most_lines_named) lines += ", ...";
            return invalid(named(n, edits.size()) + " is there " + std::to_string(places.size()) +
                           " times (lines " + lines +
                           "): give more of the lines around the place you mean, or set replace_all")
                .because("text_ambiguous");
        }
        // New lines end as the file's lines do.
        if (has_crlf &&
            (old_text.find("\r\n") != std::string::npos || old_text.find('\n') == std::string::npos))
            new_text = with_crlf(new_text);
        std::string next;
        std::size_t at = 0;
        for (const auto place : places) {
            next.append(out.text, at, place - at);
            next += new_text;
            at = place + old_text.size();
        }
        next.append(out.text, at);
        out.text = std::move(next);
        out.replacements += places.size();
    }
    if (out.text == text)
        return invalid("the edits change nothing: the new text is the same as the old one")
            .because("nothing_changed");
    return out;
}

}  // namespace docent::agent
