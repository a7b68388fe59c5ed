#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/text.hpp"

namespace docent::cli {
namespace {

std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

bool output_is_terminal() { return isatty(STDOUT_FILENO) == 1; }
bool errors_are_terminal() { return isatty(STDERR_FILENO) == 1; }

std::string printable(std::string_view text) {
    const std::string clean = repair_utf8(text);
    std::string out;
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const auto c = static_cast<unsigned char>(clean[i]);
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) continue;
        // U+0080 to U+009F are control characters too.
        if (c == 0xC2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xA0) {
            ++i;
            continue;
        }
        out += clean[i];
    }
    return out;
}

Progress::Progress(std::string what, std::string unit)
    : what_(std::move(what)), unit_(std::move(unit)), terminal_(errors_are_terminal()) {}

void Progress::show(std::size_t done, std::size_t all) {
    if (all == 0) return;
    if (!terminal_) {
        const std::size_t tenth = done * 10 / all;
        if (tenth == last_tenth_ || all < 500) return;
        last_tenth_ = tenth;
        fmt::print(stderr, "{}: {} of {} {}\n", what_, done, all, unit_);
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100) && done < all) return;
    last_ = now;
    drawn_ = true;
    const std::size_t full = std::min<std::size_t>(30, done * 30 / all);
    fmt::print(stderr, "\r{} [{}{}] {}/{} {}\x1b[K", what_, std::string(full, '#'),
               std::string(30 - full, ' '), done, all, unit_);
    std::fflush(stderr);
}

void Progress::end() {
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
    drawn_ = false;
}

std::string columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line += std::string(widths[i] - width(row[i]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace docent::cli
