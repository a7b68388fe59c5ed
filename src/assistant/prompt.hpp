#pragma once
#include <string>
#include <vector>

#include "assistant/answer.hpp"
#include "assistant/passages.hpp"
#include "llm/types.hpp"

namespace docent::assistant {

/// What a prompt is made of.
struct PromptParts {
    std::string site;                  // the documentation's name
    std::string instructions;          // of its owners: .mintlify/Assistant.md
    std::string skills;                // "- name: description" lines
    std::string languages;             // that the documentation is in: "en, fr"
    std::vector<ChatMessage> history;  // oldest first; ends before the question
    std::string question;
    std::vector<Context> context;
    std::string current_path;
    std::vector<Passage> passages;  // found for the question, best first
};

/// The messages that put a question to a model, within `budget` tokens as far as the question allows it:
/// rules, then the history, newest turns first to be kept, then the question with what the reader looks at
/// and the passages. What others wrote stands between delimiters that cannot occur inside it. The rules come
/// first and are the same for every question, so that a provider can cache them.
std::vector<llm::Message> make_prompt(const PromptParts& parts, std::size_t budget);

/// What the index says for the parts: name, instructions, skills, languages.
PromptParts prompt_parts(const search::Index& index);

}  // namespace docent::assistant
