#include <ctime>

#include "api/mcp/shell/commands.hpp"

namespace docent::api::shell {
namespace {

std::string day_of(Millis time) {
    if (time <= 0) return "-         ";
    const std::time_t seconds = time / 1000;
    std::tm date{};
    gmtime_r(&seconds, &date);
    char text[32];
    return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &date));
}

void list_one(const Node& node, std::string_view shown, bool detailed, bool mark, Io& io) {
    if (detailed) {
        const auto size = node.folder ? std::string("-") : std::to_string(io.tree.text(node).size());
        io.out += node.folder ? "dr-xr-xr-x " : "-r--r--r-- ";
        io.out.append(size.size() < 8 ? 8 - size.size() : 0, ' ');
        io.out += size + " " + (node.folder ? "-         " : day_of(io.tree.modified(node))) + " ";
    }
    io.out += shown;
    if (node.folder && (mark || detailed)) io.out += '/';
    io.out += '\n';
}

void draw(const Node& folder, const std::string& margin, std::size_t level, std::size_t deepest,
          bool folders_only, Io& io, std::size_t counts[2]) {
    auto inside = io.tree.children(folder.path);
    if (folders_only) std::erase_if(inside, [](const Node& node) { return !node.folder; });
    for (std::size_t i = 0; i < inside.size() && !io.full(); ++i) {
        const bool last = i + 1 == inside.size();
        const auto& node = inside[i];
        io.out += margin + (last ? "└── " : "├── ") + std::string(node.name()) + (node.folder ? "/\n" : "\n");
        ++counts[node.folder ? 0 : 1];
        if (node.folder && level < deepest)
            draw(node, margin + (last ? "    " : "│   "), level + 1, deepest, folders_only, io, counts);
    }
}

}  // namespace

int cd_command(const std::vector<std::string>& args, Io& io) {
    const auto path = args.empty() || args[0] == "~" ? "/" : absolute_path(io.folder, args[0]);
    const auto node = io.tree.find(path);
    if (!node || !node->folder) {
        io.err += "cd: " + (args.empty() ? path : args[0]) + ": No such directory\n";
        return 1;
    }
    io.folder = path;
    return 0;
}

int pwd_command(const std::vector<std::string>&, Io& io) {
    io.out += io.folder + "\n";
    return 0;
}

int ls_command(const std::vector<std::string>& args, Io& io) {
    auto options = read_options(
        args, {.flags = "aAlhFpR1dtrS",
               .valued = "",
               .words = {{"all", 'a'}, {"recursive", 'R'}, {"color", '\0'}, {"directory", 'd'}}});
    if (!options.problem.empty()) return usage_error(io, "ls", options.problem);
    if (options.rest.empty()) options.rest.push_back(".");
    const bool detailed = options.has('l'), mark = options.has('F') || options.has('p');
    int status = 0;
    bool first = true;
    for (const auto& arg : options.rest) {
        const auto node = io.tree.find(absolute_path(io.folder, arg));
        if (!node) {
            io.err += "ls: " + arg + ": No such file or directory\n";
            status = 2;
            continue;
        }
        if (!node->folder || options.has('d')) {
            list_one(*node, arg, detailed, mark, io);
            continue;
        }
        std::vector<Node> folders = {*node};
        if (options.has('R'))
            for (auto& below : io.tree.all_below(node->path))
                if (below.folder) folders.push_back(std::move(below));
        for (const auto& folder : folders) {
            if (io.full()) break;
            if (options.rest.size() > 1 || folders.size() > 1)
                io.out += (first ? "" : "\n") + folder.path + ":\n";
            first = false;
            for (const auto& child : io.tree.children(folder.path)) {
                if (io.full()) break;
                // Who reads a list of names cannot tell a folder from a page otherwise.
                list_one(child, child.name(), detailed, true, io);
            }
        }
    }
    return status;
}

int tree_command(const std::vector<std::string>& args, Io& io) {
    auto options = read_options(
        args, {.flags = "adfFin", .valued = "LIP", .words = {{"noreport", '\0'}, {"dirsfirst", '\0'}}});
    auto deepest = options.number('L', 50);
    if (!options.problem.empty()) return usage_error(io, "tree", options.problem);
    if (options.rest.empty()) options.rest.push_back(".");
    std::size_t counts[2] = {0, 0};
    int status = 0;
    for (const auto& arg : options.rest) {
        const auto node = io.tree.find(absolute_path(io.folder, arg));
        if (!node || !node->folder) {
            io.err += "tree: " + arg + ": No such directory\n";
            status = 2;
            continue;
        }
        io.out += node->path + "\n";
        if (deepest > 0) draw(*node, "", 1, std::min<std::size_t>(deepest, 50), options.has('d'), io, counts);
    }
    if (status == 0)
        io.out +=
            "\n" + std::to_string(counts[0]) + " directories, " + std::to_string(counts[1]) + " files\n";
    return status;
}

}  // namespace docent::api::shell
