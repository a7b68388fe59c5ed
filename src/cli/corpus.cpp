#include "cli/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <fstream>

#include "base/json_fields.hpp"
#include "docs/import.hpp"

namespace docent::cli {
namespace fs = std::filesystem;
namespace {

Result<docs::Site> read_jsonl(const fs::path& file) {
    docs::Site site;
    std::ifstream in(file, std::ios::binary);
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        boost::system::error_code error;
        const auto parsed = boost::json::parse(text, error);
        if (error || !parsed.is_object())
            return invalid(fmt::format("{}:{}: a line is one JSON object", file.filename().string(), number));
        const auto& line = parsed.get_object();
        docs::Page page;
        page.path = page.file = text_of(line, "id");
        page.title = text_of(line, "title");
        page.language = text_of(line, "lang");
        page.markdown = text_of(line, "text");
        docs::Chunk chunk;
        chunk.page = static_cast<std::uint32_t>(site.pages.size());
        chunk.text = chunk.markdown = page.markdown;
        site.pages.push_back(std::move(page));
        site.chunks.push_back(std::move(chunk));
    }
    return site;
}

}  // namespace

Result<std::vector<Corpus>> find_corpora(const fs::path& path, const std::vector<std::string>& names) {
    std::error_code error;
    const fs::path root = fs::canonical(path, error);
    if (error || !fs::is_directory(root)) return not_found("there is no folder " + path.string());
    const auto named = [&](const fs::path& folder) {
        return std::find(names.begin(), names.end(), folder.filename().string()) != names.end();
    };
    std::vector<Corpus> out;
    if (named(root)) {
        out.push_back({root.filename().string(), root});
        return out;
    }
    for (const auto& entry : fs::directory_iterator(root, error))
        if (entry.is_directory() && named(entry.path()))
            out.push_back({entry.path().filename().string(), entry.path()});
    std::sort(out.begin(), out.end(), [](const Corpus& a, const Corpus& b) { return a.name < b.name; });
    if (!out.empty()) return out;
    // One corpus under another name: every question is about it.
    std::vector<std::string> distinct = names;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.size() == 1) {
        out.push_back({distinct.front(), root});
        return out;
    }
    return not_found("no question is about " + path.string() +
                     ": the questions' corpus column names folders");
}

Result<std::shared_ptr<const search::Index>> blocking_index(const Corpus& corpus, const fs::path& file) {
    docs::Site site;
    std::vector<fs::path> jsonl;
    for (const auto& entry : fs::directory_iterator(corpus.folder))
        if (entry.path().extension() == ".jsonl") jsonl.push_back(entry.path());
    if (jsonl.size() == 1) {
        TRY(site, read_jsonl(jsonl.front()));
    } else {
        TRY(site, docs::import_folder(corpus.folder, docs::ImportOptions()));
    }
    // The ranking is judged, not who sees what: questions are about hidden pages, too.
    for (auto& page : site.pages) page.searchable = true;
    TRY_VOID(search::write_index(site, file));
    return search::Index::open(file);
}

}  // namespace docent::cli
