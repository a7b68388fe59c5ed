#include "docs/page_preview.hpp"

#include <boost/json/parse.hpp>
#include <map>

#include "base/text.hpp"
#include "docs/chunks.hpp"
#include "docs/front_matter.hpp"
#include "docs/html.hpp"
#include "docs/mdx.hpp"
#include "docs/source_files.hpp"

namespace docent::docs {
namespace {

namespace json = boost::json;

/// Where the site begins that a file is of, and its variables.
struct SiteOfPage {
    std::string root;  // "" or ends with a slash
    bool configured = false;
    std::map<std::string, std::string> variables;
};

SiteOfPage site_of(const std::string& file, const ReadFile& read) {
    for (auto end = file.rfind('/');; end = end == 0 ? file.npos : file.rfind('/', end - 1)) {
        SiteOfPage site;
        site.root = end == file.npos ? "" : file.substr(0, end + 1);
        for (const char* name : {"docs.json", "mint.json"}) {
            const auto text = read(site.root + name);
            if (!text) continue;
            site.configured = true;
            boost::system::error_code failed;
            const auto config = json::parse(*text, failed);
            const auto* variables =
                !failed && config.is_object() ? config.get_object().if_contains("variables") : nullptr;
            if (!variables || !variables->is_object()) return site;
            for (const auto& [name_of, value] : variables->get_object())
                if (value.is_string()) site.variables[std::string(name_of)] = value.get_string().c_str();
            return site;
        }
        if (end == file.npos) return {};
    }
}

bool is_html_file(std::string_view file) {
    const auto extension = extension_of(file);
    return extension == ".html" || extension == ".htm";
}

}  // namespace

bool is_page_file(std::string_view file) {
    return is_page_extension(extension_of(file)) || is_html_file(file);
}

PagePreview preview_page(const std::string& file, std::string_view text, const ReadFile& read) {
    PagePreview out;
    const auto whole = is_utf8(text) ? std::string(text) : repair_utf8(text);
    if (is_html_file(file)) {
        auto html = html_to_page(whole);
        out.title = std::move(html.title);
        out.description = std::move(html.description);
        out.markdown = std::move(html.markdown);
        out.problem = std::move(html.problem);
        return out;
    }
    auto head = read_front_matter(whole);
    out.title = std::move(head.fields.title);
    out.description = std::move(head.fields.description);
    out.problem = std::move(head.error);
    const auto site = site_of(file, read);
    MdxOptions options;
    options.mdx = site.configured || extension_of(file) == ".mdx";
    options.file = file.substr(site.root.size());
    options.variables = &site.variables;
    options.snippet = [&](const std::string& path) -> std::optional<std::string> {
        auto snippet = read(site.root + path);
        if (snippet && !is_utf8(*snippet)) snippet = repair_utf8(*snippet);
        return snippet;
    };
    auto converted = mdx_to_markdown(std::string_view(whole).substr(head.body), options);
    out.missing = std::move(converted.missing);
    constexpr std::size_t words = 300;  // of sections, which nobody looks at here
    auto chunked = chunk_page(converted.marked, out.title, words);
    if (out.title.empty()) out.title = std::move(chunked.title);
    out.markdown = std::move(chunked.markdown);
    return out;
}

}  // namespace docent::docs
