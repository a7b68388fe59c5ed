#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "docs/site.hpp"

namespace docent::bench {

struct Corpus {
    std::string name;
    docs::Site site;
};

/// Every corpus below DATA/corpora, imported: folders, and folders with one .jsonl collection.
std::vector<Corpus> load_corpora(const std::filesystem::path& data);

}  // namespace docent::bench
