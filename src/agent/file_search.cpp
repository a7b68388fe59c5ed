#include "agent/file_search.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>

#include "agent/line_matcher.hpp"
#include "agent/tree_walk.hpp"
#include "base/text.hpp"
#include "docs/ignore.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t largest_searched = 32 << 20, longest_line = 400, most_lines_of_file = 1000;
constexpr std::size_t at_once = 16;  // files that a thread takes

using Steady = std::chrono::steady_clock;

/// "a.{b,c}" is "a.b" and "a.c"; at most 64 of them.
void expand_braces(const std::string& glob, std::vector<std::string>& out) {
    const auto open = glob.find('{');
    const auto close = open == std::string::npos ? open : glob.find('}', open);
    if (close == std::string::npos || out.size() >= 64) {
        out.push_back(glob);
        return;
    }
    for (const auto& one : split(std::string_view(glob).substr(open + 1, close - open - 1), ','))
        expand_braces(glob.substr(0, open) + one + glob.substr(close + 1), out);
}

std::vector<std::string> globs_of(const std::vector<std::string>& asked) {
    std::vector<std::string> out;
    for (const auto& glob : asked) {
        auto text = std::string(trim(glob));
        if (text.starts_with("./")) text.erase(0, 2);
        while (text.size() > 1 && text.back() == '/') text.pop_back();
        if (!text.empty() && text.size() <= 1000) expand_braces(text, out);
    }
    return out;
}

std::string shown_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() <= longest_line) return repair_utf8(line);
    return repair_utf8(cut_utf8(line, longest_line)) + "...";
}

std::string_view line_at(std::string_view text, std::size_t begin) {
    const auto end = text.find('\n', begin);
    return text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

std::size_t line_begin(std::string_view text, std::size_t at) {
    const auto end = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return end == std::string_view::npos ? 0 : end + 1;
}

/// The lines around the one that begins at `begin`.
void add_context(std::string_view text, std::size_t begin, std::size_t lines, FoundLine& found) {
    auto at = begin;
    while (found.before.size() < lines && at > 0) {
        at = line_begin(text, at - 1);
        found.before.insert(found.before.begin(), shown_line(line_at(text, at)));
    }
    at = begin;
    while (found.after.size() < lines) {
        const auto end = text.find('\n', at);
        if (end == std::string_view::npos || end + 1 >= text.size()) break;
        at = end + 1;
        found.after.push_back(shown_line(line_at(text, at)));
    }
}

/// What one thread needs to look through files.
class Searcher {
public:
    Searcher(const TreeFiles& files, const FileSearch& search, LineMatcher matcher)
        : files_(files), search_(search), matcher_(std::move(matcher)) {}

    /// False: it was not looked through.
    bool file(const std::string& path, FoundFile& found) {
        if (!read(path)) return false;
        std::string_view text(buffer_.get(), size_);
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        std::size_t at = 0, counted_to = 0, line = 1, begin = 0;
        while (at < text.size() && matcher_.find(text, at, begin)) {
            const auto first = line_begin(text, begin);
            line += static_cast<std::size_t>(std::count(text.data() + counted_to, text.data() + first, '\n'));
            counted_to = first;
            ++found.match_count;
            if (found.matches.size() < std::min(search_.most_matches, most_lines_of_file)) {
                FoundLine one;
                one.line = line;
                one.column = 1;
                for (auto i = first; i < begin; ++i)
                    one.column += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
                one.text = shown_line(line_at(text, first));
                add_context(text, first, search_.context_lines, one);
                found.matches.push_back(std::move(one));
            }
            const auto end = text.find('\n', begin);
            if (end == std::string_view::npos) break;
            at = end + 1;
        }
        return true;
    }

    std::size_t skipped_large = 0;

private:
    bool read(const std::string& path) {
        size_ = 0;
        const auto folder = folder_of(path);
        if (!folder_fd_ || folder != folder_) {
            auto fd = files_.open_folder(folder);
            if (!fd) return false;
            folder_fd_ = *std::move(fd);
            folder_ = folder;
        }
        FileInfo info;
        const auto file = TreeFiles::open_file(folder_fd_.get(), std::string(name_of(path)), &info);
        if (!file) return false;
        if (info.size > largest_searched) {
            ++skipped_large;
            return false;
        }
        reserve(static_cast<std::size_t>(info.size) + 1);
        for (;;) {
            const auto n = ::read(file->get(), buffer_.get() + size_, capacity_ - size_);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return false;
            const bool first = size_ == 0;
            size_ += static_cast<std::size_t>(n);
            if (first && std::memchr(buffer_.get(), 0, std::min<std::size_t>(size_, 8000))) return false;
            if (n == 0 || size_ > info.size) return n == 0 || size_ < largest_searched;
            if (size_ == info.size) return true;
        }
    }

    void reserve(std::size_t bytes) {
        if (bytes <= capacity_) return;
        capacity_ = std::max<std::size_t>(bytes, 256 << 10);
        buffer_ = std::unique_ptr<char[]>(new char[capacity_]);  // not filled with zeros
    }

    const TreeFiles& files_;
    const FileSearch& search_;
    LineMatcher matcher_;
    Descriptor folder_fd_;
    std::string folder_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0, size_ = 0;
};

std::size_t bytes_of(const FoundLine& line) {
    std::size_t sum = line.text.size() + 40;
    for (const auto& text : line.before) sum += text.size() + 4;
    for (const auto& text : line.after) sum += text.size() + 4;
    return sum;
}

/// What is over the limits goes; the counts stay.
void bound(Found& found, const FileSearch& search) {
    std::size_t matches = 0, bytes = 0;
    bool full = false;
    for (std::size_t i = 0; i < found.files.size(); ++i) {
        auto& file = found.files[i];
        bytes += file.path.size() + 60;
        full = full || bytes > search.most_bytes || i >= search.most_matches;
        if (full) {
            found.files.resize(i);
            break;
        }
        for (std::size_t m = 0; m < file.matches.size(); ++m) {
            bytes += bytes_of(file.matches[m]);
            if (++matches > search.most_matches || bytes > search.most_bytes) {
                file.matches.resize(m);
                full = true;
                break;
            }
        }
        found.truncated = found.truncated || file.matches.size() < file.match_count;
        if (full && file.matches.empty() && search.mode != FileSearch::Mode::file_name) {
            found.files.resize(i);
            break;
        }
    }
    found.truncated = found.truncated || full;
}

Found by_name(const std::vector<std::string>& paths, const FileSearch& search) {
    const auto folded = [&](std::string_view text) {
        return search.case_sensitive ? std::string(text) : lower_ascii(text);
    };
    const auto wanted = folded(search.query);
    const bool is_glob = wanted.find_first_of("*?[{") != std::string::npos;
    std::vector<std::string> globs;
    if (is_glob) expand_braces(wanted, globs);
    Found found;
    found.searched_files = paths.size();
    for (const auto& path : paths) {
        const auto at = folded(path);
        const bool hit =
            is_glob ? std::ranges::any_of(globs, [&](const auto& g) { return glob_names(g, at); })
            : wanted.find('/') == std::string::npos ? name_of(at).find(wanted) != std::string_view::npos
                                                    : at.find(wanted) != std::string::npos;
        if (!hit) continue;
        FoundFile file;
        file.path = path;
        file.match_count = 1;
        found.files.push_back(std::move(file));
    }
    found.total_files = found.total_matches = found.files.size();
    if (found.files.size() > search.most_matches) found.files.resize(search.most_matches);
    found.truncated = found.files.size() < found.total_files;
    return found;
}

}  // namespace

bool glob_names(std::string_view glob, std::string_view path) {
    const bool anchored = glob.find('/') != std::string_view::npos;
    if (glob.starts_with('/')) glob.remove_prefix(1);
    if (anchored && docs::glob_match(glob, path)) return true;
    // The path itself and each folder above it.
    for (auto end = path.size();;) {
        const auto part = path.substr(0, end);
        if (docs::glob_match(glob, anchored ? part : name_of(part))) return true;
        const auto slash = part.rfind('/');
        if (slash == std::string_view::npos) return false;
        end = slash;
    }
}

Result<Found> blocking_search(const TreeFiles& files, const FileSearch& search) {
    const auto end = Steady::now() + search.limit;
    const auto include = globs_of(search.include), exclude = globs_of(search.exclude);
    const auto named = [](const std::vector<std::string>& globs, const std::string& path) {
        return std::ranges::any_of(globs, [&](const auto& glob) { return glob_names(glob, path); });
    };
    if (search.query.empty()) return invalid("there is nothing to look for").because("invalid_pattern");
    std::vector<LineMatcher> matchers;
    const auto one_more = [&]() -> Status {
        TRY(auto matcher,
            LineMatcher::make(search.query, search.mode == FileSearch::Mode::regex, search.case_sensitive));
        matchers.push_back(std::move(matcher));
        return {};
    };
    if (search.mode != FileSearch::Mode::file_name) TRY_VOID(one_more());

    std::vector<std::string> paths;
    bool all = true;
    TRY(const auto start, files.resolve(search.path, true));
    TRY(const auto what, files.info(start));
    if (what.kind == FileKind::directory) {
        Walk walk;
        walk.folder = start;
        walk.ignored = search.ignored;
        walk.enter = [&](const std::string& path) { return exclude.empty() || !named(exclude, path); };
        TRY(auto walked, blocking_walk(files, walk));
        all = !walked.truncated;
        for (auto& entry : walked.entries) {
            if (entry.kind != FileKind::file) continue;
            if (!include.empty() && !named(include, entry.path)) continue;
            if (!exclude.empty() && named(exclude, entry.path)) continue;
            paths.push_back(std::move(entry.path));
        }
    } else {
        paths.push_back(start);
    }
    if (search.mode == FileSearch::Mode::file_name) {
        auto found = by_name(paths, search);
        found.truncated = found.truncated || !all;
        return found;
    }

    std::vector<FoundFile> slots(paths.size());
    std::atomic<std::size_t> next{0}, searched{0}, large{0};
    std::atomic<bool> late{false};
    const auto work = [&](LineMatcher matcher) {
        Searcher searcher(files, search, std::move(matcher));
        std::size_t looked = 0;
        for (;;) {
            const auto from = next.fetch_add(at_once);
            if (from >= paths.size()) break;
            if (Steady::now() > end) {
                late = true;
                break;
            }
            for (auto i = from; i < std::min(from + at_once, paths.size()); ++i)
                looked += searcher.file(paths[i], slots[i]);
        }
        searched += looked;
        large += searcher.skipped_large;
    };
    const auto machine = std::clamp(std::thread::hardware_concurrency(), 1u, 4u);
    const auto threads =
        std::min<std::size_t>(search.threads ? search.threads : machine, paths.size() / (4 * at_once) + 1);
    while (matchers.size() < threads) TRY_VOID(one_more());
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work, std::move(matchers[i]));
        work(std::move(matchers[0]));
    }
    Found found;
    found.searched_files = searched;
    found.skipped_large = large;
    found.late = late;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i].match_count == 0) continue;
        slots[i].path = std::move(paths[i]);
        ++found.total_files;
        found.total_matches += slots[i].match_count;
        found.files.push_back(std::move(slots[i]));
    }
    bound(found, search);
    found.truncated = found.truncated || !all || late;
    return found;
}

}  // namespace docent::agent
