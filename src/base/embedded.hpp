#pragma once
#include <string_view>
#include <vector>

namespace docent {

/// A file that the program carries inside (cmake/embed.cmake): its path below the embedded folder, its bytes.
struct Embedded {
    std::string_view path;
    std::string_view bytes;
};

}  // namespace docent
