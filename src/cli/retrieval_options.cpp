#include "cli/retrieval_options.hpp"

#include <CLI/CLI.hpp>

namespace docent::cli {

void add_retrieval_options(CLI::App& command, RetrievalOptions& options, const char* text_name,
                           const char* text_help, const char* json_help) {
    auto& filter = options.filter;
    command.add_option(text_name, options.text, text_help)->required();
    command.add_option("--project", options.project, "Which project (default: the only one, or default)");
    command.add_option("--language", filter.language, "Pages in this language, and untagged ones");
    command.add_option("--docs-version", filter.version, "Pages of this version, and untagged ones");
    command.add_option("--tag", filter.tag, "Pages with this tag, and untagged ones");
    command.add_flag("--json", options.as_json, json_help);
}

}  // namespace docent::cli
