// A turn whose message is a built-in command: what a model would decide, the command does.
#include <fmt/format.h>

#include "agent/turn.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "maintenance/docs_folder.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_changes = 5'000;       // files
constexpr std::size_t longest_report = 60 << 10;  // bytes
constexpr std::size_t longest_plan = 64 << 20;    // bytes of all calls

std::string cut_report(std::string report) {
    if (report.size() <= longest_report) return report;
    report.resize(cut_utf8(report, longest_report).size());
    report.resize(report.rfind('\n') + 1);
    return report + "\n(The report is longer; the rest is left out.)\n";
}

std::string with_failures(const CommandProgress& progress) {
    if (progress.failures.empty()) return progress.report;
    std::string out = "Not all of it could be done:\n\n";
    for (const auto& failure : progress.failures) out += "- " + failure + "\n";
    return out + "\n" + progress.report;
}

}  // namespace

/// First its changes as calls, which the log keeps before the first one runs; what a restart cut off again;
/// then the report.
Task<Result<llm::Reply>> Turn::command_reply(CommandProgress progress) {
    llm::Reply reply;
    if (progress.planned) {
        reply.message.calls = std::move(progress.interrupted);
        if (reply.message.calls.empty()) reply.message.text = cut_report(with_failures(progress));
        co_return reply;
    }
    maintenance::Tree tree;
    tree.workspace = tree_.workspace;
    tree.now = services_.clock.now();
    const auto* configured = tree_.settings.if_contains("docs");
    const std::string hint =
        configured && configured->is_string() ? std::string(configured->get_string()) : "";
    auto outcome = co_await on(services_.pools.git, [&]() -> Result<maintenance::Outcome> {
        if (tree_.path.empty()) return invalid("the session has no repository to work on");
        tree.docs = maintenance::blocking_find_docs(tree_.path, hint);
        return maintenance::blocking_run(tree, progress.text);
    });
    if (!outcome) {
        log::info("a command: " + outcome.error().message + " " + outcome.error().detail);
        end(End::Why::failed, "command_failed", outcome.error().message);
        co_return std::move(outcome).error();
    }
    reply.message.opaque["command"] = {{"title", outcome->title}, {"report", outcome->report}};
    std::size_t bytes = 0;
    for (const auto& change : outcome->changes) bytes += change.before.size() + change.after.size();
    if (outcome->changes.size() > most_changes || bytes > longest_plan) {
        end(End::Why::failed, "command_failed",
            fmt::format("{} files are too many for one command; narrow it with --in",
                        outcome->changes.size()));
        co_return invalid("too many files");
    }
    reply.message.calls = calls_of(outcome->changes);
    reply.message.text =
        reply.message.calls.empty()
            ? cut_report(outcome->report)
            : fmt::format("{} ({})", outcome->title,
                          outcome->changes.size() == 1 ? "one file"
                                                       : fmt::format("{} files", outcome->changes.size()));
    co_return reply;
}

}  // namespace docent::agent
