// Messages are the same whatever the pieces that they come in, and none of their bytes is lost.
#include <cstdint>
#include <cstdlib>

#include "browser/devtools_messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t step = data[0] % 17 + 1;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    docent::browser::DevToolsMessages whole, pieces;
    std::vector<std::string> at_once, by_pieces;
    if (!whole.add(bytes, at_once)) std::abort();
    for (std::size_t at = 0; at < bytes.size(); at += step)
        if (!pieces.add(bytes.substr(at, step), by_pieces)) std::abort();
    if (at_once != by_pieces || whole.waiting() != pieces.waiting()) std::abort();
    std::size_t told = whole.waiting();
    for (const auto& one : at_once) {
        if (one.find('\0') != one.npos) std::abort();
        told += one.size() + 1;
    }
    if (told != bytes.size()) std::abort();
    return 0;
}
