#include "llm/untrusted.hpp"

#include <unicode/utf8.h>

#include "base/text.hpp"

namespace docent::llm {
namespace {

/// Characters that show nothing and only serve to hide text or to break words up. (The joiners U+200C and
/// U+200D are part of several languages and of emoji.)
bool is_invisible(UChar32 c) {
    return c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xE0000 && c <= 0xE007F) || c == 0x00AD;
}

std::string visible(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t i = 0; i < size;) {
        const auto from = i;
        UChar32 c = 0;
        U8_NEXT(reinterpret_cast<const std::uint8_t*>(text.data()), i, size, c);
        if (!is_invisible(c))
            out += text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(i - from));
    }
    return out;
}

/// True if what follows a '<' could pass for a delimiter: "docent", "/ DOCENT", "|im_end|>".
bool opens_delimiter(std::string_view rest) {
    while (!rest.empty()) {
        if (rest[0] == '/' || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\\') {
            rest.remove_prefix(1);
        } else if (rest.substr(0, 3) == "\u200C" || rest.substr(0, 3) == "\u200D") {
            rest.remove_prefix(3);
        } else {
            break;
        }
    }
    if (lower_ascii(rest.substr(0, 6)) == "docent") return true;
    if (rest.empty() || rest[0] != '|') return false;
    for (std::size_t i = 1; i < rest.size() && i < 40; ++i) {
        if (rest[i] == '|') return i > 1;
        if (rest[i] == ' ' || rest[i] == '\n') return false;
    }
    return false;
}

}  // namespace

std::string inert(std::string_view text) {
    const std::string seen = visible(text);
    std::string out;
    out.reserve(seen.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (seen[i] == '<' && opens_delimiter(std::string_view(seen).substr(i + 1))) {
            out += "&lt;";
        } else {
            out += seen[i];
        }
    }
    return out;
}

std::string attribute(std::string_view text) {
    std::string out = visible(text);
    for (char& c : out) {
        if (c == '"' || c == '<' || c == '>' || c == '\n' || c == '\r' || c == '\t') c = ' ';
    }
    return out;
}

std::string document(std::string_view url, std::string_view title, std::string_view markdown) {
    std::string out = "<docent-document";
    if (!url.empty()) out += " url=\"" + attribute(url) + "\"";
    if (!title.empty()) out += " title=\"" + attribute(title) + "\"";
    out += ">\n" + inert(markdown);
    if (out.back() != '\n') out += '\n';
    return out + "</docent-document>\n";
}

}  // namespace docent::llm
