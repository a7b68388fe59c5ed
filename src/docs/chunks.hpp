#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "docs/site.hpp"

namespace docent::docs {

struct ChunkedPage {
    std::string markdown;  // for people: no marks, no `{#id}`, no title heading
    std::string title;     // of the title heading (the page's first block, level 1); "" when there is none
    std::vector<std::string> anchors;  // of every heading, in order
    std::vector<Chunk> chunks;         // `page` is left 0
};

/// Cuts marked Markdown (mdx.hpp) into one chunk a heading section; a longer one than `words` is cut between
/// blocks, list items and table rows. `title`: the page's; a first heading that says the same is dropped.
ChunkedPage chunk_page(std::string_view marked, std::string_view title, std::size_t words);

}  // namespace docent::docs
