#include "maintenance/retarget.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "docs/page_path.hpp"
#include "docs/source_files.hpp"

namespace docent::maintenance {

namespace {

std::string last_name(std::string_view path) {
    return std::string(docs::without_extension(path.substr(path.rfind('/') + 1)));
}

bool stands_for_folder(std::string_view path) {
    return is_one_of(lower_ascii(last_name(path)), {"index", "readme"});
}

std::string relative_path(std::string_view folder, std::string_view path) {
    const auto from = folder.empty() ? std::vector<std::string>{} : split(folder, '/');
    const auto to = split(path, '/');
    std::size_t common = 0;
    while (common < from.size() && common + 1 < to.size() && from[common] == to[common]) ++common;
    std::string out;
    for (auto i = common; i < from.size(); ++i) out += "../";
    for (auto i = common; i < to.size(); ++i) out += (i > common ? "/" : "") + to[i];
    return out;
}

/// As the target was written: with escapes where it had some, or where a link would end without them.
std::string encoded(std::string_view path, bool escapes) {
    const bool unsafe = path.find_first_of(" ()<>\"'`\\{}&?#%|") != std::string_view::npos;
    return escapes || unsafe ? percent_encode(path, "/") : std::string(path);
}

}  // namespace

std::string with_anchor(std::string_view target, std::string_view anchor) {
    const auto hash = std::min(target.find('#'), target.size());
    const bool escapes = target.substr(hash).find('%') != std::string_view::npos;
    return std::string(target.substr(0, hash)) + "#" + encoded(anchor, escapes);
}

std::string retarget(const LinkedSite& site, std::string_view target, std::string_view from,
                     const Destination& to) {
    const auto parts = site.parse(target);
    std::string_view path = parts.path;
    const bool slash = path.size() > 1 && path.back() == '/';
    if (slash) path.remove_suffix(1);
    auto extension = docs::extension_of(path);
    if (!is_one_of(extension, {".md", ".mdx", ".markdown", ".html"})) extension.clear();
    if (site.mintlify && extension == ".html") extension.clear();  // no page is served so
    std::string want = to.file;
    bool by_file = !to.path;
    if (to.path) {
        // "/a.md" is the Markdown that the server makes of any page.
        const bool made = site.mintlify && extension == ".md" && docs::extension_of(to.file) != ".md";
        by_file = !extension.empty() && extension != ".html" && !made;
        if (by_file) {
            const bool above_root =
                parts.absolute() && !site.root.empty() && !path.starts_with("/" + site.root + "/");
            if (above_root && to.file.starts_with(site.root + "/"))
                want = to.file.substr(site.root.size() + 1);
        } else {
            want = *to.path;
            if (stands_for_folder(path) && stands_for_folder(to.file) && site.mintlify)
                want = std::string(docs::without_extension(to.file));
            if (want == "index" && !stands_for_folder(path) && parts.absolute()) want.clear();
            want += extension;
        }
    }
    std::string out(parts.prefix);
    if (path.empty() && parts.prefix.empty()) {  // an anchor of its own page has no notation for others
        out = site.mintlify && to.path ? "/" + encoded(*to.path, false)
                                       : encoded(relative_path(folder_of(from), to.file), false);
        return out + (to.anchor ? "#" + *to.anchor : "#" + std::string(parts.anchor));
    }
    const bool escapes = path.find('%') != std::string_view::npos;
    if (parts.absolute()) {
        const auto& base = site.base_path();
        if (parts.prefix.empty() && !base.empty() && path.starts_with(base + "/") &&
            !site.page_at(std::string(path.substr(1))))
            out += base;
        out += "/" + encoded(want, escapes);
    } else {
        const bool as_file = by_file || want == docs::without_extension(to.file) || site.mintlify;
        auto written = relative_path(as_file ? folder_of(from) : folder_of(site.path_of(from)), want);
        if (path.starts_with("./") && !written.starts_with("../")) written = "./" + written;
        out += encoded(written, escapes);
    }
    if (slash && !out.ends_with('/')) out += "/";
    out += parts.query;
    if (to.anchor && !to.anchor->empty())
        out += "#" + encoded(*to.anchor, parts.anchor.find('%') != std::string_view::npos);
    else if (!to.anchor && parts.has_anchor)
        out += "#" + std::string(parts.anchor);
    return out;
}

}  // namespace docent::maintenance
