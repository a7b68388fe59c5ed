#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace docent::store {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
using Row = std::vector<Value>;
using Rows = std::vector<Row>;

inline bool is_null(const Row& row, std::size_t i) {
    return std::holds_alternative<std::nullptr_t>(row.at(i));
}
inline const std::string& text(const Row& row, std::size_t i) { return std::get<std::string>(row.at(i)); }
inline std::int64_t integer(const Row& row, std::size_t i) { return std::get<std::int64_t>(row.at(i)); }

enum class Engine { sqlite, postgres };

/// One connection to SQLite or PostgreSQL. Blocking, and used by one thread at a time.
/// SQL is the common subset of both, with $1, $2, ... for arguments: RETURNING, ON CONFLICT, BIGINT
/// milliseconds, TEXT for JSON.
class Db {
public:
    virtual ~Db() = default;
    virtual Engine engine() const = 0;

    /// conflict: a constraint refused it. unavailable: busy, disk full, or the connection is gone (a new
    /// one is made for the next query). Anything else is internal; SQL and engine texts only in `detail`.
    virtual Result<Rows> query(std::string_view sql, const std::vector<Value>& args = {}) = 0;

    /// Several statements without arguments: migrations.
    virtual Status script(std::string_view sql) = 0;
};

}  // namespace docent::store
