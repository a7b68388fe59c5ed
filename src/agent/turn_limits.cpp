#include "agent/turn_limits.hpp"

#include <boost/json/serialize.hpp>

#include "base/json_fields.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

void take(const json::object& limits, std::string_view name, std::int64_t& out) {
    const auto* value = limits.if_contains(name);
    if (value && value->is_int64()) out = value->as_int64();
}

}  // namespace

TurnLimits limits_of(const store::Session& session, const TurnLimits& server) {
    TurnLimits out = server;
    const auto own = object_in(session.limits);
    take(own, "steps", out.steps);
    take(own, "tokens", out.tokens);
    take(own, "cost", out.cost);
    std::int64_t seconds = out.time.count();
    take(own, "seconds", seconds);
    out.time = std::chrono::seconds(seconds);
    return out;
}

Status check_limits(const json::object& limits) {
    for (const auto& field : limits) {
        const auto name = std::string(field.key());
        if (name != "steps" && name != "tokens" && name != "cost" && name != "seconds")
            return invalid("limits." + name + " is unknown; there are steps, tokens, cost and seconds");
        if (field.value().is_null()) continue;
        if (!field.value().is_int64() || field.value().as_int64() < 1 ||
            field.value().as_int64() > 1'000'000'000'000)
            return invalid("limits." + name + " must be a whole number above 0");
    }
    return {};
}

std::string merge_limits(const std::string& stored, const json::object& changes) {
    auto all = object_in(stored);
    for (const auto& field : changes) {
        if (field.value().is_null())
            all.erase(field.key());
        else
            all[field.key()] = field.value();
    }
    return json::serialize(all);
}

}  // namespace docent::agent
