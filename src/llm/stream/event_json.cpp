#include "llm/stream/event_json.hpp"

#include <boost/json/parse.hpp>
#include <cmath>

namespace docent::llm {
namespace {

namespace json = boost::json;

json::parse_options options() {
    json::parse_options out;
    out.max_depth = 64;
    out.allow_invalid_utf8 = true;
    return out;
}

int hex4(std::string_view text, std::size_t at) {
    int out = 0;
    if (at + 4 > text.size()) return -1;
    for (const char c : text.substr(at, 4)) {
        const int lower = c | 0x20;
        if (c >= '0' && c <= '9') {
            out = out * 16 + (c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            out = out * 16 + (lower - 'a' + 10);
        } else {
            return -1;
        }
    }
    return out;
}

bool escape_at(std::string_view text, std::size_t at, int from, int to) {
    if (text.substr(at, 2) != "\\u") return false;
    const int value = hex4(text, at + 2);
    return value >= from && value <= to;
}

/// Every surrogate escape that is not one of a pair becomes \ufffd.
std::string without_lone_surrogates(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '\\') {
            out += text[i++];
        } else if (escape_at(text, i, 0xD800, 0xDBFF) && escape_at(text, i + 6, 0xDC00, 0xDFFF)) {
            out += text.substr(i, 12);
            i += 12;
        } else if (escape_at(text, i, 0xD800, 0xDFFF)) {
            out += "\\ufffd";
            i += 6;
        } else {
            out += text.substr(i, 2);
            i += 2;
        }
    }
    return out;
}

}  // namespace

Result<json::object> parse_event(std::string_view data) {
    boost::system::error_code failed;
    auto value = json::parse(data, failed, {}, options());
    if (failed) {
        failed.clear();
        value = json::parse(without_lone_surrogates(data), failed, {}, options());
    }
    if (failed || !value.is_object())
        return Error(ErrorCode::upstream_failed, "the model's service sent an event that is no JSON object",
                     std::string(data.substr(0, 300)));
    return std::move(value.get_object());
}

const json::object* object_at(const json::object& o, std::string_view name) {
    const auto* value = o.if_contains(name);
    return value ? value->if_object() : nullptr;
}

const json::array* array_at(const json::object& o, std::string_view name) {
    const auto* value = o.if_contains(name);
    return value ? value->if_array() : nullptr;
}

std::string_view text_at(const json::object& o, std::string_view name) {
    const auto* value = o.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

std::int64_t number_at(const json::object& o, std::string_view name) {
    const auto value = index_at(o, name);
    return value < 0 ? 0 : value;
}

std::int64_t index_at(const json::object& o, std::string_view name) {
    const auto* value = o.if_contains(name);
    if (!value) return -1;
    if (const auto* n = value->if_int64()) return *n < 0 ? -1 : *n;
    if (const auto* d = value->if_double(); d && std::isfinite(*d) && *d >= 0 && *d < 1e15)
        return static_cast<std::int64_t>(*d);
    return -1;
}

}  // namespace docent::llm
