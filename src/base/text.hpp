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

/// "1 page", "3 pages"; and "1 entry", "3 entries", or "1 link is", "3 links are".
std::string counted(std::size_t n, std::string_view noun);
std::string counted(std::size_t n, std::string_view one, std::string_view many);

/// The line that a byte stands on, from 1; of the last line, behind the end.
std::size_t line_of(std::string_view text, std::size_t offset);
/// How the text ends its first line: "\r\n" or "\n"; "\n" when it has one line.
std::string line_end_of(std::string_view text);

/// True for well-formed UTF-8 (no surrogates, no overlong forms, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// At most `bytes` bytes from the front, cut between characters.
std::string_view cut_utf8(std::string_view text, std::size_t bytes);

/// At most `characters` characters (code points) from the front: all of it when it fits, else cut before the
/// last space that stands behind more than `least` bytes, or between characters when there is none.
std::string_view cut_at_word(std::string_view text, std::size_t characters, std::size_t least = 0);

/// Ill-formed sequences become U+FFFD.
std::string repair_utf8(std::string_view text);

/// Percent-decodes. Fails (returns false) on a broken escape; `out` is then unspecified.
bool percent_decode(std::string_view text, std::string& out);

/// Percent-encodes everything but unreserved characters and the ones in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "");

}  // namespace docent
