#include "assistant/answer_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "assistant/citations.hpp"
#include "assistant/suggestions.hpp"

namespace docent::assistant {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '\n' || c == '|' ? ' ' : c;
    return out;
}

std::string cost_text(const llm::Usage& usage) {
    return usage.cost == 0 ? "-" : fmt::format("{:.6f}", static_cast<double>(usage.cost) / 1e6);
}

struct Sums {
    std::size_t unanswered = 0, failed = 0, kept = 0, dropped = 0, pointers = 0;
    llm::Usage usage;
    std::chrono::milliseconds time{0};
};

Sums sums_of(const std::vector<ReportedAnswer>& answers) {
    Sums s;
    for (const auto& a : answers) {
        s.unanswered += !a.answered;
        s.failed += !a.failure.empty();
        s.usage.add(a.usage);
        s.time += a.time;
        for (const auto& check : a.checks) {
            const bool kept = check.outcome == CheckedLink::Outcome::kept;
            const bool pointer = check.outcome == CheckedLink::Outcome::pointer ||
                                 check.outcome == CheckedLink::Outcome::unchecked;
            (kept ? s.kept : pointer ? s.pointers : s.dropped) += 1;
        }
    }
    return s;
}

std::string summary(const std::vector<ReportedAnswer>& answers) {
    const Sums s = sums_of(answers);
    return fmt::format(
        "{} questions, {} not answered, {} failed. Citations: {} supported, {} not checkable, {} dropped. "
        "{} tokens in, {} out, cost {}, {:.1f} s in all.",
        answers.size(), s.unanswered, s.failed, s.kept, s.pointers, s.dropped, s.usage.input_tokens,
        s.usage.output_tokens, cost_text(s.usage), static_cast<double>(s.time.count()) / 1000);
}

std::string facts(const ReportedAnswer& a) {
    std::string tools;
    for (const auto& tool : a.tools) tools += (tools.empty() ? "" : ", ") + tool;
    return fmt::format("{}; {} ms; {} tokens in, {} out; cost {}; tools: {}",
                       !a.failure.empty() ? "failed: " + a.failure
                       : a.answered       ? "answered"
                                          : "not answered",
                       a.time.count(), a.usage.input_tokens, a.usage.output_tokens, cost_text(a.usage),
                       tools.empty() ? "none" : tools);
}

std::string support_of(const CheckedLink& check) {
    std::string out = fmt::format("{} ({:.2f})", outcome_word(check.outcome), check.support);
    if (!check.why.empty()) out += ", " + check.why;
    return out;
}

std::string as_markdown(const std::vector<ReportedAnswer>& answers, const std::string& about) {
    std::string out = "# Answers\n\n" + about + "\n\n" + summary(answers) + "\n";
    for (const auto& a : answers) {
        out +=
            "\n---\n\n## " + a.id + " " + one_line(a.question) + "\n\n*" + facts(a) + "*\n\n" + a.text + "\n";
        if (!a.sources.empty()) out += "\nSources:\n\n";
        for (const auto& source : a.sources) out += "- " + source.title + " (" + source.url + ")\n";
        if (a.checks.empty()) continue;
        out += "\n| Citation | Of the sentence | Support |\n|---|---|---|\n";
        for (const auto& check : a.checks)
            out += "| " + one_line(check.url) + " | " + one_line(check.claim) + " | " +
                   one_line(support_of(check)) + " |\n";
    }
    return out;
}

std::string as_html(const std::vector<ReportedAnswer>& answers, const std::string& about) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><meta "
        "charset=\"utf-8\"><title>Answers</title>\n<style>body{font:16px/1.5 "
        "sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
        "1rem}pre{white-space:pre-wrap;background:#f4f4f4;"
        "padding:1rem}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3rem "
        ".6rem;text-align:left}"
        "</style>\n<h1>Answers</h1>\n<p>" +
        escaped(about) + "</p>\n<p>" + escaped(summary(answers)) + "</p>\n";
    for (const auto& a : answers) {
        out += "<h2>" + escaped(a.id + " " + a.question) + "</h2>\n<p><em>" + escaped(facts(a)) +
               "</em></p>\n<pre>" + escaped(a.text) + "</pre>\n";
        if (!a.sources.empty()) out += "<p>Sources:</p>\n<ul>\n";
        for (const auto& source : a.sources)
            out += "<li>" + escaped(source.title) + " <code>" + escaped(source.url) + "</code></li>\n";
        if (!a.sources.empty()) out += "</ul>\n";
        if (a.checks.empty()) continue;
        out += "<table><tr><th>Citation</th><th>Of the sentence</th><th>Support</th></tr>\n";
        for (const auto& check : a.checks)
            out += "<tr><td><code>" + escaped(check.url) + "</code></td><td>" + escaped(check.claim) +
                   "</td><td>" + escaped(support_of(check)) + "</td></tr>\n";
        out += "</table>\n";
    }
    return out + "</html>\n";
}

}  // namespace

ReportedAnswer reported(const Answer& answer, std::string id, std::string question,
                        std::chrono::milliseconds time) {
    ReportedAnswer out;
    out.id = std::move(id);
    out.question = std::move(question);
    out.time = time;
    out.checks = answer.checks;
    for (const auto& part : answer.parts()) {
        if (std::holds_alternative<StepStart>(part)) out.text.clear();
        if (const auto* text = std::get_if<Text>(&part)) out.text += text->text;
        if (const auto* call = std::get_if<ToolCalled>(&part)) out.tools.push_back(call->name);
        if (const auto* source = std::get_if<Source>(&part)) out.sources.push_back(*source);
        if (const auto* failed = std::get_if<Failed>(&part)) out.failure = failed->message;
        if (const auto* end = std::get_if<Finished>(&part)) {
            out.usage = end->usage;
            out.answered = end->answered;
        }
    }
    out.text = without_suggestions(out.text);
    return out;
}

std::string answer_report(const std::vector<ReportedAnswer>& answers, const std::string& about,
                          ReportFormat format) {
    return format == ReportFormat::html ? as_html(answers, about) : as_markdown(answers, about);
}

}  // namespace docent::assistant
