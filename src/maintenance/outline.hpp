#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent::maintenance {

struct Section {
    std::string anchor;
    std::string title;
    int level = 0;
    std::string text;  // below its heading, up to the next one: Markdown
};

/// The sections of a page as the site shows them, in order. `text`: the file with its front matter.
std::vector<Section> page_outline(std::string_view text, bool mdx);

/// For each section of `before` the one of `after` that it is, by titles, texts and order; npos when there is
/// none of its title. A title that is there twice is told apart by what stands below it.
std::vector<std::size_t> align(const std::vector<Section>& before, const std::vector<Section>& after);

/// What became of section `index`: its place in `after`, or npos when that cannot be told.
std::size_t successor(const std::vector<Section>& before, const std::vector<Section>& after,
                      std::size_t index);

/// How much two texts have of each other's words, 0 to 1.
double likeness(std::string_view a, std::string_view b);

}  // namespace docent::maintenance
