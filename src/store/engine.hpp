#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "store/db.hpp"

namespace docent::store {

/// A connection as the store itself sees it: transactions are its business, not that of the nouns.
class Connection : public Db {
public:
    /// SQLite takes the write lock now rather than half way. PostgreSQL makes a new connection when the old
    /// one is gone.
    virtual Status begin() = 0;
    /// Durable when it returns. On an Error nothing of the transaction is stored, except when the
    /// connection to PostgreSQL was lost at that very moment: then nobody knows.
    virtual Status commit() = 0;
    virtual void rollback() = 0;
    virtual bool in_transaction() const = 0;
    /// The connection to the server is gone; the next query outside a transaction makes a new one.
    virtual bool lost() const { return false; }
};

enum class Access { read, write };

/// Blocks. unavailable when the file cannot be opened or the server not be reached.
Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file, Access access);
Result<std::unique_ptr<Connection>> open_postgres(const std::string& url);

/// What both engines refuse alike: NUL (PostgreSQL cannot keep it) and text that is not UTF-8.
Status check_arguments(const std::vector<Value>& args);

/// The word in Error::reason for a transaction that lost against another one and may be run again.
inline constexpr std::string_view try_again = "try_again";

}  // namespace docent::store
