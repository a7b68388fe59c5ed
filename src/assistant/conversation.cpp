#include "assistant/conversation.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cctype>
#include <set>

#include "assistant/blocks.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace {

/// A title inside "(Title)[/path]": its brackets must not end it early.
std::string bracket_free(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '(' || c == ')' || c == '[' || c == ']' || c == '`' || c == '\n') {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += c;
        }
    }
    return std::string(trim(out));
}

}  // namespace

void Conversation::start_step() {
    step_open = true;
    answer->append(StepStart{});
}

void Conversation::end_step(std::string reason_of_step, llm::Usage used) {
    usage.add(used);
    step_open = false;
    answer->append(StepEnd(std::move(reason_of_step), used));
}

void Conversation::say(std::string text_part) {
    text += text_part;
    answer->append(Text(std::move(text_part)));
}

void Conversation::cite(const std::string& url, const std::string& title) {
    for (const auto& s : sources) {
        if (s.url == url) return;
    }
    sources.push_back({url, title});
    answer->append(Source("source_" + std::to_string(sources.size()), url, title));
}

std::string Conversation::next_tool_id() {
    return "call_" + answer->message_id.substr(answer->message_id.find('_') + 1) + "_" +
           std::to_string(++tool_calls_);
}

void Conversation::call_tool(const std::string& name, boost::json::object input, boost::json::value output) {
    const auto id = next_tool_id();
    answer->append(ToolCalled(id, name, std::move(input)));
    answer->append(ToolAnswered(id, name, std::move(output)));
}

void Conversation::suggest(const std::vector<Extract::Suggestion>& pages) {
    if (!question.suggestions || pages.empty()) return;
    std::string block = "\n\n```suggestions\n";
    for (const auto& page : pages) block += "(" + bracket_free(page.title) + ")[" + page.url + "]\n";
    answer->append(Text(block + "```\n"));
}

void close_open_code(Conversation& c) {
    std::string fence;
    for (const auto line : split_lines(c.text)) {
        const auto text = trim(line);
        if (fence.empty()) {
            const char mark = text.empty() ? ' ' : text[0];
            const auto run = std::min(text.find_first_not_of(mark), text.size());
            if ((mark == '`' || mark == '~') && run >= 3 && text.find('`', run) == text.npos)
                fence = text.substr(0, run);
        } else if (text.size() >= fence.size() && text.find_first_not_of(fence[0]) == text.npos) {
            fence.clear();
        }
    }
    if (fence.empty()) return;
    c.say((c.text.back() == '\n' ? "" : "\n") + fence + "\n");
}

std::string page_url(const search::PageView& page, const std::string& base_path, std::string_view anchor) {
    std::string url;
    if (!page.url.empty()) {
        url = page.url;
    } else {
        url = base_path + "/" + std::string(page.path == "index" ? std::string_view() : page.path);
    }
    if (!anchor.empty()) url += "#" + std::string(anchor);
    return url;
}

bool is_unguessable(std::string_view id) {
    enum Kind { lower, upper, digit, none };
    std::set<char> distinct;
    std::size_t letters_and_digits = 0, changes = 0;
    Kind last = none;
    for (const char c : id) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '-' || c == '_') continue;
        if (byte >= 0x80 || !std::isalnum(byte)) return false;
        Kind kind = lower;
        if (std::isupper(byte)) kind = upper;
        if (std::isdigit(byte)) kind = digit;
        changes += last != none && kind != last;
        last = kind;
        ++letters_and_digits;
        distinct.insert(c);
    }
    return letters_and_digits >= 16 && distinct.size() >= 8 && changes >= 4;
}

}  // namespace docent::assistant
