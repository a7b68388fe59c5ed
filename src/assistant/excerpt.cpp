#include "assistant/excerpt.hpp"

#include <algorithm>
#include <set>

#include "assistant/quotation.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t long_paragraph = 70;  // words: longer ones are cut to sentences
constexpr std::size_t long_list = 90;       // words: of longer ones only the fitting items stay
constexpr std::size_t long_table = 80;
constexpr std::size_t few_parts = 3;      // rows or items that are given together
constexpr std::size_t longest_code = 60;  // lines: of more of it the reader is sent to the page
constexpr std::size_t short_label = 8;    // words of a line that names the code after it
constexpr std::string_view omission = "…\n\n";

bool leads_on(std::string_view text) {
    text = trim(text);
    while (!text.empty() && (text.back() == '*' || text.back() == '_' || text.back() == ')'))
        text.remove_suffix(1);
    return !text.empty() &&
           (text.back() == ':' || (text.size() >= 3 && text.substr(text.size() - 3) == "："));
}

bool is_label(const Block& block) {
    return block.kind == Block::Kind::paragraph && count_words(block.text) <= short_label &&
           trim(block.text).substr(0, 2) == "**" && trim(block.text).back() == '*';
}

bool joins(const Block& last, const Block& next) {
    using Kind = Block::Kind;
    if (last.kind == Kind::heading || is_label(last)) return true;
    if (next.kind == Kind::code) return true;
    const bool follows = next.kind == Kind::list || next.kind == Kind::table || next.kind == Kind::quote;
    return follows && last.kind == Kind::paragraph && leads_on(last.text);
}

void append_whole(std::string& out, std::string_view text) {
    out += text;
    if (out.size() < 2 || out.compare(out.size() - 2, 2, "\n\n") != 0)
        out += out.empty() || out.back() != '\n' ? "\n\n" : "\n";
}

/// The sentences around the best one.
std::string fitting_sentences(std::string_view paragraph, const QuestionTerms& question,
                              std::size_t max_words) {
    const auto sentences = split_sentences(paragraph);
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const double score = question.share(question.match(sentences[i])) + (i == 0 ? 0.05 : 0);
        if (score > most) {
            most = score;
            best = i;
        }
    }
    // A sentence that begins with a pronoun needs the one before it.
    std::size_t from = best, to = best + 1;
    static const std::set<std::string> pointing{
        "this", "it",   "these", "they", "that", "those", "he",  "however", "otherwise", "esto",
        "este", "cela", "ceci",  "il",   "elle", "ils",   "das", "dies",    "sie"};
    const auto first_word = lower_ascii(sentences[from].substr(0, sentences[from].find_first_of(" ,")));
    if (from > 0 && pointing.count(first_word) > 0) --from;
    std::size_t words = 0;
    for (std::size_t i = from; i < to; ++i) words += count_words(sentences[i]);
    while (to < sentences.size() && words + count_words(sentences[to]) <= max_words)
        words += count_words(sentences[to++]);
    while (from > 0 && words + count_words(sentences[from - 1]) <= max_words)
        words += count_words(sentences[--from]);
    std::string out;
    for (std::size_t i = from; i < to; ++i) out += sentences[i];
    return out;
}

/// The parts (items, rows) that fit best; all of them when the question tells them not apart.
std::string fitting_parts(const std::vector<std::string_view>& parts, std::size_t always,
                          const QuestionTerms& question, std::size_t max_words) {
    std::vector<double> scores;
    double most = 0;
    for (std::size_t i = always; i < parts.size(); ++i) {
        scores.push_back(question.share(question.match(parts[i])));
        most = std::max(most, scores.back());
    }
    std::string out;
    for (std::size_t i = 0; i < always && i < parts.size(); ++i) out += parts[i];
    std::size_t words = 0;
    for (std::size_t i = always; i < parts.size(); ++i) {
        const bool fits = most <= 0 || scores[i - always] >= 0.7 * most;
        if (!fits || (words > 0 && words + count_words(parts[i]) > max_words)) continue;
        words += count_words(parts[i]);
        out += parts[i];
    }
    return out;
}

/// What a row or an item is about: its first cell, or the words before its colon, dash or parenthesis.
std::string_view subject_of(std::string_view part) {
    auto text = trim(part);
    if (!text.empty() && text[0] == '|') {
        text.remove_prefix(1);
        return trim(text.substr(0, text.find('|')));
    }
    const auto mark = text.find_first_not_of("-*+ ");
    if (mark == text.npos || mark == 0) return {};
    text.remove_prefix(mark);
    std::size_t end = text.npos;
    for (const std::string_view stop : {":", " - ", " (", "：", "\n"}) end = std::min(end, text.find(stop));
    return end == text.npos ? std::string_view() : trim(text.substr(0, end));
}

/// Whether a part is about what is asked and nothing else.
bool is_about(std::string_view part, const QuestionTerms& question) {
    const auto subject = subject_of(part);
    if (subject.empty() || count_words(subject) > 6) return false;
    const auto mask = question.match(subject);
    if (mask == 0) return false;
    return question.precision(subject) >= 0.99 && question.share(mask) >= 0.3 &&
           ((mask & question.rarest()) != 0 || question.share(mask) >= 0.5);
}

/// The rows or items that are about what is asked and nothing else; none when the others count as well.
std::string defining_parts(const Block& block, const QuestionTerms& question) {
    const bool table = block.kind == Block::Kind::table;
    if (!table && (block.kind != Block::Kind::list || block.ordered)) return {};
    const auto parts = table ? split_lines(block.text) : split_items(block.text);
    const std::size_t always = table ? 2 : 0;
    if (parts.size() <= always + few_parts) return {};
    std::string out;
    for (std::size_t i = always; i < parts.size(); ++i) {
        if (is_about(parts[i], question)) out += parts[i];
    }
    if (out.empty() || !table) return out;
    return std::string(parts[0]) + std::string(parts[1]) + out;
}

std::string shorten(const Block& block, const QuestionTerms& question) {
    const std::size_t words = count_words(block.text);
    if (auto found = defining_parts(block, question); !found.empty()) return found;
    switch (block.kind) {
        case Block::Kind::paragraph:
            if (words > long_paragraph) return fitting_sentences(block.text, question, long_paragraph);
            break;
        case Block::Kind::list:
            if (words > long_list && !block.ordered)
                return fitting_parts(split_items(block.text), 0, question, long_list);
            break;
        case Block::Kind::table:
            if (words > long_table) return fitting_parts(split_lines(block.text), 2, question, long_table);
            break;
        case Block::Kind::heading:
            return "**" + std::string(trim(block.text).substr(trim(block.text).find_first_not_of("# "))) +
                   "**";
        case Block::Kind::quote:
        case Block::Kind::code:
        case Block::Kind::html:
        case Block::Kind::rule:
            break;
    }
    return std::string(block.text);
}

/// A list of what the page is going to explain answers nothing.
bool is_table_of_contents(std::string_view text) {
    std::size_t lines = 0, promises = 0;
    for (const auto line : split_lines(text)) {
        auto words = trim(line);
        while (!words.empty() && (words[0] == '>' || words[0] == '-' || words[0] == '*' || words[0] == ' '))
            words.remove_prefix(1);
        if (words.empty()) continue;
        ++lines;
        promises += words.substr(0, 7) == "How to " || words.substr(0, 5) == "What " ||
                    words.substr(0, 4) == "Why " || words.substr(0, 4) == "When";
    }
    return lines >= 2 && promises * 5 >= lines * 3;
}

double score(const Unit& unit, std::size_t position, const QuestionTerms& question, QuestionKind kind) {
    if (is_table_of_contents(unit.text)) return 0;
    double value = 0.7 * question.share(unit.prose) + 0.3 * question.share(unit.mask);
    if (kind == QuestionKind::what && says_what_it_is(unit.text, question)) value += 0.25;
    if (position == 0) value += kind == QuestionKind::what ? 0.25 : 0.08;
    if (kind == QuestionKind::how && (unit.has_steps || unit.has_code)) value += 0.15;
    if (kind == QuestionKind::yes_no && begins_with_verdict(unit.text)) value += 0.2;
    return value;
}

}  // namespace

bool defines_asked(std::string_view markdown, const QuestionTerms& question) {
    const auto lines = split_lines(markdown);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto start = trim(lines[i]).substr(0, 1);
        if (start != "|" && start != "-" && start != "*") continue;
        const bool header = start == "|" && i + 1 < lines.size() &&
                            trim(lines[i + 1]).substr(0, 3) != "|--" &&
                            lines[i + 1].find("--") == std::string_view::npos;
        if ((start != "|" || header) && is_about(lines[i], question)) return true;
    }
    return false;
}

bool says_what_it_is(std::string_view prose, const QuestionTerms& question) {
    constexpr std::size_t longest_subject = 80;
    for (const auto sentence : split_sentences(prose)) {
        std::size_t at = sentence.npos;
        for (const std::string_view verb : {" is ", " are ", " lets ", " allows ", " means ", " es ", " son ",
                                            " est ", " sont ", " ist ", " sind ", " é ", "是"})
            at = std::min(at, sentence.find(verb));
        if (at == sentence.npos || at > longest_subject) continue;
        const auto subject = sentence.substr(0, at);
        if (question.share(question.match(subject)) >= 0.6 && question.precision(subject) >= 0.5) return true;
    }
    return false;
}

std::string without_loose_ends(std::string_view markdown) {
    auto blocks = split_blocks(markdown);
    const auto is_omission = [](const Block& block) { return trim(block.text) == trim(omission); };
    std::string out;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const Block& block = blocks[i];
        const bool ends = i + 1 == blocks.size() || is_omission(blocks[i + 1]);
        if (is_omission(block) && (out.empty() || ends)) continue;
        if (!ends || block.kind != Block::Kind::paragraph) {
            out += block.text;
            continue;
        }
        if (is_label(block)) continue;
        if (!leads_on(block.text)) {
            out += block.text;
            continue;
        }
        const auto sentences = split_sentences(block.text);
        const auto kept = block.text.substr(0, block.text.size() - sentences.back().size());
        if (trim(kept).empty()) continue;
        out += trim(kept);
        out += "\n\n";
    }
    // What led to a block that is gone now leads to nothing.
    const auto rest = trim(out);
    return rest.size() < trim(markdown).size() ? without_loose_ends(rest) : std::string(rest);
}

bool begins_with_verdict(std::string_view text) {
    static constexpr std::string_view verdicts[] = {"Yes",  "No,",  "No.",    "No ", "Not ", "Sí",   "Oui",
                                                    "Non",  "Ja",   "Nein",   "Sim", "Não",  "是的", "不",
                                                    "可以", "はい", "いいえ", "예",  "네",   "아니"};
    text = trim(text);
    return std::any_of(std::begin(verdicts), std::end(verdicts),
                       [&](auto v) { return text.substr(0, v.size()) == v; });
}

std::vector<Unit> split_units(std::string_view markdown) {
    std::vector<Unit> units;
    for (const auto& block : split_blocks(markdown)) {
        const bool goes_on = !units.empty() && joins(units.back().blocks.back(), block);
        if (!goes_on) {
            units.emplace_back();
            units.back().text = block.text.substr(0, 0);
        }
        Unit& unit = units.back();
        unit.text = std::string_view(unit.text.data(), unit.text.size() + block.text.size());
        if (block.kind != Block::Kind::code) unit.words += count_words(block.text);
        unit.has_code =
            unit.has_code || block.kind == Block::Kind::code || block.text.find("```") != block.text.npos;
        unit.has_steps = unit.has_steps || block.ordered;
        unit.blocks.push_back(block);
    }
    return units;
}

Excerpt make_excerpt(std::string_view markdown, const QuestionTerms& question, QuestionKind kind,
                     double about, std::size_t max_words) {
    Excerpt excerpt;
    auto units = split_units(markdown);
    if (units.empty()) return excerpt;
    std::size_t best = 0, whole = 0;
    std::vector<double> scores;
    for (std::size_t i = 0; i < units.size(); ++i) {
        for (const auto& block : units[i].blocks) {
            const auto found = question.match(block.text);
            units[i].mask |= found;
            if (block.kind != Block::Kind::code) units[i].prose |= found;
        }
        whole += units[i].words;
        scores.push_back(score(units[i], i, question, kind));
        if (scores[i] > scores[best]) best = i;
    }

    std::vector<bool> taken(units.size(), whole <= max_words);
    std::vector<std::string> texts(units.size());
    std::size_t words = 0;
    const auto take = [&](std::size_t i, bool must) {
        if (!texts[i].empty()) return true;
        std::string text;
        for (const auto& block : units[i].blocks) {
            const bool too_long =
                block.kind == Block::Kind::code && split_lines(block.text).size() > longest_code;
            if (too_long && units.size() > 1) {
                append_whole(text, trim(omission));
            } else if (const auto part = defining_parts(block, question); !part.empty()) {
                append_whole(text, part);
            } else {
                append_whole(text, whole <= max_words && block.kind != Block::Kind::heading
                                       ? std::string(block.text)
                                       : shorten(block, question));
            }
        }
        std::size_t size = 0;
        for (const auto& block : split_blocks(text))
            size += block.kind == Block::Kind::code ? 0 : count_words(block.text);
        if (!must && words + size > max_words) return false;
        words += size;
        taken[i] = true;
        texts[i] = std::move(text);
        return true;
    };
    // A question about a name is answered by the row or item that says what it is.
    std::vector<bool> defining;
    for (const auto& unit : units)
        defining.push_back(std::any_of(unit.blocks.begin(), unit.blocks.end(), [&](const Block& block) {
            return !defining_parts(block, question).empty();
        }));
    const bool any_defining =
        kind != QuestionKind::how && std::count(defining.begin(), defining.end(), true) > 0;
    if (any_defining) {
        taken.assign(units.size(), false);
        for (std::size_t i = 0; i < units.size(); ++i) {
            if (defining[i]) take(i, words == 0);
        }
    } else if (whole <= max_words) {
        for (std::size_t i = 0; i < units.size(); ++i) {
            if (units.size() == 1 || !is_table_of_contents(units[i].text)) {
                take(i, true);
            } else {
                taken[i] = false;
            }
        }
    } else {
        take(best, true);
        if (about >= 0.6) {
            for (std::size_t i = 0; i < units.size(); ++i) {
                if (scores[i] > 0 && !take(i, false)) break;
            }
        }
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < units.size(); ++i) order.push_back(i);
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return scores[a] > scores[b]; });
        for (const auto i : order) {
            if (scores[i] >= 0.6 * scores[best]) take(i, false);
        }
    }
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (!taken[i]) continue;
        const bool gap =
            !excerpt.markdown.empty() && !taken[i - 1] && !is_table_of_contents(units[i - 1].text);
        if (gap) excerpt.markdown += omission;
        excerpt.markdown += texts[i];
        excerpt.mask |= units[i].mask;
    }
    excerpt.words = words;
    return excerpt;
}

}  // namespace docent::assistant
