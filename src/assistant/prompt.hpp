#pragma once
#include <string>
#include <vector>

#include "assistant/answer.hpp"
#include "llm/types.hpp"

namespace docent::assistant {

/// A section of the documentation that the model may answer from.
struct Passage {
    std::string url, title, markdown;
};

/// The messages that put a question to a model. What the documents and the reader's page say is data: it is
/// delimited, and the delimiter cannot occur inside. `history` is oldest first and ends before the question;
/// only its last messages are used, within a budget.
std::vector<llm::Message> make_prompt(const std::string& site, const std::string& instructions,
                                      const std::vector<ChatMessage>& history, const std::string& question,
                                      const std::vector<Context>& context, const std::string& current_path,
                                      const std::vector<Passage>& passages);

/// The tools that a model may call while it answers: search and markNotFound.
boost::json::array assistant_tools();

/// Passages as the result of the model's own search.
std::string passages_text(const std::vector<Passage>& passages);

/// Text without a suggestions block, wherever it stands.
std::string without_suggestions(std::string_view text);

/// Keeps a model's own suggestions block out of a stream: text passes through feed() until the block begins.
class SuggestionsFilter {
public:
    /// What of the text so far can be shown.
    std::string feed(std::string_view text);
    /// What was held back and is no block after all.
    std::string end();

private:
    std::string held_;
    bool inside_ = false;
};

}  // namespace docent::assistant
