#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "maintenance/command.hpp"

namespace docent::maintenance {

/// A Markdown file of the documentation: a page, or a snippet that pages take in.
struct PageFile {
    std::string path;  // below the tree's root
    std::string text;
    bool mdx = true;  // braces are expressions, imports are code
};

struct PageFiles {
    std::vector<PageFile> files;  // by path
    bool mintlify = false;        // there is a docs.json or mint.json
    std::string skipped;          // Markdown: files that could not be read, and why; "" when all could
};

/// The documentation's Markdown files that the importer would read and git does not ignore; with `--in GLOB`
/// (again and again) only those that a pattern names: a path below the tree's root or below the
/// documentation's folder, a folder, or a file's name. Links and files that are no text are left alone.
/// not_found (the folder), invalid_argument (a pattern that names no file).
Result<PageFiles> read_page_files(const Tree& tree, const Arguments& arguments);

/// The documentation's folder on this machine.
std::filesystem::path docs_folder(const Tree& tree);
/// A file of the documentation's folder relative to the tree's root, and the other way round.
std::string in_tree(const Tree& tree, std::string_view file);
std::string_view below_docs(const Tree& tree, std::string_view path);

/// True when a pattern of `--in` names the file; without patterns every file.
bool is_named(const Tree& tree, const Arguments& arguments, std::string_view path);

}  // namespace docent::maintenance
