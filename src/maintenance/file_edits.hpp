#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "maintenance/command.hpp"

namespace docent::maintenance {

/// Changes of bytes, gathered file by file; nothing else of a file changes. Files are below the
/// documentation's folder.
class FileEdits {
public:
    explicit FileEdits(std::string folder) : folder_(std::move(folder)) {}

    /// text[begin, end) becomes `with`. Edits of a file stand apart from each other; one that overlaps an
    /// earlier one is refused (false).
    bool replace(const std::string& file, const std::string& text, std::size_t begin, std::size_t end,
                 std::string with);
    /// Adds text in front of text[at].
    void insert(const std::string& file, const std::string& text, std::size_t at, std::string with) {
        replace(file, text, at, at, std::move(with));
    }
    /// Forgets what was to become of the bytes [begin, end).
    void drop(const std::string& file, std::size_t begin, std::size_t end);
    /// True when some of the bytes [begin, end) are replaced.
    bool covers(const std::string& file, std::size_t begin, std::size_t end) const;
    void move(const std::string& file, const std::string& text, std::string destination);

    std::size_t files() const { return files_.size(); }
    /// By path; files whose bytes stay as they are and that do not move are left out.
    std::vector<FileChange> changes() const;

private:
    struct Edit {
        std::size_t end;
        std::string with;
    };
    struct File {
        std::string text, destination;
        std::map<std::size_t, Edit> edits;  // by where they begin
    };
    std::string below(const std::string& file) const { return folder_.empty() ? file : folder_ + "/" + file; }

    std::string folder_;
    std::map<std::string, File> files_;
};

}  // namespace docent::maintenance
