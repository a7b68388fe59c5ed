#include "docs/jsonl.hpp"

#include <boost/json/parse.hpp>
#include <fstream>

#include "base/text.hpp"
#include "docs/navigation.hpp"

namespace docent::docs {

namespace json = boost::json;

Result<Site> import_jsonl(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return not_found("there is no such file");
    Site site;
    site.name = file.stem().string();
    std::string line;
    std::uint32_t number = 0;
    while (std::getline(in, line)) {
        ++number;
        if (trim(line).empty()) continue;
        boost::system::error_code failed;
        const auto value = json::parse(line, failed);
        if (failed || !value.is_object()) {
            site.problems.push_back({file.filename().string(), number, "this line is no JSON object", true});
            continue;
        }
        const auto field = [&](std::string_view key) {
            const auto* found = value.as_object().if_contains(key);
            return found && found->is_string() ? std::string(found->as_string().c_str()) : "";
        };
        Page page;
        page.file = page.path = field("id");
        page.title = field("title");
        page.url = field("url");
        if (page.url.find("://") == std::string::npos) page.url.clear();
        page.language = normalise_language(field("lang"));
        page.markdown = field("text");
        if (page.file.empty()) {
            site.problems.push_back({file.filename().string(), number, "this line has no id", true});
            continue;
        }
        Chunk chunk;
        chunk.page = static_cast<std::uint32_t>(site.pages.size());
        chunk.text = chunk.markdown = page.markdown;
        site.chunks.push_back(std::move(chunk));
        site.pages.push_back(std::move(page));
    }
    if (site.pages.empty()) return invalid("this file has no page in it");
    return site;
}

}  // namespace docent::docs
