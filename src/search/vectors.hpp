#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "search/vectors_file.hpp"

namespace docent::search {

class Index;
class NearestGraph;

/// The dot product; of vectors of length 1 their cosine.
float dot(const float* a, const float* b, std::size_t dimensions);

/// What of a section is embedded: title, headings, Markdown, the first 6,000 bytes of them.
std::string section_text(const Index& index, std::uint32_t chunk);

/// A section and how near it is to a question: the cosine, -1 to 1.
struct Near {
    std::uint32_t chunk = 0;
    float similarity = 0;
};

/// The vectors of an index's sections. Immutable; safe from any thread.
class Vectors {
public:
    /// Finds the sections' vectors in the file by content. `before`, when it is of the same file, gives its
    /// graph on. Blocks (CPU).
    static std::shared_ptr<const Vectors> of(const Index& index, std::shared_ptr<const VectorsFile> file,
                                             const Vectors* before = nullptr);
    ~Vectors();

    std::size_t dimensions() const { return file_->dimensions(); }
    /// Sections that have a vector.
    std::size_t size() const { return covered_; }
    /// Searchable sections that have none.
    const std::vector<std::uint32_t>& missing() const { return missing_; }
    /// The file's rows that the index needs.
    std::vector<std::uint32_t> needed_rows() const;

    /// Above so many sections the search is approximate, over a graph (HNSW).
    static constexpr std::size_t exact_limit = 10'000;
    /// True when there are so many sections and rows that the graph has not: until it has them the search is
    /// exact.
    bool wants_graph(std::size_t limit = exact_limit) const;
    /// Adds some rows to the graph: CPU work of up to a millisecond a row.
    void extend_graph(std::size_t rows) const;

    /// The nearest sections of accepted pages, best first. The question's vector is of length 1 and has
    /// dimensions() floats.
    std::vector<Near> nearest(std::span<const float> question, std::size_t limit,
                              const std::function<bool(std::uint32_t chunk)>& accept) const;

private:
    explicit Vectors(std::shared_ptr<const VectorsFile> file) : file_(std::move(file)) {}
    std::vector<Near> exact(std::span<const float> question, std::size_t limit,
                            const std::function<bool(std::uint32_t)>& accept) const;

    std::shared_ptr<const VectorsFile> file_;
    std::vector<std::uint32_t> row_of_;                               // by chunk; no_row
    std::vector<std::pair<std::uint32_t, std::uint32_t>> chunks_of_;  // (row, chunk), sorted
    std::vector<std::uint32_t> missing_;
    std::size_t covered_ = 0;
    std::shared_ptr<NearestGraph> graph_;  // over the file's rows; shared with the Vectors before and after
};

}  // namespace docent::search
