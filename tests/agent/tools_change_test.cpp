#include <sys/stat.h>

#include "agent/tools_fixture.hpp"
#include "base/crypto.hpp"

namespace docent::agent {
namespace fs = std::filesystem;
namespace {

class ChangeToolsTest : public test::ToolsTest {};

TEST_F(ChangeToolsTest, AnEditReplacesExactlyWhatItNames) {
    write("a.md", "one\ntwo\nthree\n");
    const auto payload =
        call("edit_file", R"({"path":"a.md","edits":[{"old_text":"two\n","new_text":"2\n"}]})");
    EXPECT_EQ(read("a.md"), "one\n2\nthree\n");
    EXPECT_NE(text(payload, "diff").find("-two\n+2\n"), std::string::npos);
    EXPECT_EQ(number(payload, "additions"), 1);
    EXPECT_EQ(number(payload, "deletions"), 1);
    EXPECT_EQ(number(payload, "replacements"), 1);
    EXPECT_EQ(text(payload, "before_sha256"), sha256_hex("one\ntwo\nthree\n"));
    EXPECT_EQ(text(payload, "after_sha256"), sha256_hex("one\n2\nthree\n"));
    EXPECT_NE(said.find("+2"), std::string::npos);
}

TEST_F(ChangeToolsTest, SeveralEditsAreMadeTogetherOrNotAtAll) {
    write("a", "one two three");
    EXPECT_EQ(refusal("edit_file", R"({"path":"a","edits":[{"old_text":"one","new_text":"1"},
        {"old_text":"four","new_text":"4"}]})"),
              "text_not_found");
    EXPECT_NE(outcome.error_message.find("edit 2"), std::string::npos) << outcome.error_message;
    EXPECT_EQ(read("a"), "one two three");
    const auto payload = call("edit_file", R"({"path":"a","edits":[{"old_text":"one","new_text":"1"},
        {"old_text":"1 two","new_text":"1 2"},{"old_text":"e","new_text":"E","replace_all":true}]})");
    EXPECT_EQ(read("a"), "1 2 thrEE");
    EXPECT_EQ(number(payload, "replacements"), 4);
}

TEST_F(ChangeToolsTest, AnAbsentTextIsAnsweredWithTheNearestLines) {
    write("a.cpp", "int a;\nint compute(int value) {\n\treturn value + 1;\n}\nint b;\n");
    EXPECT_EQ(refusal("edit_file", R"({"path":"a.cpp","edits":[
        {"old_text":"int compute(int value) {\n    return value + 1;\n}","new_text":"x"}]})"),
              "text_not_found");
    EXPECT_NE(said.find("3: \treturn value + 1;"), std::string::npos) << said;
    EXPECT_EQ(refusal("edit_file",
                      R"({"path":"a.cpp","edits":[{"old_text":"int compute(int v) {","new_text":"x"}]})"),
              "text_not_found");
    EXPECT_NE(said.find("2: int compute(int value) {"), std::string::npos) << said;
    EXPECT_EQ(refusal("edit_file", R"({"path":"a.cpp","edits":[{"old_text":"zzz","new_text":"x"}]})"),
              "text_not_found");
    EXPECT_NE(said.find("Nothing like it"), std::string::npos) << said;
}

TEST_F(ChangeToolsTest, AnAmbiguousTextIsAnsweredWithItsLines) {
    write("a", "x\ny\nx\n");
    EXPECT_EQ(refusal("edit_file", R"({"path":"a","edits":[{"old_text":"x","new_text":"z"}]})"),
              "text_ambiguous");
    EXPECT_NE(said.find("lines 1, 3"), std::string::npos) << said;
    EXPECT_EQ(read("a"), "x\ny\nx\n");
}

TEST_F(ChangeToolsTest, AnEditThatChangesNothingIsRefused) {
    write("a", "x\n");
    EXPECT_EQ(refusal("edit_file", R"({"path":"a","edits":[{"old_text":"x","new_text":"x"}]})"),
              "nothing_changed");
}

TEST_F(ChangeToolsTest, LineEndsByteOrderMarkAndModeStay) {
    write("a.sh", "\xEF\xBB\xBFone\r\ntwo\r\nthree\r\n");
    fs::permissions(tree.path / "a.sh", fs::perms(0750));
    call("edit_file", R"({"path":"a.sh","edits":[{"old_text":"one\ntwo","new_text":"1\n2\n2b"}]})");
    EXPECT_EQ(read("a.sh"),
              "\xEF\xBB\xBF"
              "1\r\n2\r\n2b\r\nthree\r\n");
    EXPECT_EQ(fs::status(tree.path / "a.sh").permissions(), fs::perms(0750));
    call("edit_file", R"({"path":"a.sh","edits":[{"old_text":"three","new_text":"3\n4"}]})");
    EXPECT_EQ(read("a.sh"),
              "\xEF\xBB\xBF"
              "1\r\n2\r\n2b\r\n3\r\n4\r\n");
}

TEST_F(ChangeToolsTest, BytesThatAreNoUtf8StayAsTheyAre) {
    write("a", "caf\xE9 one\n");
    call("edit_file", R"({"path":"a","edits":[{"old_text":"one","new_text":"two"}]})");
    EXPECT_EQ(read("a"), "caf\xE9 two\n");
}

TEST_F(ChangeToolsTest, ALinkIsEditedWhereItLeadsAndOnlyInside) {
    write("docs/a.md", "x\n");
    folder.write("secret", "x\n");
    fs::create_symlink("docs/a.md", tree.path / "in");
    fs::create_symlink("../secret", tree.path / "out");
    EXPECT_EQ(text(call("edit_file", R"({"path":"in","edits":[{"old_text":"x","new_text":"y"}]})"), "path"),
              "docs/a.md");
    EXPECT_EQ(read("docs/a.md"), "y\n");
    EXPECT_TRUE(fs::is_symlink(tree.path / "in"));
    EXPECT_EQ(refusal("edit_file", R"({"path":"out","edits":[{"old_text":"x","new_text":"y"}]})"),
              "outside_repository");
    EXPECT_EQ(folder.read("secret"), "x\n");
}

TEST_F(ChangeToolsTest, WhatCannotBeEditedIsRefused) {
    write("bin", std::string_view("a\0b", 3));
    const std::string edits = R"("edits":[{"old_text":"a","new_text":"b"}]})";
    EXPECT_EQ(refusal("edit_file", R"({"path":"bin",)" + edits), "not_text");
    EXPECT_EQ(refusal("edit_file", R"({"path":"none",)" + edits), "not_found");
    EXPECT_EQ(refusal("edit_file", R"({"path":".git/config",)" + edits), "not_allowed");
    EXPECT_EQ(refusal("edit_file", R"({"path":"../secret",)" + edits), "outside_repository");
    ASSERT_EQ(mkfifo((tree.path / "pipe").c_str(), 0644), 0);
    EXPECT_EQ(refusal("edit_file", R"({"path":"pipe",)" + edits), "not_a_file");
}

TEST_F(ChangeToolsTest, AFileIsCreatedWithTheFoldersAboveIt) {
    auto payload = call("create_file", R"({"path":"a/b/c.sh","content":"echo\n","executable":true})");
    EXPECT_EQ(read("a/b/c.sh"), "echo\n");
    EXPECT_NE((fs::status(tree.path / "a/b/c.sh").permissions() & fs::perms::owner_exec), fs::perms::none);
    EXPECT_EQ(text(payload, "content"), "echo\n");
    EXPECT_NE(text(payload, "diff").find("--- /dev/null\n+++ b/a/b/c.sh\n"), std::string::npos);
    EXPECT_EQ(number(payload, "size_bytes"), 5);
    EXPECT_FALSE(payload.at("overwritten").as_bool());
    EXPECT_EQ(refusal("create_file", R"({"path":"a/b/c.sh","content":"x"})"), "already_exists");
    EXPECT_EQ(read("a/b/c.sh"), "echo\n");
    payload = call("create_file", R"({"path":"a/b/c.sh","content":"x","overwrite":true})");
    EXPECT_TRUE(payload.at("overwritten").as_bool());
    EXPECT_EQ(read("a/b/c.sh"), "x");
}

TEST_F(ChangeToolsTest, AFileIsNotCreatedWhereNoneMayBe) {
    write("file", "x");
    fs::create_directory(tree.path / "folder");
    fs::create_symlink("../out", tree.path / "link");
    fs::create_directory_symlink("..", tree.path / "above");
    EXPECT_EQ(refusal("create_file", R"({"path":"file/x","content":""})"), "not_a_directory");
    EXPECT_EQ(refusal("create_file", R"({"path":"folder","content":"","overwrite":true})"), "not_a_file");
    EXPECT_EQ(refusal("create_file", R"({"path":"link","content":"","overwrite":true})"), "not_a_file");
    EXPECT_EQ(refusal("create_file", R"({"path":"above/x","content":""})"), "outside_repository");
    EXPECT_EQ(refusal("create_file", R"({"path":".git/hooks/pre-commit","content":""})"), "not_allowed");
    EXPECT_EQ(refusal("create_file", R"({"path":"a/.GIT/config","content":""})"), "not_allowed");
    EXPECT_EQ(refusal("create_file", R"({"path":"./","content":""})"), "invalid_path");
    EXPECT_FALSE(fs::exists(folder.path() / "x"));
    EXPECT_FALSE(fs::exists(folder.path() / "out"));
}

TEST_F(ChangeToolsTest, FilesAndFoldersAreRemoved) {
    write("a.md", "one\n");
    auto payload = call("remove_file", R"({"path":"a.md"})");
    EXPECT_FALSE(exists("a.md"));
    EXPECT_NE(text(payload, "diff").find("-one\n"), std::string::npos);
    EXPECT_EQ(number(payload, "deletions"), 1);
    write("d/x", "1\n");
    write("d/e/y", "2\n");
    write("d/bin", std::string_view("\0", 1));
    folder.write("outside/z", "3");
    fs::create_directory_symlink("../../outside", tree.path / "d/link");
    EXPECT_EQ(refusal("remove_file", R"({"path":"d"})"), "not_a_file");
    EXPECT_TRUE(exists("d/x"));
    payload = call("remove_file", R"({"path":"d","recursive":true})");
    EXPECT_EQ(boost::json::serialize(payload.at("removed_paths")), R"(["d/bin","d/e/y","d/link","d/x"])");
    EXPECT_FALSE(exists("d"));
    EXPECT_EQ(folder.read("outside/z"), "3");
    EXPECT_EQ(refusal("remove_file", R"({"path":"d"})"), "not_found");
    EXPECT_EQ(refusal("remove_file", R"({"path":"."})"), "not_allowed");
    EXPECT_EQ(refusal("remove_file", R"({"path":".git","recursive":true})"), "not_allowed");
}

TEST_F(ChangeToolsTest, ALinkIsRemovedNotWhatItNames) {
    folder.write("secret", "x");
    fs::create_symlink("../secret", tree.path / "link");
    call("remove_file", R"({"path":"link"})");
    EXPECT_FALSE(exists("link"));
    EXPECT_EQ(folder.read("secret"), "x");
}

TEST_F(ChangeToolsTest, ARepositoryInsideKeepsItsOwnFolder) {
    write("nested/.git/config", "x");
    write("nested/a", "x");
    EXPECT_EQ(refusal("remove_file", R"({"path":"nested","recursive":true})"), "already_exists");
    EXPECT_TRUE(exists("nested/.git/config"));
    EXPECT_EQ(refusal("copy_file", R"({"source_path":"nested","destination_path":"copy","recursive":true})"),
              "");
    EXPECT_FALSE(exists("copy/.git"));
}

TEST_F(ChangeToolsTest, FilesAndFoldersAreMoved) {
    write("a", "x");
    write("b", "y");
    auto payload = call("move_file", R"({"source_path":"a","destination_path":"c/d"})");
    EXPECT_EQ(read("c/d"), "x");
    EXPECT_FALSE(exists("a"));
    EXPECT_FALSE(payload.at("overwritten").as_bool());
    EXPECT_EQ(refusal("move_file", R"({"source_path":"b","destination_path":"c/d"})"), "already_exists");
    payload = call("move_file", R"({"source_path":"b","destination_path":"c/d","overwrite":true})");
    EXPECT_TRUE(payload.at("overwritten").as_bool());
    EXPECT_EQ(read("c/d"), "y");
    call("move_file", R"({"source_path":"c","destination_path":"C"})");
    EXPECT_EQ(read("C/d"), "y");
    EXPECT_EQ(refusal("move_file", R"({"source_path":"C","destination_path":"C/e"})"), "invalid_path");
    EXPECT_EQ(refusal("move_file", R"({"source_path":"C","destination_path":"../out"})"),
              "outside_repository");
    EXPECT_EQ(refusal("move_file", R"({"source_path":"C/d","destination_path":".git/x"})"), "not_allowed");
    EXPECT_EQ(refusal("move_file", R"({"source_path":"none","destination_path":"x"})"), "not_found");
}

TEST_F(ChangeToolsTest, FilesAndFoldersAreCopied) {
    write("a.sh", "x");
    fs::permissions(tree.path / "a.sh", fs::perms(0755));
    call("copy_file", R"({"source_path":"a.sh","destination_path":"b/c.sh"})");
    EXPECT_EQ(read("b/c.sh"), "x");
    EXPECT_EQ(fs::status(tree.path / "b/c.sh").permissions(), fs::perms(0755));
    folder.write("secret", "x");
    fs::create_symlink("../../secret", tree.path / "b/link");
    EXPECT_EQ(refusal("copy_file", R"({"source_path":"b","destination_path":"d"})"), "not_a_file");
    call("copy_file", R"({"source_path":"b","destination_path":"d","recursive":true})");
    EXPECT_EQ(read("d/c.sh"), "x");
    EXPECT_TRUE(fs::is_symlink(tree.path / "d/link"));
    EXPECT_EQ(refusal("copy_file", R"({"source_path":"b","destination_path":"b/e","recursive":true})"),
              "invalid_path");
    EXPECT_EQ(refusal("copy_file", R"({"source_path":"a.sh","destination_path":"b/c.sh"})"),
              "already_exists");
    EXPECT_EQ(refusal("copy_file", R"({"source_path":"../secret","destination_path":"x"})"),
              "outside_repository");
}

}  // namespace
}  // namespace docent::agent
