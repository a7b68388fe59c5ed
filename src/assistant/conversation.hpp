#pragma once
#include <memory>
#include <string>
#include <vector>

#include "assistant/answer.hpp"
#include "assistant/extractive.hpp"
#include "assistant/phrases.hpp"
#include "base/clock.hpp"
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
    std::string thread_key_hash;
    std::uint64_t task = 0;
    std::string ended_by;  // "stopped", "interrupted": why it was cancelled; "" when it was not
    Millis ended_at = 0;   // 0 while running

    // What the answer came to.
    std::string text;  // of the last step, without suggestions
    std::vector<Extract::Citation> sources;
    bool answered = true;
    bool step_open = false;
    std::string reason = "stop";
    llm::Usage usage;  // of all steps

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

/// A page's address on the site, or its own where it has one.
std::string page_url(const search::PageView& page, const std::string& base_path,
                     std::string_view anchor = "");

/// What the search tool answers with: [{path, url, metadata, content}].
boost::json::array search_output(const search::Index& index, const std::vector<search::Hit>& hits,
                                 const std::string& base_path);

/// True for an id that cannot be guessed: at least 16 characters that look random. Words, counters and
/// dates do not.
bool is_unguessable(std::string_view id);

}  // namespace docent::assistant
