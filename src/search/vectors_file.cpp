#include "search/vectors_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "base/crypto.hpp"

namespace docent::search {
namespace {

constexpr char vectors_magic[8] = {'D', 'O', 'C', 'E', 'N', 'T', 'V', 'E'};
constexpr std::uint32_t vectors_version = 1;
constexpr std::size_t most_dimensions = 16'384;

struct VectorsHeader {
    char magic[8] = {};
    std::uint32_t version = 0, dimensions = 0;
    std::uint64_t model = 0, generation = 0, checksum = 0;
};
struct RecordHead {
    TextKey key;
    std::uint64_t checksum = 0;
};
static_assert(sizeof(VectorsHeader) == 40 && sizeof(RecordHead) == 24);

std::size_t record_size(std::size_t dimensions) { return sizeof(RecordHead) + dimensions * sizeof(float); }

std::uint64_t checksum_of(const TextKey& key, const void* vector, std::size_t dimensions) {
    return XXH3_64bits_withSeed(vector, dimensions * sizeof(float), key.low ^ key.high);
}

Error refused(const char* what) {
    return Error(ErrorCode::unavailable, "The disk refused the file of embeddings.",
                 std::string(what) + ": " + std::strerror(errno));
}
Error damaged(std::string detail) {
    return Error(ErrorCode::invalid_argument, "The file of embeddings is damaged or of another model.",
                 std::move(detail));
}

}  // namespace

TextKey text_key(std::string_view text) {
    const auto hash = XXH3_128bits(text.data(), text.size());
    return {hash.low64, hash.high64};
}

std::uint64_t model_number(std::string_view id) { return XXH3_64bits(id.data(), id.size()); }

Result<std::shared_ptr<const VectorsFile>> VectorsFile::open(const std::filesystem::path& file,
                                                             std::uint64_t model) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return not_found("Nothing is embedded yet.");
        return refused("open");
    }
    struct stat info {};
    const bool known = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    const auto size = known ? static_cast<std::size_t>(info.st_size) : 0;
    void* bytes =
        size < sizeof(VectorsHeader) ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    ::close(fd);
    if (bytes == MAP_FAILED) return damaged("shorter than a header, or not mappable");
    std::shared_ptr<VectorsFile> out(new VectorsFile(static_cast<const char*>(bytes), size));
    TRY_VOID(out->check(model));
    return std::shared_ptr<const VectorsFile>(std::move(out));
}

VectorsFile::~VectorsFile() { ::munmap(const_cast<char*>(bytes_), size_); }

Status VectorsFile::check(std::uint64_t model) {
    VectorsHeader header;
    std::memcpy(&header, bytes_, sizeof header);
    if (std::memcmp(header.magic, vectors_magic, sizeof vectors_magic) != 0)
        return damaged("not a vectors file");
    if (header.version != vectors_version) return damaged("format version");
    if (header.checksum != XXH3_64bits(&header, offsetof(VectorsHeader, checksum)))
        return damaged("header checksum");
    if (header.model != model) return damaged("another model");
    if (header.dimensions == 0 || header.dimensions > most_dimensions) return damaged("dimensions");
    dimensions_ = header.dimensions;
    generation_ = header.generation;
    const std::size_t whole = (size_ - sizeof header) / record_size(dimensions_);
    for (; rows_ < whole; ++rows_) {
        RecordHead head;
        std::memcpy(&head, record(rows_), sizeof head);
        if (head.checksum != checksum_of(head.key, vector(rows_), dimensions_)) break;
    }
    return {};
}

const char* VectorsFile::record(std::size_t row) const {
    return bytes_ + sizeof(VectorsHeader) + row * record_size(dimensions_);
}

TextKey VectorsFile::key(std::size_t row) const {
    TextKey key;
    std::memcpy(&key, record(row), sizeof key);
    return key;
}

const float* VectorsFile::vector(std::size_t row) const {
    return reinterpret_cast<const float*>(record(row) + sizeof(RecordHead));
}

Result<VectorsWriter> VectorsWriter::open(const std::filesystem::path& file, std::uint64_t model) {
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    const auto lock_file = file.string() + ".lock";
    const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) return refused("lock file");
    VectorsWriter out(file, model, lock);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
        return conflict("Another process is embedding this documentation.");
    auto there = VectorsFile::open(file, model);
    if (!there) {
        if (there.error().code == ErrorCode::unavailable) return there.error();
        return out;
    }
    const auto whole = sizeof(VectorsHeader) + (*there)->size() * record_size((*there)->dimensions());
    out.out_ = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    // Rows that somebody has mapped are never cut off: they were verified as these were.
    if (out.out_ < 0 || ::ftruncate(out.out_, static_cast<off_t>(whole)) != 0) return refused("open");
    out.dimensions_ = (*there)->dimensions();
    return out;
}

VectorsWriter::VectorsWriter(VectorsWriter&& other) noexcept
    : file_(std::move(other.file_)),
      model_(other.model_),
      lock_(std::exchange(other.lock_, -1)),
      out_(std::exchange(other.out_, -1)),
      dimensions_(other.dimensions_) {}

VectorsWriter::~VectorsWriter() {
    if (out_ >= 0) ::close(out_);
    if (lock_ >= 0) ::close(lock_);
}

Status VectorsWriter::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(out_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return refused("write");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// A new file, with the header alone, beside the old one.
Status VectorsWriter::start(std::size_t dimensions) {
    if (out_ >= 0) ::close(std::exchange(out_, -1));
    out_ = ::open(part().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (out_ < 0) return refused("create");
    VectorsHeader header;
    std::memcpy(header.magic, vectors_magic, sizeof vectors_magic);
    header.version = vectors_version;
    header.dimensions = static_cast<std::uint32_t>(dimensions);
    header.model = model_;
    header.generation = std::stoull(random_hex(8), nullptr, 16);
    header.checksum = XXH3_64bits(&header, offsetof(VectorsHeader, checksum));
    TRY_VOID(write({reinterpret_cast<const char*>(&header), sizeof header}));
    dimensions_ = dimensions;
    return {};
}

/// Durable, and in the place of the old one: whoever has that mapped keeps it.
Status VectorsWriter::put_in_place() {
    if (::fdatasync(out_) != 0) return refused("sync");
    if (::rename(part().c_str(), file_.c_str()) != 0) return refused("rename");
    return {};
}

Status VectorsWriter::append(const std::vector<TextKey>& keys,
                             const std::vector<std::vector<float>>& vectors) {
    if (vectors.empty()) return {};
    const std::size_t dimensions = vectors.front().size();
    if (keys.size() != vectors.size() || dimensions == 0 || dimensions > most_dimensions)
        return internal("keys and vectors do not fit");
    const bool anew = dimensions != dimensions_;
    if (anew) TRY_VOID(start(dimensions));
    std::string bytes;
    bytes.reserve(vectors.size() * record_size(dimensions));
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        if (vectors[i].size() != dimensions) return internal("vectors of two sizes");
        const RecordHead head{keys[i], checksum_of(keys[i], vectors[i].data(), dimensions)};
        bytes.append(reinterpret_cast<const char*>(&head), sizeof head);
        bytes.append(reinterpret_cast<const char*>(vectors[i].data()), dimensions * sizeof(float));
    }
    TRY_VOID(write(bytes));
    if (anew) return put_in_place();
    if (::fdatasync(out_) != 0) return refused("sync");
    return {};
}

Status VectorsWriter::keep(const VectorsFile& of, const std::vector<std::uint32_t>& rows) {
    TRY_VOID(start(of.dimensions()));
    for (const auto row : rows) {
        if (row >= of.size()) return internal("a row that is not there");
        const auto key = of.key(row);
        const RecordHead head{key, checksum_of(key, of.vector(row), dimensions_)};
        TRY_VOID(write({reinterpret_cast<const char*>(&head), sizeof head}));
        TRY_VOID(write({reinterpret_cast<const char*>(of.vector(row)), dimensions_ * sizeof(float)}));
    }
    return put_in_place();
}

}  // namespace docent::search
