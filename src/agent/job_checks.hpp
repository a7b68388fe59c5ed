#pragma once
#include "agent/pull_request_text.hpp"
#include "agent/services.hpp"
#include "agent/tools/tool.hpp"
#include "maintenance/validate.hpp"

namespace docent::agent {

/// What the checks before a pull request found.
struct JobChecks {
    std::vector<maintenance::Finding> findings;
    std::vector<CheckResult> results;  // one line each, for people
};

/// Checks what a session changed since `base`: the documentation as a site (maintenance/validate.hpp), then
/// the commands that the repository's setting `checks` names, in the sandbox. Reads the tree; a command that
/// fails or cannot be run is a finding.
Task<Result<JobChecks>> check_work(Services& services, const store::Session& session, const Tree& tree,
                                   std::string base);

/// As the job's row keeps them, and back: [{file, line, rule, message}].
std::string findings_json(const std::vector<maintenance::Finding>& findings);
/// "guide.mdx:12: the link ... "
std::string finding_line(const maintenance::Finding& finding);

}  // namespace docent::agent
