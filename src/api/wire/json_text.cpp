#include "api/wire/json_text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <cstdint>

namespace docent::api {
namespace {

// 0: copied as it is; 1: needs an escape; 2: begins a sequence of several bytes.
constexpr auto classes = [] {
    std::array<std::uint8_t, 256> out{};
    for (std::size_t c = 0; c < 0x20; ++c) out[c] = 1;
    out['"'] = out['\\'] = out[0x7f] = 1;
    for (std::size_t c = 0x80; c < 0x100; ++c) out[c] = 2;
    return out;
}();

void append_escape(std::string& out, unsigned char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            break;
    }
    constexpr char hex[] = "0123456789abcdef";
    out += "\\u00";
    out += hex[c >> 4];
    out += hex[c & 15];
}

/// The length of the well-formed sequence at the front of `s`, 0 when there is none. Source: Unicode
/// 15.0, table 3-7.
std::size_t sequence(std::string_view s) {
    const auto at = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
    const auto tail = [&](std::size_t i) { return (at(i) & 0xC0) == 0x80; };
    const unsigned a = at(0), b = at(1);
    if (a >= 0xC2 && a <= 0xDF) return tail(1) ? 2 : 0;
    if (a >= 0xE0 && a <= 0xEF) {
        if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F)) return 0;
        return tail(1) && tail(2) ? 3 : 0;
    }
    if (a >= 0xF0 && a <= 0xF4) {
        if ((a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F)) return 0;
        return tail(1) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t from = 0, i = 0;
    while (i < text.size()) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (classes[c] == 0) {
            ++i;
            continue;
        }
        if (classes[c] == 1) {
            out.append(text, from, i - from);
            append_escape(out, c);
            from = ++i;
            continue;
        }
        const auto rest = text.substr(i);
        const auto length = sequence(rest);
        if (length == 0) {
            out.append(text, from, i - from);
            out += "\xEF\xBF\xBD";
            from = ++i;
        } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
            out.append(text, from, i - from);
            out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
            from = i += 3;
        } else if (rest.starts_with("\xC2\x85")) {
            out.append(text, from, i - from);
            out += "\\u0085";
            from = i += 2;
        } else {
            i += length;
        }
    }
    out.append(text, from, i - from);
    out += '"';
}

void append_json(std::string& out, const boost::json::object& object) {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : object) {
        if (!first) out += ',';
        first = false;
        append_json_string(out, name);
        out += ':';
        append_json(out, value);
    }
    out += '}';
}

void append_json(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::object:
            return append_json(out, value.get_object());
        case boost::json::kind::string:
            return append_json_string(out, value.get_string());
        case boost::json::kind::array: {
            out += '[';
            bool first = true;
            for (const auto& item : value.get_array()) {
                if (!first) out += ',';
                first = false;
                append_json(out, item);
            }
            out += ']';
            return;
        }
        default:
            out += boost::json::serialize(value);
    }
}

}  // namespace docent::api
