// A changed index file is refused, or answers as the unchanged one. The input says where to flip and cut:
// two bytes of place and one of change each; a change of 0 cuts the file there.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "search/index.hpp"

using namespace docent;

namespace {

const std::filesystem::path& folder() {
    static const auto path = [] {
        std::string name = (std::filesystem::temp_directory_path() / "docent-fuzz-XXXXXX").string();
        if (!mkdtemp(name.data())) std::abort();
        return std::filesystem::path(name);
    }();
    return path;
}

std::string make_whole() {
    docs::Site site;
    site.name = "Fuzz";
    for (int i = 0; i < 20; ++i) {
        docs::Page page;
        page.path = "p" + std::to_string(i);
        page.title = "Page " + std::to_string(i);
        page.markdown = "Keys expire after " + std::to_string(i) + " days of deployment.";
        docs::Chunk chunk;
        chunk.page = static_cast<std::uint32_t>(i);
        chunk.text = chunk.markdown = page.markdown;
        site.pages.push_back(page);
        site.chunks.push_back(chunk);
    }
    const auto file = folder() / "whole.index";
    if (!search::write_index(site, file).ok()) std::abort();
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string answers(const std::filesystem::path& file) {
    const auto index = search::Index::open(file);
    if (!index.ok()) return {};
    search::Query query;
    query.text = "when do keys expire after deploymnet";
    std::string out;
    for (const auto& hit : (*index)->search(query).sections) {
        out += std::to_string(hit.rank) + std::string((*index)->chunk(hit.chunk).markdown);
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string whole = make_whole();
    static const std::string expected = answers(folder() / "whole.index");
    std::string bytes = whole;
    for (std::size_t i = 0; i + 2 < size && !bytes.empty(); i += 3) {
        const std::size_t at = (data[i] * 256u + data[i + 1]) % bytes.size();
        if (data[i + 2] == 0) {
            bytes.resize(at);
        } else {
            bytes[at] = static_cast<char>(bytes[at] ^ data[i + 2]);
        }
    }
    const auto file = folder() / "changed.index";
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
    const auto got = answers(file);
    if (!got.empty() && got != expected) std::abort();
    return 0;
}
