#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace docent::cli {

/// True if standard output, or standard error, is a terminal.
bool output_is_terminal();
bool errors_are_terminal();

/// Text of documents without control characters: what a page says cannot steer the terminal.
std::string printable(std::string_view text);

/// A bar on standard error when that is a terminal; otherwise a plain line now and then.
class Progress {
public:
    /// "what: 3 of 10 units"
    explicit Progress(std::string what, std::string unit = "files");
    /// Called as often as one likes; drawn ten times a second at most.
    void show(std::size_t done, std::size_t all);
    /// Takes the bar away.
    void end();

private:
    std::string what_, unit_;
    bool terminal_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_{};
    std::size_t last_tenth_ = 0;
};

/// Columns, padded to the widest cell of each; two spaces between.
std::string columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace docent::cli
