#include "docs/ignore.hpp"

#include "base/text.hpp"

namespace docent::docs {

namespace {

/// The class at pattern[at] == '[': whether it has `c`, and where it ends; "[" alone is itself.
bool class_match(std::string_view pattern, std::size_t& at, char c) {
    const auto close = pattern.find(']', at + 2);
    if (close == std::string_view::npos) return pattern[at++] == c;
    auto i = at + 1;
    const bool negated = pattern[i] == '!' || pattern[i] == '^';
    i += negated;
    bool found = false;
    for (; i < close; ++i) {
        if (i + 2 < close && pattern[i + 1] == '-') {
            found = found || (c >= pattern[i] && c <= pattern[i + 2]);
            i += 2;
        } else {
            found = found || c == pattern[i];
        }
    }
    at = close + 1;
    return found != negated && c != '/';
}

}  // namespace

/// Backtracks to the last "*" and the last "**" only: at worst the product of three lengths.
bool glob_match(std::string_view pattern, std::string_view text) {
    constexpr auto none = std::string_view::npos;
    std::size_t p = 0, t = 0, star = none, star_text = 0, deep = none, deep_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern.substr(p, 2) == "**") {
            deep = p + 2;
            if (deep < pattern.size() && pattern[deep] == '/') ++deep;  // "**/" is also no folder at all
            deep_text = t;
            star = none;
            p = deep;
            continue;
        }
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            star_text = t;
            continue;
        }
        bool same = false;
        auto next = p;
        if (p < pattern.size()) {
            if (pattern[p] == '?') {
                same = text[t] != '/';
                ++next;
            } else if (pattern[p] == '[') {
                same = class_match(pattern, next, text[t]);
            } else if (pattern[p] == '\\' && p + 1 < pattern.size()) {
                same = pattern[p + 1] == text[t];
                next += 2;
            } else {
                same = pattern[p] == text[t];
                ++next;
            }
        }
        if (same) {
            p = next;
            ++t;
        } else if (star != none && text[star_text] != '/') {
            p = star;
            t = ++star_text;
        } else if (deep != none) {
            // "**" may end at any place where a folder begins, or anywhere when it is the last.
            if (deep >= pattern.size()) return true;
            do ++deep_text;
            while (deep_text < text.size() && text[deep_text - 1] != '/');
            if (deep_text >= text.size()) return false;
            star = none;
            p = deep;
            t = deep_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

void IgnoreRules::add(std::string_view lines) {
    for (const auto& line : split(lines, '\n')) {
        auto text = trim(line);
        if (text.empty() || text[0] == '#' || text.size() > 1000) continue;
        Rule rule;
        if (text[0] == '!') {
            rule.negated = true;
            text.remove_prefix(1);
        }
        if (text.size() > 1 && text[0] == '\\' && (text[1] == '#' || text[1] == '!')) text.remove_prefix(1);
        if (!text.empty() && text.back() == '/') {
            rule.folders_only = true;
            text.remove_suffix(1);
        }
        if (!text.empty() && text[0] == '/') {
            rule.anchored = true;
            text.remove_prefix(1);
        }
        if (text.find('/') != std::string_view::npos) rule.anchored = true;
        if (text.empty()) continue;
        rule.pattern = std::string(text);
        rules_.push_back(std::move(rule));
    }
}

std::optional<bool> IgnoreRules::decision(std::string_view path, bool folder) const {
    const auto name = path.substr(path.rfind('/') + 1);
    for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
        if (rule->folders_only && !folder) continue;
        if (glob_match(rule->pattern, rule->anchored ? path : name)) return !rule->negated;
    }
    return std::nullopt;
}

IgnoreRules IgnoreRules::mintlify() {
    IgnoreRules rules;
    rules.add(
        ".git\n.github\n.claude\n.agents\n.idea\n.vscode\n.cursor\n.vale\nnode_modules\n"
        "/build/\n/dist/\n/coverage/\n.cache\n/tmp/\n/temp/\n"
        "README.md\nreadme.md\nLICENSE.md\nlicense.md\nCHANGELOG.md\nCONTRIBUTING.md\ncontributing."
        "md\ncontribute.md\n"
        "CONTRIBUTE.md\n/snippets/\n/_snippets/\n/.mintlify/");
    return rules;
}

IgnoreRules IgnoreRules::plain() {
    IgnoreRules rules;
    rules.add(
        ".*\n!.vitepress\nnode_modules\n/build/\n/dist/\n/coverage/\n/tmp/\n/temp/\n/target/\nvendor\n_*\n"
        "LICENSE.md\nlicense.md\nCONTRIBUTING.md\ncontributing.md\nCODE_OF_CONDUCT.md\n/AGENTS.md\n/"
        "CLAUDE.md");
    return rules;
}

}  // namespace docent::docs
