#pragma once
#include <string>
#include <vector>

#include "search/index.hpp"

namespace docent::assistant {

/// A piece of an answer composed without a model.
struct Extract {
    std::string markdown;  // the whole answer, without the suggestions block
    struct Citation {
        std::string url, title;
    };
    std::vector<Citation> sources;  // pages quoted, in order of first use
    struct Suggestion {
        std::string url, title;
    };
    std::vector<Suggestion> suggestions;  // further pages
    bool answered = true;                 // false: the documentation does not cover the question
    std::vector<search::Hit> hits;        // what the search tool's result shows
};

struct ExtractOptions {
    std::size_t retrieval_page_size = 5;
    search::Filter filter;
    std::string base_path;
    std::string current_path;
    std::vector<std::string> earlier_questions;  // of the same conversation, oldest first: for follow-ups
    std::vector<std::string> context;            // selected text or code
    std::vector<float> vector;                   // of the question: search::Query::vector
};

/// Answers a question from the documentation's own sentences: quoted, in reading order, each with its
/// link, code blocks whole. Pure; CPU work of a few milliseconds: call it on the search pool.
Extract extract_answer(const search::Index& index, const std::string& question,
                       const ExtractOptions& options);

}  // namespace docent::assistant
