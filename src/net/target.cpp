#include "net/target.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace docent::net {
namespace {

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Status read_query(std::string_view text, std::map<std::string, std::string>& out) {
    for (const auto& pair : split(text, '&')) {
        if (pair.empty()) continue;
        std::string spaced = pair;
        std::replace(spaced.begin(), spaced.end(), '+', ' ');
        const auto equals = spaced.find('=');
        std::string name, value;
        const bool whole =
            percent_decode(std::string_view(spaced).substr(0, equals), name) &&
            (equals == spaced.npos || percent_decode(std::string_view(spaced).substr(equals + 1), value));
        if (!whole) return invalid("the query has a broken percent escape");
        if (!is_utf8(name) || !is_utf8(value)) return invalid("the query is not UTF-8");
        if (name.find('\0') != name.npos || value.find('\0') != value.npos)
            return invalid("the query has a NUL");
        out[std::move(name)] = std::move(value);
    }
    return {};
}

}  // namespace

Status read_target(std::string_view target, Request& request) {
    request.target = std::string(target);
    if (target == "*") {
        request.path = "*";
        return {};
    }
    if (has_control(target) || target.find_first_of(" #") != target.npos) {
        return invalid("the request target has a character that must be percent-encoded");
    }
    const auto scheme = lower_ascii(target.substr(0, 8));
    if (scheme.starts_with("http://") || scheme == "https://") {
        target.remove_prefix(scheme == "https://" ? 8 : 7);
        const auto slash = std::min(target.find_first_of("/?"), target.size());
        if (slash == 0) return invalid("the request target has no host");
        request.headers["host"] = std::string(target.substr(0, slash));
        target.remove_prefix(slash);
        request.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
        target = request.target;
    }
    if (!target.starts_with('/')) return invalid("the request target must begin with /");
    const auto mark = target.find('?');
    if (!percent_decode(target.substr(0, mark), request.path))
        return invalid("the path has a broken percent escape");
    if (!is_utf8(request.path)) return invalid("the path is not UTF-8");
    if (has_control(request.path)) return invalid("the path has a control character");
    for (const auto& segment : split(request.path, '/')) {
        if (segment == "." || segment == "..") return invalid("the path has a . or .. segment");
    }
    if (mark == target.npos) return {};
    return read_query(target.substr(mark + 1), request.query);
}

}  // namespace docent::net
