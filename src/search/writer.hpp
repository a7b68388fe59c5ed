#pragma once
#include <filesystem>

#include "base/result.hpp"
#include "docs/site.hpp"
#include "search/weights.hpp"

namespace docent::search {

/// As write_index in index.hpp, with other figures: for measuring.
Status write_index(const docs::Site& site, const std::filesystem::path& file, const Weights& weights);

}  // namespace docent::search
