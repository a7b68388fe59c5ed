#include "search/index_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace docent::search {
namespace {

Error damaged(std::string detail) {
    return Error(ErrorCode::invalid_argument, "The index is damaged or of another version: rebuild it.",
                 std::move(detail));
}

}  // namespace

Result<std::unique_ptr<const IndexFile>> IndexFile::open(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return not_found("The index is not there: build it first.");
        return Error(ErrorCode::unavailable, "The index could not be read.", std::strerror(errno));
    }
    struct stat info {};
    const bool known = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    const auto size = known ? static_cast<std::size_t>(info.st_size) : 0;
    if (size < sizeof(Header)) {
        ::close(fd);
        return damaged("shorter than a header");
    }
    void* bytes = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    if (bytes == MAP_FAILED) {
        return Error(ErrorCode::unavailable, "The index could not be read.", std::strerror(errno));
    }
    std::unique_ptr<const IndexFile> out(new IndexFile(static_cast<const char*>(bytes), size));
    TRY_VOID(out->check());
    return out;
}

IndexFile::~IndexFile() { ::munmap(const_cast<char*>(bytes_), size_); }

Status IndexFile::check() const {
    const auto& header = *reinterpret_cast<const Header*>(bytes_);
    if (std::memcmp(header.magic, file_magic, sizeof file_magic) != 0) return damaged("not an index file");
    if (header.version != format_version || header.sections != section_count)
        return damaged("format version");
    if (header.checksum != XXH3_64bits(&header, offsetof(Header, checksum)))
        return damaged("header checksum");
    if (header.file_size != size_) return damaged("file size");
    for (const auto& entry : header.entries) {
        if (entry.offset > size_ || entry.size > size_ - entry.offset || entry.offset % 8 != 0) {
            return damaged("section out of range");
        }
        if (XXH3_64bits(bytes_ + entry.offset, entry.size) != entry.checksum)
            return damaged("section checksum");
    }
    // Verifying has touched every page. What queries need comes back from the system's file cache; the rest
    // need not count as this process's memory.
    ::madvise(const_cast<char*>(bytes_), size_, MADV_DONTNEED);
    if (section(SectionId::meta).size() != sizeof(MetaRecord)) return damaged("meta section");
    if (meta().page_count != rows<PageRecord>(SectionId::pages).second ||
        meta().chunk_count != rows<ChunkRecord>(SectionId::chunks).second) {
        return damaged("record counts");
    }
    return {};
}

std::string_view IndexFile::section(SectionId id) const {
    const auto& entry = reinterpret_cast<const Header*>(bytes_)->entries[static_cast<std::size_t>(id)];
    return {bytes_ + entry.offset, entry.size};
}

std::vector<std::string_view> IndexFile::list(ListRef range) const {
    const auto [refs, size] = rows<TextRef>(SectionId::lists);
    std::vector<std::string_view> out;
    if (range.count == 0 || range.first > size || range.count > size - range.first) return out;
    out.reserve(range.count);
    for (std::uint32_t i = 0; i < range.count; ++i) out.push_back(text(refs[range.first + i]));
    return out;
}

const PageRecord& IndexFile::page(std::uint32_t n) const {
    static const PageRecord none;
    const auto [pages, size] = rows<PageRecord>(SectionId::pages);
    return n < size ? pages[n] : none;
}

const ChunkRecord& IndexFile::chunk(std::uint32_t n) const {
    static const ChunkRecord none;
    const auto [chunks, size] = rows<ChunkRecord>(SectionId::chunks);
    return n < size ? chunks[n] : none;
}

const PathRecord* IndexFile::find_path(std::string_view key) const {
    const auto [paths, size] = rows<PathRecord>(SectionId::paths);
    const auto* end = paths + size;
    const auto* found = std::lower_bound(
        paths, end, key, [&](const PathRecord& row, std::string_view k) { return text(row.key) < k; });
    return found != end && text(found->key) == key && !found->wildcard ? found : nullptr;
}

const PathRecord* IndexFile::find_wildcard(std::string_view path) const {
    const auto [paths, size] = rows<PathRecord>(SectionId::paths);
    const PathRecord* best = nullptr;
    for (const auto* row = paths; row != paths + size; ++row) {
        const auto key = text(row->key);
        if (row->wildcard && path.substr(0, key.size()) == key &&
            (!best || key.size() > text(best->key).size()))
            best = row;
    }
    return best;
}

std::string_view IndexFile::file(std::string_view name) const {
    const auto [files, size] = rows<FileRecord>(SectionId::files);
    for (std::size_t i = 0; i < size; ++i) {
        if (text(files[i].name) == name) return text(files[i].text);
    }
    return {};
}

std::vector<std::string_view> IndexFile::file_names() const {
    const auto [files, size] = rows<FileRecord>(SectionId::files);
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < size; ++i) names.push_back(text(files[i].name));
    return names;
}

std::optional<TermEntry> IndexFile::find_term(std::string_view term) const {
    const auto [blocks, size] = rows<BlockRecord>(SectionId::blocks);
    const auto terms = section(SectionId::terms), postings = section(SectionId::postings);
    const auto first_term = [&](const BlockRecord& block) {
        ByteReader in(terms.substr(std::min<std::size_t>(block.terms, terms.size())));
        in.varint();
        const auto length = in.varint();
        return in.bytes(length);
    };
    const auto* end = blocks + size;
    const auto* block = std::upper_bound(
        blocks, end, term, [&](std::string_view t, const BlockRecord& row) { return t < first_term(row); });
    if (block == blocks) return {};
    --block;
    ByteReader in(terms.substr(std::min<std::size_t>(block->terms, terms.size())));
    std::uint32_t at = block->postings;
    std::string name;
    for (std::uint32_t i = 0; i < terms_per_block && !in.done(); ++i) {
        const auto shared = in.varint();
        const auto rest = in.varint();
        name.resize(std::min<std::size_t>(shared, name.size()));
        name += in.bytes(rest);
        const auto frequency = in.varint();
        const auto bytes = in.varint();
        if (name == term) return TermEntry{frequency, piece(postings, {at, bytes})};
        if (name > term) break;
        at += bytes;
    }
    return {};
}

std::size_t IndexFile::first_word_block(std::string_view prefix) const {
    const auto [blocks, size] = rows<std::uint32_t>(SectionId::word_blocks);
    const auto words = section(SectionId::words);
    const auto* begin = blocks;
    const auto* found =
        std::lower_bound(begin, begin + size, prefix, [&](std::uint32_t block, std::string_view p) {
            ByteReader in(words.substr(std::min<std::size_t>(block, words.size())));
            in.varint();
            const auto length = in.varint();
            return in.bytes(length) < p;
        });
    return found == begin ? 0 : static_cast<std::size_t>(found - begin) - 1;
}

}  // namespace docent::search
