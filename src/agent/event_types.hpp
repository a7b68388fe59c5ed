#pragma once
#include <string_view>
#include <vector>

namespace docent::agent {

/// The 34 types that an event of a session's timeline has (sessions API, section 5). The table is in
/// event_types.cpp.
const std::vector<std::string_view>& event_types();
bool is_event_type(std::string_view type);
/// What people and the agent say to each other, as against what the agent does.
bool is_conversation(std::string_view type);

}  // namespace docent::agent
