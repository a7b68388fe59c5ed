#pragma once
#include <string_view>

namespace docent::log {

enum class Level { debug, info, warn, error, off };

/// One line on standard error: time, level, text. Safe from any thread. Standard output is for results.
void debug(std::string_view text);
void info(std::string_view text);
void warn(std::string_view text);
void error(std::string_view text);

/// Lines below the level are dropped. Starts at info.
void set_level(Level level);

/// JSON lines instead of plain ones, for collectors.
void set_json(bool json);

}  // namespace docent::log
