#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/log.hpp"
#include "maintenance/command.hpp"
#include "maintenance/linked_site.hpp"
#include "maintenance/outline.hpp"

namespace docent::maintenance {

/// What git tells of the documentation's files: where they went and what stood in them. Files are below the
/// documentation's folder. What is not committed yet counts as the newest commit.
class FileHistory {
public:
    /// Empty without a git directory. Blocks.
    static Result<FileHistory> blocking_load(const Tree& tree, const LinkedSite& site);

    struct Moved {
        std::string file;      // as it is called now, and there
        std::string evidence;  // "renamed in 1a2b3c4 (Move the guides)"
    };
    /// Where a file went that is no more; nothing when it was removed, or never there.
    std::optional<Moved> moved(const std::string& file) const;
    /// The same for the page that once had this site path; nothing when two claim it.
    std::optional<Moved> moved_page(const std::string& path) const;
    /// True when a page of this path was removed, with the commit that did it.
    std::optional<std::string> removed_page(const std::string& path) const;

    /// What a file was called before, the newest name first, each with its evidence.
    std::vector<Moved> former_names(const std::string& file) const;

    struct Anchor {
        std::string file;  // the page that has the section now
        std::string anchor;
        std::string evidence;
    };
    /// What became of an anchor that the page once had. Nothing when that cannot be told; `why` says more.
    std::optional<Anchor> moved_anchor(const std::string& file, const std::string& anchor, std::string& why);

private:
    struct Step {
        std::size_t commit;  // in log_
        std::size_t change;
    };
    const git::LoggedChange& change_at(const Step& step) const {
        return log_[step.commit].changes[step.change];
    }
    std::string named(std::size_t commit) const;
    std::optional<Moved> follow(Step step) const;
    /// The changes of a file under all its names, the newest first.
    std::vector<Step> steps_of(const std::string& file) const;
    const std::vector<Section>& outline(const git::LoggedChange& change, bool after);
    std::vector<Section> outline_of(const std::string& text, const std::string& file) const;
    void fetch(const std::vector<Step>& steps, std::size_t from);
    std::optional<Anchor> elsewhere(const Step& step, const Section& lost, std::string& why);
    std::string current_name(const std::string& file, std::size_t commit) const;

    const LinkedSite* site_ = nullptr;
    const Tree* tree_ = nullptr;
    std::vector<git::LoggedCommit> log_;  // the newest first; paths below the documentation's folder
    std::map<std::string, std::vector<Step>> leaving_;   // by the old path of renames and removals
    std::map<std::string, std::vector<Step>> arriving_;  // by the path that was written
    std::map<std::string, std::vector<std::string>> files_of_path_;  // site path -> files that are gone
    std::map<std::string, std::vector<Section>> outlines_;  // by object id, or file when not committed
};

}  // namespace docent::maintenance
