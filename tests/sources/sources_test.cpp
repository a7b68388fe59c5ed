#include "sources/sources.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <fstream>

#include "base/process.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::sources {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class SourcesTest : public ::testing::Test {
protected:
    SourcesTest() {
        config.data = folder.path() / "data";
        config.settle = 5ms;
        fs::create_directories(config.data);
        auto opened = store::Store::open(pools, "sqlite:" + (config.data / "docent.db").string());
        if (!opened) throw std::runtime_error(opened.error().message);
        store = std::move(*opened);
        projects = std::make_unique<store::Projects>(*store);
    }
    ~SourcesTest() override { stop(); }

    template <class T>
    T run(Task<T> work) {
        return test::run(loop, std::move(work));
    }

    store::Project add(const std::string& slug, const std::string& kind, const std::string& source,
                       const std::string& below = "") {
        store::Project p;
        p.slug = slug;
        p.name = slug;
        p.source_kind = kind;
        p.source = source;
        p.folder = below;
        auto added = run(projects->add(p));
        if (!added) throw std::runtime_error(added.error().message);
        return *added;
    }
    store::Project add_folder(const std::string& slug) {
        return add(slug, "folder", (folder.path() / slug).string());
    }
    void page(const std::string& file, const std::string& word) {
        folder.write(file, "# The " + word + "\n\nThis page explains the " + word + " in a sentence.\n");
    }

    void start() {
        sources = std::make_unique<Sources>(loop.get_executor(), pools, *projects, http, config);
        auto started = run(sources->start());
        ASSERT_TRUE(started.ok()) << started.error().message;
    }
    void stop() {
        if (sources) test::run_to_end(loop, sources->stop());
        sources.reset();
    }

    bool finds(const std::string& project_id, const std::string& word) {
        const auto index = sources->index(project_id);
        if (!index) return false;
        search::Query query;
        query.text = word;
        for (const auto& hit : index->search(query).sections) {
            if (index->chunk(hit.chunk).markdown.find(word) != std::string_view::npos) return true;
        }
        return false;
    }

    Task<Result<bool>> until(std::string project_id, std::string word, bool wanted) {
        while (finds(project_id, word) != wanted) {
            auto looked = co_await sources->next_look(project_id);
            (void)looked;
        }
        co_return true;
    }
    /// True once the word is (or is not) found, after as many looks at the source as it takes.
    bool becomes(const std::string& project_id, const std::string& word, bool wanted = true) {
        auto done = run(with_deadline(20s, until(project_id, word, wanted)));
        return done.ok();
    }
    Task<Result<bool>> until_failed(std::string project_id) {
        while (sources->state(project_id).phase != State::Phase::failed) {
            auto looked = co_await sources->next_look(project_id);
            (void)looked;
        }
        co_return true;
    }

    std::string git(std::vector<std::string> words) {
        Command command;
        command.argv = {"git", "-c", "user.name=T", "-c", "user.email=t@example.com"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.directory = folder.path() / "repo";
        auto done = blocking_run(command);
        if (!done || done->exit_code != 0) throw std::runtime_error(done ? done->err : done.error().message);
        return done->out.substr(0, done->out.find('\n'));
    }

    test::TempDir folder;
    boost::asio::io_context loop;
    Pools pools;
    net::HttpClient http{loop.get_executor()};
    Config config;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<store::Projects> projects;
    std::unique_ptr<Sources> sources;
};

TEST_F(SourcesTest, AFolderIsIndexedAtStart) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    EXPECT_EQ(sources->state(p.id).phase, State::Phase::ready);
    const auto kept = run(projects->find("docs"));
    EXPECT_EQ(kept->pages, 1);
    EXPECT_TRUE(fs::exists(config.data / "index" / kept->index_file));
    EXPECT_FALSE(kept->revision.empty());
}

TEST_F(SourcesTest, ASavedPageBecomesSearchableByItself) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    page("docs/guide.md", "buffalo");
    EXPECT_TRUE(becomes(p.id, "buffalo"));
    EXPECT_FALSE(finds(p.id, "aardvark"));
}

TEST_F(SourcesTest, AnEditorThatWritesBesideAndRenamesIsSeen) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    page("docs/.guide.md.tmp", "cheetah");
    fs::rename(folder.path() / "docs/.guide.md.tmp", folder.path() / "docs/guide.md");
    EXPECT_TRUE(becomes(p.id, "cheetah"));
}

TEST_F(SourcesTest, NewFoldersMovesAndDeletionsAreSeen) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    page("docs/new/deeper/page.md", "dolphin");
    ASSERT_TRUE(becomes(p.id, "dolphin"));
    page("docs/new/deeper/page.md", "elephant");  // in a folder that was not there at the start
    ASSERT_TRUE(becomes(p.id, "elephant"));
    page("elsewhere/moved/page.md", "flamingo");
    fs::rename(folder.path() / "elsewhere/moved", folder.path() / "docs/moved");
    ASSERT_TRUE(becomes(p.id, "flamingo"));
    page("docs/moved/page.md", "gazelle");
    ASSERT_TRUE(becomes(p.id, "gazelle"));
    fs::remove_all(folder.path() / "docs/new");
    EXPECT_TRUE(becomes(p.id, "elephant", false));
    EXPECT_TRUE(finds(p.id, "gazelle"));
}

TEST_F(SourcesTest, AnOverflowOfTheSystemsEventQueueLosesNothing) {
    page("docs/first.md", "kettle");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "kettle"));
    // The loop stands still, so nobody takes the events: creating, writing, removing are three each.
    long most = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
    ASSERT_GT(most, 0);
    const auto file = folder.path() / "docs" / "busy.txt";
    for (long i = 0; i < most / 3 + 100; ++i) {
        std::ofstream(file) << "x";
        fs::remove(file);
    }
    // Of these no event is told any more.
    page("docs/new/deep/second.md", "lantern");
    fs::remove(folder.path() / "docs" / "first.md");
    EXPECT_TRUE(becomes(p.id, "lantern"));
    EXPECT_FALSE(finds(p.id, "kettle"));
    page("docs/new/deep/third.md", "compass");
    EXPECT_TRUE(becomes(p.id, "compass")) << "folders that came with the overflow are watched";
}

TEST_F(SourcesTest, AFolderThatCannotBeReadKeepsTheOldIndexAndSaysWhy) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    fs::rename(folder.path() / "docs", folder.path() / "away");
    ASSERT_TRUE(run(with_deadline(20s, until_failed(p.id))).ok());
    EXPECT_TRUE(finds(p.id, "aardvark"));
    EXPECT_NE(sources->state(p.id).error.find("missing"), std::string::npos);
    page("away/guide.md", "hedgehog");
    fs::rename(folder.path() / "away", folder.path() / "docs");
    EXPECT_TRUE(run(sources->rebuild(p.id, false)).ok());
    EXPECT_TRUE(finds(p.id, "hedgehog"));
    EXPECT_EQ(sources->state(p.id).phase, State::Phase::ready);
}

TEST_F(SourcesTest, AnEmptyFolderIsAFailureThatAPageHeals) {
    fs::create_directories(folder.path() / "docs");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(run(with_deadline(20s, until_failed(p.id))).ok());
    EXPECT_EQ(sources->index(p.id), nullptr);
    page("docs/guide.md", "ibex");
    EXPECT_TRUE(becomes(p.id, "ibex"));
    EXPECT_EQ(sources->state(p.id).error, "");
}

TEST_F(SourcesTest, ABrokenProjectDoesNotStopTheOthers) {
    page("good/guide.md", "aardvark");
    const auto bad = add("bad", "folder", (folder.path() / "nowhere").string());
    const auto worse = add("worse", "git", "/nowhere/at/all");
    const auto good = add_folder("good");
    start();
    ASSERT_TRUE(becomes(good.id, "aardvark"));
    EXPECT_FALSE(run(sources->rebuild(bad.id, true)).ok());
    EXPECT_FALSE(run(sources->rebuild(worse.id, true)).ok());
    page("good/guide.md", "buffalo");
    EXPECT_TRUE(becomes(good.id, "buffalo"));
}

TEST_F(SourcesTest, ABrokenPageIsAProblemOfItsOwn) {
    page("docs/guide.md", "aardvark");
    folder.write("docs/broken.md", std::string(5 << 20, 'x'));  // larger than a page may be
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    const auto state = sources->state(p.id);
    ASSERT_EQ(state.problems.size(), 1u);
    EXPECT_EQ(state.problems[0].file, "broken.md");
}

TEST_F(SourcesTest, NothingChangedMeansNoRebuildAtStart) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    stop();
    const auto before = run(projects->find("docs"))->index_file;
    start();
    EXPECT_TRUE(finds(p.id, "aardvark"));  // at once, before any look
    ASSERT_TRUE(run(sources->rebuild(p.id, false)).ok());
    EXPECT_EQ(run(projects->find("docs"))->index_file, before);
    ASSERT_TRUE(run(sources->rebuild(p.id, true)).ok());
    EXPECT_NE(run(projects->find("docs"))->index_file, before);
}

TEST_F(SourcesTest, ADamagedOrMissingIndexIsBuiltAgain) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    for (int round = 0; round < 3; ++round) {
        start();
        ASSERT_TRUE(becomes(p.id, "aardvark")) << round;
        stop();
        const auto file = config.data / "index" / run(projects->find("docs"))->index_file;
        if (round == 0) fs::remove(file);
        if (round == 1) {
            const auto middle = static_cast<std::streamoff>(fs::file_size(file) / 2);
            std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
            damage.seekg(middle);
            const auto byte = static_cast<char>(damage.get() ^ 1);
            damage.seekp(middle);
            damage.put(byte);
        }
    }
}

TEST_F(SourcesTest, OldIndexFilesDoNotPileUp) {
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    const auto old = sources->index(p.id);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(run(sources->rebuild(p.id, true)).ok());
    const auto files = std::distance(fs::directory_iterator(config.data / "index"), fs::directory_iterator());
    EXPECT_LE(files, 2);
    EXPECT_EQ(old->page_count(), 1u);  // who still holds it can read on
    EXPECT_FALSE(old->chunk(0).markdown.empty());
}

TEST_F(SourcesTest, ProjectsAddedAndRemovedElsewhereAreTakenUp) {
    page("one/guide.md", "aardvark");
    page("two/guide.md", "buffalo");
    const auto one = add_folder("one");
    start();
    ASSERT_TRUE(becomes(one.id, "aardvark"));
    const auto two = add_folder("two");
    EXPECT_EQ(sources->index(two.id), nullptr);
    ASSERT_TRUE(run(sources->refresh()).ok());
    ASSERT_TRUE(becomes(two.id, "buffalo"));
    ASSERT_TRUE(run(projects->remove(one.id)).ok());
    ASSERT_TRUE(run(sources->refresh()).ok());
    EXPECT_EQ(sources->index(one.id), nullptr);
    EXPECT_EQ(run(sources->rebuild(one.id, false)).error().code, ErrorCode::not_found);
    EXPECT_TRUE(finds(two.id, "buffalo"));
}

TEST_F(SourcesTest, AnIndexBuiltByAnotherProcessIsSwappedIn) {
    config.watch = false;
    page("docs/guide.md", "aardvark");
    const auto p = add_folder("docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    page("docs/guide.md", "buffalo");
    std::size_t files = 0;
    auto built = blocking_build(p, config.data, [&](std::size_t, std::size_t all) { files = all; });
    ASSERT_TRUE(built.ok()) << built.error().message;
    ASSERT_TRUE(run(projects->set_index(p.id, built->index_file, 1, 1, built->revision, 1)).ok());
    EXPECT_FALSE(finds(p.id, "buffalo"));
    ASSERT_TRUE(run(sources->refresh()).ok());
    EXPECT_TRUE(finds(p.id, "buffalo"));
    ASSERT_TRUE(run(sources->rebuild(p.id, false)).ok());  // the same state: nothing is built
    EXPECT_EQ(run(projects->find("docs"))->index_file, built->index_file);
}

TEST_F(SourcesTest, AGitRepositoryIsFetchedAndItsFolderIndexed) {
    page("repo/docs/guide.md", "aardvark");
    page("repo/internal/secret.md", "zebra");
    git({"init", "-q", "-b", "main"});
    git({"add", "-A"});
    git({"commit", "-q", "-m", "x"});
    const auto p = add("docs", "git", "file://" + (folder.path() / "repo").string(), "docs");
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    EXPECT_FALSE(finds(p.id, "zebra"));
    EXPECT_EQ(run(projects->find("docs"))->revision, git({"rev-parse", "HEAD"}));
    page("repo/docs/guide.md", "buffalo");
    git({"commit", "-q", "-a", "-m", "y"});
    ASSERT_TRUE(run(sources->rebuild(p.id, false)).ok());
    EXPECT_TRUE(finds(p.id, "buffalo"));
    const auto before = run(projects->find("docs"))->index_file;
    ASSERT_TRUE(run(sources->rebuild(p.id, false)).ok());
    EXPECT_EQ(run(projects->find("docs"))->index_file, before);
    for (const auto& entry : fs::directory_iterator(config.data / "repos" / p.id)) {
        EXPECT_FALSE(entry.path().filename().string().starts_with("tree-")) << "an export was left";
    }
}

TEST_F(SourcesTest, GitIsFetchedOnASchedule) {
    page("repo/guide.md", "aardvark");
    git({"init", "-q", "-b", "main"});
    git({"add", "-A"});
    git({"commit", "-q", "-m", "x"});
    config.fetch_every = 50ms;
    const auto p = add("docs", "git", (folder.path() / "repo").string());
    start();
    ASSERT_TRUE(becomes(p.id, "aardvark"));
    page("repo/guide.md", "buffalo");
    git({"commit", "-q", "-a", "-m", "y"});
    EXPECT_TRUE(becomes(p.id, "buffalo"));
}

TEST_F(SourcesTest, StoppingInTheMiddleOfABuildIsClean) {
    for (int i = 0; i < 300; ++i) page("docs/p" + std::to_string(i) + ".md", "aardvark");
    add_folder("docs");
    start();
    stop();
}

}  // namespace
}  // namespace docent::sources
