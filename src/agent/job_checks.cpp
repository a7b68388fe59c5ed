#include "agent/job_checks.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "agent/transcript.hpp"
#include "base/text.hpp"
#include "maintenance/docs_folder.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t most_findings = 200, longest_output = 4 << 10;

/// The commands that must pass: settings.checks names them in settings.commands.
std::vector<std::string> named_checks(const Tree& tree) {
    std::vector<std::string> out;
    const auto* checks = tree.settings.if_contains("checks");
    if (!checks || !checks->is_array()) return out;
    for (const auto& one : checks->get_array())
        if (one.is_string()) out.emplace_back(one.get_string());
    return out;
}

std::string end_of(const std::string& text) {
    const auto all = trim(text);
    return std::string(all.size() > longest_output ? all.substr(all.size() - longest_output) : all);
}

Task<Status> run_check(Services& services, const store::Session& session, const Tree& tree, std::string name,
                       JobChecks& out) {
    ToolContext context{session, tree, services, "", "", {}};
    const json::object args{{"name", name}};
    auto ran = co_await find_tool("run_command")->run(context, args);
    if (!ran) co_return std::move(ran).error();
    const auto* code = ran->payload.if_contains("exit_code");
    if (ran->error_code.empty() && code && code->is_number() && code->to_number<std::int64_t>() == 0) {
        out.results.push_back({"`" + name + "`", "passed"});
        co_return Status();
    }
    maintenance::Finding finding;
    finding.rule = "check-command";
    finding.message = "the check \"" + name + "\" failed";
    if (!ran->error_message.empty()) finding.message += ": " + ran->error_message;
    const auto said = end_of(text_field(ran->payload, "stdout") + "\n" + text_field(ran->payload, "stderr"));
    if (!said.empty()) finding.message += "\n" + said;
    out.findings.push_back(std::move(finding));
    out.results.push_back({"`" + name + "`", "failed"});
    co_return Status();
}

}  // namespace

Task<Result<JobChecks>> check_work(Services& services, const store::Session& session, const Tree& tree,
                                   std::string base) {
    JobChecks out;
    maintenance::Tree looked;
    looked.workspace = tree.workspace;
    looked.now = services.clock.now();
    const auto hint = text_field(tree.settings, "docs");
    auto found = co_await on(services.pools.git, [&] {
        looked.docs = maintenance::blocking_find_docs(tree.path, hint);
        return maintenance::blocking_validate(looked, base);
    });
    constexpr const char* what = "Structure, navigation, front matter, links and anchors of what changed";
    const bool checked = found.ok();
    if (!checked && found.error().code != ErrorCode::not_found) co_return std::move(found).error();
    if (!checked) out.results.push_back({what, "not checked: " + found.error().message});
    if (checked) out.findings = *std::move(found);
    const auto count = out.findings.size();
    if (count > most_findings) out.findings.resize(most_findings);
    if (checked)
        out.results.push_back({what, count == 0   ? "no problems"
                                     : count == 1 ? "one problem"
                                                  : fmt::format("{} problems", count)});
    for (auto& name : named_checks(tree)) {
        auto ran = co_await run_check(services, session, tree, std::move(name), out);
        if (!ran) co_return std::move(ran).error();
    }
    co_return out;
}

std::string findings_json(const std::vector<maintenance::Finding>& findings) {
    json::array out;
    for (const auto& one : findings)
        out.push_back({{"file", one.file},
                       {"line", one.line},
                       {"rule", one.rule},
                       {"message", repair_utf8(cut_utf8(one.message, 2'000))}});
    return json::serialize(out);
}

std::string finding_line(const maintenance::Finding& finding) {
    std::string out = finding.file;
    if (!out.empty() && finding.line > 0) out += fmt::format(":{}", finding.line);
    if (!out.empty()) out += ": ";
    return out + finding.message.substr(0, finding.message.find('\n'));
}

}  // namespace docent::agent
