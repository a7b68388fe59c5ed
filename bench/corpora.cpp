#include "bench/corpora.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "docs/import.hpp"
#include "docs/jsonl.hpp"

namespace docent::bench {
namespace {

Result<docs::Site> import(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".jsonl") return docs::import_jsonl(entry.path());
    }
    return docs::import_folder(folder, {});
}

}  // namespace

std::vector<Corpus> load_corpora(const std::filesystem::path& data) {
    std::vector<Corpus> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(data / "corpora", error)) {
        auto site = import(entry.path());
        if (site) {
            // The ranking is judged, not who sees what: questions are about hidden pages, too.
            for (auto& page : site->pages) page.searchable = true;
            out.push_back({entry.path().filename().string(), *std::move(site)});
        } else {
            fmt::print(stderr, "{}: {}\n", entry.path().filename().string(), site.error().message);
        }
    }
    std::sort(out.begin(), out.end(), [](const Corpus& a, const Corpus& b) { return a.name < b.name; });
    return out;
}

}  // namespace docent::bench
