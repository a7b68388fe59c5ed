#include "api/page_text.hpp"

#include "base/text.hpp"

namespace docent::api {
namespace {

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : trim(text)) out += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    return out;
}

std::string shortened(std::string_view text, std::size_t most) {
    auto out = one_line(text);
    if (out.size() <= most) return out;
    if (most == 0) return {};
    return std::string(cut_utf8(out, most)) + "…";
}

std::string link_text(std::string_view text) {
    std::string out;
    for (const char c : one_line(text)) {
        if (c == '[' || c == ']' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string entry(const search::PageView& page, const std::string& base, std::size_t description) {
    std::string out = "- [" + link_text(page.title.empty() ? page.path : page.title) + "](";
    out += page.url.empty() ? base + "/" + percent_encode(page.path, "/@:!$&'*+,;=") + ".md"
                            : std::string(page.url);
    out += ")";
    if (const auto text = shortened(page.description, description); !text.empty()) out += ": " + text;
    return out + "\n";
}

}  // namespace

std::string page_text(const search::PageView& page) {
    std::string out = "# " + one_line(page.title.empty() ? page.path : page.title) + "\n\n";
    if (const auto text = one_line(page.description); !text.empty()) out += "> " + text + "\n\n";
    out += page.markdown;
    if (!out.ends_with('\n')) out += '\n';
    return out;
}

std::optional<std::uint32_t> find_readable(const search::Index& index, std::string_view path) {
    const search::Filter everybody;
    const auto found = index.find_page(path);
    if (!found || !index.allowed(*found, everybody)) return std::nullopt;
    const auto page = index.page(*found);
    if (!page.searchable && !page.listed) return std::nullopt;
    return found;
}

std::vector<std::uint32_t> readable_pages(const search::Index& index) {
    const search::Filter everybody;
    std::vector<std::uint32_t> out;
    for (std::uint32_t n = 0; n < index.page_count(); ++n)
        if (index.page(n).searchable && index.allowed(n, everybody)) out.push_back(n);
    return out;
}

std::vector<std::uint32_t> listed_pages(const search::Index& index) {
    std::string_view language, version;
    const search::Filter everybody;
    std::vector<std::uint32_t> open;
    for (std::uint32_t n = 0; n < index.page_count(); ++n) {
        const auto page = index.page(n);
        if (!page.listed || !index.allowed(n, everybody)) continue;
        if (language.empty()) language = page.language;
        if (version.empty()) version = page.version;
        open.push_back(n);
    }
    std::erase_if(open, [&](std::uint32_t n) {
        const auto page = index.page(n);
        return (!page.language.empty() && page.language != language) ||
               (!page.version.empty() && page.version != version);
    });
    return open;
}

std::string llms_text(const search::Index& index, const std::string& base) {
    if (const auto own = index.file("llms.txt"); !own.empty()) return std::string(own);
    const auto name = one_line(index.site_name());
    std::string head = "# " + (name.empty() ? "Documentation" : name) + "\n\n";
    if (const auto text = one_line(index.site_description()); !text.empty()) head += "> " + text + "\n\n";
    head += "## Docs\n\n";

    const auto pages = listed_pages(index);
    std::string out;
    for (const std::size_t description : {300u, 120u, 40u, 0u}) {
        out = head;
        for (const auto n : pages) out += entry(index.page(n), base, description);
        if (out.size() <= max_llms_text) return out;
    }
    out = head;
    std::size_t kept = 0;
    for (const auto n : pages) {
        const auto line = entry(index.page(n), base, 0);
        if (out.size() + line.size() > max_llms_text - 100) break;
        out += line;
        ++kept;
    }
    return out + "\n" + std::to_string(pages.size() - kept) +
           " more pages are not listed here; see llms-full.txt.\n";
}

}  // namespace docent::api
