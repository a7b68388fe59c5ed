#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>

#include "store/engine.hpp"

namespace docent::store {
namespace {

// Type numbers of pg_type.dat; they are fixed.
constexpr Oid type_bool = 16, type_int8 = 20, type_int2 = 21, type_int4 = 23, type_text = 25,
              type_float4 = 700, type_float8 = 701, type_numeric = 1700;

struct ResultDeleter {
    void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ResultDeleter>;
struct ConnectionDeleter {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};

/// By SQLSTATE: appendix A of the PostgreSQL manual.
Error postgres_error(std::string_view state, std::string detail) {
    const auto kind = state.substr(0, 2);
    if (state == "40001" || state == "40P01") {
        return Error(ErrorCode::unavailable, "the database is busy: try again", std::move(detail))
            .because(std::string(try_again));
    }
    if (kind == "23")
        return Error(ErrorCode::conflict, "this conflicts with what is stored", std::move(detail));
    if (state == "53100") {
        return Error(ErrorCode::unavailable, "the database's disk is full: nothing can be stored",
                     std::move(detail));
    }
    if (state == "25006")
        return Error(ErrorCode::unavailable, "the database cannot be written", std::move(detail));
    if (state == "54000")
        return Error(ErrorCode::too_large, "this is too large to be stored", std::move(detail));
    if (state.empty() || kind == "08" || kind == "53" || kind == "57" || state == "55P03") {
        return Error(ErrorCode::unavailable, "the database cannot be reached just now: try again",
                     std::move(detail));
    }
    return internal(std::move(detail));
}

Value read_value(const PGresult* result, int row, int column) {
    if (PQgetisnull(result, row, column)) return nullptr;
    const std::string_view text(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column)));
    switch (PQftype(result, column)) {
        case type_bool:
            return std::int64_t{text == "t"};
        case type_int2:
        case type_int4:
        case type_int8:
        case type_numeric:  // sum() of integers; SQLite gives an integer there too
        case type_float4:
        case type_float8: {
            std::int64_t number = 0;
            const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
            const auto type = PQftype(result, column);
            if (failed == std::errc() && end == text.data() + text.size() && type != type_float4 &&
                type != type_float8) {
                return number;
            }
            return std::strtod(std::string(text).c_str(), nullptr);
        }
        default:
            return std::string(text);
    }
}

class Postgres final : public Connection {
public:
    explicit Postgres(std::string url) : url_(std::move(url)) {}

    Status connect() {
        // What stands before dbname is a default that the URL may change; what stands after it is not.
        const char* const names[] = {"connect_timeout", "tcp_user_timeout", "fallback_application_name",
                                     "dbname",          "client_encoding",  nullptr};
        const char* const values[] = {"10", "30000", "docent", url_.c_str(), "UTF8", nullptr};
        connection_.reset(PQconnectdbParams(names, values, 1));
        if (!connection_) return internal("no memory for a connection");
        if (PQstatus(connection_.get()) != CONNECTION_OK) {
            return Error(ErrorCode::unavailable, "the database cannot be reached",
                         PQerrorMessage(connection_.get()));
        }
        auto quiet = [](void*, const char*) {};
        PQsetNoticeProcessor(connection_.get(), quiet, nullptr);
        return {};
    }

    Engine engine() const override { return Engine::postgres; }
    bool lost() const override { return PQstatus(connection_.get()) != CONNECTION_OK; }
    bool in_transaction() const override {
        const auto state = PQtransactionStatus(connection_.get());
        return state == PQTRANS_INTRANS || state == PQTRANS_INERROR;
    }

    Status begin() override {
        auto done = execute("BEGIN", {});
        if (!done && lost()) done = execute("BEGIN", {});
        if (!done) return done.error();
        return {};
    }

    Status commit() override {
        if (PQtransactionStatus(connection_.get()) == PQTRANS_INERROR) {
            rollback();  // PostgreSQL would answer COMMIT with a ROLLBACK, as a success
            return internal("a failed statement was passed over in a transaction");
        }
        if (auto done = execute("COMMIT", {}); !done) {
            rollback();
            return done.error();
        }
        return {};
    }

    void rollback() override {
        if (!lost() && in_transaction()) (void)execute("ROLLBACK", {});
    }

    Status script(std::string_view sql) override {
        TRY_VOID(connected());
        const PgResult result(PQexec(connection_.get(), std::string(sql).c_str()));
        return checked(result.get(), sql);
    }

    Result<Rows> query(std::string_view sql, const std::vector<Value>& args) override {
        TRY_VOID(check_arguments(args));
        return execute(sql, args);
    }

private:
    Status connected() {
        if (!lost()) return {};
        return connect();
    }

    Status checked(const PGresult* result, std::string_view sql) const {
        const auto status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
        const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
        const std::string detail =
            std::string(PQerrorMessage(connection_.get())) + " in: " + std::string(sql);
        // Without a state it is the connection's end, unless libpq itself refused.
        if (!state && !lost()) return internal(detail);
        return postgres_error(state ? state : "", detail);
    }

    Result<Rows> execute(std::string_view sql, const std::vector<Value>& args) {
        TRY_VOID(connected());
        std::vector<std::string> numbers(args.size());  // keeps the texts of numbers
        std::vector<const char*> values(args.size());
        std::vector<Oid> types(args.size());
        for (std::size_t i = 0; i < args.size(); ++i) {
            if (const auto* text = std::get_if<std::string>(&args[i])) {
                values[i] = text->c_str();
                types[i] = type_text;
            } else if (const auto* number = std::get_if<std::int64_t>(&args[i])) {
                numbers[i] = std::to_string(*number);
                values[i] = numbers[i].c_str();
                types[i] = type_int8;
            } else if (const auto* real = std::get_if<double>(&args[i])) {
                numbers[i] = fmt::format("{:.17g}", *real);
                values[i] = numbers[i].c_str();
                types[i] = type_float8;
            }
        }
        const PgResult result(PQexecParams(connection_.get(), std::string(sql).c_str(),
                                           static_cast<int>(args.size()), types.data(), values.data(),
                                           nullptr, nullptr, 0));
        TRY_VOID(checked(result.get(), sql));
        Rows rows(static_cast<std::size_t>(PQntuples(result.get())));
        const int columns = PQnfields(result.get());
        for (std::size_t r = 0; r < rows.size(); ++r) {
            rows[r].reserve(static_cast<std::size_t>(columns));
            for (int c = 0; c < columns; ++c)
                rows[r].push_back(read_value(result.get(), static_cast<int>(r), c));
        }
        return rows;
    }

    std::string url_;
    std::unique_ptr<PGconn, ConnectionDeleter> connection_;
};

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const std::string& url) {
    auto db = std::make_unique<Postgres>(url);
    TRY_VOID(db->connect());
    return std::unique_ptr<Connection>(std::move(db));
}

}  // namespace docent::store
