#pragma once
#include <string>
#include <vector>

#include "assistant/extractive.hpp"
#include "assistant/question.hpp"
#include "search/index.hpp"

namespace docent::assistant {

/// A section that may answer.
struct Candidate {
    using Mask = QuestionTerms::Mask;
    search::Hit hit;
    search::PageView page;
    search::ChunkView chunk;
    std::string heading;      // its own, or the page's title
    Mask title = 0;           // of the question, in the page's title
    Mask headings = 0;        // in title and headings
    Mask prose = 0;           // and in the text outside code
    Mask all = 0;             // and in code
    Mask whole_page = 0;      // in all of its page's sections that may answer
    double about = 0.0;       // how much the headings are about the question, 0 to 1
    double page_about = 0.0;  // the same of the page's title alone
    double value = 0.0;
    bool defines = false;  // it says what a word of the question is: a row or an item begins with it
};

/// What is asked, as far as choosing sections needs it.
struct Asked {
    std::string text, borrowed;
    QuestionTerms terms;
    QuestionKind kind;

    Asked(const search::Index& index, const std::string& question, const ExtractOptions& options);
};

struct Candidates {
    std::vector<Candidate> sections;     // best first
    std::vector<search::PageHit> pages;  // in the question's language, best first
    std::vector<search::Hit> hits;       // what the search found
};

/// The sections that may answer, best first. CPU work of a few milliseconds.
Candidates find_candidates(const search::Index& index, const Asked& asked, const ExtractOptions& options);

/// Whether a section has enough of what is asked to answer it.
bool covers(const search::Index& index, const Asked& asked, const Candidate& candidate,
            const ExtractOptions& options);

/// True for a section whose heading says that it is the way out of a problem: "Solution", "Workaround".
bool is_cure(const search::ChunkView& chunk);

}  // namespace docent::assistant
