#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace docent::maintenance {

/// The first sentences of plain text that fit in about `wanted` characters, one at least. Nothing when the
/// text does not end its first sentence, or that is longer than `most` characters. Knows the full stops of
/// Latin, Cyrillic, Arabic and East Asian scripts and of usual abbreviations.
std::optional<std::string> first_sentences(std::string_view text, std::size_t wanted = 160,
                                           std::size_t most = 300);

}  // namespace docent::maintenance
