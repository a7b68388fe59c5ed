#pragma once
#include <boost/json/object.hpp>

#include "git/diff.hpp"

namespace docent::agent {

/// The payload of agent_branch_diff, without "type".
boost::json::object branch_diff_payload(const git::BranchDiff& diff);
/// The payload of agent_uncommitted_changes, without "type".
boost::json::object uncommitted_changes_payload(const git::UncommittedChanges& changes);

}  // namespace docent::agent
