#pragma once
#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace docent::search {

// A vectors file keeps what an embeddings model made of texts, by the texts' content: a header, then
// records of one size. It only grows, a batch at a time, each synced, so what was paid for is never lost;
// a record that is cut or damaged ends the file, and what stands behind it is made again. Little-endian.
//
// header: magic, version, dimensions, model, generation, checksum of these
// record: key (XXH3-128 of the text), checksum of the vector (XXH3-64, seeded with the key), the floats

/// Names an embedded text by its content.
struct TextKey {
    std::uint64_t low = 0, high = 0;
    auto operator<=>(const TextKey&) const = default;
};
TextKey text_key(std::string_view text);

struct TextKeyHash {
    std::size_t operator()(const TextKey& key) const { return static_cast<std::size_t>(key.low); }
};

/// A number for what made the vectors (llm::EmbeddingsConfig::id()): those of different models cannot be
/// compared.
std::uint64_t model_number(std::string_view id);

/// A vectors file mapped into memory, its records verified. Immutable, whatever is appended meanwhile; safe
/// from any thread.
class VectorsFile {
public:
    /// not_found; invalid_argument when it is no vectors file, or one of another model. Blocks.
    static Result<std::shared_ptr<const VectorsFile>> open(const std::filesystem::path& file,
                                                           std::uint64_t model);
    ~VectorsFile();
    VectorsFile(const VectorsFile&) = delete;
    VectorsFile& operator=(const VectorsFile&) = delete;

    std::size_t size() const { return rows_; }
    std::size_t dimensions() const { return dimensions_; }
    /// Random; another one after the file was started anew, when the numbers of rows mean other texts.
    std::uint64_t generation() const { return generation_; }
    TextKey key(std::size_t row) const;
    /// `dimensions` floats of length 1, aligned as floats are.
    const float* vector(std::size_t row) const;

private:
    VectorsFile(const char* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
    Status check(std::uint64_t model);
    const char* record(std::size_t row) const;

    const char* bytes_;
    std::size_t size_;
    std::size_t rows_ = 0, dimensions_ = 0;
    std::uint64_t generation_ = 0;
};

/// Appends to a vectors file. One at a time in the whole system, by a lock.
class VectorsWriter {
public:
    /// Made when the first vectors come. A file of another model is started anew, a damaged end cut off.
    /// conflict when another process appends; unavailable when the disk refuses. Blocks.
    static Result<VectorsWriter> open(const std::filesystem::path& file, std::uint64_t model);
    VectorsWriter(VectorsWriter&& other) noexcept;
    VectorsWriter& operator=(VectorsWriter&&) = delete;
    ~VectorsWriter();

    /// Durable when it returns. The vectors decide the file's number of dimensions when they are its first;
    /// after that, others start it anew. unavailable when the disk refuses. Blocks.
    Status append(const std::vector<TextKey>& keys, const std::vector<std::vector<float>>& vectors);
    /// Of the vectors in the file; 0 when it has none yet.
    std::size_t dimensions() const { return dimensions_; }
    /// Rewrites the file with these rows of it alone; the old one stays until the new one is whole. Blocks.
    Status keep(const VectorsFile& of, const std::vector<std::uint32_t>& rows);

private:
    VectorsWriter(std::filesystem::path file, std::uint64_t model, int lock)
        : file_(std::move(file)), model_(model), lock_(lock) {}
    std::string part() const { return file_.string() + ".part"; }
    Status start(std::size_t dimensions);
    Status put_in_place();
    Status write(std::string_view bytes);

    std::filesystem::path file_;
    std::uint64_t model_;
    int lock_ = -1;
    int out_ = -1;
    std::size_t dimensions_ = 0;  // 0: there is no file yet
};

}  // namespace docent::search
