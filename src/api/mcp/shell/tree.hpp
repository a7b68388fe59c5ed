#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/index.hpp"

namespace docent::api::shell {

/// A folder, or a page as a Markdown file.
struct Node {
    std::string path;  // "/guides/install.md", "/guides", "/"
    bool folder = false;
    std::uint32_t page = 0;

    std::string_view name() const { return std::string_view(path).substr(path.rfind('/') + 1); }
};

/// The documentation as a tree of files: the pages that search finds and everybody may see. Holds a
/// reference to the index.
class Tree {
public:
    explicit Tree(const search::Index& index);

    /// By absolute path. A page is also found under the names that people write for it (without ".md", with
    /// ".mdx", a path that redirects).
    std::optional<Node> find(std::string_view path) const;
    /// What is directly in a folder, by name.
    std::vector<Node> children(std::string_view folder) const;
    /// The pages below a folder, all levels, by path.
    std::vector<Node> pages_below(std::string_view folder) const;
    /// Folders and pages below a folder, each folder before what is in it.
    std::vector<Node> all_below(std::string_view folder) const;

    /// A page's file: its title as heading, its description, its text.
    std::string text(const Node& page) const;
    Millis modified(const Node& page) const { return index_.page(page.page).modified; }

private:
    struct Entry {
        std::string path;
        std::uint32_t page;
    };
    std::vector<Entry>::const_iterator first_below(std::string_view prefix) const;

    const search::Index& index_;
    std::vector<Entry> entries_;  // by path
};

/// "/" + the path without ".", ".." and doubled slashes; relative ones start at `folder`.
std::string absolute_path(std::string_view folder, std::string_view path);

}  // namespace docent::api::shell
