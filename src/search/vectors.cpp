#include "search/vectors.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/text.hpp"
#include "search/index.hpp"
#include "search/nearest_graph.hpp"

namespace docent::search {
namespace {

constexpr std::uint32_t no_row = 0xFFFF'FFFF;
constexpr std::size_t most_text = 6'000;  // bytes: more than most models read

bool nearer(const Near& a, const Near& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.chunk < b.chunk;
}

}  // namespace

float dot(const float* a, const float* b, std::size_t dimensions) {
    // Four independent sums of four: the compiler keeps each in one SIMD register, and none waits for the
    // other. A plain loop would have to add in order.
    typedef float Four __attribute__((vector_size(16)));
    Four sums[4] = {};
    std::size_t i = 0;
    for (; i + 16 <= dimensions; i += 16) {
        for (std::size_t k = 0; k < 4; ++k) {
            Four x, y;
            std::memcpy(&x, a + i + 4 * k, sizeof x);
            std::memcpy(&y, b + i + 4 * k, sizeof y);
            sums[k] += x * y;
        }
    }
    const Four all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float sum = (all[0] + all[1]) + (all[2] + all[3]);
    for (; i < dimensions; ++i) sum += a[i] * b[i];
    return sum;
}

std::string section_text(const Index& index, std::uint32_t chunk) {
    const auto section = index.chunk(chunk);
    const auto page = index.page(section.page);
    std::string text(page.title);
    for (const auto heading : section.headings) {
        if (heading == page.title) continue;
        text += " > ";
        text += heading;
    }
    text += "\n\n";
    text += section.markdown;
    return std::string(cut_utf8(text, most_text));
}

Vectors::~Vectors() = default;

std::shared_ptr<const Vectors> Vectors::of(const Index& index, std::shared_ptr<const VectorsFile> file,
                                           const Vectors* before) {
    std::shared_ptr<Vectors> out(new Vectors(std::move(file)));
    const auto& rows = *out->file_;
    std::unordered_map<TextKey, std::uint32_t, TextKeyHash> row_of_key;
    row_of_key.reserve(rows.size());
    for (std::uint32_t row = 0; row < rows.size(); ++row) row_of_key.emplace(rows.key(row), row);

    out->row_of_.assign(index.chunk_count(), no_row);
    for (std::uint32_t n = 0; n < index.page_count(); ++n) {
        const auto page = index.page(n);
        if (!page.searchable) continue;
        for (std::uint32_t chunk = page.first_chunk; chunk < page.first_chunk + page.chunk_count; ++chunk) {
            if (chunk >= index.chunk_count()) break;
            const auto found = row_of_key.find(text_key(section_text(index, chunk)));
            if (found == row_of_key.end()) {
                out->missing_.push_back(chunk);
                continue;
            }
            out->row_of_[chunk] = found->second;
            out->chunks_of_.emplace_back(found->second, chunk);
            ++out->covered_;
        }
    }
    std::sort(out->chunks_of_.begin(), out->chunks_of_.end());
    if (before && before->file_->generation() == rows.generation()) out->graph_ = before->graph_;
    if (!out->graph_) out->graph_ = std::make_shared<NearestGraph>();
    return out;
}

std::vector<std::uint32_t> Vectors::needed_rows() const {
    std::vector<std::uint32_t> out;
    for (const auto& [row, chunk] : chunks_of_) {
        if (out.empty() || out.back() != row) out.push_back(row);
    }
    return out;
}

bool Vectors::wants_graph(std::size_t limit) const {
    return covered_ > limit && graph_->size() < file_->size();
}

void Vectors::extend_graph(std::size_t rows) const { graph_->extend(file_, rows); }

std::vector<Near> Vectors::exact(std::span<const float> question, std::size_t limit,
                                 const std::function<bool(std::uint32_t)>& accept) const {
    std::vector<Near> best;  // a heap whose top is the farthest of them
    for (std::uint32_t chunk = 0; chunk < row_of_.size(); ++chunk) {
        if (row_of_[chunk] == no_row) continue;
        const Near one{chunk, dot(question.data(), file_->vector(row_of_[chunk]), question.size())};
        if (best.size() == limit && !nearer(one, best.front())) continue;
        if (!accept(chunk)) continue;
        if (best.size() == limit) {
            std::pop_heap(best.begin(), best.end(), nearer);
            best.pop_back();
        }
        best.push_back(one);
        std::push_heap(best.begin(), best.end(), nearer);
    }
    std::sort_heap(best.begin(), best.end(), nearer);
    return best;
}

std::vector<Near> Vectors::nearest(std::span<const float> question, std::size_t limit,
                                   const std::function<bool(std::uint32_t)>& accept) const {
    if (limit == 0 || question.size() != dimensions()) return {};
    if (graph_->size() < file_->size()) return exact(question, limit, accept);
    std::vector<Near> out;
    // Rows of sections that are gone, and pages that a filter keeps away, leave gaps: more are asked for.
    for (const auto& [row, similarity] : graph_->nearest(question, 3 * limit)) {
        auto at = std::lower_bound(chunks_of_.begin(), chunks_of_.end(), std::pair(row, std::uint32_t{0}));
        for (; at != chunks_of_.end() && at->first == row; ++at) {
            if (accept(at->second)) out.push_back({at->second, similarity});
        }
    }
    if (out.size() < std::min(limit, covered_)) return exact(question, limit, accept);
    std::sort(out.begin(), out.end(), nearer);
    out.resize(limit);
    return out;
}

}  // namespace docent::search
