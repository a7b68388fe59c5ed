#include "maintenance/table_format.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace docent::maintenance {
namespace {

constexpr std::size_t max_width = 150;  // columns of an aligned row

/// Columns on a screen: letters of East Asia take two.
std::size_t width_of(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    std::size_t width = 0;
    for (std::int32_t i = 0; i < size;) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, size, c);
        const auto category = c < 0 ? 0 : u_charType(c);
        if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR)
            continue;
        const auto wide = c < 0 ? 0 : u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
        width += wide == U_EA_WIDE || wide == U_EA_FULLWIDTH ? 2 : 1;
    }
    return width;
}

/// The cells of "| a | b |" with their blanks; nothing when the row does not begin and end with a bar.
std::vector<std::string_view> cells_of(std::string_view row) {
    row = trim(row);
    if (row.size() < 2 || row.front() != '|' || row.back() != '|' || row[row.size() - 2] == '\\') return {};
    std::vector<std::string_view> out;
    std::size_t from = 1;
    for (std::size_t i = 1; i < row.size(); ++i) {
        if (row[i] == '\\') {
            ++i;
        } else if (row[i] == '|') {
            out.push_back(row.substr(from, i - from));
            from = i + 1;
        }
    }
    return out;
}

std::vector<std::size_t> bars_of(const std::vector<std::string_view>& cells) {
    std::vector<std::size_t> out{0};
    for (const auto cell : cells) out.push_back(out.back() + 1 + width_of(cell));
    return out;
}

bool is_delimiter(std::string_view cell) {
    cell = trim(cell);
    return !cell.empty() && cell.find('-') != cell.npos && cell.find_first_not_of(":-") == cell.npos;
}

bool is_padded(std::string_view cell) {
    return !trim(cell).empty() && (cell.ends_with("  ") || cell.starts_with("  "));
}

}  // namespace

std::vector<std::string> aligned_table(const std::vector<std::string_view>& rows) {
    std::vector<std::vector<std::string_view>> table;
    for (const auto row : rows) table.push_back(cells_of(row));
    if (table.size() < 2 || table[0].empty()) return {};
    const auto columns = table[0].size();
    std::map<std::vector<std::size_t>, std::size_t> layouts;
    bool padded = false;
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table[i].size() != columns) return {};
        ++layouts[bars_of(table[i])];
        padded = padded || (i != 1 && std::ranges::any_of(table[i], is_padded));
    }
    if (!std::ranges::all_of(table[1], is_delimiter)) return {};
    const auto most = std::ranges::max_element(layouts, {}, [](const auto& one) { return one.second; });
    if (!padded || layouts.size() == 1 || most->second * 2 <= table.size()) return {};

    std::vector<std::size_t> widths(columns, 3);
    for (std::size_t i = 0; i < table.size(); ++i)
        for (std::size_t c = 0; c < columns && i != 1; ++c)
            widths[c] = std::max(widths[c], width_of(trim(table[i][c])));
    std::size_t total = 1;
    for (const auto width : widths) total += width + 3;
    if (total > max_width) return {};
    std::vector<std::string> out;
    for (std::size_t i = 0; i < table.size(); ++i) {
        std::string line(rows[i].substr(0, rows[i].find('|')));
        line += "|";
        for (std::size_t c = 0; c < columns; ++c) {
            const auto cell = trim(table[i][c]);
            const auto mark = trim(table[1][c]);
            const bool left = mark.front() == ':', right = mark.back() == ':';
            if (i == 1) {
                std::string dashes(widths[c], '-');
                if (left) dashes.front() = ':';
                if (right) dashes.back() = ':';
                line += " " + dashes + " |";
                continue;
            }
            const auto blanks = widths[c] - width_of(cell);
            const auto before = right && left ? blanks / 2 : right ? blanks : 0;
            line +=
                " " + std::string(before, ' ') + std::string(cell) + std::string(blanks - before, ' ') + " |";
        }
        out.push_back(std::move(line));
    }
    return out;
}

}  // namespace docent::maintenance
