#include "agent/secrets.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

namespace docent::agent {
namespace json = boost::json;

void Secrets::add(const std::string& secret) {
    if (secret.size() < shortest || std::ranges::find(known_, secret) != known_.end()) return;
    known_.push_back(secret);
    // One may be a part of another.
    std::ranges::stable_sort(known_, std::greater<>(), &std::string::size);
}

std::string Secrets::masked(std::string text) const {
    for (const auto& secret : known_) {
        for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
            text.replace(at, secret.size(), "***");
    }
    return text;
}

void Secrets::mask(json::object& payload) const {
    if (known_.empty()) return;
    for (auto& field : payload) mask(field.value());
}

void Secrets::mask(json::value& value) const {
    if (value.is_object()) {
        mask(value.get_object());
    } else if (value.is_array()) {
        for (auto& one : value.get_array()) mask(one);
    } else if (value.is_string()) {
        const std::string text(value.get_string());
        const auto without = masked(text);
        if (without != text) value = json::string(without);
    }
}

}  // namespace docent::agent
