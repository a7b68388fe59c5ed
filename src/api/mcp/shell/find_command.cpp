#include <algorithm>
#include <charconv>
#include <memory>

#include "api/mcp/shell/commands.hpp"
#include "api/mcp/shell/glob.hpp"
#include "base/text.hpp"

namespace docent::api::shell {
namespace {

/// A condition on a node, as a tree.
struct Test {
    enum class Kind { all, any, none_of, name, path, is_folder, is_file, always };
    Kind kind = Kind::always;
    std::string glob;
    bool ignore_case = false;
    std::vector<Test> parts;

    bool holds(const Node& node) const {
        const auto fits = [&](const Test& part) { return part.holds(node); };
        switch (kind) {
            case Kind::all:
                return std::ranges::all_of(parts, fits);
            case Kind::any:
                return std::ranges::any_of(parts, fits);
            case Kind::none_of:
                return std::ranges::none_of(parts, fits);
            case Kind::name:
                return name_matches(glob, node.name(), ignore_case);
            case Kind::path:
                return name_matches(glob, node.path, ignore_case);
            case Kind::is_folder:
                return node.folder;
            case Kind::is_file:
                return !node.folder;
            case Kind::always:
                return true;
        }
        return false;
    }
};

class Expression {
public:
    explicit Expression(const std::vector<std::string>& words, std::size_t at) : words_(words), at_(at) {}

    std::size_t least_depth = 0, most_depth = 1'000;

    Result<Test> read() {
        TRY(auto test, any(0));
        if (at_ < words_.size()) return invalid("unexpected " + words_[at_]);
        return test;
    }

private:
    bool next_is(std::string_view a, std::string_view b) const {
        return at_ < words_.size() && (words_[at_] == a || words_[at_] == b);
    }

    Result<Test> any(int depth) {
        if (depth > 20) return invalid("the expression is nested too deep");
        Test out{Test::Kind::any, "", false, {}};
        for (;;) {
            TRY(auto part, all(depth));
            out.parts.push_back(std::move(part));
            if (!next_is("-o", "-or")) return out;
            ++at_;
        }
    }

    Result<Test> all(int depth) {
        Test out{Test::Kind::all, "", false, {}};
        while (at_ < words_.size() && !next_is("-o", "-or") && words_[at_] != ")") {
            if (next_is("-a", "-and")) {
                ++at_;
                continue;
            }
            TRY(auto part, one(depth));
            out.parts.push_back(std::move(part));
        }
        return out;
    }

    Result<Test> one(int depth) {
        bool negated = false;
        for (; next_is("!", "-not"); ++at_) negated = !negated;
        TRY(auto test, primary(depth));
        if (!negated) return test;
        return Test{Test::Kind::none_of, "", false, {std::move(test)}};
    }

    Result<std::string> value(const std::string& option) {
        if (at_ == words_.size()) return invalid(option + " needs a value");
        return words_[at_++];
    }

    Result<std::size_t> depth_value(const std::string& option) {
        TRY(const auto text, value(option));
        std::size_t out = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
        if (text.empty() || failed != std::errc() || end != text.data() + text.size())
            return invalid(option + " takes a whole number");
        return out;
    }

    Result<Test> primary(int depth) {
        if (at_ == words_.size()) return invalid("the expression ends too early");
        const auto word = words_[at_++];
        if (word == "(") {
            TRY(auto inside, any(depth + 1));
            if (at_ == words_.size() || words_[at_] != ")") return invalid("a ( is not closed");
            ++at_;
            return inside;
        }
        if (word == "-name" || word == "-iname" || word == "-path" || word == "-ipath" ||
            word == "-wholename") {
            TRY(auto glob, value(word));
            const bool name = word.ends_with("name") && word != "-wholename";
            return Test{name ? Test::Kind::name : Test::Kind::path, std::move(glob), word[1] == 'i', {}};
        }
        if (word == "-type") {
            TRY(const auto type, value(word));
            if (type != "f" && type != "d") return invalid("-type takes f or d");
            return Test{type == "f" ? Test::Kind::is_file : Test::Kind::is_folder, "", false, {}};
        }
        if (word == "-maxdepth") {
            TRY(most_depth, depth_value(word));
            return Test();
        }
        if (word == "-mindepth") {
            TRY(least_depth, depth_value(word));
            return Test();
        }
        if (word == "-print" || word == "-print0") return Test();
        if (word == "-exec" || word == "-execdir" || word == "-ok" || word == "-delete")
            return invalid(word + " is not supported; use grep -r, or name the files that find printed");
        return invalid("unknown expression " + word +
                       "; there are -name, -path, -type, -maxdepth, -mindepth, -not, -o");
    }

    const std::vector<std::string>& words_;
    std::size_t at_;
};

std::size_t depth_of(std::string_view path) {
    return path == "/" ? 0 : static_cast<std::size_t>(std::ranges::count(path, '/'));
}

}  // namespace

int find_command(const std::vector<std::string>& args, Io& io) {
    std::size_t at = 0;
    std::vector<std::string> starts;
    while (at < args.size() && !args[at].starts_with('-') && args[at] != "!" && args[at] != "(")
        starts.push_back(args[at++]);
    if (starts.empty()) starts.emplace_back(".");
    Expression expression(args, at);
    const auto test = expression.read();
    if (!test) {
        io.err += "find: " + test.error().message + "\n";
        return 1;
    }
    int status = 0;
    for (const auto& start : starts) {
        const auto node = io.tree.find(absolute_path(io.folder, start));
        if (!node) {
            io.err += "find: " + start + ": No such file or directory\n";
            status = 1;
            continue;
        }
        const auto top = depth_of(node->path);
        std::vector<Node> all = {*node};
        if (node->folder)
            for (auto& below : io.tree.all_below(node->path)) all.push_back(std::move(below));
        for (const auto& one : all) {
            if (io.full()) break;
            const auto depth = depth_of(one.path) - top;
            if (depth >= expression.least_depth && depth <= expression.most_depth && test->holds(one))
                io.out += one.path + "\n";
        }
    }
    return status;
}

}  // namespace docent::api::shell
