#include "maintenance/touches.hpp"

#include "base/text.hpp"

namespace docent::maintenance {

const Touch* Touches::last(const std::string& file) const {
    const auto at = files.find(file);
    return at == files.end() || at->second.empty() ? nullptr : &at->second.front();
}

Result<Touches> blocking_touches(const Tree& tree) {
    if (tree.workspace.git_dir.empty()) return invalid("this command needs a git repository");
    Touches out;
    TRY(out.commits, git::blocking_log(tree.workspace, ""));
    if (out.commits.empty()) return invalid("this command needs a git repository with a commit");
    std::map<std::string, std::vector<std::string>> names;  // an older name -> the names of now
    for (std::size_t i = 0; i < out.commits.size(); ++i) {
        std::map<std::string, std::vector<std::string>> given;  // by this commit's renames
        for (const auto& change : out.commits[i].changes) {
            const auto known = names.find(change.path);
            const auto now = known == names.end() ? std::vector<std::string>{change.path} : known->second;
            if (change.change == git::Change::removed) {  // what was there is another file
                given[change.path];
                continue;
            }
            if (change.old_blob != change.blob)
                for (const auto& name : now) out.files[name].push_back({i, change.old_blob, change.blob});
            if (change.change == git::Change::renamed) {
                auto& list = given[change.old_path];
                list.insert(list.end(), now.begin(), now.end());
            }
            if (change.change == git::Change::renamed || change.change == git::Change::copied ||
                change.change == git::Change::added)
                given.try_emplace(change.path);
        }
        for (auto& [path, list] : given) names[path] = std::move(list);
    }
    return out;
}

std::string day_of(Millis time) { return iso8601(time).substr(0, 10); }

std::string commit_line(const git::LoggedCommit& commit) {
    auto subject = std::string(cut_utf8(repair_utf8(commit.subject), 80));
    return commit.sha.substr(0, 7) + " of " + day_of(commit.time) + " (" + subject + ")";
}

}  // namespace docent::maintenance
