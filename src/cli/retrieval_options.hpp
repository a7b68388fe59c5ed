#pragma once
#include <string>

#include "search/index.hpp"

namespace CLI {
class App;
}

namespace docent::cli {

/// What `search` and `ask` have in common: where to look, and how to print.
struct RetrievalOptions {
    std::string text, project;
    search::Filter filter;
    bool as_json = false;
};

/// Adds them to a command; `text` is its positional argument.
void add_retrieval_options(CLI::App& command, RetrievalOptions& options, const char* text_name,
                           const char* text_help, const char* json_help);

}  // namespace docent::cli
