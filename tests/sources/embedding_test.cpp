#include "sources/embedding.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "search/vectors.hpp"
#include "search/writer.hpp"
#include "sources/build.hpp"
#include "support/net_embeddings_server.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::sources {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using IndexPtr = std::shared_ptr<const search::Index>;

class EmbeddingTest : public ::testing::Test {
protected:
    EmbeddingTest() {
        config.base_url = server.base_url();
        config.model = "letters";
        config.batch = 4;
        config.retry_first = 1ms;
        config.attempts = 2;
        config.query_limit = 10s;
        for (int i = 0; i < 9; ++i) page(i, "This page explains thing " + std::to_string(i) + ".");
        page(9, "A car needs fuel.");
    }
    void page(int number, const std::string& text) {
        folder.write("docs/p" + std::to_string(number) + ".md",
                     "# Page " + std::to_string(number) + "\n\n" + text + "\n");
    }
    /// The documentation as it is now, indexed.
    IndexPtr indexed() {
        store::Project project;
        project.id = "one";
        project.slug = "one";
        project.source_kind = "folder";
        project.source = (folder.path() / "docs").string();
        auto built = blocking_build(project, data, {});
        if (!built) throw std::runtime_error(built.error().message);
        return *search::Index::open(data / "index" / built->index_file);
    }
    Result<IndexPtr> embedded(IndexPtr index) {
        return blocking_embed(std::move(index), file, config, [this](std::size_t done, std::size_t all) {
            progress.emplace_back(done, all);
        });
    }
    static std::string best(const search::Index& index, const std::string& text, const llm::Vector& vector) {
        search::Query query;
        query.text = text;
        query.vector = vector;
        const auto found = index.search(query);
        return found.pages.empty() ? "" : std::string(index.page(found.pages[0].page).path);
    }

    test::TempDir folder;
    fs::path data = folder.path() / "data";
    fs::path file = vectors_file(data, "one");
    test::EmbeddingsServer server;
    llm::EmbeddingsConfig config;
    std::vector<std::pair<std::size_t, std::size_t>> progress;
};

TEST_F(EmbeddingTest, EverySectionIsEmbeddedInBatchesAndFoundByItsMeaning) {
    const auto index = embedded(indexed());
    ASSERT_TRUE(index.ok()) << index.error().message << index.error().detail;
    EXPECT_EQ((*index)->vectors()->size(), 10u);
    EXPECT_EQ(server.requests().size(), 3u);
    EXPECT_EQ(progress.front(), std::pair(std::size_t{0}, std::size_t{10}));
    EXPECT_EQ(progress.back(), std::pair(std::size_t{10}, std::size_t{10}));
    const auto question = blocking_embed_question("automobile", config);
    EXPECT_EQ(best(**index, "automobile", {}), "");
    EXPECT_EQ(best(**index, "automobile", question), "p9");
}

TEST_F(EmbeddingTest, OnlyWhatChangedIsEmbeddedAgain) {
    ASSERT_TRUE(embedded(indexed()).ok());
    EXPECT_EQ(server.texts(), 10u);
    ASSERT_TRUE(embedded(indexed()).ok());
    EXPECT_EQ(server.texts(), 10u);
    page(3, "This page is about something else now.");
    const auto index = embedded(indexed());
    EXPECT_EQ(server.texts(), 11u);
    EXPECT_EQ((*index)->vectors()->size(), 10u);
}

TEST_F(EmbeddingTest, WhatWasDoneBeforeAFailureIsKeptAndARestartGoesOn) {
    config.attempts = 1;
    const auto index = indexed();
    server.answer_next("{");
    EXPECT_EQ(embedded(index).error().code, ErrorCode::upstream_failed);
    EXPECT_FALSE(blocking_attach(index, file, config)->vectors());
    config.attempts = 2;
    server.fail_next(500);
    ASSERT_TRUE(embedded(index).ok());
    EXPECT_EQ(server.texts(), 10u);

    // One that ends in its third batch.
    config.model = "others";
    server.set_longest_text(0);
    EXPECT_EQ(embedded(index).error().code, ErrorCode::invalid_argument);
    server.set_longest_text(1 << 20);
    const auto broken_off = blocking_embed(index, file, config, [](std::size_t done, std::size_t) {
        if (done >= 8) throw std::runtime_error("broken off");
    });
    EXPECT_FALSE(broken_off.ok());
    const auto before = server.texts();
    ASSERT_TRUE(embedded(index).ok());
    EXPECT_EQ(server.texts() - before, 2u);
}

TEST_F(EmbeddingTest, AnotherModelStartsAnewAndItsVectorsAreNotMixed) {
    ASSERT_TRUE(embedded(indexed()).ok());
    config.model = "other";
    EXPECT_FALSE(blocking_attach(indexed(), file, config)->vectors());
    server.set_dimensions(32);
    const auto index = embedded(indexed());
    ASSERT_TRUE(index.ok());
    EXPECT_EQ((*index)->vectors()->dimensions(), 32u);
    EXPECT_EQ(server.texts(), 20u);
}

TEST_F(EmbeddingTest, EqualTextsAreEmbeddedOnce) {
    for (const auto* version : {"v1", "v2", "v3"})
        folder.write("docs/" + std::string(version) + "/setup.md", "# Setup\n\nThe same in every version.\n");
    const auto index = embedded(indexed());
    ASSERT_TRUE(index.ok());
    EXPECT_EQ((*index)->vectors()->size(), 13u);
    EXPECT_TRUE((*index)->vectors()->missing().empty());
    EXPECT_EQ(server.texts(), 11u);
    EXPECT_EQ(progress.back(), std::pair(std::size_t{13}, std::size_t{13}));
}

TEST_F(EmbeddingTest, VectorsOfAnotherLengthOnTheWayStartAnewAndNoSectionIsLeftOut) {
    const auto change_at = [&](std::size_t when, std::size_t dimensions) {
        return blocking_embed(indexed(), file, config, [&, when, dimensions](std::size_t done, std::size_t) {
            if (done >= when) server.set_dimensions(dimensions);
        });
    };
    const auto index = change_at(4, 32);
    ASSERT_TRUE(index.ok()) << index.error().message;
    EXPECT_EQ((*index)->vectors()->dimensions(), 32u);
    EXPECT_EQ((*index)->vectors()->size(), 10u);

    // One that never settles is told, not asked forever.
    config.model = "several";
    std::size_t next = 32;
    const auto never = blocking_embed(indexed(), file, config, [&](std::size_t, std::size_t) {
        server.set_dimensions(next = next == 32 ? 48 : 32);
    });
    EXPECT_EQ(never.error().code, ErrorCode::upstream_failed);
    EXPECT_NE(never.error().message.find("changing length"), std::string::npos);
}

TEST_F(EmbeddingTest, AQuestionsVectorOfAnotherLengthIsLeftOut) {
    const auto index = embedded(indexed());
    ASSERT_TRUE(index.ok());
    boost::asio::io_context loop;
    net::HttpClient http(loop.get_executor());
    llm::Embeddings client(loop.get_executor(), http, config);
    search::Query query;
    query.text = "automobile";
    test::run_to_end(loop, add_meaning(*index, client, query));
    EXPECT_EQ(query.vector.size(), 64u);
    server.set_dimensions(32);
    query = {};
    query.text = "fuel";
    test::run_to_end(loop, add_meaning(*index, client, query));
    EXPECT_TRUE(query.vector.empty());
}

TEST_F(EmbeddingTest, WhileAnotherProcessEmbedsThereIsAConflict) {
    const auto writer = search::VectorsWriter::open(file, search::model_number(config.id()));
    ASSERT_TRUE(writer.ok());
    EXPECT_EQ(embedded(indexed()).error().code, ErrorCode::conflict);
}

TEST_F(EmbeddingTest, VectorsOfRewrittenTextsAreDroppedWhenTheyAreTheMost) {
    ASSERT_TRUE(embedded(indexed()).ok());
    {
        auto writer = search::VectorsWriter::open(file, search::model_number(config.id()));
        std::vector<search::TextKey> keys;
        for (std::uint64_t i = 0; i < 1'100; ++i) keys.push_back({i, 1});
        ASSERT_TRUE(
            writer->append(keys, std::vector<llm::Vector>(keys.size(), llm::Vector(64, 0.125f))).ok());
    }
    const auto index = embedded(indexed());
    ASSERT_TRUE(index.ok());
    EXPECT_EQ((*index)->vectors()->size(), 10u);
    EXPECT_EQ((*search::VectorsFile::open(file, search::model_number(config.id())))->size(), 10u);
    EXPECT_EQ(server.texts(), 10u);
}

TEST_F(EmbeddingTest, AServerEmbedsInTheBackgroundAndSearchesByWordsMeanwhile) {
    boost::asio::io_context loop;
    Pools pools;
    net::HttpClient http(loop.get_executor());
    fs::create_directories(data);
    auto opened = store::Store::open(pools, "sqlite:" + (data / "docent.db").string());
    ASSERT_TRUE(opened.ok());
    store::Projects projects(**opened);
    store::Project project;
    project.slug = project.name = "one";
    project.source_kind = "folder";
    project.source = (folder.path() / "docs").string();
    const auto added = test::run(loop, projects.add(project));
    ASSERT_TRUE(added.ok());

    Config settings;
    settings.data = data;
    settings.watch = false;
    settings.embeddings = config;
    Sources sources(loop.get_executor(), pools, projects, http, settings);
    ASSERT_TRUE(test::run(loop, sources.start()).ok());
    ASSERT_TRUE(test::run(loop, sources.rebuild(added->id, false)).ok());
    search::Query query;
    query.text = "automobile";
    const auto with_meaning = [&] {
        query.vector.clear();
        test::run_to_end(loop, sources.add_meaning(added->id, query));
        return best(*sources.index(added->id), query.text, query.vector);
    };
    const auto embeds = [&](std::size_t sections) {
        for (;;) {
            const auto index = sources.index(added->id);
            if (index && index->vectors() && index->vectors()->size() == sections &&
                !sources.state(added->id).embedding)
                return true;
            if (loop.run_one_for(20s) == 0) return false;
        }
    };
    ASSERT_TRUE(embeds(10));
    EXPECT_EQ(with_meaning(), "p9");

    // An edit: the index that is in force has the other sections' vectors from its first moment.
    page(2, "Words that nobody has embedded.");
    ASSERT_TRUE(test::run(loop, sources.rebuild(added->id, true)).ok());
    EXPECT_GE(sources.index(added->id)->vectors()->size(), 9u);
    ASSERT_TRUE(embeds(10));
    EXPECT_EQ(server.texts(), 12u);  // ten, the question, the edit

    // Without the endpoint words alone answer.
    server.fail_next(500);
    query.text = "the fuel of automobile";
    EXPECT_EQ(with_meaning(), "p9");
    EXPECT_TRUE(query.vector.empty());
    test::run_to_end(loop, sources.stop());
}

}  // namespace
}  // namespace docent::sources
