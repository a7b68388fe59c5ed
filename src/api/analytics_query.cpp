#include "api/analytics_query.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string in_words(std::string_view allowed) {
    std::string out;
    for (const auto& word : split(allowed, '|')) out += (out.empty() ? "" : ", ") + word;
    return out;
}

bool is_one_of(std::string_view word, std::string_view allowed) {
    return std::ranges::any_of(split(allowed, '|'), [&](const auto& one) { return one == word; });
}

}  // namespace

std::string QueryFields::text(const std::string& name, std::size_t most) {
    const auto found = request_.query.find(name);
    if (found == request_.query.end()) return {};
    const auto& value = found->second;
    if (value.size() > most) {
        complaints_.add(name, "is longer than " + std::to_string(most) + " bytes");
    } else if (!is_utf8(value) || value.find('\0') != value.npos) {
        complaints_.add(name, "is not plain UTF-8 text");
    } else {
        return value;
    }
    return {};
}

std::int64_t QueryFields::whole(const std::string& name, std::int64_t least, std::int64_t most,
                                std::int64_t fallback) {
    const auto value = text(name, 40);
    if (value.empty()) return fallback;
    std::int64_t out = 0;
    const auto end = value.data() + value.size();
    const auto [stop, failed] = std::from_chars(value.data(), end, out);
    if (failed == std::errc() && stop == end && out >= least && out <= most) return out;
    complaints_.add(name,
                    "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return fallback;
}

Millis QueryFields::time(const std::string& name) {
    const auto value = text(name, 40);
    if (value.empty()) return 0;
    const auto out = parse_iso8601(value);
    if (!out) {
        complaints_.add(name, shown(value) + " is not a date; write 2026-01-31 or 2026-01-31T12:00:00Z");
        return 0;
    }
    return std::max<Millis>(*out, 1);  // 0 is "no bound"
}

std::string QueryFields::ulid(const std::string& name) {
    auto value = text(name, 100);
    if (value.empty() || is_ulid(value)) return value;
    complaints_.add(name, shown(value) + " is not a cursor; send nextCursor of the page before");
    return {};
}

std::vector<std::string> QueryFields::words(const std::string& name, std::string_view allowed) {
    std::vector<std::string> out;
    for (const auto& item : split(text(name, 400), ',')) {
        const auto word = trim(item);
        if (word.empty() || std::ranges::find(out, word) != out.end()) continue;
        if (is_one_of(word, allowed)) {
            out.emplace_back(word);
        } else {
            complaints_.add(name, shown(word) + " is not one of " + in_words(allowed));
        }
    }
    return out;
}

std::string QueryFields::word(const std::string& name, std::string_view allowed) {
    auto value = text(name, 100);
    if (value.empty() || is_one_of(value, allowed)) return value;
    complaints_.add(name, shown(value) + " is not one of " + in_words(allowed));
    return {};
}

Dates read_dates(QueryFields& fields, Complaints& complaints) {
    Dates out;
    out.from = fields.time("dateFrom");
    out.to = fields.time("dateTo");
    if (out.from != 0 && out.to != 0 && out.to < out.from)
        complaints.add("dateTo", "is before dateFrom; it is the first moment that no longer counts");
    return out;
}

std::string to_cursor(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += hex_digits[static_cast<unsigned char>(c) >> 4];
        out += hex_digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string from_cursor(std::string_view cursor) {
    std::string out;
    if (cursor.size() % 2 != 0) return {};
    for (std::size_t i = 0; i < cursor.size(); i += 2) {
        const auto high = hex_digits.find(cursor[i]), low = hex_digits.find(cursor[i + 1]);
        if (high == hex_digits.npos || low == hex_digits.npos) return {};
        out += static_cast<char>(high * 16 + low);
    }
    return is_utf8(out) && out.find('\0') == out.npos ? out : std::string();
}

net::Response bad_query(const Complaints& complaints) {
    const auto message = complaints.error().message;
    boost::json::array details;
    for (const auto& one : complaints.first()) details.push_back(boost::json::object{{"message", one}});
    const boost::json::object body = {{"error", message},
                                      {"message", message},
                                      {"code", "invalid_query"},
                                      {"status", 400},
                                      {"details", std::move(details)}};
    return net::reply(400, "application/json; charset=utf-8", boost::json::serialize(body));
}

}  // namespace docent::api
