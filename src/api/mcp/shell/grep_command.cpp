#include <re2/re2.h>

#include <algorithm>
#include <memory>

#include "api/mcp/shell/commands.hpp"
#include "api/mcp/shell/glob.hpp"
#include "base/text.hpp"

namespace docent::api::shell {
namespace {

constexpr std::size_t longest_pattern = 1'000;  // bytes
constexpr std::size_t longest_line = 1'000;     // bytes shown

/// A basic regular expression (grep without -E) as RE2 writes it: "\|", "\+", "\(" are operators, "|", "+",
/// "(" are not.
std::string from_basic(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            const char next = pattern[++i];
            if (std::string_view("|+?(){}").find(next) != std::string_view::npos) {
                out += next;
            } else {
                (out += '\\') += next;
            }
        } else if (c == '[') {
            // To the end of the bracket, which may hold "]" first and "[:alpha:]".
            auto end = i + 1;
            if (end < pattern.size() && pattern[end] == '^') ++end;
            if (end < pattern.size() && pattern[end] == ']') ++end;
            while (end < pattern.size() && pattern[end] != ']') {
                if (pattern.substr(end, 2) == "[:") {
                    const auto closed = pattern.find(":]", end + 2);
                    end = closed == pattern.npos ? pattern.size() : closed + 2;
                } else {
                    ++end;
                }
            }
            end = std::min(end + 1, pattern.size());
            out += pattern.substr(i, end - i);
            i = end - 1;
        } else {
            const bool literal = std::string_view("|+?(){}").find(c) != std::string_view::npos ||
                                 (c == '*' && (i == 0 || out.ends_with("^") || out.ends_with("(")));
            if (literal) out += '\\';
            out += c;
        }
    }
    return out;
}

/// "\<" and "\>" are word borders.
std::string with_borders(std::string pattern) {
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] != '\\') continue;
        if (pattern[i + 1] == '<' || pattern[i + 1] == '>') pattern[i + 1] = 'b';
        ++i;
    }
    return pattern;
}

struct Search {
    std::unique_ptr<RE2> line;  // what a line is tried on
    bool inverted = false, only = false, count = false, names = false, names_without = false, quiet = false;
    bool numbers = false, with_name = false;
    std::size_t most = 1'000'000'000, before = 0, after = 0;
};

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

void put_line(std::string_view name, std::size_t number, char mark, std::string_view line,
              const Search& search, Io& io) {
    if (search.with_name) (io.out += name) += mark;
    if (search.numbers) (io.out += std::to_string(number)) += mark;
    io.out += cut_utf8(line, longest_line);
    if (line.size() > longest_line) io.out += "…";
    io.out += '\n';
}

void put_matches(std::string_view name, std::size_t number, std::string_view line, const Search& search,
                 Io& io) {
    auto rest = piece(line);
    re2::StringPiece found;
    while (!io.full() && search.line->Match(rest, 0, rest.size(), RE2::UNANCHORED, &found, 1)) {
        if (!found.empty()) put_line(name, number, ':', {found.data(), found.size()}, search, io);
        const auto used =
            static_cast<std::size_t>(found.data() - rest.data()) + std::max<std::size_t>(found.size(), 1);
        if (used > rest.size()) break;
        rest.remove_prefix(used);
    }
}

/// How many lines of one file match; writes them.
std::size_t search_text(std::string_view name, std::string_view text, const Search& search, Io& io,
                        bool& any_group) {
    std::size_t matches = 0, number = 0, shown_until = 0, after = 0;
    const bool shows = !search.count && !search.names && !search.names_without && !search.quiet;
    std::vector<std::string_view> lines;
    const bool context = search.before + search.after > 0 && !search.only;
    each_line(text, [&](std::string_view line) {
        ++number;
        if (context) lines.push_back(line);
        if (io.full()) return false;
        if (RE2::PartialMatch(piece(line), *search.line) == search.inverted) {
            if (shows && after > 0) {
                put_line(name, number, '-', line, search, io);
                shown_until = number;
                --after;
            }
            return matches < search.most || after > 0;
        }
        if (matches == search.most) return after > 0 && --after > 0;
        ++matches;
        if (!shows) return matches < search.most && !search.names && !search.names_without && !search.quiet;
        if (search.only && !search.inverted) {
            put_matches(name, number, line, search, io);
            return matches < search.most;
        }
        if (context) {
            const auto from = std::max(shown_until + 1, number > search.before ? number - search.before : 1);
            if (any_group && from > shown_until + 1)
                io.out += "--\n";
            else if (any_group && shown_until == 0)
                io.out += "--\n";
            for (auto n = from; n < number; ++n) put_line(name, n, '-', lines[n - 1], search, io);
            any_group = true;
        }
        put_line(name, number, ':', line, search, io);
        shown_until = number;
        after = search.after;
        return matches < search.most || after > 0;
    });
    if (search.count)
        io.out += (search.with_name ? std::string(name) + ":" : "") + std::to_string(matches) + "\n";
    if ((search.names && matches > 0) || (search.names_without && matches == 0)) (io.out += name) += '\n';
    return matches;
}

/// True if no line of a text can match, found out by one pass over all of it.
class Prefilter {
public:
    Prefilter(const std::string& pattern, const RE2::Options& options) {
        // What looks at the ends of the text, and flags, mean something else over many lines.
        if (pattern.find("\\A") != pattern.npos || pattern.find("\\z") != pattern.npos ||
            pattern.find("(?") != pattern.npos || options.literal())
            return;
        RE2::Options over_lines(options);
        over_lines.set_dot_nl(true);
        whole_ = std::make_unique<RE2>("(?m:" + pattern + ")", over_lines);
        if (!whole_->ok()) whole_.reset();
    }
    bool excludes(std::string_view text) const { return whole_ && !RE2::PartialMatch(piece(text), *whole_); }

private:
    std::unique_ptr<RE2> whole_;
};

const OptionNames grep_options = {.flags = "rRinlLcvwxEFGPohHqsIabUzZ",
                                  .valued = "ABCmegG",
                                  .words = {{"recursive", 'r'},
                                            {"ignore-case", 'i'},
                                            {"line-number", 'n'},
                                            {"files-with-matches", 'l'},
                                            {"files-without-match", 'L'},
                                            {"count", 'c'},
                                            {"invert-match", 'v'},
                                            {"word-regexp", 'w'},
                                            {"line-regexp", 'x'},
                                            {"extended-regexp", 'E'},
                                            {"fixed-strings", 'F'},
                                            {"perl-regexp", 'P'},
                                            {"only-matching", 'o'},
                                            {"no-filename", 'h'},
                                            {"with-filename", 'H'},
                                            {"quiet", 'q'},
                                            {"silent", 'q'},
                                            {"no-messages", 's'},
                                            {"after-context", 'A'},
                                            {"before-context", 'B'},
                                            {"context", 'C'},
                                            {"max-count", 'm'},
                                            {"regexp", 'e'},
                                            {"include", 'g'},
                                            {"exclude", 'X'},
                                            {"color", '\0'},
                                            {"colour", '\0'},
                                            {"exclude-dir", '\0'}},
                                  .digits = 'C'};
const OptionNames rg_options = {.flags = "inlcvwxFPohHqsSUNIua",
                                .valued = "ABCmegtT",
                                .words = {{"ignore-case", 'i'},    {"smart-case", 'S'},
                                          {"line-number", 'n'},    {"files-with-matches", 'l'},
                                          {"count", 'c'},          {"invert-match", 'v'},
                                          {"word-regexp", 'w'},    {"line-regexp", 'x'},
                                          {"fixed-strings", 'F'},  {"pcre2", 'P'},
                                          {"only-matching", 'o'},  {"no-filename", 'h'},
                                          {"with-filename", 'H'},  {"quiet", 'q'},
                                          {"no-line-number", 'N'}, {"after-context", 'A'},
                                          {"before-context", 'B'}, {"context", 'C'},
                                          {"max-count", 'm'},      {"regexp", 'e'},
                                          {"glob", 'g'},           {"type", 't'},
                                          {"files", '0'},          {"no-heading", '\0'},
                                          {"heading", '\0'},       {"hidden", '\0'},
                                          {"no-ignore", '\0'},     {"color", '\0'},
                                          {"trim", '\0'},          {"files-without-match", 'L'},
                                          {"sort", '\0'}},
                                .digits = '\0'};

/// "*.md", "guides/**", "!x": the last that fits decides, as in rg; without any positive one all fit.
bool wanted(const Node& page, const std::vector<std::string>& globs) {
    bool positive = false, in = false, out = false;
    for (const auto& glob : globs) {
        std::string_view text = glob;
        const bool negative = text.starts_with('!');
        if (negative) text.remove_prefix(1);
        positive = positive || !negative;
        const bool whole = text.find('/') != text.npos;
        const bool fits =
            whole ? name_matches(text.starts_with('/') ? std::string(text) : "*/" + std::string(text),
                                 page.path)
                  : name_matches(text, page.name());
        if (fits) (negative ? out : in) = true;
    }
    return !out && (in || !positive);
}

int search_files(Options& options, bool is_rg, bool extended, Io& io) {
    const auto* program = is_rg ? "rg" : "grep";
    Search search;
    const auto around = options.number('C', 0);
    search.before = std::min<std::size_t>(options.number('B', around), 1'000);
    search.after = std::min<std::size_t>(options.number('A', around), 1'000);
    search.most = options.number('m', search.most);
    if (!options.problem.empty()) return usage_error(io, program, options.problem);

    std::vector<std::string> patterns = options.given['e'];
    const bool lists_files = options.has('0');
    if (patterns.empty() && !lists_files) {
        if (options.rest.empty()) return usage_error(io, program, "give a pattern to look for");
        patterns.push_back(options.rest.front());
        options.rest.erase(options.rest.begin());
    }
    std::string pattern;
    RE2::Options how;
    how.set_log_errors(false);
    how.set_max_mem(4 << 20);
    bool capital = false;
    for (const auto& one : patterns) {
        for (const auto& alternative : split(one, '\n')) {
            std::string text = options.has('F') ? RE2::QuoteMeta(alternative)
                               : extended       ? with_borders(alternative)
                                                : with_borders(from_basic(alternative));
            pattern += (pattern.empty() ? "(?:" : "|(?:") + text + ")";
        }
        capital = capital || std::ranges::any_of(one, [](char c) { return c >= 'A' && c <= 'Z'; });
    }
    if (pattern.size() > 4 * longest_pattern) return usage_error(io, program, "the pattern is too long");
    if (options.has('w')) pattern = "\\b(?:" + pattern + ")\\b";
    if (options.has('x')) pattern = "^(?:" + pattern + ")$";
    how.set_case_sensitive(!options.has('i') && !(options.has('S') && !capital));
    search.line = std::make_unique<RE2>(pattern, how);
    if (!search.line->ok())
        return usage_error(io, program, "not a regular expression (RE2 syntax): " + search.line->error());
    search.inverted = options.has('v');
    search.only = options.has('o');
    search.count = options.has('c');
    search.names = options.has('l');
    search.names_without = options.has('L');
    search.quiet = options.has('q');

    if (options.rest.empty() && io.in && !options.has('r') && !options.has('R') && !lists_files) {
        search.numbers = options.has('n');
        search.with_name = false;
        bool group = false;
        return search_text("(standard input)", *io.in, search, io, group) > 0 ? 0 : 1;
    }
    // Nothing is piped in, so what can be meant is the documentation itself.
    const bool one_file = options.rest.size() == 1 && [&] {
        const auto node = io.tree.find(absolute_path(io.folder, options.rest[0]));
        return node && !node->folder;
    }();
    if (options.rest.empty()) options.rest.push_back(io.folder);
    bool failed = false, group = false;
    auto pages = named_pages(options.rest, true, program, io, failed);
    std::vector<std::string> globs = options.given['g'];
    for (const auto& excluded : options.given['X']) globs.push_back("!" + excluded);
    if (!globs.empty())
        std::erase_if(pages, [&](const Node& page) { return io.budget.late() || !wanted(page, globs); });
    if (lists_files) {
        for (const auto& page : pages) io.out += page.path + "\n";
        return pages.empty() ? 1 : 0;
    }
    search.with_name = options.has('H') || (!options.has('h') && !one_file && !options.has('I'));
    search.numbers = options.has('n') || (is_rg && !options.has('N'));
    const Prefilter prefilter(pattern, how);
    std::size_t matches = 0;
    for (const auto& page : pages) {
        if (io.full()) break;
        const auto text = io.tree.text(page);
        if (!search.inverted && !search.count && !search.names_without && prefilter.excludes(text)) continue;
        const auto before = io.out.size();
        const auto found = search_text(page.path, text, search, io, group);
        if (is_rg && search.count && found == 0) io.out.resize(before);
        matches += found;
        if (search.quiet && matches > 0) break;
    }
    if (failed && options.has('s')) io.err.clear();
    if (search.names_without) return io.out.empty() ? 1 : 0;
    return matches > 0 ? 0 : failed ? 2 : 1;
}

}  // namespace

int grep_command(const std::vector<std::string>& args, Io& io) {
    auto options = read_options(args, grep_options);
    const bool extended = options.has('E') || options.has('P');
    return search_files(options, false, extended, io);
}

int rg_command(const std::vector<std::string>& args, Io& io) {
    auto options = read_options(args, rg_options);
    return search_files(options, true, true, io);
}

}  // namespace docent::api::shell
