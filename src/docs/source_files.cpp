#include "docs/source_files.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <system_error>

#include "base/text.hpp"

namespace docent::docs {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t max_files = 1'000'000;
constexpr int max_folder_depth = 64;

Millis modified_of(const fs::directory_entry& entry) {
    std::error_code failed;
    const auto time = entry.last_write_time(failed);
    if (failed) return 0;
    const auto system = std::chrono::file_clock::to_sys(time);
    return std::chrono::duration_cast<std::chrono::milliseconds>(system.time_since_epoch()).count();
}

/// True if a link leads to something below the root.
bool stays_inside(const fs::path& path, const fs::path& canonical_root) {
    std::error_code failed;
    const auto real = fs::canonical(path, failed);
    if (failed) return false;
    const auto [end, rest] =
        std::mismatch(canonical_root.begin(), canonical_root.end(), real.begin(), real.end());
    return end == canonical_root.end();
}

}  // namespace

std::vector<SourceFile> list_files(const fs::path& root, const IgnoreRules& rules,
                                   std::vector<Problem>& problems) {
    std::vector<SourceFile> out;
    std::error_code failed;
    const auto canonical_root = fs::canonical(root, failed);
    std::vector<std::pair<std::string, int>> folders{{"", 0}};
    while (!folders.empty() && out.size() < max_files) {
        const auto [folder, depth] = folders.back();
        folders.pop_back();
        fs::directory_iterator at(root / folder, failed), end;
        if (failed) {
            problems.push_back({folder, 0, "this folder cannot be read", true});
            continue;
        }
        for (; at != end; at.increment(failed)) {
            if (failed) break;
            const auto& entry = *at;
            std::string path = (folder.empty() ? "" : folder + "/") + entry.path().filename().string();
            std::error_code ignored;
            const bool is_link = entry.is_symlink(ignored);
            const bool is_folder = entry.is_directory(ignored);
            if (rules.ignored(path, is_folder)) continue;
            if (is_link && (is_folder || !stays_inside(entry.path(), canonical_root))) continue;
            if (is_folder) {
                if (depth < max_folder_depth) folders.emplace_back(std::move(path), depth + 1);
            } else if (entry.is_regular_file(ignored)) {
                const auto size = entry.file_size(ignored);
                out.push_back({std::move(path), ignored ? 0 : size, modified_of(entry)});
            }
        }
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return out;
}

Result<std::string> read_source(const fs::path& root, std::string_view path, std::size_t max_bytes) {
    const auto file = root / path;
    std::error_code failed;
    const auto size = fs::file_size(file, failed);
    if (failed || !fs::is_regular_file(file, failed)) return not_found("this file cannot be read");
    if (size > max_bytes)
        return Error(ErrorCode::too_large,
                     "this file is larger than " + std::to_string(max_bytes >> 20) + " MiB");
    std::ifstream in(file, std::ios::binary);
    std::string text(size, '\0');
    in.read(text.data(), static_cast<std::streamsize>(size));
    if (!in && !in.eof()) return not_found("this file cannot be read");
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.find('\0') != std::string::npos) return invalid("this file is not text");
    return text;
}

std::string extension_of(std::string_view path) {
    const auto name = path.substr(path.rfind('/') + 1);
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? "" : lower_ascii(name.substr(dot));
}

bool is_page_extension(std::string_view extension) {
    return extension == ".md" || extension == ".mdx" || extension == ".markdown" || extension == ".mdoc";
}

}  // namespace docent::docs
