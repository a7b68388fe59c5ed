#pragma once
#include <string>
#include <vector>

#include "agent/tools/tool.hpp"
#include "base/result.hpp"

namespace docent::agent {

/// What there is to read beside the session's own tree.
struct Research {
    std::vector<std::string> repositories;  // full names of the project's others
    bool documentation = false;             // the project's documentation is indexed
};

/// What the model is told before the conversation: who it is, where it works, how it is to work, and the
/// repository's own instructions (AGENTS.md, .mintlify/AGENTS.md), which shape style and conventions but give
/// no more rights than the user has. Reads files: blocks.
std::string blocking_system_prompt(const store::Session& session, const Tree& tree,
                                   const Research& research = {});

}  // namespace docent::agent
