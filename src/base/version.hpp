#pragma once

namespace docent {

/// The release, by semver.org. CMakeLists.txt reads it from here.
inline constexpr const char* version = "0.1.0";

}  // namespace docent
