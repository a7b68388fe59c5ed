#pragma once
#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.hpp"

namespace docent {

/// A value or an Error. What every function returns that can fail for a reason its caller expects.
/// Not std::expected: GCC 12 ships that for C++23 only.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : v_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return v_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& operator*() & {
        assert(ok());
        return *std::get_if<0>(&v_);
    }
    const T& operator*() const& {
        assert(ok());
        return *std::get_if<0>(&v_);
    }
    T operator*() && {
        assert(ok());
        return std::move(*std::get_if<0>(&v_));
    }
    T* operator->() {
        assert(ok());
        return std::get_if<0>(&v_);
    }
    const T* operator->() const {
        assert(ok());
        return std::get_if<0>(&v_);
    }

    Error& error() & {
        assert(!ok());
        return *std::get_if<1>(&v_);
    }
    const Error& error() const& {
        assert(!ok());
        return *std::get_if<1>(&v_);
    }
    Error error() && {
        assert(!ok());
        return std::move(*std::get_if<1>(&v_));
    }

private:
    std::variant<T, Error> v_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : e_(std::move(error)) {}
    bool ok() const { return !e_; }
    explicit operator bool() const { return ok(); }
    void operator*() const { assert(ok()); }
    const Error& error() const& { return *e_; }
    Error error() && { return std::move(*e_); }

private:
    std::optional<Error> e_;
};

using Status = Result<void>;

}  // namespace docent

#define DOCENT_CAT_(a, b) a##b
#define DOCENT_CAT(a, b) DOCENT_CAT_(a, b)

// TRY(auto row, query(id));       // returns the Error, or declares row
// CO_TRY(auto row, co_await q(id)); // the same inside a coroutine
#define DOCENT_TRY_(ret, tmp, decl, expr) \
    auto tmp = (expr);                    \
    if (!tmp) {                           \
        ret std::move(tmp).error();       \
    }                                     \
    decl = *std::move(tmp)
#define TRY(decl, expr) DOCENT_TRY_(return, DOCENT_CAT(try_, __LINE__), decl, expr)
#define CO_TRY(decl, expr) DOCENT_TRY_(co_return, DOCENT_CAT(try_, __LINE__), decl, expr)
#define TRY_VOID(expr)                                           \
    do {                                                         \
        if (auto t_ = (expr); !t_) return std::move(t_).error(); \
    } while (false)
#define CO_TRY_VOID(expr)                                           \
    do {                                                            \
        if (auto t_ = (expr); !t_) co_return std::move(t_).error(); \
    } while (false)
