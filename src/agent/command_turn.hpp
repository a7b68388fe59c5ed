#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agent/text_edit.hpp"
#include "llm/types.hpp"
#include "maintenance/command.hpp"
#include "store/timeline.hpp"

namespace docent::agent {

/// How far the built-in command (maintenance/command.hpp) is that the newest message asks for, as the log
/// tells it.
struct CommandProgress {
    std::string text;                        // "/fix-links"
    bool planned = false;                    // its changes are in the log, as calls
    std::string title;                       // of what it does, once planned
    std::string report;                      // what it says in the end, once planned
    std::vector<llm::ToolCall> interrupted;  // calls that a restart cut off: each is safe to make again
    std::vector<std::string> failures;       // "guide.mdx: ...": what could not be changed
    std::size_t changed = 0;                 // calls that worked
};

/// Nothing when the newest message is for a model.
std::optional<CommandProgress> command_progress(const std::vector<store::Event>& events);

/// A command's changes as calls of tools, in an order in which they work.
std::vector<llm::ToolCall> calls_of(const std::vector<maintenance::FileChange>& changes);

/// The one replacement of whole lines that makes `after` of `before`, with as many lines around it as it
/// takes to be there once. Both without a byte order mark, and different.
TextEdit one_edit(std::string_view before, std::string_view after);

}  // namespace docent::agent
