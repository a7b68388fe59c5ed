#pragma once
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "docs/site_config.hpp"

namespace docent::docs {

/// How the part of the navigation above a page was hidden.
enum class NavState {
    shown,
    hidden_searchable,  // hidden with `searchable: true`
    hidden,             // hidden without
    unsearchable,       // shown, `searchable: false`
};

/// An entry of the navigation, with what it inherits.
struct NavEntry {
    std::string path;             // page, without slash at the front; of an operation ""
    std::string operation;        // "METHOD /path" with the file before it when one is named: an API page
    std::string spec;             // file of the nearest `openapi` above
    std::string directory;        // where its operations' pages go
    bool all_operations = false;  // stands for all of `spec`
    std::string async_spec;       // stands for all channels of this AsyncAPI file; "" when it does not
    std::vector<std::string> breadcrumbs;
    std::string language, version, tag;
    std::optional<double> boost;
    NavState state = NavState::shown;
};

struct Navigation {
    std::vector<NavEntry> entries;       // in order
    std::vector<std::string> languages;  // normalised, the default first
    std::string default_version;
};

/// Walks `navigation` of docs.json in all its shapes (and of mint.json).
Navigation read_navigation(const boost::json::object& config);

/// "zh-Hans" -> "zh-hans", "cn" -> "zh", "jp" -> "ja".
std::string normalise_language(std::string_view code);

}  // namespace docent::docs
