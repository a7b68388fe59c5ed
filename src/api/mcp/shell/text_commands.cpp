#include <algorithm>
#include <charconv>

#include "api/mcp/shell/commands.hpp"
#include "api/mcp/shell/run.hpp"
#include "base/text.hpp"

namespace docent::api::shell {
namespace {

/// What a program reads: what is piped to it when it names no files ("-" is that, too), else the files.
struct Input {
    std::string name;  // "" for what was piped
    std::string text;
};
std::vector<Input> inputs(const std::vector<std::string>& args, std::string_view program, Io& io,
                          bool& failed) {
    std::vector<Input> out;
    if (args.empty()) {
        if (io.in) {
            out.push_back({"", *io.in});
        } else {
            failed = true;
            io.err += std::string(program) + ": name a file, such as /index.md\n";
        }
        return out;
    }
    std::size_t bytes = 0;
    for (const auto& arg : args) {
        if (arg == "-" && io.in) {
            out.push_back({"", *io.in});
            continue;
        }
        for (const auto& page : named_pages({arg}, false, program, io, failed)) {
            out.push_back({page.path, io.tree.text(page)});
            if (bytes < max_outcome_text) io.opened.insert(page.page);
            bytes += out.back().text.size();
        }
        if (bytes >= io.budget.bytes) {
            if (&arg != &args.back())
                io.err += std::string(program) + ": stopped after " + std::to_string(bytes >> 20) +
                          " MB; name fewer files\n";
            break;
        }
        if (io.budget.late()) break;
    }
    return out;
}

std::size_t lines_in(std::string_view text) {
    const auto ends = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    return ends + (text.empty() || text.back() == '\n' ? 0 : 1);
}

/// The part of a text from line `first` (from 1), `count` lines of it.
std::string_view some_lines(std::string_view text, std::size_t first, std::size_t count) {
    std::size_t begin = 0;
    for (; first > 1 && begin < text.size(); --first) {
        const auto end = text.find('\n', begin);
        begin = end == text.npos ? text.size() : end + 1;
    }
    std::size_t stop = begin;
    for (; count > 0 && stop < text.size(); --count) {
        const auto end = text.find('\n', stop);
        stop = end == text.npos ? text.size() : end + 1;
    }
    return text.substr(begin, stop - begin);
}

void put(std::string_view text, Io& io) {
    io.out += text;
    if (!text.empty() && text.back() != '\n') io.out += '\n';
}

int part_of_files(const std::vector<std::string>& args, Io& io, std::string_view program, bool from_end) {
    auto options = read_options(args, {.flags = "qv",
                                       .valued = "nc",
                                       .words = {{"lines", 'n'}, {"bytes", 'c'}, {"quiet", 'q'}},
                                       .digits = 'n'});
    // "tail -n +20": from line 20 on.
    auto from_line = false;
    if (from_end && options.value('n').starts_with('+')) {
        from_line = true;
        options.given['n'].back().erase(0, 1);
    }
    const auto bytes = options.number('c', 0);
    const auto lines = options.number('n', 10);
    if (!options.problem.empty()) return usage_error(io, program, options.problem);
    bool failed = false;
    const auto all = inputs(options.rest, program, io, failed);
    for (const auto& input : all) {
        if (io.full()) break;
        if (all.size() > 1 && !options.has('q'))
            io.out += (io.out.empty() ? "==> " : "\n==> ") + input.name + " <==\n";
        const std::string_view text = input.text;
        if (options.has('c')) {
            const auto some = std::min(bytes, text.size());
            put(repair_utf8(from_end ? text.substr(text.size() - some) : text.substr(0, some)), io);
        } else if (from_line) {
            put(some_lines(text, lines, text.size()), io);
        } else {
            const auto count = lines_in(text);
            const auto first = from_end && count > lines ? count - lines + 1 : 1;
            put(some_lines(text, first, lines), io);
        }
    }
    return failed ? 1 : 0;
}

/// Views into the inputs.
std::vector<std::string_view> lines_of(const std::vector<Input>& all) {
    std::vector<std::string_view> lines;
    for (const auto& input : all)
        each_line(input.text, [&](std::string_view line) { return lines.emplace_back(line), true; });
    return lines;
}

/// The number at the front of a line, as "sort -n" takes it.
double number_at_front(std::string_view line) {
    line = trim(line);
    double out = 0;
    std::from_chars(line.data(), line.data() + line.size(), out);
    return out;
}

}  // namespace

int cat_command(const std::vector<std::string>& args, Io& io) {
    const auto options =
        read_options(args, {.flags = "nbsAeEtTuv", .valued = "", .words = {{"number", 'n'}}});
    if (!options.problem.empty()) return usage_error(io, "cat", options.problem);
    bool failed = false;
    std::size_t number = 0;
    for (const auto& input : inputs(options.rest, "cat", io, failed)) {
        if (io.full()) break;
        if (!options.has('n') && !options.has('b')) {
            put(input.text, io);
            continue;
        }
        each_line(input.text, [&](std::string_view line) {
            const auto shown = std::to_string(++number);
            io.out.append(shown.size() < 6 ? 6 - shown.size() : 0, ' ');
            io.out += shown + "\t" + std::string(line) + "\n";
            return !io.full();
        });
    }
    return failed ? 1 : 0;
}

int head_command(const std::vector<std::string>& args, Io& io) {
    return part_of_files(args, io, "head", false);
}
int tail_command(const std::vector<std::string>& args, Io& io) {
    return part_of_files(args, io, "tail", true);
}

int wc_command(const std::vector<std::string>& args, Io& io) {
    const auto options =
        read_options(args, {.flags = "lwcm",
                            .valued = "",
                            .words = {{"lines", 'l'}, {"words", 'w'}, {"bytes", 'c'}, {"chars", 'm'}}});
    if (!options.problem.empty()) return usage_error(io, "wc", options.problem);
    bool failed = false;
    const auto all = inputs(options.rest, "wc", io, failed);
    const bool every = options.given.empty();
    std::size_t sums[4] = {0, 0, 0, 0};
    const auto row = [&](const std::size_t(&counts)[4], std::string_view name) {
        std::string line;
        const char letters[] = {'l', 'w', 'c', 'm'};
        for (std::size_t i = 0; i < 4; ++i)
            if (every ? i < 3 : options.has(letters[i]))
                line += (line.empty() ? "" : " ") + std::to_string(counts[i]);
        io.out += line + (name.empty() ? "" : " " + std::string(name)) + "\n";
    };
    for (const auto& input : all) {
        std::size_t counts[4] = {static_cast<std::size_t>(std::ranges::count(input.text, '\n')), 0,
                                 input.text.size(), 0};
        bool inside = false;
        for (const char c : input.text) {
            const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
            counts[1] += !blank && !inside;
            inside = !blank;
            counts[3] += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        }
        for (std::size_t i = 0; i < 4; ++i) sums[i] += counts[i];
        row(counts, input.name);
    }
    if (all.size() > 1) row(sums, "total");
    return failed ? 1 : 0;
}

/// Only what reads a range of lines: sed -n '10,20p' FILE.
int sed_command(const std::vector<std::string>& args, Io& io) {
    auto options =
        read_options(args, {.flags = "nEr", .valued = "e", .words = {{"quiet", 'n'}, {"silent", 'n'}}});
    if (!options.problem.empty()) return usage_error(io, "sed", options.problem);
    std::string script = options.value('e');
    if (script.empty() && !options.rest.empty()) {
        script = options.rest.front();
        options.rest.erase(options.rest.begin());
    }
    const auto wrong = [&] {
        return usage_error(io, "sed", "only ranges of lines are supported: sed -n '10,20p' FILE");
    };
    if (!options.has('n') || !script.ends_with('p')) return wrong();
    script.pop_back();
    const auto comma = script.find(',');
    const auto number = [](std::string_view text, std::size_t& out) {
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
        return !text.empty() && failed == std::errc() && end == text.data() + text.size();
    };
    std::size_t first = 0, last = 0;
    const std::string_view from = std::string_view(script).substr(0, comma);
    const std::string_view to = comma == script.npos ? from : std::string_view(script).substr(comma + 1);
    if (!number(from, first)) return wrong();
    if (to == "$") {
        last = static_cast<std::size_t>(-1);
    } else if (!number(to, last)) {
        return wrong();
    }
    first = std::max<std::size_t>(first, 1);
    bool failed = false;
    for (const auto& input : inputs(options.rest, "sed", io, failed))
        put(some_lines(input.text, first, std::max(first, last) - first + 1), io);
    return failed ? 1 : 0;
}

int sort_command(const std::vector<std::string>& args, Io& io) {
    const auto options =
        read_options(args, {.flags = "rnufb",
                            .valued = "",
                            .words = {{"reverse", 'r'}, {"unique", 'u'}, {"numeric-sort", 'n'}}});
    if (!options.problem.empty()) return usage_error(io, "sort", options.problem);
    bool failed = false;
    const auto all = inputs(options.rest, "sort", io, failed);
    auto lines = lines_of(all);
    if (options.has('n')) {
        std::ranges::stable_sort(lines, {}, number_at_front);
    } else {
        std::ranges::sort(lines);
    }
    if (options.has('u')) lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    if (options.has('r')) std::ranges::reverse(lines);
    for (const auto line : lines) (io.out += line) += '\n';
    return failed ? 1 : 0;
}

int uniq_command(const std::vector<std::string>& args, Io& io) {
    const auto options = read_options(args, {.flags = "cdui", .valued = "", .words = {{"count", 'c'}}});
    if (!options.problem.empty()) return usage_error(io, "uniq", options.problem);
    bool failed = false;
    const auto all = inputs(options.rest, "uniq", io, failed);
    const auto lines = lines_of(all);
    for (std::size_t i = 0; i < lines.size();) {
        auto end = i + 1;
        while (end < lines.size() && lines[end] == lines[i]) ++end;
        const bool shown = options.has('d') ? end - i > 1 : !options.has('u') || end - i == 1;
        const auto count = std::to_string(end - i);
        if (shown && options.has('c'))
            io.out += std::string(count.size() < 7 ? 7 - count.size() : 0, ' ') + count + " ";
        if (shown) (io.out += lines[i]) += '\n';
        i = end;
    }
    return failed ? 1 : 0;
}

int echo_command(const std::vector<std::string>& args, Io& io) {
    const bool open = !args.empty() && args[0] == "-n";
    for (std::size_t i = open ? 1 : 0; i < args.size(); ++i)
        io.out += (i > (open ? 1u : 0u) ? " " : "") + args[i];
    if (!open) io.out += '\n';
    return 0;
}

}  // namespace docent::api::shell
