#pragma once
#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "assistant/answer.hpp"
#include "assistant/answer_budget.hpp"
#include "assistant/extractive.hpp"
#include "assistant/phrases.hpp"
#include "base/clock.hpp"
#include "base/task.hpp"
#include "search/index.hpp"
#include "store/threads.hpp"

namespace docent::assistant {

/// One answer in the making: what is asked, what it is asked of, and how far it is. On the event loop.
struct Conversation {
    Question question;
    std::string asked;                 // the text of the question
    std::vector<ChatMessage> history;  // before the question, oldest first
    std::shared_ptr<const search::Index> index;
    std::shared_ptr<Answer> answer;
    store::Turn turn;
    std::function<Task<>(search::Query&)> add_meaning;  // Assistant::AddMeaning for this project; may be none
    std::string thread_key_hash;
    std::uint64_t task = 0;
    std::string ended_by;  // "stopped", "interrupted": why it was cancelled; "" when it was not
    Millis ended_at = 0;   // 0 while running

    std::optional<Extract> found;  // the answer without a model

    // What the answer came to.
    std::string text;  // of the last step, without suggestions
    std::vector<Extract::Citation> sources;
    std::set<std::uint32_t> supports;  // pages that support what a model says in the current step
    bool answered = true;
    std::string response_type = "answer";  // or "clarifying_question"
    std::string gap;  // where the answer is, should none be given: "present" in the docs, or "missing"
    bool step_open = false;
    std::string reason = "stop";
    llm::Usage usage;  // of all steps
    std::optional<AnswerBudget> budget;

    void start_step();
    void end_step(std::string reason_of_step, llm::Usage used);
    void say(std::string text_part);
    void cite(const std::string& url, const std::string& title);
    void call_tool(const std::string& name, boost::json::object input, boost::json::value output);
    std::string next_tool_id();
    /// The closed block at the very end of an answer's text; nothing when there is nothing to suggest.
    void suggest(const std::vector<Extract::Suggestion>& pages);

private:
    std::size_t tool_calls_ = 0;
};

/// Ends a code block that the text so far left open, so that what follows is not code.
void close_open_code(Conversation& c);

/// A page's address on the site, or its own where it has one.
std::string page_url(const search::PageView& page, const std::string& base_path,
                     std::string_view anchor = "");

/// True for an id that cannot be guessed: at least 16 characters that look random. Words, counters and
/// dates do not.
bool is_unguessable(std::string_view id);

}  // namespace docent::assistant
