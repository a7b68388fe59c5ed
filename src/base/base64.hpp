#pragma once
#include <string>
#include <string_view>

namespace docent {

/// Base64 with "+", "/" and "=" at the end (RFC 4648, 4).
std::string base64(std::string_view bytes);

/// False for what is none; `out` is then unspecified.
bool base64_decode(std::string_view text, std::string& out);

}  // namespace docent
