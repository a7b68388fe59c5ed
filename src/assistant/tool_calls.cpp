#include "assistant/tool_calls.hpp"

#include <boost/json/serialize.hpp>

#include "assistant/tools/output.hpp"
#include "base/all.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t calls_a_step = 8;

struct Run {
    const Tool* tool = nullptr;
    const llm::ToolCall* call = nullptr;
    std::string id;
    ToolResult result;
};

Task<> run_one(Conversation& c, Pools& pools, Run& run) {
    ToolContext context{*c.index, c.question};
    if (c.add_meaning && !run.tool->meaning_of.empty()) {
        search::Query query;
        query.text = text_arg(run.call->args, run.tool->meaning_of);
        co_await c.add_meaning(query);
        context.vector = std::move(query.vector);
    }
    run.result = co_await on(pools.search, [&] { return run.tool->run(context, run.call->args); });
}

std::string known_tools() {
    std::string names;
    for (const auto& tool : tools()) names += (names.empty() ? "" : ", ") + std::string(tool.name);
    return names;
}

}  // namespace

std::string ToolCalls::refusal(const llm::ToolCall& call, std::size_t place) {
    if (!call.problem.empty()) return call.problem;
    const Tool* tool = find_tool(call.name);
    if (!tool) return "There is no such tool. There are: " + known_tools() + ".";
    if (place >= calls_a_step)
        return "Too many calls at once: this one was not made. Make it in the next step.";
    if (!made_.insert(call.name + boost::json::serialize(call.args)).second)
        return "You have made this very call already, and its result stands above. Answer now, or ask for "
               "something else.";
    if (++uses_[call.name] > tool->most_calls)
        return "This tool has been called as often as an answer allows. Answer from what you have.";
    return "";
}

Task<ToolCalls::Step> ToolCalls::run(const std::vector<llm::ToolCall>& calls) {
    Step step;
    std::vector<Run> runs(calls.size());
    std::vector<Task<>> tasks;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        Run& run = runs[i];
        run.call = &calls[i];
        run.result.text = refusal(calls[i], i);
        if (!run.result.text.empty()) continue;
        run.tool = find_tool(calls[i].name);
        run.id = c_.next_tool_id();
        boost::json::object input = calls[i].args;
        c_.answer->append(ToolCalled(run.id, calls[i].name, std::move(input)));
        tasks.push_back(run_one(c_, pools_, run));
        ++step.ran;
    }
    co_await all(std::move(tasks));

    for (auto& run : runs) {
        if (run.tool) {
            c_.answer->append(ToolAnswered(run.id, run.call->name, std::move(run.result.shown)));
            step.pages.insert(run.result.pages.begin(), run.result.pages.end());
            step.not_found = step.not_found || run.result.not_found;
            if (run.result.asks && !step.asks) step.asks = std::move(run.result.asks);
        }
        llm::Message answer;
        answer.role = llm::Message::Role::tool;
        answer.call_id = run.call->id;
        answer.text = std::string(cut_utf8(run.result.text, tool_text_limit + 1000));
        step.answers.push_back(std::move(answer));
    }
    co_return step;
}

}  // namespace docent::assistant
