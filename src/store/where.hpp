#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "store/db.hpp"

namespace docent::store {

/// The conditions of a query that depend on what is asked, with their arguments numbered as they come.
/// Column and table names are the store's own words, never input.
class Where {
public:
    /// "$3": where `value` stands in the text.
    std::string arg(Value value) {
        args_.push_back(std::move(value));
        return "$" + std::to_string(args_.size());
    }
    void add(const std::string& condition) { (text_ += text_.empty() ? " WHERE " : " AND ") += condition; }
    void equals(const std::string& column, Value value) { add(column + " = " + arg(std::move(value))); }

    /// From `from` on and before `to`; 0 is no bound.
    void between(const std::string& column, Millis from, Millis to) {
        if (from != 0) add(column + " >= " + arg(from));
        if (to != 0) add(column + " < " + arg(to));
    }
    void one_of(const std::string& column, const std::vector<std::string>& values) {
        if (values.empty()) return;
        std::string list;
        for (const auto& value : values) (list += list.empty() ? "" : ", ") += arg(value);
        add(column + " IN (" + list + ")");
    }
    /// What comes after the row `id` in the order of `created DESC, id DESC`. A row that was removed
    /// meanwhile is placed by the time in its id.
    void after(const std::string& table, const std::string& id) {
        if (id.empty()) return;
        const auto at = arg(id);
        add("(created, id) < (COALESCE((SELECT seen.created FROM " + table + " seen WHERE seen.id = " + at +
            "), " + arg(ulid_time(id)) + "), " + at + ")");
    }

    const std::string& text() const { return text_; }
    const std::vector<Value>& args() const { return args_; }

private:
    std::string text_;
    std::vector<Value> args_;
};

}  // namespace docent::store
