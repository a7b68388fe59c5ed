#include "maintenance/file_edits.hpp"

#include <algorithm>

namespace docent::maintenance {

bool FileEdits::replace(const std::string& file, const std::string& text, std::size_t begin, std::size_t end,
                        std::string with) {
    auto& known = files_[file];
    if (known.text.empty()) known.text = text;
    const auto next = known.edits.lower_bound(begin);
    if (next != known.edits.end() && (next->first < end || next->first == begin)) return false;
    if (next != known.edits.begin() && std::prev(next)->second.end > begin) return false;
    known.edits.emplace(begin, Edit{end, std::move(with)});
    return true;
}

void FileEdits::drop(const std::string& file, std::size_t begin, std::size_t end) {
    const auto known = files_.find(file);
    if (known == files_.end()) return;
    std::erase_if(known->second.edits,
                  [&](const auto& edit) { return edit.first >= begin && edit.first < end; });
}

bool FileEdits::covers(const std::string& file, std::size_t begin, std::size_t end) const {
    const auto known = files_.find(file);
    if (known == files_.end()) return false;
    for (const auto& [from, edit] : known->second.edits)
        if (from < end && edit.end > begin) return true;
    return false;
}

void FileEdits::move(const std::string& file, const std::string& text, std::string destination) {
    auto& known = files_[file];
    if (known.text.empty()) known.text = text;
    known.destination = std::move(destination);
}

std::vector<FileChange> FileEdits::changes() const {
    std::vector<FileChange> out;
    for (const auto& [file, known] : files_) {
        FileChange change;
        change.path = below(file);
        change.before = known.text;
        std::size_t at = 0;
        for (const auto& [begin, edit] : known.edits) {
            change.after.append(known.text, at, begin - at);
            change.after += edit.with;
            at = edit.end;
        }
        change.after.append(known.text, at);
        if (!known.destination.empty()) {
            change.kind = FileChange::Kind::move;
            change.destination = below(known.destination);
        } else if (change.after == change.before) {
            continue;
        }
        out.push_back(std::move(change));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return out;
}

}  // namespace docent::maintenance
