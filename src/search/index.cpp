#include "search/index.hpp"

#include <cmath>

#include "search/fusion.hpp"
#include "search/index_file.hpp"
#include "search/paths.hpp"
#include "search/ranking.hpp"

namespace docent::search {

struct Index::Impl {
    std::shared_ptr<const IndexFile> file;
    Weights weights;
    std::shared_ptr<const Vectors> vectors;
};

Result<std::shared_ptr<const Index>> Index::open(const std::filesystem::path& file) {
    return open(file, Weights{});
}

Result<std::shared_ptr<const Index>> Index::open(const std::filesystem::path& file, const Weights& weights) {
    TRY(auto mapped, IndexFile::open(file));
    auto impl = std::make_unique<Impl>();
    impl->file = std::move(mapped);
    impl->weights = weights;
    return std::shared_ptr<const Index>(new Index(std::move(impl)));
}

Index::Index(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Index::~Index() = default;

std::shared_ptr<const Index> Index::with(std::shared_ptr<const Vectors> vectors) const {
    auto impl = std::make_unique<Impl>(*impl_);
    impl->vectors = std::move(vectors);
    return std::shared_ptr<const Index>(new Index(std::move(impl)));
}

const std::shared_ptr<const Vectors>& Index::vectors() const { return impl_->vectors; }

std::string_view Index::site_name() const { return impl_->file->text(impl_->file->meta().name); }
std::string_view Index::site_description() const {
    return impl_->file->text(impl_->file->meta().description);
}
std::size_t Index::page_count() const { return impl_->file->meta().page_count; }
std::size_t Index::chunk_count() const { return impl_->file->meta().chunk_count; }
std::string_view Index::file(std::string_view name) const { return impl_->file->file(name); }
std::vector<std::string_view> Index::file_names() const { return impl_->file->file_names(); }

double Index::idf(std::string_view term) const {
    const auto entry = impl_->file->find_term(term);
    const double chunks = impl_->file->meta().chunk_count, frequency = entry ? entry->frequency : 0;
    return std::log(1 + (chunks - frequency + 0.5) / (frequency + 0.5));
}

PageView Index::page(std::uint32_t n) const {
    const IndexFile& file = *impl_->file;
    const PageRecord& row = file.page(n);
    PageView out;
    out.path = file.text(row.path);
    out.file = file.text(row.file);
    out.title = file.text(row.title);
    out.description = file.text(row.description);
    out.language = file.text(row.language);
    out.version = file.text(row.version);
    out.tag = file.text(row.tag);
    out.url = file.text(row.url);
    out.markdown = file.text(row.markdown);
    out.breadcrumbs = file.list(row.breadcrumbs);
    out.groups = file.list(row.groups);
    out.anchors = file.list(row.anchors);
    out.searchable = row.searchable;
    out.listed = row.listed;
    out.is_api = row.is_api;
    out.modified = row.modified;
    out.first_chunk = row.first_chunk;
    out.chunk_count = row.chunk_count;
    return out;
}

ChunkView Index::chunk(std::uint32_t n) const {
    const IndexFile& file = *impl_->file;
    const ChunkRecord& row = file.chunk(n);
    return {row.page, file.text(row.anchor), file.text(row.markdown), file.list(row.headings)};
}

std::optional<std::uint32_t> Index::find_page(std::string_view path) const {
    const IndexFile& file = *impl_->file;
    std::string key = normal_path(path);
    for (int hops = 0; hops < 8; ++hops) {
        if (const auto* row = file.find_path(key)) return row->page;
        const auto* wildcard = file.find_wildcard(key);
        if (!wildcard) return {};
        std::string next(file.text(wildcard->target));
        if (wildcard->wildcard == wildcard_keeps_rest)
            next += "/" + key.substr(file.text(wildcard->key).size());
        auto target = normal_path(next);
        if (target == key) return {};
        key = std::move(target);
    }
    return {};
}

bool Index::allowed(std::uint32_t page, const Filter& filter) const {
    Filter groups_only;
    groups_only.groups = filter.groups;
    return passes(page, groups_only);
}

bool Index::passes(std::uint32_t page, const Filter& filter) const {
    return page < page_count() && search::passes(*impl_->file, impl_->file->page(page), filter);
}

Terms Index::terms(const Query& query) const { return terms_of(*impl_->file, query); }

Found Index::search(const Query& query) const {
    const auto& vectors = impl_->vectors;
    if (vectors && vectors->size() > 0 && query.vector.size() == vectors->dimensions())
        return rank_by_both(*impl_->file, query, impl_->weights, *vectors);
    return rank(*impl_->file, query, impl_->weights);
}

}  // namespace docent::search
