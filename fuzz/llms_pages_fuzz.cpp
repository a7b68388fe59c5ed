// Whatever an llms.txt says: its pages are on its own origin, each once, and their files stay in the folder.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "sources/llms_site.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string origin = "https://docs.example.com/";
    std::set<std::string> files;
    for (const auto& page : docent::sources::llms_pages(origin + "en/llms.txt", text)) {
        if (!page.url.starts_with(origin) || !page.file.ends_with(".md")) std::abort();
        if (!files.insert(page.file).second) std::abort();
        const std::filesystem::path file = page.file;
        if (file.is_absolute() || file.empty() || page.file.find('\0') != std::string::npos) std::abort();
        for (const auto& part : file)
            if (part == ".." || part == ".") std::abort();
    }
    return 0;
}
