#include "assistant/skills.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/front_matter.hpp"

namespace docent::assistant {
namespace {

constexpr std::string_view folder = ".mintlify/assistant/skills/";
constexpr std::size_t longest_skill = 20 << 10;  // bytes
constexpr std::size_t longest_description = 500;
constexpr std::size_t most_skills = 50;

}  // namespace

std::vector<Skill> skills_of(const search::Index& index) {
    std::vector<Skill> skills;
    for (const auto file : index.file_names()) {
        if (file.substr(0, folder.size()) != folder) continue;
        const auto rest = file.substr(folder.size());
        Skill skill;
        skill.name = std::string(rest.substr(0, rest.find('/')));
        const auto text = index.file(file);
        const auto block = docs::read_front_matter(text);
        skill.description = std::string(cut_utf8(block.fields.description, longest_description));
        skill.text =
            std::string(cut_utf8(trim(text.substr(std::min(block.body, text.size()))), longest_skill));
        skills.push_back(std::move(skill));
    }
    std::sort(skills.begin(), skills.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    if (skills.size() > most_skills) skills.resize(most_skills);
    return skills;
}

}  // namespace docent::assistant
