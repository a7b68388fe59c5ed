#include "app/data_dir.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "app/projects.hpp"
#include "support/temp_dir.hpp"

using namespace docent;
using namespace docent::app;
using test::TempDir;

TEST(DataDir, IsMadeForItsOwnerAlone) {
    TempDir dir;
    auto made = DataDir::create(dir.path() / "a" / "b");
    ASSERT_TRUE(made) << made.error().message;
    struct stat info {};
    ASSERT_EQ(stat(made->c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    dir.write("file", "x");
    EXPECT_FALSE(DataDir::create(dir.path() / "file"));
}

TEST(DataDir, ASecondHolderIsToldWhoHasIt) {
    TempDir dir;
    EXPECT_FALSE(DataDir::holder(dir.path()));
    {
        auto first = DataDir::lock(dir.path());
        ASSERT_TRUE(first);
        first->set_address("http://127.0.0.1:1");
        auto second = DataDir::lock(dir.path());
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, ErrorCode::conflict);
        EXPECT_NE(second.error().message.find("process " + std::to_string(getpid()) + ", http://127.0.0.1:1"),
                  std::string::npos)
            << second.error().message;
        auto holder = DataDir::holder(dir.path());
        ASSERT_TRUE(holder);
        EXPECT_EQ(holder->pid, getpid());
        EXPECT_EQ(holder->address, "http://127.0.0.1:1");
    }
    EXPECT_FALSE(DataDir::holder(dir.path()));
    EXPECT_TRUE(DataDir::lock(dir.path()));
}

TEST(DataDir, WhatAKilledServerLeftIsWaitedFor) {
    const test::TempDir dir;
    const pid_t dead = fork();
    if (dead == 0) _exit(0);
    ASSERT_EQ(waitpid(dead, nullptr, 0), dead);
    dir.write("docent.lock", std::to_string(dead) + "\nhttp://127.0.0.1:1\n");
    const int child_has = open((dir.path() / "docent.lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(flock(child_has, LOCK_EX), 0);
    std::thread child([child_has] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        close(child_has);
    });
    EXPECT_TRUE(DataDir::lock(dir.path()));
    child.join();
}

TEST(DataDir, ThePublicKeyIsKeptInAFileOfItsOwner) {
    TempDir dir;
    EXPECT_EQ(read_public_key(dir.path()), "");
    ASSERT_TRUE(write_public_key(dir.path(), "mint_dsc_x"));
    EXPECT_EQ(read_public_key(dir.path()), "mint_dsc_x");
    struct stat info {};
    ASSERT_EQ(stat((dir.path() / "assistant-key").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(ProjectSource, TellsFoldersFromRepositoriesAndSites) {
    TempDir dir;
    dir.write("docs/index.md", "# Hello");
    auto folder = blocking_project_source((dir.path() / "docs").string());
    ASSERT_TRUE(folder);
    EXPECT_EQ(folder->source_kind, "folder");
    EXPECT_EQ(folder->source, std::filesystem::canonical(dir.path() / "docs"));
    EXPECT_EQ(folder->repository, "");

    ASSERT_EQ(std::system(("git init -q " + dir.path().string()).c_str()), 0);
    folder = blocking_project_source((dir.path() / "docs").string());
    ASSERT_TRUE(folder);
    EXPECT_EQ(folder->source_kind, "folder");
    EXPECT_EQ(folder->repository, std::filesystem::canonical(dir.path()));

    EXPECT_EQ(blocking_project_source("https://example.com/a.git")->source_kind, "git");
    EXPECT_EQ(blocking_project_source("git@example.com:a/b")->source_kind, "git");
    EXPECT_EQ(blocking_project_source("https://example.com/docs/llms.txt")->source_kind, "llms");
    EXPECT_FALSE(blocking_project_source((dir.path() / "missing").string()));
    EXPECT_FALSE(blocking_project_source((dir.path() / "docs" / "index.md").string()));
    EXPECT_FALSE(blocking_project_source(""));
}

TEST(ProjectSource, NamesThatCannotBePartsOfAddressesAreRefused) {
    EXPECT_TRUE(check_slug("my-docs2"));
    for (const char* bad : {"", "-a", "a-", "A", "a/b", "ä", "v1", "ui", "..", "a b"})
        EXPECT_FALSE(check_slug(bad)) << bad;
    EXPECT_FALSE(check_slug(std::string(64, 'a')));
}
