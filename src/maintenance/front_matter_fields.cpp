#include "maintenance/front_matter_fields.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/front_matter.hpp"

namespace docent::maintenance {
namespace {

/// What a YAML reader makes of a value.
bool reads_as(std::string_view written, std::string& value) {
    const auto block = docs::read_front_matter("---\ntitle: " + std::string(written) + "\n---\n");
    value = block.fields.title;
    return block.error.empty();
}

/// The end of a scalar of one line; npos when it does not end there.
std::size_t scalar_end(std::string_view line, std::size_t at, Scalar& scalar) {
    const char first = line[at];
    if (first == '"' || first == '\'') {
        scalar = first == '"' ? Scalar::double_quoted : Scalar::single_quoted;
        for (auto i = at + 1; i < line.size(); ++i) {
            if (first == '"' && line[i] == '\\')
                ++i;
            else if (line[i] == first && first == '\'' && line.substr(i + 1, 1) == "'")
                ++i;
            else if (line[i] == first)
                return i + 1;
        }
        return line.npos;
    }
    if (std::string_view("|>[{&*!#%@`").find(first) != std::string_view::npos) return line.npos;
    scalar = Scalar::plain;
    auto end = line.find(" #", at);
    end = std::min(end, line.size());
    while (end > at && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
    return end;
}

void read_value(std::string_view text, std::size_t line_begin, std::size_t line_end, FieldSpan& field) {
    const auto line = text.substr(0, line_end);
    const auto colon = line.find(':', line_begin);
    auto at = line.find_first_not_of(" \t", colon + 1);
    field.value_begin = field.value_end = std::min(at, line.size());
    if (at == line.npos) return;
    Scalar scalar = Scalar::other;
    const auto end = scalar_end(line, at, scalar);
    if (end == line.npos) return;
    const auto rest = trim(line.substr(end));
    if (!rest.empty() && rest[0] != '#') return;
    if (!reads_as(text.substr(at, end - at), field.value)) return;
    field.value_end = end;
    field.scalar = scalar;
}

bool is_plain(std::string_view value) {
    if (value.empty() || value != trim(value) || value.find('\n') != value.npos) return false;
    if (std::string_view("!&*-?|>@`\"'%{}[],#:=~").find(value[0]) != std::string_view::npos) return false;
    if (value.find(": ") != value.npos || value.find(" #") != value.npos || value.back() == ':') return false;
    if (is_one_of(lower_ascii(value), {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}))
        return false;
    if (value.find_first_not_of("0123456789.,:_+-eExXoO") == value.npos) return false;  // a number, a date
    std::string read;
    return reads_as(value, read) && read == value;
}

std::string double_quoted(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    return out + '"';
}

}  // namespace

const FieldSpan* FieldBlock::find(std::string_view name) const {
    const auto at = std::ranges::find(fields, name, &FieldSpan::name);
    return at == fields.end() ? nullptr : &*at;
}

FieldBlock find_fields(std::string_view text) {
    FieldBlock out;
    const auto read = docs::read_front_matter(text);
    if (!read.error.empty() || read.body_line == 1) return out;
    // The block lies between the first line that is not blank and the line before the body.
    auto begin = text.find("---");
    begin = text.find('\n', begin) + 1;
    auto end = read.body;
    if (end > 0 && text[end - 1] == '\n') --end;
    end = text.rfind('\n', end == 0 ? 0 : end - 1) + 1;
    out.found = true;
    out.begin = begin;
    out.end = end;
    for (auto at = begin; at < end;) {
        auto next = std::min(text.find('\n', at), text.size() - 1) + 1;
        auto line_end = next - 1;
        if (line_end > at && text[line_end - 1] == '\r') --line_end;
        const auto line = text.substr(at, line_end - at);
        const bool continues = line.empty() || line[0] == ' ' || line[0] == '\t' || line[0] == '-';
        if (continues && !out.fields.empty()) {
            auto& field = out.fields.back();
            if (!trim(line).empty()) {  // a value of several lines
                field.end = next;
                field.scalar = Scalar::other;
                field.value.clear();
            }
        } else if (const auto colon = line.find(':');
                   colon != line.npos && !line.empty() && line[0] != '#' &&
                   (colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\t')) {
            FieldSpan field;
            field.name = std::string(trim(line.substr(0, colon)));
            field.begin = at;
            field.end = next;
            read_value(text, at, line_end, field);
            out.fields.push_back(std::move(field));
        }
        at = next;
    }
    return out;
}

std::string yaml_scalar(std::string_view value, Scalar style) {
    if (style == Scalar::plain && is_plain(value)) return std::string(value);
    if (style == Scalar::single_quoted && value.find('\n') == value.npos) {
        std::string out = "'";
        for (const char c : value) out += c == '\'' ? std::string("''") : std::string(1, c);
        return out + "'";
    }
    return double_quoted(value);
}

}  // namespace docent::maintenance
