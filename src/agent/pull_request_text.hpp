#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace docent::agent {

/// What was checked before a pull request, and what came of it: "`npm test`", "passed".
struct CheckResult {
    std::string what;
    std::string result;
};

/// What a job's pull request says.
struct PullRequestText {
    std::string prompt;   // what was asked for
    std::string message;  // what was done and why, Markdown, in the agent's words
    std::vector<CheckResult> checks;
    std::vector<std::string> remains;  // findings that are left, "guide.mdx:12: ..."
    std::string job_id;
};

/// The body. A repository's own template (text of it; "": none) is kept: what was done goes below its first
/// heading about that, the checks below its first heading about testing; where it has none, before and after
/// it. Comments of the template are left out.
std::string pull_request_body(const PullRequestText& text, std::string_view pattern);

/// The title: one line of at most 72 characters; "/fix-links" and the like are said by `title` better.
std::string pull_request_title(std::string_view title);

/// The repository's template for pull requests, from the places where GitHub, GitLab and Forgejo look for it;
/// "" when it has none. Blocks.
std::string blocking_pull_request_template(const std::filesystem::path& tree);

}  // namespace docent::agent
