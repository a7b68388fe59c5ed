#pragma once
#include <string>

#include "agent/tools/tool.hpp"
#include "base/result.hpp"

namespace docent::agent {

/// What the model is told before the conversation: who it is, where it works, how it is to work, and the
/// repository's own instructions (AGENTS.md, .mintlify/AGENTS.md), which shape style and conventions but give
/// no more rights than the user has. Reads files: blocks.
std::string blocking_system_prompt(const store::Session& session, const Tree& tree);

}  // namespace docent::agent
