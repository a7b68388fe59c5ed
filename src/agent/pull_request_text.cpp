#include "agent/pull_request_text.hpp"

#include <array>
#include <fstream>

#include "base/text.hpp"

namespace docent::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_template = 32 << 10, longest_prompt = 600, longest_subject = 72;

/// "<!-- ... -->" is for whoever fills the template in.
std::string without_comments(std::string_view text) {
    std::string out;
    for (;;) {
        const auto begin = text.find("<!--");
        out += text.substr(0, begin);
        if (begin == std::string_view::npos) return out;
        const auto end = text.find("-->", begin);
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 3);
    }
}

bool is_heading(std::string_view line) {
    const auto marks = line.find_first_not_of('#');
    return marks != 0 && marks != std::string_view::npos && marks <= 6 && line[marks] == ' ';
}

bool speaks_of(std::string_view heading, const std::vector<std::string_view>& words) {
    const auto lower = lower_ascii(heading);
    for (const auto word : words)
        if (lower.find(word) != std::string::npos) return true;
    return false;
}

std::string quoted_prompt(std::string_view prompt) {
    std::string out;
    const auto shown = cut_utf8(trim(prompt), longest_prompt);
    for (const auto& line : split(shown, '\n')) out += "> " + std::string(trim(line)) + "\n";
    return shown.size() < trim(prompt).size() ? out + "> …\n" : out;
}

std::string checks_of(const PullRequestText& text) {
    std::string out;
    for (const auto& check : text.checks) out += "- " + check.what + ": " + check.result + "\n";
    if (!text.remains.empty()) {
        out += "\nWhat the checks found and this change leaves:\n\n";
        for (const auto& one : text.remains) out += "- " + one + "\n";
    }
    return out;
}

std::string origin_of(const PullRequestText& text) {
    std::string out = "---\n\nMade by Docent";
    if (!text.job_id.empty()) out += " in job `" + text.job_id + "`";
    return out + ". It was asked for:\n\n" + quoted_prompt(text.prompt);
}

void end_paragraph(std::string& text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (!text.empty()) text += "\n\n";
}

}  // namespace

std::string pull_request_body(const PullRequestText& text, std::string_view pattern) {
    const auto what = std::string(trim(text.message)) + "\n\n";
    const auto checks = checks_of(text);
    std::string out;
    bool said_what = false, said_checks = false;
    const auto outline = without_comments(pattern.substr(0, longest_template));
    if (!trim(outline).empty()) {
        const auto lines = split(outline, '\n');
        for (const auto& line : lines) {
            out += std::string(line) + "\n";
            if (!is_heading(line)) continue;
            if (!said_what && speaks_of(line, {"description", "summary", "what", "change", "overview"})) {
                out += "\n" + what;
                said_what = true;
            } else if (!said_checks && speaks_of(line, {"test", "verif", "check", "how "})) {
                out += "\n" + checks + "\n";
                said_checks = true;
            }
        }
    }
    if (!said_what) out = what + out;
    end_paragraph(out);
    if (!said_checks && !checks.empty()) out += "## How it was checked\n\n" + checks + "\n";
    return out + origin_of(text);
}

std::string pull_request_title(std::string_view title) {
    std::string_view line = trim(title);
    line = trim(line.substr(0, line.find('\n')));
    while (line.ends_with('.')) line.remove_suffix(1);
    if (line.empty()) return "Update the documentation";
    const auto shown = cut_at_word(line, longest_subject);
    return shown.size() == line.size() ? std::string(line) : std::string(trim(shown)) + "…";
}

std::string blocking_pull_request_template(const fs::path& tree) {
    constexpr std::array places{".github/pull_request_template.md",
                                ".github/PULL_REQUEST_TEMPLATE.md",
                                "pull_request_template.md",
                                "PULL_REQUEST_TEMPLATE.md",
                                "docs/pull_request_template.md",
                                "docs/PULL_REQUEST_TEMPLATE.md",
                                ".gitlab/merge_request_templates/Default.md",
                                ".gitlab/merge_request_templates/default.md",
                                ".forgejo/pull_request_template.md",
                                ".gitea/pull_request_template.md"};
    for (const auto* place : places) {
        std::error_code failed;
        // A link may lead out of the tree.
        if (!fs::is_regular_file(fs::symlink_status(tree / place, failed))) continue;
        const auto real =
            fs::weakly_canonical(tree / place, failed).lexically_relative(fs::weakly_canonical(tree, failed));
        if (failed || real.empty() || *real.begin() == "..") continue;
        std::ifstream in(tree / place, std::ios::binary);
        std::string text(longest_template, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
        return repair_utf8(text);
    }
    return "";
}

}  // namespace docent::agent
