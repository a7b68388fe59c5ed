#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "maintenance/command.hpp"

namespace docent::maintenance {

/// Something that a change broke. `message` is a sentence that says what to do about it.
struct Finding {
    std::string file;        // below the tree's root
    std::uint32_t line = 0;  // 0: the whole file
    std::string rule;  // config, navigation, page, link, anchor, file, front-matter, code-fence, component
    std::string message;
};

/// What the tree has wrong that the commit did not have: committed or not, untracked files too, also in pages
/// that the change did not touch (links to a page or heading that it removed). What was wrong before is left
/// out. By file and line. Blocks. not_found when there is no such commit or the documentation's folder is
/// gone.
Result<std::vector<Finding>> blocking_validate(const Tree& tree, const std::string& base_commit);

}  // namespace docent::maintenance
