#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <unordered_map>

#include "base/crypto.hpp"
#include "search/format.hpp"
#include "search/index.hpp"
#include "search/paths.hpp"
#include "search/postings.hpp"
#include "search/writer.hpp"

namespace docent::search {
namespace {

template <class T>
std::string_view bytes_of(const std::vector<T>& rows) {
    static_assert(std::is_trivially_copyable_v<T>);
    return {reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(T)};
}

/// The text section: strings by range, short ones once.
class TextPool {
public:
    TextRef add(std::string_view text) {
        if (text.empty()) return {};
        if (text.size() > 256) return append(text);
        const auto [it, is_new] = known_.try_emplace(std::string(text));
        if (is_new) it->second = append(text);
        return it->second;
    }
    TextRef append(std::string_view text) {
        const auto offset = bytes_.size();
        bytes_ += text;
        return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(text.size())};
    }
    ListRef add_list(const std::vector<std::string>& texts) {
        const auto first = static_cast<std::uint32_t>(lists_.size());
        for (const auto& text : texts) lists_.push_back(add(text));
        return {first, static_cast<std::uint32_t>(texts.size())};
    }
    const std::string& bytes() const { return bytes_; }
    const std::vector<TextRef>& lists() const { return lists_; }

private:
    std::string bytes_;
    std::vector<TextRef> lists_;
    std::unordered_map<std::string, TextRef> known_;
};

PageRecord page_record(const docs::Page& page, TextPool& text) {
    PageRecord out;
    out.path = text.add(page.path);
    out.file = text.add(page.file);
    out.title = text.add(page.title);
    out.description = text.add(page.description);
    out.language = text.add(page.language);
    out.version = text.add(page.version);
    out.tag = text.add(page.tag);
    out.url = text.add(page.url);
    out.markdown = text.append(page.markdown);
    out.breadcrumbs = text.add_list(page.breadcrumbs);
    out.groups = text.add_list(page.groups);
    out.anchors = text.add_list(page.anchors);
    out.modified = page.modified;
    out.boost = static_cast<float>(std::clamp(page.boost, 0.0, 1000.0));
    out.searchable = page.searchable;
    out.listed = page.listed;
    out.is_api = page.is_api;
    return out;
}

/// Where every path and redirect leads, sorted.
std::vector<PathRecord> path_records(const docs::Site& site, TextPool& text) {
    std::map<std::string, PathRecord> rows;
    for (std::uint32_t i = 0; i < site.pages.size(); ++i) {
        PathRecord row;
        row.page = i;
        rows.try_emplace(normal_path(site.pages[i].path), row);
        if (!site.pages[i].url.empty()) rows.try_emplace(normal_path(site.pages[i].url), row);
    }
    for (const auto& [from, to] : site.redirects) {
        const auto mark = std::min({from.find('*'), from.find("/:"), from.size()});
        if (mark != from.size()) {
            PathRecord row;
            const auto target_mark = std::min({to.find('*'), to.find("/:"), to.size()});
            row.wildcard = target_mark == to.size() ? wildcard_to_one : wildcard_keeps_rest;
            std::string_view target = std::string_view(to).substr(0, target_mark);
            while (!target.empty() && target.back() == '/') target.remove_suffix(1);
            row.target = text.add(target);
            std::string_view key = std::string_view(from).substr(0, mark);
            while (!key.empty() && key.front() == '/') key.remove_prefix(1);
            while (!key.empty() && key.back() == '/') key.remove_suffix(1);
            rows.try_emplace(std::string(key) + "/", row);
            continue;
        }
        std::string target = to;
        for (int hops = 0; hops < 8; ++hops) {
            if (const auto row = rows.find(normal_path(target)); row != rows.end() && !row->second.wildcard) {
                PathRecord alias;
                alias.page = row->second.page;
                rows.try_emplace(normal_path(from), alias);
                break;
            }
            const auto next = site.redirects.find(target);
            if (next == site.redirects.end()) break;
            target = next->second;
        }
    }
    std::vector<PathRecord> out;
    for (auto& [key, row] : rows) {
        row.key = text.add(key);
        out.push_back(row);
    }
    return out;
}

/// The language most pages without a language tag seem to be in.
LanguageId usual_language(const docs::Site& site) {
    std::array<std::size_t, max_languages> pages{};
    for (const auto& page : site.pages) {
        if (language_of(page.language) == no_language) ++pages[detect_language(page.markdown)];
    }
    pages[no_language] = 0;
    return static_cast<LanguageId>(std::max_element(pages.begin(), pages.end()) - pages.begin());
}

std::string_view file_name_of(const std::filesystem::path& path) { return path.native(); }

Error disk_error(std::string_view what, const std::filesystem::path& path) {
    const int code = errno;
    return Error(ErrorCode::unavailable, "The index could not be written: is the disk full or read-only?",
                 std::string(what) + " " + std::string(file_name_of(path)) + ": " + std::strerror(code));
}

/// A file descriptor that closes itself.
class File {
public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    bool ok() const { return fd_ >= 0; }
    int get() const { return fd_; }
    bool write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto n = ::write(fd_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }

private:
    int fd_;
};

Status write_all(const std::filesystem::path& temporary, const Header& header,
                 const std::vector<std::string_view>& sections) {
    const File out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!out.ok()) return disk_error("open", temporary);
    if (!out.write({reinterpret_cast<const char*>(&header), sizeof header}))
        return disk_error("write", temporary);
    constexpr std::string_view zeros("\0\0\0\0\0\0\0", 7);
    for (const auto section : sections) {
        if (!out.write(section) || !out.write(zeros.substr(0, (8 - section.size() % 8) % 8))) {
            return disk_error("write", temporary);
        }
    }
    if (::fsync(out.get()) != 0) return disk_error("fsync", temporary);
    return {};
}

Status replace_file(const std::filesystem::path& file, const Header& header,
                    const std::vector<std::string_view>& sections) {
    auto temporary = file;
    temporary += ".tmp-" + random_hex(4);
    auto written = write_all(temporary, header, sections);
    if (written && ::rename(temporary.c_str(), file.c_str()) != 0) written = disk_error("rename", file);
    if (!written) {
        ::unlink(temporary.c_str());
        return written;
    }
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const File directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.ok() || ::fsync(directory.get()) != 0) return disk_error("fsync", folder);
    return {};
}

}  // namespace

Status write_index(const docs::Site& site, const std::filesystem::path& file) {
    return write_index(site, file, Weights{});
}

Status write_index(const docs::Site& site, const std::filesystem::path& file, const Weights& weights) {
    TextPool text;
    MetaRecord meta;
    meta.name = text.add(site.name);
    meta.description = text.add(site.description);
    meta.page_count = static_cast<std::uint32_t>(site.pages.size());
    meta.chunk_count = static_cast<std::uint32_t>(site.chunks.size());

    std::vector<PageRecord> pages;
    for (const auto& page : site.pages) pages.push_back(page_record(page, text));

    const LanguageId usual = usual_language(site);
    PostingsBuilder builder(weights);
    std::vector<ChunkRecord> chunks;
    std::size_t cursor = 0;  // behind the last chunk found in its page's Markdown
    for (std::uint32_t i = 0; i < site.chunks.size(); ++i) {
        const docs::Chunk& chunk = site.chunks[i];
        if (chunk.page >= site.pages.size()) return internal("a chunk names a page that is not there");
        const docs::Page& page = site.pages[chunk.page];
        PageRecord& record = pages[chunk.page];
        if (record.chunk_count++ == 0) {
            record.first_chunk = i;
            cursor = 0;
            record.language_id = language_of(page.language);
            if (record.language_id == no_language) record.language_id = detect_language(page.markdown, usual);
        }
        ChunkRecord row;
        row.page = chunk.page;
        row.language_id = record.language_id;
        row.anchor = text.add(chunk.anchor);
        row.headings = text.add_list(chunk.headings);
        // A section is nearly always a piece of its page: one copy serves both.
        const auto place = page.markdown.find(chunk.markdown, cursor);
        if (place != page.markdown.npos) {
            row.markdown = {record.markdown.offset + static_cast<std::uint32_t>(place),
                            static_cast<std::uint32_t>(chunk.markdown.size())};
            cursor = place + chunk.markdown.size();
        } else {
            row.markdown = text.append(chunk.markdown);
        }
        chunks.push_back(row);

        ChunkText words;
        words.language = record.language_id;
        if (page.searchable) {
            words.title = page.title;
            words.body = chunk.text;
            words.code = chunk.code;
            if (record.chunk_count == 1) words.description = page.description;  // it introduces the page
            words.headings.assign(chunk.headings.begin(), chunk.headings.end());
            words.keywords.assign(page.keywords.begin(), page.keywords.end());
            ++meta.chunks_of_language[record.language_id];
        }
        builder.add(words);
    }
    const auto built = builder.finish();
    meta.term_count = built.term_count;
    meta.block_count = static_cast<std::uint32_t>(built.blocks.size());

    const auto paths = path_records(site, text);
    std::vector<FileRecord> files;
    for (const auto& [name, contents] : site.files) files.push_back({text.add(name), text.append(contents)});

    if (std::max({text.bytes().size(), built.terms.size(), built.postings.size()}) > 0xFFFF'FFFFu) {
        return Error(ErrorCode::too_large,
                     "The documentation is over 4 GiB: split it into several projects.");
    }
    const std::vector<std::string_view> sections{{reinterpret_cast<const char*>(&meta), sizeof meta},
                                                 text.bytes(),
                                                 bytes_of(text.lists()),
                                                 bytes_of(pages),
                                                 bytes_of(chunks),
                                                 bytes_of(paths),
                                                 bytes_of(files),
                                                 bytes_of(built.blocks),
                                                 built.terms,
                                                 built.postings,
                                                 bytes_of(built.word_blocks),
                                                 built.words};
    Header header;
    std::memcpy(header.magic, file_magic, sizeof header.magic);
    header.version = format_version;
    header.sections = section_count;
    std::uint64_t offset = sizeof header;
    for (std::size_t i = 0; i < section_count; ++i) {
        header.entries[i] = {offset, sections[i].size(), XXH3_64bits(sections[i].data(), sections[i].size())};
        offset += (sections[i].size() + 7) / 8 * 8;
    }
    header.file_size = offset;
    header.checksum = XXH3_64bits(&header, offsetof(Header, checksum));
    return replace_file(file, header, sections);
}

}  // namespace docent::search
