#include "assistant/answer_report.hpp"

#include <gtest/gtest.h>

namespace docent::assistant {
namespace {

TEST(AnswerReport, ShowsAnswersSourcesSupportAndCost) {
    Answer answer("msg_1", "thread", "");
    CheckedLink check;
    check.outcome = CheckedLink::Outcome::unsupported;
    check.url = "/settings";
    check.claim = "It is 200 | degrees.";
    check.why = "number 200";
    answer.checks.push_back(check);
    answer.append(StepStart());
    answer.append(Text("Let me look."));
    answer.append(ToolCalled("1", "search", {}));
    answer.append(StepEnd("tool-calls", llm::Usage()));
    answer.append(StepStart());
    answer.append(Source("s1", "/settings", "Settings <b>"));
    answer.append(Text("It is 200 degrees.\n\n```suggestions\n(A)[/a]\n```\n"));
    llm::Usage usage;
    usage.input_tokens = 900;
    usage.cost = 1500;
    answer.append(Finished("stop", usage, true));
    const auto one = reported(answer, "q1", "How hot <is> it?", std::chrono::milliseconds(42));
    EXPECT_EQ(one.text, "It is 200 degrees.");

    const auto markdown = answer_report({one}, "Model: x.", ReportFormat::markdown);
    for (const char* part :
         {"## q1 How hot <is> it?", "900 tokens in", "cost 0.001500", "42 ms", "tools: search",
          "- Settings <b> (/settings)", "0 supported, 0 not checkable, 1 dropped",
          "| /settings | It is 200   degrees. | dropped: not supported (0.00), number 200 |"})
        EXPECT_NE(markdown.find(part), std::string::npos) << part << "\n" << markdown;
    const auto html = answer_report({one}, "Model: x.", ReportFormat::html);
    EXPECT_NE(html.find("<h2>q1 How hot &lt;is&gt; it?</h2>"), std::string::npos) << html;
    EXPECT_EQ(html.find("<b>"), std::string::npos);
}

}  // namespace
}  // namespace docent::assistant
