#pragma once
#include <filesystem>
#include <functional>

#include "base/result.hpp"
#include "docs/site.hpp"

namespace docent::docs {

struct ImportOptions {
    std::string language;            // of pages that have none; "" leaves them untagged
    std::size_t max_file = 4 << 20;  // bytes; larger files are reported and skipped
    std::size_t max_pages = 200'000;
    bool index_all = false;         // pages outside a navigation are searched too, as with seo.indexing "all"
    std::size_t chunk_words = 300;  // a section longer than this is cut between blocks
    /// Called now and then with files done and files in all. May be empty.
    std::function<void(std::size_t done, std::size_t all)> progress;
    /// Checked now and then; true ends the import with `cancelled`. May be empty.
    std::function<bool()> cancelled;
};

/// Reads a folder of documentation: a Mintlify site (docs.json, mint.json), a plain Markdown or MDX tree
/// (Docusaurus, VitePress front matter), HTML pages, or the .md pages of an llms.txt site. What kind
/// it is, is found out. Blocks: call it on the build pool.
///
/// A broken page is a Problem with file and line, never an Error. not_found when the folder is missing;
/// invalid_argument when there is no page in it.
Result<Site> import_folder(const std::filesystem::path& folder, const ImportOptions& options);

}  // namespace docent::docs
