#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace docent {

/// Why an operation failed, in terms a caller can act on. The set is closed on purpose:
/// a new code needs a caller that would branch on it, and a row in api/problem.cpp.
enum class ErrorCode {
    invalid_argument,  // the caller's input is wrong; retrying will not help
    unauthenticated,
    permission_denied,
    not_found,
    conflict,  // well-formed, but not in the current state
    too_large,
    rate_limited,
    cancelled,  // the client left, or the server is stopping
    timed_out,
    upstream_failed,  // an LLM provider or a git remote answered wrongly
    unavailable,      // try again later
    internal,         // a bug, or a broken machine
};

struct Error {
    Error(ErrorCode c, std::string m, std::string d = {})
        : code(c), message(std::move(m)), detail(std::move(d)) {}

    /// A word for programs where the code is too coarse: "session_closed", "client_id_conflict".
    Error because(std::string word) && {
        reason = std::move(word);
        return std::move(*this);
    }

    ErrorCode code;
    std::string message;  // shown to people: one short line, no paths, no SQL, no secrets
    std::string detail;   // logged only
    std::string reason;
};

inline Error not_found(std::string what) { return Error(ErrorCode::not_found, std::move(what)); }
inline Error invalid(std::string why) { return Error(ErrorCode::invalid_argument, std::move(why)); }
inline Error conflict(std::string why) { return Error(ErrorCode::conflict, std::move(why)); }
inline Error internal(std::string detail) {
    return Error(ErrorCode::internal, "internal error", std::move(detail));
}

}  // namespace docent
