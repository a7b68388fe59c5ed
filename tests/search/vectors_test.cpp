#include "search/vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <set>

#include "search/sites.hpp"

namespace docent::search {
namespace {

using test_sites::Built;
using test_sites::PageText;
using test_sites::site_of;
using Paths = std::vector<std::string>;
using Floats = std::vector<float>;

constexpr std::uint64_t model = 7;

Floats unit(Floats vector) {
    const float size = std::sqrt(dot(vector.data(), vector.data(), vector.size()));
    for (auto& value : vector) value /= size;
    return vector;
}

Floats random_unit(std::mt19937& random, std::size_t dimensions) {
    std::normal_distribution<float> normal;
    Floats out(dimensions);
    for (auto& value : out) value = normal(random);
    return unit(std::move(out));
}

class VectorsFileTest : public ::testing::Test {
protected:
    std::shared_ptr<const VectorsFile> open() const {
        auto opened = VectorsFile::open(file, model);
        return opened ? *opened : nullptr;
    }
    void append(const std::vector<std::string>& texts, const std::vector<Floats>& vectors) const {
        auto writer = VectorsWriter::open(file, model);
        ASSERT_TRUE(writer.ok()) << writer.error().detail;
        std::vector<TextKey> keys;
        for (const auto& text : texts) keys.push_back(text_key(text));
        const auto appended = writer->append(keys, vectors);
        ASSERT_TRUE(appended.ok()) << appended.error().detail;
    }

    test::TempDir dir;
    std::filesystem::path file = dir.path() / "deep" / "vectors";
};

TEST_F(VectorsFileTest, KeepsWhatWasAppendedByTheTextsContent) {
    EXPECT_EQ(VectorsFile::open(file, model).error().code, ErrorCode::not_found);
    append({"a", "b"}, {{1, 0, 0}, {0, 1, 0}});
    append({"c"}, {{0, 0, 1}});
    const auto there = open();
    ASSERT_TRUE(there);
    ASSERT_EQ(there->size(), 3u);
    EXPECT_EQ(there->dimensions(), 3u);
    EXPECT_EQ(there->key(2), text_key("c"));
    EXPECT_EQ(there->vector(1)[1], 1);
}

TEST_F(VectorsFileTest, ACutOrDamagedRecordEndsTheFileAndTheNextOnesTakeItsPlace) {
    append({"a", "b", "c"}, {{1, 0}, {0, 1}, {1, 0}});
    const auto size = std::filesystem::file_size(file);
    std::filesystem::resize_file(file, size - 3);
    ASSERT_EQ(open()->size(), 2u);
    append({"d"}, {{0, 1}});
    ASSERT_EQ(open()->size(), 3u);
    EXPECT_EQ(open()->key(2), text_key("d"));
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(static_cast<std::streamoff>(size - 40));  // in the second record
        bytes.put('\x55');
    }
    EXPECT_LT(open()->size(), 3u);
}

TEST_F(VectorsFileTest, AnotherModelOrOtherDimensionsStartItAnewAndLeaveReadersTheirs) {
    append({"a"}, {{1, 0}});
    const auto old = open();
    EXPECT_EQ(VectorsFile::open(file, model + 1).error().code, ErrorCode::invalid_argument);
    append({"a"}, {{0, 0, 1}});
    EXPECT_EQ(open()->dimensions(), 3u);
    EXPECT_EQ(open()->size(), 1u);
    EXPECT_NE(open()->generation(), old->generation());
    EXPECT_EQ(old->vector(0)[0], 1);
    std::ofstream(file) << "something else entirely, and long enough to be a header of some kind";
    EXPECT_FALSE(open());
    append({"a"}, {{1, 0}});
    EXPECT_EQ(open()->size(), 1u);
}

TEST_F(VectorsFileTest, OnlyOneMayAppendAtATime) {
    auto first = VectorsWriter::open(file, model);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(VectorsWriter::open(file, model).error().code, ErrorCode::conflict);
}

TEST_F(VectorsFileTest, KeepsTheRowsThatAreNeeded) {
    append({"a", "b", "c"}, {{1, 0}, {0, 1}, {1, 0}});
    const auto old = open();
    {
        auto writer = VectorsWriter::open(file, model);
        ASSERT_TRUE(writer->keep(*old, {2}).ok());
    }
    ASSERT_EQ(open()->size(), 1u);
    EXPECT_EQ(open()->key(0), text_key("c"));
}

TEST(Dot, IsTheSumOfProductsForEveryLength) {
    for (std::size_t size = 0; size < 70; ++size) {
        Floats a(size), b(size);
        float sum = 0;
        for (std::size_t i = 0; i < size; ++i) {
            a[i] = static_cast<float>(i) + 1;
            b[i] = i % 2 ? 2.0f : -1.0f;
            sum += a[i] * b[i];
        }
        EXPECT_FLOAT_EQ(dot(a.data(), b.data(), size), sum) << size;
    }
}

/// An index whose sections have the vectors that a test gives them.
struct Embedded {
    Embedded(const docs::Site& site, const std::vector<Floats>& vectors) : built(site) {
        const auto path = built.dir.path() / "vectors";
        std::vector<TextKey> keys;
        for (std::uint32_t i = 0; i < vectors.size(); ++i)
            keys.push_back(text_key(section_text(*built.index, i)));
        EXPECT_TRUE(VectorsWriter::open(path, model)->append(keys, vectors).ok());
        file = *VectorsFile::open(path, model);
        index = built.index->with(Vectors::of(*built.index, file));
    }
    Paths paths(const std::string& text, const Floats& vector, const Filter& filter = {}) const {
        Query query;
        query.text = text;
        query.vector = vector;
        query.filter = filter;
        Paths out;
        for (const auto& hit : index->search(query).pages) out.emplace_back(index->page(hit.page).path);
        return out;
    }
    Built built;
    std::shared_ptr<const VectorsFile> file;
    std::shared_ptr<const Index> index;
};

const std::vector<PageText> few_pages{{"cars", "Cars", "A car needs fuel."},
                                      {"planes", "Planes", "A plane needs an airport."},
                                      {"fuel", "Fuel", "Diesel and petrol."}};
const std::vector<Floats> few_vectors{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};

TEST(Fusion, ASectionIsFoundByItsMeaningWithoutOneWordInCommon) {
    const Embedded docs(site_of(few_pages), few_vectors);
    EXPECT_TRUE(docs.paths("automobile", {}).empty());
    EXPECT_EQ(docs.paths("automobile", unit({1, .1f, .2f})).at(0), "cars");
}

TEST(Fusion, BothOrdersCount) {
    const Embedded docs(site_of(few_pages), few_vectors);
    // By words "planes" alone; by meaning "fuel", then "planes".
    const auto found = docs.paths("airport", unit({0, .5f, .6f}));
    EXPECT_EQ(found.at(0), "planes");
    EXPECT_EQ(found.at(1), "fuel");
}

TEST(Fusion, WithoutAVectorOrWithOneOfAnotherLengthWordsAloneCount) {
    const Embedded docs(site_of(few_pages), few_vectors);
    EXPECT_EQ(docs.paths("airport", {}), Paths{"planes"});
    EXPECT_EQ(docs.paths("airport", {1, 0}), Paths{"planes"});
}

TEST(Fusion, PagesThatAFilterOrTheirSiteKeepsAwayAreNotFoundByMeaningEither) {
    auto pages = few_pages;
    pages[0].groups = {"staff"};
    pages[1].version = "v2";
    auto site = site_of(pages);
    site.pages[2].searchable = false;
    const Embedded docs(site, few_vectors);
    Filter filter;
    filter.version = "v1";
    EXPECT_TRUE(docs.paths("anything", unit({1, 1, 1}), filter).empty());
    filter.groups = {"staff"};
    EXPECT_EQ(docs.paths("anything", unit({1, 1, 1}), filter), Paths{"cars"});
}

TEST(Fusion, AThresholdHoldsForWhatIsFoundByMeaning) {
    const Embedded docs(site_of(few_pages), few_vectors);
    Query query;
    query.text = "automobile";
    query.vector = few_vectors[0];
    query.score_threshold = 0.5;
    const auto found = docs.index->search(query);
    for (const auto& hit : found.sections) EXPECT_GE(hit.score, 0.5);
    query.limit = 1;
    query.score_threshold = 0;
    EXPECT_EQ(docs.index->search(query).sections.size(), 1u);
    query.limit = 0;
    EXPECT_TRUE(docs.index->search(query).sections.empty());
}

TEST(VectorsTest, SectionsWithoutAVectorAreNamedAndThoseOfHiddenPagesAreNot) {
    auto site = site_of(few_pages);
    site.pages[1].searchable = false;
    const Embedded docs(site, {few_vectors[0]});
    EXPECT_EQ(docs.index->vectors()->missing(), std::vector<std::uint32_t>{2});
    EXPECT_EQ(docs.index->vectors()->size(), 1u);
}

TEST(VectorsTest, TheGraphFindsNearlyAllThatLookingAtEveryVectorFinds) {
    std::mt19937 random(5);
    constexpr std::size_t count = 1'500, dimensions = 24;
    std::vector<PageText> pages;
    std::vector<Floats> vectors;
    for (std::size_t i = 0; i < count; ++i) {
        pages.push_back({"p" + std::to_string(i), "Page", "Text " + std::to_string(i)});
        vectors.push_back(random_unit(random, dimensions));
    }
    const Embedded docs(site_of(pages), vectors);
    const auto& exact = *docs.index->vectors();
    const auto with_graph = Vectors::of(*docs.built.index, docs.file);
    EXPECT_FALSE(with_graph->wants_graph());
    EXPECT_TRUE(with_graph->wants_graph(1'000));
    with_graph->extend_graph(700);
    EXPECT_TRUE(with_graph->wants_graph(1'000));
    with_graph->extend_graph(5'000);
    EXPECT_FALSE(with_graph->wants_graph(1'000));
    const auto everything = [](std::uint32_t) { return true; };
    const auto odd = [](std::uint32_t chunk) { return chunk % 97 == 1; };
    std::size_t same = 0, all = 0;
    for (int i = 0; i < 30; ++i) {
        const auto question = random_unit(random, dimensions);
        std::set<std::uint32_t> wanted;
        for (const auto& near : exact.nearest(question, 10, everything)) wanted.insert(near.chunk);
        for (const auto& near : with_graph->nearest(question, 10, everything))
            same += wanted.count(near.chunk);
        all += wanted.size();
        // A filter that leaves few sections is answered exactly.
        const auto few = exact.nearest(question, 10, odd), also = with_graph->nearest(question, 10, odd);
        ASSERT_EQ(few.size(), also.size());
        for (std::size_t k = 0; k < few.size(); ++k) EXPECT_EQ(few[k].chunk, also[k].chunk);
    }
    EXPECT_EQ(all, 300u);
    EXPECT_GT(same, 285u);
    // The next Vectors of the same file has the graph at once.
    EXPECT_FALSE(Vectors::of(*docs.built.index, docs.file, with_graph.get())->wants_graph(1'000));
}

}  // namespace
}  // namespace docent::search
