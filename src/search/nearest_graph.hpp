#pragma once
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <utility>
#include <vector>

namespace docent::search {

class VectorsFile;

/// A navigable small-world graph (HNSW, hnswlib) over the rows of one vectors file: the nearest rows without
/// looking at all. It holds links alone, about 200 bytes a row; the vectors stay in the mapped file. Rows can
/// be added while others search. Safe from any thread.
class NearestGraph {
public:
    NearestGraph();
    ~NearestGraph();

    /// Adds the first `at_most` rows that the file has and the graph has not.
    void extend(std::shared_ptr<const VectorsFile> file, std::size_t at_most);
    /// Rows in the graph.
    std::size_t size() const;
    /// About the `limit` nearest rows with their cosines, best first.
    std::vector<std::pair<std::uint32_t, float>> nearest(std::span<const float> question,
                                                         std::size_t limit) const;

private:
    struct Impl;
    mutable std::shared_mutex mutex_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace docent::search
