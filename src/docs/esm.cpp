#include "docs/esm.hpp"

#include "base/text.hpp"
#include "docs/mdx_tree.hpp"

namespace docent::docs {

namespace {

constexpr std::size_t max_statement = 256 * 1024;

bool is_identifier(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

std::size_t line_end(std::string_view text, std::size_t at) {
    const auto end = text.find('\n', at);
    return end == std::string_view::npos ? text.size() : end + 1;
}

void add_named(std::string_view list, const std::string& file, std::vector<ImportedName>& imports) {
    for (const auto& item : split(list, ',')) {
        const auto as = item.find(" as ");
        const auto exported = trim(std::string_view(item).substr(0, as));
        const auto name = as == std::string::npos ? exported : trim(std::string_view(item).substr(as + 4));
        if (!name.empty()) imports.push_back({std::string(name), std::string(exported), file});
    }
}

/// `import X, { a as b } from "file"`: may run over lines while its braces are open.
std::size_t read_import(std::string_view text, std::size_t at, std::vector<ImportedName>& imports) {
    auto end = line_end(text, at);
    const auto first = text.substr(at, end - at);
    if (first.find('{') != std::string_view::npos && first.find('}') == std::string_view::npos) {
        const auto close = text.substr(at, 4096).find('}');
        if (close == std::string_view::npos) return at;
        end = line_end(text, at + close);
    }
    const auto statement = text.substr(at, end - at);
    const auto quote = statement.find_first_of("\"'");
    if (quote == std::string_view::npos) return at;
    const auto closing = statement.find(statement[quote], quote + 1);
    if (closing == std::string_view::npos) return at;
    const auto rest = trim(statement.substr(closing + 1));
    if (!rest.empty() && rest[0] != ';' && rest.substr(0, 2) != "//") return at;
    const std::string file(statement.substr(quote + 1, closing - quote - 1));
    auto names = trim(statement.substr(6, quote - 6));
    if (names.empty()) return end;
    if (names.size() < 5 || names.substr(names.size() - 4) != "from") return at;
    names = trim(names.substr(0, names.size() - 4));
    const auto brace = names.find('{');
    if (brace != std::string_view::npos) {
        const auto close = names.find('}', brace);
        if (close == std::string_view::npos) return at;
        add_named(names.substr(brace + 1, close - brace - 1), file, imports);
        names = names.substr(0, brace);
    }
    const auto name = trim(names.substr(0, names.find(',')));
    if (!name.empty() && name[0] != '*') imports.push_back({std::string(name), "default", file});
    return end;
}

/// To the end of the statement: the line on which every bracket is closed.
std::size_t statement_end(std::string_view text, std::size_t at) {
    const auto limit = std::min(text.size(), at + max_statement);
    long depth = 0;
    char quote = 0;
    for (auto i = at; i < limit; ++i) {
        const char c = text[i];
        if (quote) {
            if (c == '\\')
                ++i;
            else if (c == quote)
                quote = 0;
            else if (c == '\n' && quote != '`')
                quote = 0;  // an apostrophe in markup
            if (c != '\n' || quote) continue;
        }
        if (c == '"' || c == '\'' || c == '`')
            quote = c;
        else if (c == '{' || c == '(' || c == '[')
            ++depth;
        else if (c == '}' || c == ')' || c == ']')
            --depth;
        else if (c == '\n' && depth <= 0) {
            const auto before = trim(text.substr(at, i - at));
            if (!before.empty() && (before.back() == '=' || before.back() == '>' || before.back() == '('))
                continue;
            return i + 1;
        }
    }
    return limit == text.size() ? limit : line_end(text, at);
}

}  // namespace

std::size_t read_esm(std::string_view text, std::size_t at, std::vector<ImportedName>& imports,
                     std::map<std::string, std::string>& exports) {
    const auto rest = text.substr(at);
    if (rest.substr(0, 7) == "import " || rest.substr(0, 7) == "import{" || rest.substr(0, 7) == "import\t")
        return read_import(text, at, imports);
    if (rest.substr(0, 7) != "export ") return at;
    const auto what = trim(rest.substr(7, line_end(rest, 0) - 7));
    const auto word = what.substr(0, what.find_first_of(" ({*"));
    if (word != "const" && word != "let" && word != "var" && word != "function" && word != "default" &&
        word != "async" && word != "class" &&
        !(word.empty() && !what.empty() && (what[0] == '{' || what[0] == '*')))
        return at;
    const auto end = statement_end(text, at);
    if (word == "const" || word == "let" || word == "var") {
        const auto statement = text.substr(at, end - at);
        auto i = statement.find(word) + word.size();
        while (i < statement.size() && statement[i] == ' ') ++i;
        const auto from = i;
        while (i < statement.size() && is_identifier(statement[i])) ++i;
        const auto name = statement.substr(from, i - from);
        const auto equals = statement.find('=', i);
        if (!name.empty() && equals != std::string_view::npos) {
            auto value = trim(statement.substr(equals + 1));
            if (!value.empty() && value.back() == ';') value.remove_suffix(1);
            if (const auto literal = literal_text(value)) exports[std::string(name)] = *literal;
        }
    }
    return end;
}

}  // namespace docent::docs
