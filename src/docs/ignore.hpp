#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docent::docs {

/// .gitignore rules (https://git-scm.com/docs/gitignore): the last that matches decides, "!" takes back.
class IgnoreRules {
public:
    /// Adds one rule a line; "#" comments and blank lines are none.
    void add(std::string_view lines);
    /// `path` is relative to the root, with "/". A folder above that is ignored is the caller's business.
    bool ignored(std::string_view path, bool folder) const { return decision(path, folder).value_or(false); }
    /// Nothing when no rule matches: then the rules of the folders above decide.
    std::optional<bool> decision(std::string_view path, bool folder) const;

    /// What Mintlify never publishes, whatever .mintignore says.
    static IgnoreRules mintlify();
    /// What is no documentation in a plain tree.
    static IgnoreRules plain();

private:
    struct Rule {
        std::string pattern;
        bool negated = false, folders_only = false, anchored = false;
    };
    std::vector<Rule> rules_;
};

/// "*", "?", "[a-z]" within a name, "**" over folders.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace docent::docs
