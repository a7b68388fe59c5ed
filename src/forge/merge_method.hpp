#pragma once
#include <string_view>

#include "base/result.hpp"

namespace docent::forge {

/// What a merge leaves in the target branch: a merge commit, one commit of everything, or the commits made
/// anew on top of it.
enum class MergeMethod { merge, squash, rebase };
/// As the API has them: "merge", "squash", "rebase".
std::string_view to_string(MergeMethod method);
/// invalid_argument.
Result<MergeMethod> merge_method_of(std::string_view name);

}  // namespace docent::forge
