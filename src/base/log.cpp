#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <atomic>

namespace docent::log {
namespace {

std::atomic<bool> as_json = false;

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>("docent",
                                                     std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%-5l%$ %v");
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

void write(spdlog::level::level_enum level, std::string_view text) {
    if (!logger().should_log(level)) return;
    if (!as_json) {
        logger().log(level, "{}", text);
        return;
    }
    logger().log(level, "{}", boost::json::serialize(boost::json::value(text)));
}

}  // namespace

void debug(std::string_view text) { write(spdlog::level::debug, text); }
void info(std::string_view text) { write(spdlog::level::info, text); }
void warn(std::string_view text) { write(spdlog::level::warn, text); }
void error(std::string_view text) { write(spdlog::level::err, text); }

void set_level(Level level) {
    switch (level) {
        case Level::debug:
            logger().set_level(spdlog::level::debug);
            break;
        case Level::info:
            logger().set_level(spdlog::level::info);
            break;
        case Level::warn:
            logger().set_level(spdlog::level::warn);
            break;
        case Level::error:
            logger().set_level(spdlog::level::err);
            break;
        case Level::off:
            logger().set_level(spdlog::level::off);
            break;
    }
}

void set_json(bool json) {
    as_json = json;
    logger().set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":%v})"
                              : "%Y-%m-%dT%H:%M:%S.%e%z %^%-5l%$ %v");
}

}  // namespace docent::log
