#pragma once
#include <boost/json/array.hpp>
#include <string>
#include <vector>

#include "search/index.hpp"

namespace docent::assistant {

/// A section of the documentation that a model may answer from.
struct Passage {
    std::uint32_t page = 0;
    std::string url, title, markdown;  // title: the page's and the headings
};

std::vector<Passage> passages_of(const search::Index& index, const std::vector<search::Hit>& hits,
                                 const std::string& base_path);

/// Delimited, for a model.
std::string passage_text(const Passage& passage);

/// What the search tool answers a client with: [{path, url, metadata, content}].
boost::json::array search_output(const search::Index& index, const std::vector<search::Hit>& hits,
                                 const std::string& base_path);

}  // namespace docent::assistant
