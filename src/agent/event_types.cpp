#include "agent/event_types.hpp"

#include <algorithm>

namespace docent::agent {
namespace {
constexpr std::size_t conversation_types = 5;  // the first of the table
}  // namespace

const std::vector<std::string_view>& event_types() {
    static const std::vector<std::string_view> table = {
        "user_message",
        "agent_message",
        "system_message",
        "agent_ask_user",
        "user_ask_user_response",
        "session_finished",
        "session_closed",
        "merge_request_merged",
        "merge_request_closed",
        "agent_plan_execution_update",
        "agent_file_tree_browse",
        "agent_file_read",
        "agent_file_read_range",
        "agent_read_around_match",
        "agent_search_files",
        "agent_search_files_v2",
        "agent_file_edit",
        "agent_file_create",
        "agent_file_remove",
        "agent_file_move",
        "agent_file_copy",
        "agent_branch_diff",
        "agent_uncommitted_changes",
        "agent_conflict_state",
        "agent_check_target_branch_mergeability",
        "agent_merge_remote_branch",
        "agent_pull_from_remote",
        "agent_push_to_remote",
        "agent_abort_conflict_resolution",
        "agent_rollback_uncommitted_changes",
        "agent_http_request",
        "agent_web_browse",
        "agent_run_repository_command",
        "agent_alert_created",
    };
    return table;
}

bool is_event_type(std::string_view type) {
    return std::ranges::find(event_types(), type) != event_types().end();
}

bool is_conversation(std::string_view type) {
    const auto& all = event_types();
    const auto end = all.begin() + conversation_types;
    return std::find(all.begin(), end, type) != end;
}

}  // namespace docent::agent
