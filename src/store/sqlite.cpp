#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <unordered_map>

#include "base/text.hpp"
#include "store/engine.hpp"

namespace docent::store {
namespace {

constexpr int busy_milliseconds = 10'000, ask_again_milliseconds = 2;
constexpr std::size_t most_statements = 256;

Error sqlite_error(sqlite3* db, int code, std::string_view sql) {
    std::string detail =
        "sqlite " + std::to_string(code) + ": " + (db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
    if (!sql.empty()) detail += " in: " + std::string(sql);
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
            return Error(ErrorCode::conflict, "this conflicts with what is stored", std::move(detail));
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Error(ErrorCode::unavailable, "the database is busy: try again", std::move(detail))
                .because(std::string(try_again));
        case SQLITE_FULL:
            return Error(ErrorCode::unavailable, "the disk is full: nothing can be stored",
                         std::move(detail));
        case SQLITE_IOERR:
            return Error(ErrorCode::unavailable, "the disk refused to read or write", std::move(detail));
        case SQLITE_READONLY:
            return Error(ErrorCode::unavailable, "the database cannot be written", std::move(detail));
        case SQLITE_CANTOPEN:
            return Error(ErrorCode::unavailable, "the database file cannot be opened", std::move(detail));
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Error(ErrorCode::unavailable, "the database file is damaged", std::move(detail));
        case SQLITE_TOOBIG:
            return Error(ErrorCode::too_large, "this is too large to be stored", std::move(detail));
        default:
            return internal(std::move(detail));
    }
}

/// A prepared statement and where its $1, $2, ... stand: SQLite takes "$1" as a name.
struct Statement {
    sqlite3_stmt* raw = nullptr;
    std::vector<int> at;
};

/// Leaves the statement ready for its next use.
class Using {
public:
    explicit Using(sqlite3_stmt* raw) : raw_(raw) {}
    ~Using() {
        sqlite3_reset(raw_);
        sqlite3_clear_bindings(raw_);
    }
    Using(const Using&) = delete;
    Using& operator=(const Using&) = delete;

private:
    sqlite3_stmt* raw_;
};

Row read_row(sqlite3_stmt* raw) {
    Row row;
    const int columns = sqlite3_column_count(raw);
    row.reserve(static_cast<std::size_t>(columns));
    for (int c = 0; c < columns; ++c) {
        switch (sqlite3_column_type(raw, c)) {
            case SQLITE_NULL:
                row.emplace_back(nullptr);
                break;
            case SQLITE_INTEGER:
                row.emplace_back(static_cast<std::int64_t>(sqlite3_column_int64(raw, c)));
                break;
            case SQLITE_FLOAT:
                row.emplace_back(sqlite3_column_double(raw, c));
                break;
            default: {
                const auto* bytes = static_cast<const char*>(sqlite3_column_blob(raw, c));
                const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw, c));
                if (bytes)
                    row.emplace_back(std::in_place_type<std::string>, bytes, size);
                else
                    row.emplace_back(std::string());
            }
        }
    }
    return row;
}

class Sqlite final : public Connection {
public:
    explicit Sqlite(sqlite3* db) : db_(db) {}
    ~Sqlite() override {
        forget_statements();
        sqlite3_close_v2(db_);
    }
    Sqlite(const Sqlite&) = delete;
    Sqlite& operator=(const Sqlite&) = delete;

    Engine engine() const override { return Engine::sqlite; }
    bool in_transaction() const override { return sqlite3_get_autocommit(db_) == 0; }

    Status begin() override { return run("BEGIN IMMEDIATE"); }
    Status commit() override {
        auto done = run("COMMIT");
        if (!done && in_transaction()) rollback();
        return done;
    }
    void rollback() override {
        // SQLite has rolled back by itself already after some errors (disk full, I/O).
        if (in_transaction()) (void)run("ROLLBACK");
    }

    Status script(std::string_view sql) override {
        const std::string text(sql);
        const int code = sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) return sqlite_error(db_, sqlite3_extended_errcode(db_), sql);
        return {};
    }

    Result<Rows> query(std::string_view sql, const std::vector<Value>& args) override {
        TRY_VOID(check_arguments(args));
        TRY(const Statement* statement, prepare(sql));
        if (statement->at.size() != args.size())
            return internal("wrong number of arguments: " + std::string(sql));
        const Using use(statement->raw);
        for (std::size_t i = 0; i < args.size(); ++i) {
            if (const int code = bind(statement->raw, statement->at[i], args[i]); code != SQLITE_OK) {
                return sqlite_error(db_, code, sql);
            }
        }
        Rows rows;
        for (;;) {
            const int code = sqlite3_step(statement->raw);
            if (code == SQLITE_DONE) return rows;
            if (code != SQLITE_ROW) return sqlite_error(db_, sqlite3_extended_errcode(db_), sql);
            rows.push_back(read_row(statement->raw));
        }
    }

private:
    static int bind(sqlite3_stmt* raw, int at, const Value& value) {
        if (at == 0) return SQLITE_OK;  // an argument that the text does not use
        if (const auto* text = std::get_if<std::string>(&value)) {
            // Static: the arguments outlive the use of the statement.
            return sqlite3_bind_text64(raw, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        if (const auto* number = std::get_if<std::int64_t>(&value))
            return sqlite3_bind_int64(raw, at, *number);
        if (const auto* real = std::get_if<double>(&value)) return sqlite3_bind_double(raw, at, *real);
        return sqlite3_bind_null(raw, at);
    }

    Status run(std::string_view sql) {
        TRY(auto rows, query(sql, {}));
        return {};
    }

    Result<const Statement*> prepare(std::string_view sql) {
        std::string key(sql);
        if (const auto known = statements_.find(key); known != statements_.end()) return &known->second;
        if (statements_.size() >= most_statements) forget_statements();
        Statement made;
        const char* rest = nullptr;
        const int code = sqlite3_prepare_v3(db_, key.c_str(), static_cast<int>(key.size()) + 1,
                                            SQLITE_PREPARE_PERSISTENT, &made.raw, &rest);
        if (code != SQLITE_OK) return sqlite_error(db_, sqlite3_extended_errcode(db_), sql);
        if (!made.raw) return internal("no statement in: " + key);
        const int count = sqlite3_bind_parameter_count(made.raw);
        for (int i = 1; i <= count; ++i) {
            made.at.push_back(sqlite3_bind_parameter_index(made.raw, ("$" + std::to_string(i)).c_str()));
        }
        if (rest && !trim(rest).empty()) {
            sqlite3_finalize(made.raw);
            return internal("more than one statement in: " + key);
        }
        return &statements_.emplace(std::move(key), std::move(made)).first->second;
    }

    void forget_statements() {
        for (auto& [sql, statement] : statements_) sqlite3_finalize(statement.raw);
        statements_.clear();
    }

    sqlite3* db_;
    std::unordered_map<std::string, Statement> statements_;
};

/// The switch to WAL needs the file for itself, and does not wait for others as statements do.
Status use_wal(Db& db) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_milliseconds);
    for (;;) {
        auto mode = db.query("PRAGMA journal_mode = WAL");
        if (mode && !mode->empty() && text((*mode)[0], 0) == "wal") return {};
        if (mode)
            return Error(ErrorCode::unavailable, "the database cannot be used on this file system", "no WAL");
        if (mode.error().reason != try_again || std::chrono::steady_clock::now() > end) return mode.error();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

/// SQLite's own waiting asks less and less often, and starves beside a process that writes all the time.
int wait_for_lock(void*, int tries) {
    if (tries >= busy_milliseconds / ask_again_milliseconds) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(ask_again_milliseconds));
    return 1;
}

/// What readers asked and hashes of keys are in it: for its owner alone, whatever folder it lies in. SQLite
/// gives its other files the same mode. A failure is SQLite's to tell.
void create_private(const std::filesystem::path& file) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0) ::close(made);
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::filesystem::path& file, Access access) {
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (access == Access::write ? SQLITE_OPEN_CREATE : 0);
    if (access == Access::write) create_private(file);
    const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
    auto db = std::make_unique<Sqlite>(raw);
    if (code != SQLITE_OK) return sqlite_error(raw, code, "");
    sqlite3_busy_handler(raw, wait_for_lock, nullptr);
    if (access == Access::write) TRY_VOID(use_wal(*db));
    TRY_VOID(db->script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF"));
    if (access == Access::read) TRY_VOID(db->script("PRAGMA query_only = ON"));
    return std::unique_ptr<Connection>(std::move(db));
}

}  // namespace docent::store
