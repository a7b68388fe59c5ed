#include "assistant/quality.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "assistant/blocks.hpp"
#include "assistant/conversation.hpp"
#include "assistant/quotation.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

bool fits(const std::string& pattern, std::string_view file) {
    if (!pattern.empty() && pattern.back() == '*') {
        const auto start = std::string_view(pattern).substr(0, pattern.size() - 1);
        return file.substr(0, start.size()) == start;
    }
    return file == pattern;
}

std::string file_of(const search::Index& index, const std::string& url) {
    const auto page = index.find_page(url);
    return page ? std::string(index.page(*page).file) : std::string();
}

std::vector<std::string> split_at(std::string_view text, std::string_view separator) {
    std::vector<std::string> parts;
    for (std::size_t from = 0;;) {
        const auto to = text.find(separator, from);
        parts.emplace_back(trim(text.substr(from, to == text.npos ? to : to - from)));
        if (to == text.npos) return parts;
        from = to + separator.size();
    }
}

}  // namespace

Result<std::vector<AnswerCase>> parse_answer_cases(std::string_view tsv) {
    std::vector<AnswerCase> cases;
    std::size_t number = 0;
    for (const auto line : split_lines(tsv)) {
        ++number;
        if (trim(line).empty() || line[0] == '#') continue;
        const auto fields = split(trim(line), '\t');
        if (fields.size() != 5)
            return invalid("line " + std::to_string(number) + " must have five fields between tabs");
        AnswerCase one;
        one.id = fields[0];
        one.corpus = fields[1];
        if (fields[2] != "-") one.pages = split_at(fields[2], " ");
        if (fields[3] != "-") one.needs = split_at(fields[3], " ;; ");
        one.earlier = split_at(fields[4], " >> ");
        one.question = std::move(one.earlier.back());
        one.earlier.pop_back();
        for (const auto& need : one.needs) {
            if (!RE2(need, RE2::Quiet).ok())
                return invalid("line " + std::to_string(number) + ": not a regular expression: " + need);
        }
        cases.push_back(std::move(one));
    }
    return cases;
}

Judgement judge(const search::Index& index, AnswerCase wanted) {
    Judgement j;
    ExtractOptions options;
    options.earlier_questions = wanted.earlier;
    j.answer = extract_answer(index, wanted.question, options);
    for (const auto& block : split_blocks(j.answer.markdown)) {
        if (block.kind != Block::Kind::code) j.words += count_words(block.text);
    }
    if (wanted.pages.empty()) {
        j.good = !j.answer.answered;
        if (!j.good) j.lacks = "is answered although the documentation does not cover it";
    } else if (!j.answer.answered) {
        j.lacks = "is not answered";
    } else {
        bool cited = false;
        for (std::size_t i = 0; i < j.answer.sources.size(); ++i) {
            const auto file = file_of(index, j.answer.sources[i].url);
            const bool right = std::any_of(wanted.pages.begin(), wanted.pages.end(),
                                           [&](const auto& p) { return fits(p, file); });
            cited = cited || right;
            if (i == 0) j.right_first = right;
        }
        if (!cited) j.lacks = "does not cite " + wanted.pages[0];
        for (const auto& need : wanted.needs) {
            if (!RE2::PartialMatch(j.answer.markdown, need))
                j.lacks += (j.lacks.empty() ? "lacks " : ", lacks ") + need;
        }
        j.good = j.lacks.empty();
    }
    j.wanted = std::move(wanted);
    return j;
}

QualityFigures figures(const std::vector<Judgement>& judgements) {
    QualityFigures f;
    std::size_t good = 0, first = 0, wrongly = 0, missed = 0, words = 0, answers = 0;
    for (const auto& j : judgements) {
        if (j.wanted.pages.empty()) {
            ++f.not_covered;
            wrongly += j.answer.answered;
            continue;
        }
        ++f.covered;
        good += j.good;
        first += j.right_first;
        missed += !j.answer.answered;
        if (j.answer.answered) {
            words += j.words;
            ++answers;
        }
    }
    const auto share = [](std::size_t n, std::size_t of) {
        return of == 0 ? 0.0 : static_cast<double>(n) / static_cast<double>(of);
    };
    f.good = share(good, f.covered);
    f.right_first = share(first, f.covered);
    f.false_answered = share(wrongly, f.not_covered);
    f.false_unanswered = share(missed, f.covered);
    f.words = share(words, answers);
    return f;
}

std::string quality_report(const std::vector<Judgement>& judgements) {
    const QualityFigures f = figures(judgements);
    std::string out = fmt::format(
        "# Answers without a model\n\n{} covered questions: {:.0f} % good, {:.0f} % right source first, "
        "{:.0f} % not answered, {:.0f} words "
        "on average. {} questions that are not covered: {:.0f} % answered all the same.\n",
        f.covered, 100 * f.good, 100 * f.right_first, 100 * f.false_unanswered, f.words, f.not_covered,
        100 * f.false_answered);
    for (const auto& j : judgements) {
        out += fmt::format("\n---\n\n## {} {}\n\n{}{}\n\n", j.wanted.id, j.wanted.question,
                           j.good ? "Good." : "**Not good:** ", j.lacks);
        out += j.answer.markdown + "\n";
    }
    return out;
}

}  // namespace docent::assistant
