#pragma once
#include <cstddef>
#include <vector>

#include "agent/transcript.hpp"

namespace docent::agent {

/// Where a summary may end: the position of the last event that it replaces, so that about `keep` tokens of
/// the newest steps stay as they are. 0: there is nothing that a summary could replace. Never between a call
/// and its result, never an event that is still open, never what an earlier summary already stands for.
std::int64_t summary_end(const std::vector<store::Event>& events, std::size_t keep);

/// The request that makes the summary: what happened up to `through`, shortened to about `budget` tokens.
std::vector<llm::Message> summary_request(const std::vector<store::Event>& events, std::int64_t through,
                                          std::size_t budget);

/// What the model is told in place of what the summary replaces: the summary, the plan as it stands, and the
/// files that were read or changed.
std::string told_summary(const std::vector<store::Event>& events, std::int64_t through,
                         const std::string& summary);

}  // namespace docent::agent
