#pragma once
#include <cstdint>
#include <filesystem>

namespace docent::agent {

/// Bytes that a folder with all below it takes on the disk, or more than `enough`: it stops counting there.
/// Links are not followed; what goes away meanwhile, or cannot be looked at, counts nothing. Blocks.
std::uint64_t blocking_disk_use(const std::filesystem::path& folder, std::uint64_t enough);

}  // namespace docent::agent
