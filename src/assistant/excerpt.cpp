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
constexpr std::size_t short_label = 8;  // words of a line that names the code after it
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

std::string shorten(const Block& block, const QuestionTerms& question) {
    const std::size_t words = count_words(block.text);
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
    double value = question.share(unit.mask);
    if (position == 0) value += kind == QuestionKind::what ? 0.25 : 0.08;
    if (kind == QuestionKind::how && (unit.has_steps || unit.has_code)) value += 0.15;
    if (kind == QuestionKind::yes_no && begins_with_verdict(unit.text)) value += 0.2;
    return value;
}

}  // namespace

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
        units[i].mask = question.match(units[i].text);
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
        for (const auto& block : units[i].blocks)
            append_whole(text, whole <= max_words && block.kind != Block::Kind::heading
                                   ? std::string(block.text)
                                   : shorten(block, question));
        std::size_t size = 0;
        for (const auto& block : split_blocks(text))
            size += block.kind == Block::Kind::code ? 0 : count_words(block.text);
        if (!must && words + size > max_words) return false;
        words += size;
        taken[i] = true;
        texts[i] = std::move(text);
        return true;
    };
    if (whole <= max_words) {
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
