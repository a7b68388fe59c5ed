#include "maintenance/json_spans.hpp"

#include "base/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace docent::maintenance {

namespace {

constexpr std::size_t max_depth = 64;

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<JsonNode> run() {
        if (text_.substr(0, 3) == "\xef\xbb\xbf") at_ = 3;
        JsonNode root;
        if (!value(root, 0)) return std::nullopt;
        skip();
        if (at_ != text_.size()) return std::nullopt;
        return root;
    }

private:
    void skip() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                ++at_;
            } else if (text_.substr(at_, 2) == "//") {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (text_.substr(at_, 2) == "/*") {
                const auto end = text_.find("*/", at_ + 2);
                at_ = end == std::string_view::npos ? text_.size() : end + 2;
            } else {
                return;
            }
        }
    }

    bool value(JsonNode& out, std::size_t depth) {
        skip();
        if (at_ >= text_.size() || depth > max_depth) return false;
        out.begin = at_;
        bool good = false;
        if (text_[at_] == '{')
            good = object(out, depth);
        else if (text_[at_] == '[')
            good = array(out, depth);
        else if (text_[at_] == '"')
            good = string(out);
        else {
            const auto end = std::min(text_.find_first_of(",]} \t\r\n/", at_), text_.size());
            good = end > at_;
            at_ = end;
        }
        out.end = at_;
        return good;
    }

    bool string(JsonNode& out) {
        out.kind = JsonNode::Kind::string;
        const auto from = at_++;
        bool escaped = false;
        while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n') {
            if (text_[at_] == '\\') {
                escaped = true;
                ++at_;
            }
            ++at_;
        }
        if (at_ >= text_.size() || text_[at_] != '"') return false;
        ++at_;
        if (!escaped) {
            out.text = std::string(text_.substr(from + 1, at_ - from - 2));
            return true;
        }
        boost::system::error_code failed;
        const auto parsed =
            boost::json::parse(boost::json::string_view(text_.data() + from, at_ - from), failed);
        if (failed || !parsed.is_string()) return false;
        out.text = parsed.get_string().c_str();
        return true;
    }

    bool object(JsonNode& out, std::size_t depth) {
        out.kind = JsonNode::Kind::object;
        ++at_;
        for (;;) {
            skip();
            if (at_ >= text_.size()) return false;
            if (text_[at_] == '}') return ++at_, true;
            JsonNode key;
            if (text_[at_] != '"' || !string(key)) return false;
            skip();
            if (at_ >= text_.size() || text_[at_] != ':') return false;
            ++at_;
            out.members.emplace_back(std::move(key.text), JsonNode{});
            if (!value(out.members.back().second, depth + 1)) return false;
            if (!comma('}')) return false;
        }
    }

    bool array(JsonNode& out, std::size_t depth) {
        out.kind = JsonNode::Kind::array;
        ++at_;
        for (;;) {
            skip();
            if (at_ >= text_.size()) return false;
            if (text_[at_] == ']') return ++at_, true;
            out.items.emplace_back();
            if (!value(out.items.back(), depth + 1)) return false;
            if (!comma(']')) return false;
        }
    }

    bool comma(char end) {
        skip();
        if (at_ >= text_.size()) return false;
        if (text_[at_] == ',') {
            ++at_;
            return true;
        }
        return text_[at_] == end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// The blanks that the line of text[at] begins with.
std::string indent_at(std::string_view text, std::size_t at) {
    const auto line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    auto end = line;
    while (end < at && (text[end] == ' ' || text[end] == '\t')) ++end;
    return std::string(text.substr(line, end - line));
}

}  // namespace

JsonNode::JsonNode() = default;

const JsonNode* JsonNode::find(std::string_view key) const {
    for (const auto& [name, node] : members)
        if (name == key) return &node;
    return nullptr;
}

std::optional<JsonNode> read_json_spans(std::string_view text) { return Reader(text).run(); }

std::string json_escaped(std::string_view value) {
    const auto quoted =
        boost::json::serialize(boost::json::value(boost::json::string_view(value.data(), value.size())));
    return quoted.substr(1, quoted.size() - 2);
}

std::string json_indent(std::string_view text) {
    const auto at = text.find('\n');
    if (at == std::string_view::npos) return "  ";
    auto end = at + 1;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
    return end > at + 1 ? std::string(text.substr(at + 1, end - at - 1)) : "  ";
}

std::pair<std::size_t, std::string> json_insertion(
    std::string_view text, const JsonNode& array,
    const std::vector<std::vector<std::pair<std::string, std::string>>>& objects) {
    const auto feed = line_end_of(text);
    const auto step = json_indent(text);
    const auto* last = array.items.empty() ? nullptr : &array.items.back();
    const auto before = last ? last->begin : array.begin;
    const bool own_lines = last ? text.substr(0, before).find_last_of("\n[,{") != std::string_view::npos &&
                                      text[text.substr(0, before).find_last_of("\n[,{")] == '\n'
                                : text.find('\n') != std::string_view::npos;
    const bool spread =
        last ? text.substr(last->begin, last->end - last->begin).find('\n') != std::string_view::npos
             : own_lines;
    const auto indent = last ? indent_at(text, last->begin) : indent_at(text, array.begin) + step;
    // A member stands as far in as those of the neighbour do.
    const auto inner = spread && last && !last->members.empty()
                           ? indent_at(text, last->members[0].second.begin)
                           : indent + step;
    std::string out;
    bool first = !last;
    for (const auto& object : objects) {
        if (!first) out += ",";
        out += own_lines ? feed + indent : first ? "" : " ";
        first = false;
        out += "{";
        for (std::size_t i = 0; i < object.size(); ++i) {
            out += i > 0 ? "," : "";
            out += spread ? feed + inner : " ";
            out += "\"" + json_escaped(object[i].first) + "\": \"" + json_escaped(object[i].second) + "\"";
        }
        out += spread ? feed + indent + "}" : " }";
    }
    if (last) return {last->end, out};
    // An empty array: what stands between its brackets stays behind the items, unless it is only blanks.
    if (own_lines && text.substr(array.begin, array.end - array.begin).find('\n') == std::string_view::npos)
        out += feed + indent_at(text, array.begin);
    return {array.begin + 1, out};
}

std::pair<std::size_t, std::size_t> json_removal(std::string_view text, const JsonNode& array,
                                                 std::size_t index) {
    const auto& item = array.items[index];
    if (index > 0) return {array.items[index - 1].end, item.end};
    if (array.items.size() > 1) return {item.begin, array.items[1].begin};
    auto begin = item.begin, end = item.end;
    while (begin > array.begin + 1 &&
           std::string_view(" \t\r\n").find(text[begin - 1]) != std::string_view::npos)
        --begin;
    while (end < array.end - 1 && std::string_view(" \t\r\n,").find(text[end]) != std::string_view::npos)
        ++end;
    return {begin, end};
}

}  // namespace docent::maintenance
