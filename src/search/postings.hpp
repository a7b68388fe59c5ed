#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "search/analysis.hpp"
#include "search/format.hpp"
#include "search/weights.hpp"

namespace docent::search {

/// The text of a chunk by field, as views that live until the builder is done.
struct ChunkText {
    std::string_view title, body, code, description;
    std::vector<std::string_view> headings, keywords;
    LanguageId language = no_language;
};

/// Turns chunks into the sorted dictionary and the postings of an index file. Add the chunks in order, then
/// finish.
class PostingsBuilder {
public:
    explicit PostingsBuilder(const Weights& weights) : weights_(weights) {}

    void add(const ChunkText& chunk);

    struct Built {
        std::string terms, postings, words;
        std::vector<BlockRecord> blocks;
        std::vector<std::uint32_t> word_blocks;  // offsets in words
        std::uint32_t term_count = 0;
    };
    Built finish();

private:
    static constexpr std::uint32_t none = ~0u;
    enum Field { title, heading, body, code, parts, keywords, description, field_count };

    /// What a token becomes: found out once for each spelling and language.
    struct Analysed {
        std::uint32_t term = none;
        std::uint32_t first_part = 0, part_count = 0;
        std::uint32_t uses = 0;
    };
    struct Posting {
        std::uint32_t term = 0, chunk = 0;
        std::uint8_t tf[field_count] = {};
        std::uint8_t unused = 0;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const;
    };

    std::uint32_t term_id(std::string term);
    const Analysed& analyse(const Token& token, LanguageId language);
    std::uint32_t add_field(std::string_view text, Field field, LanguageId language);
    void count(std::uint32_t term, Field field);
    float saturated(const Posting& posting) const;
    void write_terms(Built& out) const;
    void write_words(Built& out) const;

    Weights weights_;
    boost::unordered_flat_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;
    std::vector<boost::unordered_flat_map<std::string_view, Analysed, Hash>> analysed_;  // by language
    std::vector<std::uint32_t> parts_;
    std::vector<std::uint32_t> slots_;  // of each term: its posting of the chunk being added, or an older one
    std::vector<Posting> postings_;
    std::size_t chunk_start_ = 0;  // in postings_
    std::uint32_t chunk_ = 0;
    std::vector<std::uint32_t> body_lengths_;  // of each chunk, in terms
    std::vector<LanguageId> languages_;        // of each chunk
    std::vector<double> average_length_;       // by language
};

}  // namespace docent::search
