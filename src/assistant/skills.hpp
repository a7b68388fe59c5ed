#pragma once
#include <string>
#include <vector>

#include "search/index.hpp"

namespace docent::assistant {

/// Instructions that the documentation's owners keep for certain questions:
/// .mintlify/assistant/skills/<name>/skill.md. A model is told names and descriptions and reads one when it
/// fits.
struct Skill {
    std::string name;  // of its folder
    std::string description;
    std::string text;  // without the front matter, cut at about 6,000 tokens
};

/// By name; the first 50.
std::vector<Skill> skills_of(const search::Index& index);

}  // namespace docent::assistant
