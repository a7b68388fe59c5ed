#pragma once
#include <filesystem>

#include "base/result.hpp"
#include "docs/site.hpp"

namespace docent::docs {

/// A test collection as one JSON object a line with id, title, text, url and lang: each a page of one chunk,
/// Page::file is the id. For evaluation. Broken lines are Problems; not_found and invalid_argument as
/// import_folder.
Result<Site> import_jsonl(const std::filesystem::path& file);

}  // namespace docent::docs
