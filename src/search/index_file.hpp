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

    std::optional<TermEntry> find_term(std::string_view term) const;
    /// Calls see(term, frequency) for every term, in order.
    template <class F>
    void each_term(F&& see) const;

private:
    IndexFile(const char* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
    Status check() const;
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
void IndexFile::each_term(F&& see) const {
    ByteReader in(section(SectionId::terms));
    std::string term;
    while (!in.done()) {
        const auto shared = in.varint();
        const auto rest = in.varint();
        term.resize(std::min<std::size_t>(shared, term.size()));
        term += in.bytes(rest);
        const auto frequency = in.varint();
        in.varint();
        see(std::string_view(term), frequency);
    }
}

}  // namespace docent::search
