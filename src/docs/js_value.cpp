#include "docs/js_value.hpp"

#include "docs/jsx.hpp"

namespace docent::docs {

namespace {

namespace json = boost::json;
constexpr int max_value_depth = 24;

class Reader {
public:
    explicit Reader(std::string_view source) : source_(source), budget_(source.size()) {}

    std::optional<json::value> value(int depth) {
        skip_space();
        if (at_ >= source_.size() || depth > max_value_depth) return std::nullopt;
        const char c = source_[at_];
        if (c == '{') return object(depth);
        if (c == '[') return array(depth);
        if (c == '"' || c == '\'' || c == '`') return string();
        return word();
    }

private:
    void skip_space() {
        while (at_ < source_.size()) {
            const char c = source_[at_];
            if (c == ' ' || c == '\n' || c == '\t') {
                ++at_;
            } else if (c == '/' && at_ + 1 < source_.size() && source_[at_ + 1] == '/') {
                at_ = std::min(source_.find('\n', at_), source_.size());
            } else if (c == '/' && at_ + 1 < source_.size() && source_[at_ + 1] == '*') {
                const auto end = source_.find("*/", at_);
                at_ = end == std::string_view::npos ? source_.size() : end + 2;
            } else {
                return;
            }
        }
    }

    /// To the comma or bracket that ends a value which is code.
    void skip_code() {
        while (at_ < source_.size() && source_[at_] != ',' && source_[at_] != '}' && source_[at_] != ']') {
            const char c = source_[at_];
            if (c == '(' || c == '<') {
                const char close = c == '(' ? ')' : '>';
                std::size_t depth = 0;
                auto i = at_;
                for (; i < std::min(source_.size(), at_ + 4000); ++i) {
                    depth += source_[i] == c;
                    if (source_[i] == close && --depth == 0) break;
                }
                at_ = i < source_.size() ? i + 1 : i;
            } else if (c == '{') {
                const auto end = expression_end(source_, at_, budget_);
                at_ = end == std::string_view::npos ? source_.size() : end;
            } else if (c == '"' || c == '\'' || c == '`') {
                if (!string()) ++at_;
            } else {
                ++at_;
            }
        }
    }

    std::optional<json::value> string() {
        const char quote = source_[at_];
        for (auto i = at_ + 1; i < source_.size(); ++i) {
            if (source_[i] == '\\') {
                ++i;
            } else if (source_[i] == quote) {
                const auto literal = literal_text(source_.substr(at_, i + 1 - at_));
                at_ = i + 1;
                return literal ? json::value(*literal) : json::value(nullptr);
            }
        }
        at_ = source_.size();
        return std::nullopt;
    }

    std::optional<json::value> word() {
        const auto from = at_;
        skip_code();
        auto text = source_.substr(from, at_ - from);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
        if (text == "true") return json::value(true);
        if (text == "false") return json::value(false);
        if (!text.empty() && text.size() < 20 &&
            text.find_first_not_of("0123456789.-") == std::string_view::npos)
            return json::value(std::string(text));
        return json::value(nullptr);
    }

    std::optional<json::value> array(int depth) {
        json::array out;
        ++at_;
        for (;;) {
            skip_space();
            if (at_ >= source_.size()) return std::nullopt;
            if (source_[at_] == ']') return ++at_, json::value(std::move(out));
            if (source_[at_] == ',') {
                ++at_;
                continue;
            }
            const auto before = at_;
            auto item = value(depth + 1);
            if (!item || at_ == before) return std::nullopt;
            out.push_back(std::move(*item));
        }
    }

    std::optional<json::value> object(int depth) {
        json::object out;
        ++at_;
        for (;;) {
            skip_space();
            if (at_ >= source_.size()) return std::nullopt;
            if (source_[at_] == '}') return ++at_, json::value(std::move(out));
            if (source_[at_] == ',') {
                ++at_;
                continue;
            }
            std::string key;
            if (source_[at_] == '"' || source_[at_] == '\'') {
                const auto quoted = string();
                if (!quoted || !quoted->is_string()) return std::nullopt;
                key = quoted->as_string().c_str();
            } else {
                while (at_ < source_.size() && (isalnum(static_cast<unsigned char>(source_[at_])) ||
                                                source_[at_] == '_' || source_[at_] == '$'))
                    key += source_[at_++];
            }
            skip_space();
            if (at_ >= source_.size()) return std::nullopt;
            if (source_[at_] != ':') {  // a method, a spread, a shorthand
                const auto before = at_;
                skip_code();
                if (at_ == before && key.empty()) return std::nullopt;
                continue;
            }
            ++at_;
            auto item = value(depth + 1);
            if (!item) return std::nullopt;
            skip_space();
            if (at_ < source_.size() && source_[at_] != ',' && source_[at_] != '}') skip_code();  // 'a' + b
            out[key] = std::move(*item);
        }
    }

    std::string_view source_;
    ScanBudget budget_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<boost::json::value> read_js_value(std::string_view source) {
    if (source.size() > (1 << 20)) return std::nullopt;
    const auto from = source.find_first_not_of(" \n\t");
    if (from == std::string_view::npos || (source[from] != '{' && source[from] != '[')) return std::nullopt;
    return Reader(source).value(0);
}

}  // namespace docent::docs
