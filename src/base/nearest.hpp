#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace docent {

/// The known name that is nearest to `name` by edits, or "" when none is near: for "did you mean".
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace docent
