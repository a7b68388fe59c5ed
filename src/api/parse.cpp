#include "api/parse.hpp"

#include <algorithm>
#include <boost/json/parser.hpp>
#include <cmath>

#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::size_t named = 3;  // complaints that one sentence names

std::string plain_number(double n) {
    if (n == std::floor(n) && std::abs(n) < 1e15) return std::to_string(static_cast<std::int64_t>(n));
    return std::to_string(n);
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view body) {
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    if (trim(body).empty()) return invalid("the body is empty; send a JSON object").because("invalid_json");
    if (!is_utf8(body)) return invalid("the body is not valid UTF-8").because("invalid_json");
    if (body.find('\0') != body.npos) return invalid("the body has a NUL byte").because("invalid_json");
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::json::parser parser({}, options);
    boost::system::error_code failed;
    const auto read = parser.write(body, failed);
    if (!failed) return parser.release();
    if (failed == boost::json::error::too_deep)
        return invalid("the body is nested deeper than " + std::to_string(max_depth) + " levels")
            .because("invalid_json");
    if (failed == boost::json::error::incomplete)
        return invalid("the body is not valid JSON: it ends too early").because("invalid_json");
    return invalid("the body is not valid JSON near byte " + std::to_string(read + 1))
        .because("invalid_json");
}

void Complaints::add(std::string field, std::string what, std::string_view issue) {
    if (count_++ >= named) return;
    first_.push_back(field + ": " + std::move(what));
    issues_.push_back({std::move(field), std::string(issue)});
}

Error Complaints::error() const {
    std::string out;
    for (const auto& complaint : first_) out += (out.empty() ? "" : "; ") + complaint;
    if (count_ > named) out += "; and " + std::to_string(count_ - named) + " more";
    return invalid(std::move(out)).because("invalid_body");
}

std::string shown(std::string_view text) {
    const auto front = cut_utf8(text, 40);
    std::string out = "\"";
    for (const char c : front) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    out += front.size() < text.size() ? "…\"" : "\"";
    return out;
}

std::string Fields::name(std::string_view field) const {
    return where_.empty() ? std::string(field) : where_ + "." + std::string(field);
}

const boost::json::value* Fields::find(std::string_view field) const {
    const auto* value = object_.if_contains(field);
    return value && !value->is_null() ? value : nullptr;
}

std::optional<std::string> Fields::text(std::string_view field, std::size_t most) {
    const auto* value = find(field);
    if (!value) return std::nullopt;
    if (!value->is_string()) return complain(field, "expected a string", "wrong_type"), std::nullopt;
    const auto& text = value->get_string();
    if (text.size() > most)
        return complain(field, "is longer than " + std::to_string(most) + " bytes", "too_long"), std::nullopt;
    if (text.find('\0') != text.npos)
        return complain(field, "has a NUL character; leave it out"), std::nullopt;
    return std::string(text);
}

std::optional<std::string> Fields::characters(std::string_view field, std::size_t least, std::size_t most) {
    const auto text = this->text(field, most * 4);
    if (!text) return text;
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(*text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    if (count < least)
        return complain(field,
                        least == 1 ? "is empty" : "is shorter than " + std::to_string(least) + " characters",
                        "too_short"),
               std::nullopt;
    if (count > most)
        return complain(field, "is longer than " + std::to_string(most) + " characters", "too_long"),
               std::nullopt;
    return text;
}

std::optional<bool> Fields::boolean(std::string_view field) {
    const auto* value = find(field);
    if (!value) return std::nullopt;
    if (!value->is_bool()) return complain(field, "expected true or false", "wrong_type"), std::nullopt;
    return value->get_bool();
}

std::optional<std::string> Fields::word(std::string_view field, const std::vector<std::string_view>& words) {
    auto text = this->text(field, 100);
    if (!text || std::ranges::find(words, *text) != words.end()) return text;
    std::string list;
    for (const auto& word : words) list += (list.empty() ? "" : ", ") + std::string(word);
    return complain(field, "expected one of " + list), std::nullopt;
}

std::optional<std::int64_t> Fields::whole(std::string_view field, std::int64_t least, std::int64_t most) {
    const auto given = number(field, static_cast<double>(least), static_cast<double>(most));
    if (!given) return std::nullopt;
    if (*given != std::floor(*given))
        return complain(field, "expected a whole number", "wrong_type"), std::nullopt;
    return static_cast<std::int64_t>(*given);
}

std::optional<double> Fields::number(std::string_view field, double least, double most) {
    const auto* value = find(field);
    if (!value) return std::nullopt;
    if (!value->is_number()) return complain(field, "expected a number", "wrong_type"), std::nullopt;
    const auto out = value->to_number<double>();
    if (!(out >= least && out <= most))
        return complain(field, "must be from " + plain_number(least) + " to " + plain_number(most)),
               std::nullopt;
    return out;
}

std::vector<std::string> Fields::texts(std::string_view field, std::size_t most_items, std::size_t most) {
    std::vector<std::string> out;
    const auto* items = list(field, most_items);
    if (!items) return out;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const auto& item = (*items)[i];
        const auto where = std::string(field) + "[" + std::to_string(i) + "]";
        if (!item.is_string()) {
            complain(where, "expected a string", "wrong_type");
        } else if (item.get_string().size() > most ||
                   item.get_string().find('\0') != boost::json::string::npos) {
            complain(where, "is too long or has a NUL character");
        } else {
            out.emplace_back(item.get_string());
        }
    }
    return out;
}

const boost::json::object* Fields::object(std::string_view field) {
    const auto* value = find(field);
    if (!value) return nullptr;
    if (!value->is_object()) return complain(field, "expected an object", "wrong_type"), nullptr;
    return &value->get_object();
}

const boost::json::array* Fields::list(std::string_view field, std::size_t most_items) {
    const auto* value = find(field);
    if (!value) return nullptr;
    if (!value->is_array()) return complain(field, "expected an array", "wrong_type"), nullptr;
    if (value->get_array().size() > most_items)
        return complain(field, "has more than " + std::to_string(most_items) + " items", "too_long"), nullptr;
    return &value->get_array();
}

}  // namespace docent::api
