#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/text.hpp"
#include "net/http.hpp"

namespace docent::net {
namespace {

enum class Kind { literal, param, rest };  // in the order in which they win

Kind kind(std::string_view segment) {
    if (segment.size() < 3 || segment.front() != '{' || segment.back() != '}') return Kind::literal;
    return segment.ends_with("...}") ? Kind::rest : Kind::param;
}

std::string name_of(std::string_view segment) {
    segment.remove_prefix(1);
    segment.remove_suffix(segment.ends_with("...}") ? 4 : 1);
    return std::string(segment);
}

std::vector<std::string> segments_of(std::string_view path) { return split(path.substr(1), '/'); }

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (i >= path.size()) return false;
        switch (kind(pattern[i])) {
            case Kind::rest:
                return true;
            case Kind::param:
                if (path[i].empty()) return false;
                break;
            case Kind::literal:
                if (pattern[i] != path[i]) return false;
        }
    }
    return pattern.size() == path.size();
}

/// Both match the same path: the first segment in which they differ in kind decides.
bool wins(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (kind(a[i]) != kind(b[i])) return kind(a[i]) < kind(b[i]);
    }
    return false;
}

std::map<std::string, std::string> params_of(const std::vector<std::string>& pattern,
                                             const std::vector<std::string>& path) {
    std::map<std::string, std::string> params;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (kind(pattern[i]) == Kind::literal) continue;
        std::string value = path[i];
        if (kind(pattern[i]) == Kind::rest) {
            for (std::size_t j = i + 1; j < path.size(); ++j) value += "/" + path[j];
        }
        params[name_of(pattern[i])] = std::move(value);
    }
    return params;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler) {
    if (!pattern.starts_with('/')) throw std::invalid_argument("a route begins with /: " + pattern);
    auto segments = segments_of(pattern);
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
        if (kind(segments[i]) == Kind::rest) throw std::invalid_argument("{name...} is the last: " + pattern);
    }
    routes_.push_back({std::move(method), std::move(pattern), std::move(segments), std::move(handler)});
}

Router::Found Router::find(Request& request) const {
    Found found;
    if (!request.path.starts_with('/')) return found;
    const auto path = segments_of(request.path);
    const Route *exact = nullptr, *get = nullptr;
    std::set<std::string> methods;
    for (const auto& route : routes_) {
        if (!matches(route.segments, path)) continue;
        methods.insert(route.method);
        if (route.method == request.method && (!exact || wins(route.segments, exact->segments)))
            exact = &route;
        if (route.method == "GET" && (!get || wins(route.segments, get->segments))) get = &route;
    }
    if (!exact && request.method == "HEAD") exact = get;
    if (exact) {
        found.handler = &exact->handler;
        request.params = params_of(exact->segments, path);
    }
    if (methods.empty()) {
        if (fallback_) found.handler = &fallback_;
        return found;
    }
    if (get) methods.insert("HEAD");
    methods.insert("OPTIONS");  // the server answers it where no route does
    for (const auto& method : methods) {
        if (!found.allow.empty()) found.allow += ", ";
        found.allow += method;
    }
    return found;
}

std::vector<std::string> Router::list() const {
    std::vector<std::string> out;
    for (const auto& route : routes_) out.push_back(route.method + " " + route.pattern);
    return out;
}

}  // namespace docent::net
