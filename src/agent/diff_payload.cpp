#include "agent/diff_payload.hpp"

#include <boost/json/array.hpp>

#include "agent/tools/git_output.hpp"
#include "base/text.hpp"

namespace docent::agent {

boost::json::object branch_diff_payload(const git::BranchDiff& d) {
    return {{"base_branch", d.base_branch},
            {"head_branch", d.head_branch},
            {"base_sha", d.base_sha},
            {"head_sha", d.head_sha},
            {"files", changes_json(d.diff.files, false)},
            {"additions", d.diff.additions},
            {"deletions", d.diff.deletions},
            {"diff", repair_utf8(d.diff.text)},
            {"truncated", d.diff.truncated}};
}

boost::json::object uncommitted_changes_payload(const git::UncommittedChanges& c) {
    return {{"branch", c.branch},
            {"head_sha", c.head_sha},
            {"clean", c.clean},
            {"files", changes_json(c.diff.files, true)},
            {"diff", repair_utf8(c.diff.text)},
            {"truncated", c.diff.truncated}};
}

}  // namespace docent::agent
