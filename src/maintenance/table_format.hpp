#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent::maintenance {

/// The rows of a table (header, delimiter row, more) with their bars in line again: one whose bars stood in
/// line but for some rows. Empty when the table is better left alone: bars in line already, never meant to
/// be, rows of different lengths, or too wide.
std::vector<std::string> aligned_table(const std::vector<std::string_view>& rows);

}  // namespace docent::maintenance
