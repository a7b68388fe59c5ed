#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "assistant/answer.hpp"

namespace docent::assistant {

/// An answer for people to judge.
struct ReportedAnswer {
    std::string id, question;
    std::string text;  // without the suggestions block
    std::vector<Source> sources;
    std::vector<CheckedLink> checks;  // empty for an answer without a model: it quotes
    std::vector<std::string> tools;   // that were called, in order
    bool answered = true;
    std::string failure;  // "": none
    llm::Usage usage;
    std::chrono::milliseconds time{0};
};

/// What of an answer's log a report needs; text and sources of its last step.
ReportedAnswer reported(const Answer& answer, std::string id, std::string question,
                        std::chrono::milliseconds time);

enum class ReportFormat { markdown, html };

/// All answers with their sources, how each citation is supported, tokens, cost and time; a summary first.
std::string answer_report(const std::vector<ReportedAnswer>& answers, const std::string& about,
                          ReportFormat format);

}  // namespace docent::assistant
