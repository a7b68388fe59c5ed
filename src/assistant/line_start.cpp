#include "assistant/line_start.hpp"

#include <cctype>

namespace docent::assistant {

LineStart parse_line_start(std::string_view text, bool whole) {
    LineStart out;
    std::size_t i = 0;
    for (;;) {
        while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) {
            out.columns += text[i] == '\t' ? 4 : 1;
            ++i;
        }
        if (i == text.size()) break;
        std::size_t marker = 0;
        if (text[i] == '>') {
            out.quoted = true;
            out.columns = 0;
            i += i + 1 < text.size() && text[i + 1] == ' ' ? 2 : 1;
            continue;
        }
        if (text[i] == '-' || text[i] == '*' || text[i] == '+') marker = 1;
        std::size_t digits = 0;
        while (i + digits < text.size() && digits < 9 &&
               std::isdigit(static_cast<unsigned char>(text[i + digits])))
            ++digits;
        if (digits > 0) {
            if (i + digits == text.size()) break;
            if (text[i + digits] == '.' || text[i + digits] == ')') marker = digits + 1;
        }
        if (marker == 0) {
            out.size = i;
            return out;
        }
        if (i + marker == text.size()) break;
        if (text[i + marker] != ' ' && text[i + marker] != '\t') {
            out.size = i;
            return out;
        }
        i += marker + 1;
        out.columns += marker + 1;
        out.listed = true;
        out.last_list = out.columns;
    }
    out.size = i;
    out.more = !whole;
    return out;
}

}  // namespace docent::assistant
