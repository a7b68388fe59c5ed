#pragma once
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace docent::cli {

struct AnswerEval {
    std::vector<std::string> corpora;  // documentation folders; empty: the project's index
    std::string project;
    std::string questions;  // a file: the columns of `docent eval`, or a question a line
    std::string report;     // .html, or Markdown; "": to the terminal
    bool fixed = false;     // instead of a file: the questions whose fix was merged; how they fared is noted
};

/// Asks the assistant every question, with the configured model or without one, and writes a report for
/// people. Nothing is stored in the installation.
int eval_answers(const Globals& globals, const AnswerEval& wanted);

}  // namespace docent::cli
