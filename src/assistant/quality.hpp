#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "assistant/extractive.hpp"

namespace docent::assistant {

/// A question with what a good answer has: for measuring answers that are composed without a model.
struct AnswerCase {
    std::string id, corpus, question;
    std::vector<std::string> pages;    // files of which one must be cited first or at all; a final "*" is any
                                       // end; empty: not covered
    std::vector<std::string> earlier;  // questions of the same conversation before it, oldest first
    std::vector<std::string> needs;    // regular expressions (RE2) that the answer must all contain
};

/// Tab-separated: id, corpus, pages between spaces ("-": the documentation does not cover it), needs between
/// " ;; ", question, after the earlier ones of its conversation with " >> " between them. Lines that begin
/// with '#' are left out. invalid_argument names the line.
Result<std::vector<AnswerCase>> parse_answer_cases(std::string_view tsv);

struct Judgement {
    AnswerCase wanted;
    Extract answer;
    bool good = false;         // covered: answered, a wanted page cited, all needs met. Not covered: said so
    bool right_first = false;  // the first source is a wanted page
    std::string lacks;         // why it is not good
    std::size_t words = 0;     // outside code
};

struct QualityFigures {
    std::size_t covered = 0, not_covered = 0;
    double good = 0.0;              // share of covered questions with a good answer
    double right_first = 0.0;       // share of covered questions whose first source is right
    double false_answered = 0.0;    // share of questions that are not covered and were answered
    double false_unanswered = 0.0;  // share of covered questions that were not
    double words = 0.0;             // mean of the answers
};

Judgement judge(const search::Index& index, AnswerCase wanted);
QualityFigures figures(const std::vector<Judgement>& judgements);

/// All answers for people to read, with what each lacks.
std::string quality_report(const std::vector<Judgement>& judgements);

}  // namespace docent::assistant
