// A changed vectors file is refused, or gives rows that were written and no others. The input says where to
// flip and cut: two bytes of place and one of change each; a change of 0 cuts the file there.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "search/vectors_file.hpp"

using namespace docent;

namespace {

constexpr std::size_t rows = 20, dimensions = 4;
constexpr std::uint64_t model = 7;

const std::filesystem::path& folder() {
    static const auto path = [] {
        std::string name = (std::filesystem::temp_directory_path() / "docent-fuzz-XXXXXX").string();
        if (!mkdtemp(name.data())) std::abort();
        return std::filesystem::path(name);
    }();
    return path;
}

std::vector<float> vector_of(std::size_t row) {
    std::vector<float> out(dimensions, 0);
    out[row % dimensions] = 1;
    return out;
}

std::string make_whole() {
    const auto file = folder() / "whole";
    auto writer = search::VectorsWriter::open(file, model);
    if (!writer) std::abort();
    for (std::size_t row = 0; row < rows; ++row)
        if (!writer->append({search::text_key(std::to_string(row))}, {vector_of(row)})) std::abort();
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::string whole = make_whole();
    std::string changed = whole;
    for (std::size_t i = 0; i + 3 <= size && !changed.empty(); i += 3) {
        const std::size_t place = (data[i] | std::size_t{data[i + 1]} << 8) % changed.size();
        if (data[i + 2] == 0)
            changed.resize(place);
        else
            changed[place] = static_cast<char>(changed[place] ^ data[i + 2]);
    }
    const auto file = folder() / "changed";
    std::ofstream(file, std::ios::binary | std::ios::trunc) << changed;
    const auto opened = search::VectorsFile::open(file, model);
    if (!opened) return 0;
    if ((*opened)->size() > rows || (*opened)->dimensions() != dimensions) std::abort();
    for (std::size_t row = 0; row < (*opened)->size(); ++row) {
        if ((*opened)->key(row) != search::text_key(std::to_string(row))) std::abort();
        if (std::memcmp((*opened)->vector(row), vector_of(row).data(), dimensions * sizeof(float)) != 0)
            std::abort();
    }
    return 0;
}
