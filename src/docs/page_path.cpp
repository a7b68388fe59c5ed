#include "docs/page_path.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "docs/slug.hpp"

namespace docent::docs {

std::string_view without_extension(std::string_view file) {
    const auto dot = file.rfind('.');
    const auto slash = file.rfind('/');
    if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return file;
    return file.substr(0, dot);
}

std::string fold_index(std::string_view path) {
    constexpr std::string_view index = "/index";
    if (path.size() > index.size() && path.substr(path.size() - index.size()) == index)
        path.remove_suffix(index.size());
    return std::string(path);
}

std::string plain_page_path(std::string_view file, std::string_view root, const FrontMatter& fields) {
    auto rest = without_extension(file);
    if (!root.empty() && rest.substr(0, root.size()) == root) rest.remove_prefix(root.size());
    while (!rest.empty() && rest[0] == '/') rest.remove_prefix(1);
    auto parts = split(rest, '/');
    for (auto& part : parts) part = std::string(without_order_number(part));
    if (lower_ascii(parts.back()) == "readme") parts.back() = "index";
    // Docusaurus: a page named like its folder stands for the folder.
    if (parts.size() > 1 && !fields.id.empty() && fields.id.find('/') == std::string::npos &&
        parts.back() != "index")
        parts.back() = fields.id;
    if (parts.size() == 1 && !fields.id.empty() && fields.id.find('/') == std::string::npos &&
        parts.back() != "index")
        parts.back() = fields.id;
    std::string slug(trim(fields.slug));
    if (!slug.empty() && slug.find("://") == std::string::npos && slug != "_" &&
        slug.find("..") == std::string::npos) {
        while (slug.size() > 1 && slug.back() == '/') slug.pop_back();
        if (slug[0] == '/') return slug == "/" ? "index" : slug.substr(1);
        if (slug.substr(0, 2) == "./") slug = slug.substr(2);
        parts.back() = slug;
    }
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : "/") + part;
    return fold_index(out);
}

std::string content_root(const std::vector<std::string>& files) {
    static constexpr std::array<std::string_view, 10> neutral{
        "content", "contents", "docs", "doc", "documentation", "src", "source", "website", "pages", "site"};
    std::string root;
    for (;;) {
        std::string next;
        for (const auto& file : files) {
            const auto from = root.empty() ? 0 : root.size() + 1;
            const auto slash = file.find('/', from);
            if (slash == std::string::npos) return root;
            const auto folder = file.substr(0, slash);
            if (next.empty()) next = folder;
            if (next != folder) return root;
        }
        const auto name = next.substr(next.rfind('/') + 1);
        if (next.empty() || std::find(neutral.begin(), neutral.end(), lower_ascii(name)) == neutral.end())
            return root;
        root = next;
    }
}

}  // namespace docent::docs
