#include "maintenance/file_history.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "docs/links.hpp"
#include "docs/source_files.hpp"
#include "git/diff.hpp"
#include "git/history.hpp"
#include "maintenance/page_files.hpp"

namespace docent::maintenance {

namespace {

constexpr std::size_t max_versions = 300;  // of one page that are looked into
constexpr std::size_t versions_at_once = 32;
constexpr std::size_t max_text = 4 << 20;

bool is_page_file(std::string_view file) {
    return is_one_of(docs::extension_of(file), {".md", ".mdx", ".markdown"});
}

bool is_nothing(const std::string& blob) { return blob.find_first_not_of('0') == std::string::npos; }

bool is_gone(const git::LoggedChange& change) {
    return change.change == git::Change::renamed || change.change == git::Change::removed;
}

}  // namespace

Result<FileHistory> FileHistory::blocking_load(const Tree& tree, const LinkedSite& site) {
    FileHistory out;
    out.site_ = &site;
    out.tree_ = &tree;
    if (tree.workspace.git_dir.empty()) return out;
    TRY(out.log_, git::blocking_log(tree.workspace, tree.docs));
    git::LoggedCommit open;
    if (!out.log_.empty()) {
        git::DiffLimits limits;
        limits.max_text = 0;
        TRY(const auto uncommitted, git::blocking_uncommitted_changes(tree.workspace, limits));
        for (const auto& file : uncommitted.diff.files)
            open.changes.push_back({file.change, file.path, file.old_path.value_or(file.path), "", ""});
    }
    out.log_.insert(out.log_.begin(), std::move(open));
    const auto prefix = tree.docs.empty() ? "" : tree.docs + "/";
    const auto below = [&](std::string& path) {
        if (!path.starts_with(prefix)) return false;
        path.erase(0, prefix.size());
        return true;
    };
    for (std::size_t i = 0; i < out.log_.size(); ++i) {
        auto& changes = out.log_[i].changes;
        std::erase_if(changes, [&](git::LoggedChange& change) {
            return change.change == git::Change::copied || !below(change.path) || !below(change.old_path);
        });
        for (std::size_t k = 0; k < changes.size(); ++k) {
            const auto& change = changes[k];
            out.arriving_[change.path].push_back({i, k});
            if (!is_gone(change)) continue;
            out.leaving_[change.old_path].push_back({i, k});
            if (!is_page_file(change.old_path)) continue;
            auto& files = out.files_of_path_[site.path_of(change.old_path)];
            if (std::find(files.begin(), files.end(), change.old_path) == files.end())
                files.push_back(change.old_path);
        }
    }
    return out;
}

std::string FileHistory::named(std::size_t commit) const {
    const auto& known = log_[commit];
    if (known.sha.empty()) return "by a change that is not committed yet";
    return "in " + known.sha.substr(0, 9) + " (" + std::string(cut_utf8(known.subject, 80)) + ")";
}

std::optional<FileHistory::Moved> FileHistory::follow(Step step) const {
    Moved out;
    out.evidence = "renamed " + named(step.commit);
    for (int round = 0; round < 100; ++round) {
        const auto& change = change_at(step);
        if (change.change != git::Change::renamed) return std::nullopt;
        out.file = change.path;
        // The next that took it away, among what came after.
        const auto later = leaving_.find(out.file);
        const Step* next = nullptr;
        if (later != leaving_.end())
            for (const auto& candidate : later->second)
                if (candidate.commit < step.commit && (!next || candidate.commit > next->commit))
                    next = &candidate;
        if (!next) return site_->files.count(out.file) ? std::optional(out) : std::nullopt;
        step = *next;
        out.evidence += ", again " + named(step.commit);
    }
    return std::nullopt;
}

std::optional<FileHistory::Moved> FileHistory::moved(const std::string& file) const {
    const auto known = leaving_.find(file);
    if (known == leaving_.end()) return std::nullopt;
    return follow(known->second.front());
}

std::optional<FileHistory::Moved> FileHistory::moved_page(const std::string& path) const {
    const auto files = files_of_path_.find(path);
    if (files == files_of_path_.end()) return std::nullopt;
    std::optional<Moved> out;
    std::size_t newest = log_.size();
    for (const auto& file : files->second) {
        const auto at = leaving_.at(file).front().commit;
        if (at >= newest) continue;
        newest = at;
        out = moved(file);
    }
    return out;
}

std::optional<std::string> FileHistory::removed_page(const std::string& path) const {
    const auto files = files_of_path_.find(path);
    if (files == files_of_path_.end()) return std::nullopt;
    for (const auto& file : files->second) {
        const auto& step = leaving_.at(file).front();
        if (change_at(step).change == git::Change::removed) return "removed " + named(step.commit);
    }
    return std::nullopt;
}

std::vector<FileHistory::Step> FileHistory::steps_of(const std::string& file) const {
    std::vector<Step> out;
    std::string name = file;
    std::size_t from = 0;
    for (int round = 0; round < 100 && out.size() < max_versions; ++round) {
        const auto known = arriving_.find(name);
        if (known == arriving_.end()) break;
        std::optional<std::string> before;
        for (const auto& step : known->second) {
            if (step.commit < from) continue;
            out.push_back(step);
            const auto& change = change_at(step);
            if (change.change == git::Change::renamed) {
                before = change.old_path;
                from = step.commit + 1;
                break;
            }
            if (change.change == git::Change::added) return out;
        }
        if (!before) break;
        name = *before;
    }
    return out;
}

std::vector<FileHistory::Moved> FileHistory::former_names(const std::string& file) const {
    std::vector<Moved> out;
    for (const auto& step : steps_of(file))
        if (const auto& change = change_at(step); change.change == git::Change::renamed)
            out.push_back({change.old_path, "renamed " + named(step.commit)});
    return out;
}

std::string FileHistory::current_name(const std::string& file, std::size_t commit) const {
    const auto known = leaving_.find(file);
    const Step* next = nullptr;
    if (known != leaving_.end())
        for (const auto& candidate : known->second)
            if (candidate.commit < commit && (!next || candidate.commit > next->commit)) next = &candidate;
    if (!next) return site_->files.count(file) ? file : "";
    const auto found = follow(*next);
    return found ? found->file : "";
}

const std::vector<Section>& FileHistory::outline(const git::LoggedChange& change, bool after) {
    const auto& blob = after ? change.blob : change.old_blob;
    const auto& file = after ? change.path : change.old_path;
    const auto key = blob.empty() ? (after ? "now " : "head ") + file : blob;
    if (const auto known = outlines_.find(key); known != outlines_.end()) return known->second;
    std::optional<std::string> text;
    if (blob.empty()) {
        if (after) {
            if (const auto* source = site_->source_of(file)) text = source->text;
        } else if (auto read =
                       git::blocking_file_at_head(tree_->workspace, in_tree(*tree_, file), max_text)) {
            text = *std::move(read);
        }
    } else if (blob.find_first_not_of('0') != std::string::npos) {
        if (auto read = git::blocking_blobs(tree_->workspace, {blob}, max_text))
            text = std::move(read->front());
    }
    auto sections = text ? outline_of(*text, file) : std::vector<Section>{};
    return outlines_.emplace(key, std::move(sections)).first->second;
}

/// Reads the versions that some steps came from with one call of git.
void FileHistory::fetch(const std::vector<Step>& steps, std::size_t from) {
    std::vector<std::string> ids, files;
    for (auto i = from; i < std::min(steps.size(), from + versions_at_once); ++i) {
        const auto& change = change_at(steps[i]);
        if (change.old_blob.empty() || is_nothing(change.old_blob) || outlines_.count(change.old_blob))
            continue;
        ids.push_back(change.old_blob);
        files.push_back(change.old_path);
    }
    const auto texts = git::blocking_blobs(tree_->workspace, ids);
    if (!texts) return;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if ((*texts)[i]) outlines_.emplace(ids[i], outline_of(*(*texts)[i], files[i]));
}

std::vector<Section> FileHistory::outline_of(const std::string& text, const std::string& file) const {
    return page_outline(text, docs::syntax_of(file, site_->mintlify) == docs::Syntax::mdx);
}

std::optional<FileHistory::Anchor> FileHistory::moved_anchor(const std::string& file,
                                                             const std::string& anchor, std::string& why) {
    const auto steps = steps_of(file);
    const auto place = [](const std::vector<Section>& sections, const std::string& wanted) {
        std::size_t i = 0;
        while (i < sections.size() && sections[i].anchor != wanted) ++i;
        return i;
    };
    Anchor out{file, anchor, ""};
    std::size_t at = 0;  // the newest step that took the anchor away
    for (; at < steps.size(); ++at) {
        if (at % versions_at_once == 0) fetch(steps, at);
        const auto& change = change_at(steps[at]);
        if (change.change == git::Change::added) return std::nullopt;
        const auto& before = outline(change, false);
        if (place(before, anchor) < before.size()) break;
    }
    if (at == steps.size()) return std::nullopt;
    // From there on to now, through every change of the page.
    for (auto i = at + 1; i-- > 0;) {
        const auto& change = change_at(steps[i]);
        const auto& before = outline(change, false);
        const auto& after = outline(change, true);
        const auto index = place(before, out.anchor);
        if (index == before.size()) return std::nullopt;
        auto next = successor(before, after, index);
        // The anchor stays while another section of the page may have taken it over.
        if (next == static_cast<std::size_t>(-1)) {
            if (place(after, out.anchor) < after.size()) {
                why = "the anchor was given to another section " + named(steps[i].commit);
                return std::nullopt;
            }
            return elsewhere(steps[i], before[index], why);
        }
        if (after[next].anchor == out.anchor) continue;
        if (!out.evidence.empty()) out.evidence += ", then ";
        out.evidence += before[index].title == after[next].title
                            ? "the anchor of the heading \"" + after[next].title + "\" became #" +
                                  after[next].anchor + " " + named(steps[i].commit)
                            : "the heading \"" + before[index].title + "\" became \"" + after[next].title +
                                  "\" " + named(steps[i].commit);
        out.anchor = after[next].anchor;
    }
    return out.evidence.empty() ? std::nullopt : std::optional(out);
}

/// A section that left its page: another page of the same language that got one of its title in the same
/// commit.
std::optional<FileHistory::Anchor> FileHistory::elsewhere(const Step& step, const Section& lost,
                                                          std::string& why) {
    const auto& from = change_at(step);
    std::vector<Anchor> found;
    for (const auto& change : log_[step.commit].changes) {
        if (&change == &from || !is_page_file(change.path) || change.change == git::Change::removed) continue;
        if (site_->language_folder(change.path) != site_->language_folder(from.path)) continue;
        const auto& after = outline(change, true);
        const auto same = [&](const Section& section) {
            return section.title == lost.title || section.anchor == lost.anchor ||
                   (lost.text.size() > 80 && likeness(section.text, lost.text) > 0.9);
        };
        const auto moved = std::find_if(after.begin(), after.end(), same);
        if (moved == after.end()) continue;
        const auto& before = outline(change, false);
        if (change.change != git::Change::added && std::any_of(before.begin(), before.end(), same)) continue;
        const auto now = current_name(change.path, step.commit);
        const auto page = site_->page_of(now);
        if (!page) continue;
        Anchor anchor{now, moved->anchor,
                      "the section \"" + lost.title + "\" moved to this page " + named(step.commit)};
        const auto& known = site_->site.pages[*page].anchors;
        if (std::find(known.begin(), known.end(), anchor.anchor) == known.end()) {
            std::string ignored;
            const auto later = moved_anchor(now, anchor.anchor, ignored);
            if (!later) continue;
            anchor.file = later->file;
            anchor.anchor = later->anchor;
            anchor.evidence += ", then " + later->evidence;
        }
        found.push_back(std::move(anchor));
    }
    if (found.size() == 1) return found.front();
    why = found.empty()
              ? "the section \"" + lost.title + "\" was removed " + named(step.commit)
              : "the section \"" + lost.title + "\" went to more than one page " + named(step.commit);
    return std::nullopt;
}

}  // namespace docent::maintenance
