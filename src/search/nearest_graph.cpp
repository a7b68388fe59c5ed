#include "search/nearest_graph.hpp"

// Its prefetches read one link past the end of a list, and what it would fetch are row numbers only.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <cstring>
#include <mutex>

#include "search/vectors.hpp"

namespace docent::search {
namespace {

constexpr std::size_t links = 16, candidates_at_building = 100, candidates_at_search = 200;
constexpr std::uint32_t the_question = 0xFFFF'FFFF;  // instead of a row: the vector in `asked`
thread_local const float* asked = nullptr;

/// hnswlib copies what it indexes: it gets numbers of rows, and the distance looks the vectors up.
class RowSpace final : public hnswlib::SpaceInterface<float> {
public:
    std::shared_ptr<const VectorsFile> file;

    size_t get_data_size() override { return sizeof(std::uint32_t); }
    hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
    void* get_dist_func_param() override { return this; }

private:
    const float* vector(const void* number) const {
        std::uint32_t row = 0;
        std::memcpy(&row, number, sizeof row);
        return row == the_question ? asked : file->vector(row);
    }
    static float distance(const void* a, const void* b, const void* space) {
        const auto& self = *static_cast<const RowSpace*>(space);
        return 1 - dot(self.vector(a), self.vector(b), self.file->dimensions());
    }
};

}  // namespace

struct NearestGraph::Impl {
    RowSpace space;
    std::unique_ptr<hnswlib::HierarchicalNSW<float>> graph;
};

NearestGraph::NearestGraph() : impl_(std::make_unique<Impl>()) {}
NearestGraph::~NearestGraph() = default;

std::size_t NearestGraph::size() const {
    const std::shared_lock lock(mutex_);
    return impl_->graph ? impl_->graph->cur_element_count : 0;
}

void NearestGraph::extend(std::shared_ptr<const VectorsFile> file, std::size_t at_most) {
    const std::size_t rows = file->size();
    {
        const std::unique_lock lock(mutex_);
        auto& graph = impl_->graph;
        if (graph && graph->cur_element_count >= rows) return;
        impl_->space.file = std::move(file);
        if (!graph) {
            graph = std::make_unique<hnswlib::HierarchicalNSW<float>>(&impl_->space, rows, links,
                                                                      candidates_at_building);
            graph->ef_ = candidates_at_search;
        } else if (graph->max_elements_ < rows) {
            graph->resizeIndex(rows + rows / 4);
        }
    }
    for (std::size_t i = 0; i < at_most; ++i) {
        const std::unique_lock lock(mutex_);  // searches come between two rows
        const auto next = static_cast<std::uint32_t>(impl_->graph->cur_element_count);
        if (next >= rows) return;
        impl_->graph->addPoint(&next, next);
    }
}

std::vector<std::pair<std::uint32_t, float>> NearestGraph::nearest(std::span<const float> question,
                                                                   std::size_t limit) const {
    std::vector<std::pair<std::uint32_t, float>> out;
    const std::shared_lock lock(mutex_);
    if (!impl_->graph || question.size() != impl_->space.file->dimensions()) return out;
    asked = question.data();
    auto found = impl_->graph->searchKnn(&the_question, limit);
    asked = nullptr;
    for (; !found.empty(); found.pop())
        out.emplace_back(static_cast<std::uint32_t>(found.top().second), 1 - found.top().first);
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace docent::search
