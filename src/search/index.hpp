#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "docs/site.hpp"
#include "search/languages.hpp"

namespace docent::search {

struct Weights;  // search/weights.hpp
class Vectors;   // search/vectors.hpp

/// Which pages count. An untagged page passes version, language and tag; letter case is ignored.
struct Filter {
    std::string version;
    std::string language;
    std::string tag;
    std::vector<std::string>
        groups;  // what the caller vouches for; pages with groups need one of them, "*" is any
};

struct Query {
    std::string text;
    std::size_t limit = 10;  // sections, or pages
    Filter filter;
    double score_threshold = 0.0;  // 0 to 1: see Hit::score
    std::vector<float> vector;     // of the text, length 1: an index with vectors ranks by meaning, too
};

/// A section that fits.
struct Hit {
    std::uint32_t chunk = 0;
    std::uint32_t page = 0;
    /// 0 to 1, calibrated: how sure it is that this answers the question, on one scale for every
    /// documentation. Of good answers .2 keeps 89 to 100 % on each corpus, .5 72 to 95 %; of questions about
    /// other software .2 lets 6 to 50 % through, .5 2 to 23 % (bench/README.md).
    double score = 0.0;
    double rank = 0.0;  // what hits are ordered by: BM25F, boost included; or fused ranks
};

/// A page that fits: best section + .3 second + .15 third.
struct PageHit {
    std::uint32_t page = 0;
    double score = 0.0;
    double rank = 0.0;
    std::vector<Hit> sections;  // of this page, best first
};

struct Found {
    std::vector<Hit> sections;
    std::vector<PageHit> pages;
    std::string corrected;  // the query with spelling mended; "" when nothing was
    /// 0 to 1: how much of the query's weight (idf) the best section has. Words that the documentation
    /// does not know count against it. Whether the docs answer at all, `score` tells better.
    double coverage = 0.0;
};

/// What a query looks for: its terms as they are indexed (stemmed, stop words gone).
struct Terms {
    struct Term {
        std::string term;
        double idf = 0.0;             // rarity: ln(1 + (N - n + .5) / (n + .5))
        std::uint32_t frequency = 0;  // chunks that have it
    };
    LanguageId language = no_language;  // the query is analysed in it: term_of() of other texts compares then
    std::vector<Term> terms;
};

/// Views into the mapped file: valid as long as the Index.
struct PageView {
    std::string_view path, file, title, description, language, version, tag, url, markdown;
    std::vector<std::string_view> breadcrumbs, groups, anchors;
    bool searchable = true, listed = true, is_api = false;
    Millis modified = 0;
    std::uint32_t first_chunk = 0, chunk_count = 0;
};
struct ChunkView {
    std::uint32_t page = 0;
    std::string_view anchor, markdown;
    std::vector<std::string_view> headings;
};

/// A project's index: an immutable file, mapped into memory. Safe from any thread.
class Index {
public:
    /// not_found; invalid_argument when the file is cut, damaged (its checksum fails) or of another
    /// version: rebuild it then.
    static Result<std::shared_ptr<const Index>> open(const std::filesystem::path& file);
    /// The same with other figures of the ranking: for measuring.
    static Result<std::shared_ptr<const Index>> open(const std::filesystem::path& file,
                                                     const Weights& weights);
    ~Index();

    /// The same index with the vectors of its sections; null takes them off.
    std::shared_ptr<const Index> with(std::shared_ptr<const Vectors> vectors) const;
    const std::shared_ptr<const Vectors>& vectors() const;

    std::string_view site_name() const;
    std::string_view site_description() const;
    std::size_t page_count() const;
    std::size_t chunk_count() const;
    PageView page(std::uint32_t n) const;
    ChunkView chunk(std::uint32_t n) const;
    /// By path, leniently: leading slash, trailing slash, ".md", "/index", "#anchor", "?query" and the
    /// address of the site are ignored; redirects are followed.
    std::optional<std::uint32_t> find_page(std::string_view path) const;
    /// True if a reader with these groups may see the page.
    bool allowed(std::uint32_t page, const Filter& filter) const;
    /// True if the page passes the whole filter: version, language and tag, too.
    bool passes(std::uint32_t page, const Filter& filter) const;
    /// A file with a meaning (docs::Site::files), or "".
    std::string_view file(std::string_view name) const;
    /// The names that file() knows, in order.
    std::vector<std::string_view> file_names() const;
    /// How rare an indexed term is: ln(1 + (N - n + .5) / (n + .5)).
    double idf(std::string_view term) const;

    /// CPU work of about a millisecond: call it on the search pool.
    Found search(const Query& query) const;
    /// How search() understands a query, its spelling mended.
    Terms terms(const Query& query) const;

private:
    struct Impl;
    explicit Index(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Writes the site's index to `file` (through a temporary file and a rename; synced). Blocks.
/// unavailable when the disk refuses.
Status write_index(const docs::Site& site, const std::filesystem::path& file);

}  // namespace docent::search
