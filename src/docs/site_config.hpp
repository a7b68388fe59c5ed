#pragma once
#include <boost/json/value.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "docs/site.hpp"

namespace docent::docs {

/// docs.json (or mint.json) with every `$ref` resolved: a file inside the root, its siblings win over it.
struct SiteConfig {
    std::string file;          // "docs.json"
    boost::json::object root;  // empty when the file is broken
};

/// Nothing when the folder has neither file. What is broken becomes a Problem with file and line.
std::optional<SiteConfig> read_site_config(const std::filesystem::path& root, std::vector<Problem>& problems);

}  // namespace docent::docs
