#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "search/index.hpp"

namespace docent::cli {

/// A set of documents to measure with: a documentation folder, or a folder with one .jsonl file of
/// documents ({"id", "title", "text"} a line), the form of classic test collections.
struct Corpus {
    std::string name;  // the folder's name: what the questions' corpus column says
    std::filesystem::path folder;
};

/// The corpora that a path names: itself when a question names it, else the folders below it that one
/// names. not_found when there are none.
Result<std::vector<Corpus>> find_corpora(const std::filesystem::path& path,
                                         const std::vector<std::string>& names);

/// Imports it and writes its index to `file`. Blocks.
Result<std::shared_ptr<const search::Index>> blocking_index(const Corpus& corpus,
                                                            const std::filesystem::path& file);

}  // namespace docent::cli
