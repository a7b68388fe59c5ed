#include "search/paths.hpp"

#include "base/text.hpp"

namespace docent::search {

std::string normal_path(std::string_view path) {
    path = trim(path);
    if (const auto scheme = path.find("://"); scheme != path.npos && scheme < 8) {
        path.remove_prefix(scheme + 3);
        const auto slash = path.find_first_of("/?#");
        path = slash == path.npos ? std::string_view() : path.substr(slash);
    }
    path = path.substr(0, path.find_first_of("?#"));
    while (path.substr(0, 2) == "./") path.remove_prefix(2);
    std::string decoded;
    if (!percent_decode(path, decoded)) decoded.assign(path);
    std::string_view rest = decoded;
    while (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
    while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    for (const std::string_view extension : {".mdx", ".md", ".html", ".htm"}) {
        if (rest.size() > extension.size() && rest.substr(rest.size() - extension.size()) == extension) {
            rest.remove_suffix(extension.size());
            break;
        }
    }
    constexpr std::string_view index = "/index";
    if (rest.size() > index.size() && rest.substr(rest.size() - index.size()) == index) {
        rest.remove_suffix(index.size());
    }
    return rest.empty() ? "index" : std::string(rest);
}

}  // namespace docent::search
