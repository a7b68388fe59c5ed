#pragma once
#include <string>
#include <string_view>

#include "search/index_file.hpp"

namespace docent::search {

/// The folded word if it is one that spelling can be mended in and with: letters only, at least four; else
/// "".
std::string plain_word(std::string_view raw);

/// How many letters to delete, insert, replace or swap with their neighbour to make b of a; anything above
/// `most` is most + 1. Accents of Latin letters do not count.
unsigned edit_distance(std::u32string_view a, std::u32string_view b, unsigned most);

/// The documentation's word that a word unknown to it was probably meant to be: one slip away, two for
/// long words, the most used of the nearest; "" when there is none. The first letter is taken to be right.
/// CPU work below a millisecond.
std::string mend_word(const IndexFile& file, std::string_view word);

}  // namespace docent::search
