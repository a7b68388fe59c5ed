#pragma once
#include <string_view>

namespace docent::api::shell {

/// True if `text` fits the glob: "*" and "?" (not across "/" unless `cross`), "**" (across "/"), "[a-z]",
/// "[!x]", "\" before a literal. Source: POSIX.1-2017, XCU 2.13. Never more than text x pattern steps.
bool glob_matches(std::string_view pattern, std::string_view text, bool cross, bool ignore_case = false);

/// The same for the name of a file or folder of the documentation. Pages are ".md" files here; who looks for
/// ".mdx" means them, too.
bool name_matches(std::string_view pattern, std::string_view name, bool ignore_case = false);

}  // namespace docent::api::shell
