#include <unistd.h>

#include <chrono>

#include "agent/services.hpp"
#include "agent/tools/output.hpp"
#include "base/text.hpp"
#include "sandbox/sandbox.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t shown_live = 4 << 10, longest_command = 20'000, most_seconds = 3600;
constexpr auto show_every = std::chrono::milliseconds(200);

/// The end of what a command has written, to those who watch.
class Live final : public Sink<sandbox::Output> {
public:
    explicit Live(const ToolContext& context) : context_(context) {}
    Task<Status> put(sandbox::Output piece) override {
        auto& text = piece.from == sandbox::Output::From::out ? out_ : err_;
        text += piece.bytes;
        if (text.size() > 2 * shown_live) text.erase(0, text.size() - shown_live);
        const auto now = std::chrono::steady_clock::now();
        if (context_.progress && now - shown_ >= show_every) {
            shown_ = now;
            context_.progress({{"stdout", tail(out_)}, {"stderr", tail(err_)}});
        }
        co_return Status();
    }

private:
    static std::string tail(std::string_view text) {
        return repair_utf8(text.size() > shown_live ? text.substr(text.size() - shown_live) : text);
    }
    const ToolContext& context_;
    std::string out_, err_;
    std::chrono::steady_clock::time_point shown_{};
};

/// The commands that the repository's settings name: {"test": "make test"}.
const json::object& configured(const Tree& tree) {
    static const json::object none;
    const auto* commands = tree.settings.if_contains("commands");
    return commands && commands->is_object() ? commands->get_object() : none;
}

std::string_view limit_code(sandbox::Ended ended) {
    switch (ended) {
        case sandbox::Ended::exited:
        case sandbox::Ended::signalled:
            return "";
        case sandbox::Ended::time_limit:
        case sandbox::Ended::cpu_limit:
            return "timed_out";
        case sandbox::Ended::memory_limit:
            return "memory_limit";
        case sandbox::Ended::disk_limit:
            return "disk_limit";
        case sandbox::Ended::output_limit:
            return "output_limit";
    }
    return "";
}

ToolOutcome told(const sandbox::Outcome& ran, const sandbox::Limits& limits, const std::string& line) {
    const auto out_text = cut_text(ran.out), err_text = cut_text(ran.err);
    const auto how = sandbox::describe(ran, limits);
    ToolOutcome out;
    out.error_code = limit_code(ran.ended);
    if (!out.error_code.empty()) out.error_message = "the command was " + how;
    out.payload = {
        {"command", line},
        {"exit_code", nullptr},
        {"timed_out", out.error_code == "timed_out"},
        {"stdout", out_text.text},
        {"stderr", err_text.text},
        {"truncated", ran.out_truncated || ran.err_truncated || out_text.truncated || err_text.truncated}};
    if (ran.ended == sandbox::Ended::exited) out.payload["exit_code"] = ran.exit_code;
    if (ran.ended == sandbox::Ended::signalled) out.payload["exit_code"] = 128 + ran.signal;
    // The end of what a command says tells most; errors come last.
    constexpr std::size_t half = 10 << 10;
    const auto ending = [](std::string_view text) {
        if (text.size() <= half) return std::string(text);
        const auto rest = text.substr(text.size() - half);
        return "[the beginning is left out]\n" + std::string(rest.substr(rest.find('\n') + 1));
    };
    std::string all = ending(out_text.text);
    if (!all.empty() && all.back() != '\n') all += '\n';
    if (!err_text.text.empty()) all += "[stderr]\n" + ending(err_text.text);
    out.text = "The command ended: " + how + ".\n" +
               (all.empty() ? "It wrote nothing.\n" : quoted("", "output", all));
    return out;
}

/// The session's history for git inside, read-only: it stands beside the tree, where no command can change
/// it.
void show_git(const Tree& tree, sandbox::Job& job) {
    if (tree.workspace.git_dir.empty()) return;
    job.git_dir = tree.workspace.git_dir;
    job.readable.push_back(tree.workspace.mirror_objects());
    job.environment["GIT_OPTIONAL_LOCKS"] = "0";
}

/// Takes away the empty folder over which the history was mounted.
struct GitPlace {
    const Tree& tree;
    ~GitPlace() {
        if (!tree.workspace.git_dir.empty()) rmdir((tree.path / ".git").c_str());
    }
};

}  // namespace

json::object run_command_begin(const json::object& args) {
    json::value name = nullptr;
    if (const auto named = llm::text_arg(args, "name"); !named.empty()) name = json::string(named);
    return {{"name", std::move(name)},
            {"command", cut_text(llm::text_arg(args, "command")).text},
            {"working_directory", asked_path(args, "working_directory")},
            {"exit_code", nullptr},
            {"timed_out", nullptr},
            {"stdout", nullptr},
            {"stderr", nullptr},
            {"truncated", nullptr}};
}

Task<Result<ToolOutcome>> run_command_tool(ToolContext& context, const json::object& args) {
    const auto& tree = context.tree;
    if (tree.path.empty()) co_return tool_error("no_repository", "the session has no repository to work on");
    if (!llm::flag_arg(tree.settings, "allow_commands", true))
        co_return tool_error("not_allowed", "commands are off for this repository");
    if (!context.services.sandbox)
        co_return tool_error("unavailable", "commands cannot be run here: there is no sandbox");
    auto line = llm::text_arg(args, "command");
    if (const auto name = llm::text_arg(args, "name"); !name.empty()) {
        if (!line.empty())
            co_return tool_error("invalid_argument",
                                 "give the name of a configured command, or a command line");
        line = llm::text_arg(configured(tree), name);
        if (line.empty()) {
            std::string known;
            for (const auto& command : configured(tree))
                known += (known.empty() ? "" : ", ") + std::string(command.key());
            co_return tool_error("not_found", "no command of that name is configured; " +
                                                  (known.empty() ? "none is" : "there is: " + known));
        }
    }
    if (trim(line).empty()) co_return tool_error("invalid_argument", "there is no command");
    if (line.size() > longest_command || line.find('\0') != std::string::npos)
        co_return tool_error("invalid_argument", "the command line is too long or has zero characters");
    sandbox::Job job;
    job.argv = sandbox::shell(line);
    job.tree = std::filesystem::absolute(tree.path);
    auto directory = tree_path(llm::text_arg(args, "working_directory"));
    if (!directory) co_return refusal(std::move(directory).error());
    job.directory = *directory;
    const auto standard = static_cast<std::size_t>(job.limits.wall.count() / 1000);
    const auto seconds =
        std::max<std::size_t>(1, llm::number_arg(args, "timeout_seconds", standard, most_seconds));
    job.limits.wall = std::chrono::seconds(seconds);
    job.limits.cpu = std::max(job.limits.cpu, job.limits.wall);
    const auto limits = job.limits;
    show_git(tree, job);
    const GitPlace place{tree};
    Live live(context);
    auto ran = co_await context.services.sandbox->run(std::move(job), &live);
    if (!ran) {
        auto refused = refusal(std::move(ran).error());
        if (refused) refused->payload["command"] = line;
        co_return refused;
    }
    co_return told(*ran, limits, line);
}

}  // namespace docent::agent
