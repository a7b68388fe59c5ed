#include "git/files.hpp"

#include "git/diff.hpp"
#include "git/rollback.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

namespace fs = std::filesystem;

class FilesTest : public SessionTest {
protected:
    static std::string text_of(const TreeListing& listing) {
        std::string out;
        for (const auto& entry : listing.entries) {
            out += entry.path + " " + std::string(to_string(entry.kind));
            if (entry.size_bytes) out += " " + std::to_string(*entry.size_bytes);
            out += "\n";
        }
        return out;
    }
};

TEST_F(FilesTest, TheTreeIsListedWithoutWhatIsIgnored) {
    begin({{".gitignore", "build/\n*.log\n"},
           {"docs/deep/a.md", "12345"},
           {"docs/b.md", "1"},
           {"gone.md", "1"}});
    open();
    write("build/out.o", "x");
    write("new.md", "12");
    write("docs/x.log", "x");
    fs::remove(workspace.tree / "gone.md");
    fs::create_symlink("/etc/passwd", workspace.tree / "link");
    auto top = blocking_browse(workspace, "", 1);
    ASSERT_TRUE(top.ok()) << top.error().detail;
    EXPECT_EQ(text_of(*top), ".gitignore file 13\ndocs directory\nlink symlink\nnew.md file 2\n");
    auto docs = blocking_browse(workspace, "docs/", 5);
    ASSERT_TRUE(docs.ok()) << docs.error().detail;
    EXPECT_EQ(text_of(*docs), "docs/b.md file 1\ndocs/deep directory\ndocs/deep/a.md file 5\n");
    auto few = blocking_browse(workspace, "", 9, 2);
    EXPECT_TRUE(few->truncated);
    EXPECT_EQ(few->entries.size(), 2u);
    EXPECT_EQ(few->total_entries, 7);
    EXPECT_EQ(*blocking_list_files(workspace, "docs"),
              (std::vector<std::string>{"docs/b.md", "docs/deep/a.md"}));
    EXPECT_EQ(blocking_browse(workspace, "nowhere", 1).error().code, ErrorCode::not_found);
    EXPECT_EQ(blocking_browse(workspace, "", 0).error().code, ErrorCode::invalid_argument);
    for (const char* path : {"..", "../x", "/etc", "docs/../../x"})
        EXPECT_EQ(blocking_list_files(workspace, path).error().code, ErrorCode::invalid_argument) << path;
}

TEST_F(FilesTest, NothingIsReadThroughALinkThatAFolderBecame) {
    begin({{"docs/passwd", "mine"}});
    open();
    fs::remove_all(workspace.tree / "docs");
    fs::create_symlink("/etc", workspace.tree / "docs");
    auto all = blocking_browse(workspace, "", 3);
    ASSERT_TRUE(all.ok());
    EXPECT_EQ(text_of(*all), "docs symlink\n");
    auto changes = blocking_uncommitted_changes(workspace);
    ASSERT_TRUE(changes.ok()) << changes.error().detail;
    EXPECT_EQ(changes->diff.text.find("root:"), std::string::npos);
}

TEST_F(FilesTest, ChangesAreTakenBackWhereAskedAndNowhereElse) {
    begin({{"a.md", "1\n"}, {"docs/b.md", "1\n"}, {"docs/gone.md", "1\n"}});
    open();
    const auto change = [&] {
        write("a.md", "2\n");
        write("docs/b.md", "2\n");
        write("docs/new.md", "2\n");
        write("-odd\nname", "2\n");
        fs::remove(workspace.tree / "docs/gone.md");
    };
    change();
    auto some = blocking_rollback(workspace, {std::vector<std::string>{"docs"}, false});
    ASSERT_TRUE(some.ok()) << some.error().detail;
    EXPECT_EQ(some->restored_files, (std::vector<std::string>{"docs/b.md", "docs/gone.md"}));
    EXPECT_TRUE(some->removed_files.empty());
    EXPECT_EQ(read("a.md"), "2\n");
    EXPECT_EQ(read("docs/b.md"), "1\n");
    EXPECT_TRUE(is_there("docs/new.md"));
    change();
    auto one = blocking_rollback(workspace,
                                 {std::vector<std::string>{"-odd\nname", "nothing", "../a.md", "*"}, true});
    EXPECT_EQ(one->removed_files, std::vector<std::string>{"-odd\nname"});
    EXPECT_TRUE(one->restored_files.empty());
    auto all = blocking_rollback(workspace, {std::nullopt, true});
    ASSERT_TRUE(all.ok()) << all.error().detail;
    EXPECT_EQ(all->removed_files, std::vector<std::string>{"docs/new.md"});
    EXPECT_TRUE(blocking_uncommitted_changes(workspace)->clean);
}

TEST_F(FilesTest, ATakenBackFolderReplacesTheLinkInItsPlace) {
    begin({{"docs/a.md", "1\n"}});
    open();
    folder.write("outside/a.md", "a person's\n");
    fs::remove_all(workspace.tree / "docs");
    fs::create_symlink(folder.path() / "outside", workspace.tree / "docs");
    auto done = blocking_rollback(workspace, {std::nullopt, true});
    ASSERT_TRUE(done.ok()) << done.error().detail;
    EXPECT_EQ(read("docs/a.md"), "1\n");
    EXPECT_FALSE(fs::is_symlink(workspace.tree / "docs"));
    EXPECT_EQ(folder.read("outside/a.md"), "a person's\n");
}

}  // namespace
}  // namespace docent::git
