// read_skill: instructions that the documentation's owners keep for certain questions.
#include "assistant/skills.hpp"
#include "assistant/tools/output.hpp"

namespace docent::assistant {

ToolResult read_skill_tool(const ToolContext& context, const boost::json::object& args) {
    const auto name = text_arg(args, "name");
    for (const auto& skill : skills_of(context.index)) {
        if (skill.name != name) continue;
        ToolResult out;
        out.text = "Instructions of the documentation's owners:\n" + skill.text;
        boost::json::object shown;
        shown["name"] = skill.name;
        out.shown = std::move(shown);
        return out;
    }
    return say("There is no skill with this name.");
}

}  // namespace docent::assistant
