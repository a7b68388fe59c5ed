#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace docent::search {

// The index file. Little-endian, everything 8-byte aligned:
//
//   Header, with a table of sections and a checksum of itself
//   sections, each with an XXH3 checksum of its bytes
//
// Records are plain structs that are read in place. Strings are ranges of the `text` section.
// Terms stand sorted in blocks of `terms_per_block`: each term is written as the number of bytes it
// shares with the one before, the rest, its document frequency and the size of its postings. A posting
// is the distance to the next chunk (varint) and one byte: the weight w of the term in the chunk,
// saturated as round(255 * w / (k1 + w)), with the weights of the fields and lengths in it already.
//
// `words` holds the words as people write them (folded, not stemmed), sorted and written like the terms,
// each with how often it occurs: what spelling is mended with.

constexpr char file_magic[8] = {'D', 'O', 'C', 'E', 'N', 'T', 'I', 'X'};
constexpr std::uint32_t format_version = 2;
constexpr std::uint32_t terms_per_block = 16;
constexpr std::uint32_t words_per_block = 64;
constexpr std::uint32_t max_languages = 64;

enum class SectionId : std::uint32_t {
    meta,
    text,
    lists,
    pages,
    chunks,
    paths,
    files,
    blocks,
    terms,
    postings,
    word_blocks,
    words,
    count
};
constexpr std::size_t section_count = static_cast<std::size_t>(SectionId::count);

struct SectionEntry {
    std::uint64_t offset = 0, size = 0, checksum = 0;
};
struct Header {
    char magic[8] = {};
    std::uint32_t version = 0;
    std::uint32_t sections = 0;
    std::uint64_t file_size = 0;
    SectionEntry entries[section_count];
    std::uint64_t checksum = 0;  // of the bytes before it
};

struct TextRef {
    std::uint32_t offset = 0, size = 0;
};
/// A range of TextRefs in the `lists` section.
struct ListRef {
    std::uint32_t first = 0, count = 0;
};
struct MetaRecord {
    TextRef name, description;
    std::uint32_t page_count = 0, chunk_count = 0, term_count = 0, block_count = 0;
    std::uint32_t chunks_of_language[max_languages] = {};
};
struct PageRecord {
    TextRef path, file, title, description, language, version, tag, url, markdown;
    ListRef breadcrumbs, groups, anchors;
    std::uint32_t first_chunk = 0, chunk_count = 0;
    std::int64_t modified = 0;
    float boost = 1;
    std::uint8_t searchable = 1, listed = 1, is_api = 0, language_id = 0;
};
struct ChunkRecord {
    std::uint32_t page = 0;
    std::uint32_t language_id = 0;  // of its page
    TextRef anchor, markdown;
    ListRef headings;
};
/// A path that leads to a page, sorted by key. With a wildcard, every path that begins with the key leads
/// to `target`, or to `target` and the rest of the path.
enum Wildcard : std::uint32_t { no_wildcard, wildcard_to_one, wildcard_keeps_rest };
struct PathRecord {
    TextRef key, target;
    std::uint32_t page = 0;
    std::uint32_t wildcard = no_wildcard;
};
struct FileRecord {
    TextRef name, text;
};
struct BlockRecord {
    std::uint32_t terms = 0;     // offset in the `terms` section
    std::uint32_t postings = 0;  // offset in the `postings` section
};

inline void put_varint(std::string& out, std::uint32_t value) {
    while (value >= 0x80) {
        out += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    out += static_cast<char>(value);
}

/// Reads bytes front to back; at the end, or on a broken number, it stays at the end and gives 0.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes)
        : at_(reinterpret_cast<const std::uint8_t*>(bytes.data())), end_(at_ + bytes.size()) {}
    bool done() const { return at_ == end_; }
    std::uint8_t byte() { return at_ == end_ ? 0 : *at_++; }
    std::uint32_t varint() {
        std::uint32_t value = 0;
        for (int shift = 0; shift < 35 && at_ != end_; shift += 7) {
            const std::uint8_t byte = *at_++;
            value |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        at_ = end_;
        return 0;
    }
    std::string_view bytes(std::size_t size) {
        size = std::min(size, static_cast<std::size_t>(end_ - at_));
        const std::string_view out(reinterpret_cast<const char*>(at_), size);
        at_ += size;
        return out;
    }

private:
    const std::uint8_t* at_;
    const std::uint8_t* end_;
};

}  // namespace docent::search
