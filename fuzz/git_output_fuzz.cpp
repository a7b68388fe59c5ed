// Whatever git prints of a repository: a list of changes has each path once and text within its limit, and a
// status has no empty path.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "git/changes.hpp"
#include "git/status.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const bool cut : {false, true}) {
        const auto diff = docent::git::parse_diff(text, cut, 16);
        if (!diff.ok()) continue;
        std::set<std::string> paths;
        for (const auto& file : diff->files)
            if (!paths.insert(file.path).second) std::abort();
        if (diff->text.size() > 16 || (cut && !diff->truncated)) std::abort();
    }
    for (const auto& entry : docent::git::parse_status(text))
        if (entry.path.empty()) std::abort();
    return 0;
}
