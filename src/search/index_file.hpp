#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "search/format.hpp"

namespace docent::search {

/// Where a term's postings are.
struct TermEntry {
    std::uint32_t frequency = 0;  // chunks that have it
    std::string_view postings;
};

/// An index file mapped into memory, its checksums verified. Accessors are bounds-checked all the same:
/// what is out of range is empty. Safe from any thread.
class IndexFile {
public:
    /// not_found; invalid_argument when it is cut, damaged or of another version.
    static Result<std::unique_ptr<const IndexFile>> open(const std::filesystem::path& file);
    ~IndexFile();
    IndexFile(const IndexFile&) = delete;
    IndexFile& operator=(const IndexFile&) = delete;

    const MetaRecord& meta() const { return *rows<MetaRecord>(SectionId::meta).first; }
    std::string_view text(TextRef range) const { return piece(section(SectionId::text), range); }
    std::vector<std::string_view> list(ListRef range) const;
    const PageRecord& page(std::uint32_t n) const;
    const ChunkRecord& chunk(std::uint32_t n) const;
    const PathRecord* find_path(std::string_view key) const;
    const PathRecord* find_wildcard(std::string_view path) const;
    std::string_view file(std::string_view name) const;
    std::vector<std::string_view> file_names() const;

    /// Bytes of the `text` section: Markdown, titles, paths.
    std::size_t stored_text_size() const { return section(SectionId::text).size(); }

    std::optional<TermEntry> find_term(std::string_view term) const;
    /// Calls see(word, uses) for the words that begin with the prefix, in order.
    template <class F>
    void each_word(std::string_view prefix, F&& see) const;

private:
    IndexFile(const char* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
    Status check() const;
    /// The last block that begins before the prefix, or the first one.
    std::size_t first_word_block(std::string_view prefix) const;
    std::string_view section(SectionId id) const;
    template <class T>
    std::pair<const T*, std::size_t> rows(SectionId id) const {
        const auto bytes = section(id);
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }
    static std::string_view piece(std::string_view section, TextRef range) {
        if (range.offset > section.size() || range.size > section.size() - range.offset) return {};
        return section.substr(range.offset, range.size);
    }

    const char* bytes_;
    std::size_t size_;
};

template <class F>
void IndexFile::each_word(std::string_view prefix, F&& see) const {
    const auto [blocks, size] = rows<std::uint32_t>(SectionId::word_blocks);
    const auto words = section(SectionId::words);
    std::string word;
    for (auto block = first_word_block(prefix); block < size; ++block) {
        const std::size_t end = block + 1 < size ? blocks[block + 1] : words.size();
        if (blocks[block] > end || end > words.size()) return;
        ByteReader in(words.substr(blocks[block], end - blocks[block]));
        while (!in.done()) {
            const auto shared = in.varint();
            const auto rest = in.varint();
            word.resize(std::min<std::size_t>(shared, word.size()));
            word += in.bytes(rest);
            const auto uses = in.varint();
            const int order = std::string_view(word).substr(0, prefix.size()).compare(prefix);
            if (order > 0) return;
            if (order == 0) see(std::string_view(word), uses);
        }
    }
}

}  // namespace docent::search
