#pragma once
#include <map>
#include <string>
#include <vector>

#include "git/log.hpp"
#include "maintenance/command.hpp"

namespace docent::maintenance {

/// A commit that changed a file's content.
struct Touch {
    std::size_t commit = 0;      // in Touches::commits
    std::string old_blob, blob;  // object ids: before and after
};

/// Who changed which file last, by git's history.
struct Touches {
    std::vector<git::LoggedCommit> commits;  // the newest first
    /// By the name that a file has now, its content's changes, the newest first. A pure rename is none, and
    /// what was before it counts.
    std::map<std::string, std::vector<Touch>> files;

    /// The newest; null for a file that is not committed.
    const Touch* last(const std::string& file) const;
};

/// Blocks. invalid_argument when there is no git repository or no commit.
Result<Touches> blocking_touches(const Tree& tree);

/// "2023-11-14" of a time.
std::string day_of(Millis time);
/// "1a2b3c4 of 2023-11-14 (Subject)"
std::string commit_line(const git::LoggedCommit& commit);

}  // namespace docent::maintenance
