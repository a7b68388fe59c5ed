#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace docent {

/// ASCII only: letter case of other scripts is search's business (ICU).
std::string lower_ascii(std::string_view text);
std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words);

/// True for well-formed UTF-8 (no surrogates, no overlong forms, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// At most `bytes` bytes from the front, cut between characters.
std::string_view cut_utf8(std::string_view text, std::size_t bytes);

/// Ill-formed sequences become U+FFFD.
std::string repair_utf8(std::string_view text);

/// Percent-decodes. Fails (returns false) on a broken escape; `out` is then unspecified.
bool percent_decode(std::string_view text, std::string& out);

/// Percent-encodes everything but unreserved characters and the ones in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "");

}  // namespace docent
