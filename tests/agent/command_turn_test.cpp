#include "agent/command_turn.hpp"

#include <gtest/gtest.h>

namespace docent::agent {
namespace {

using maintenance::FileChange;

std::string edited(const std::string& before, const std::string& after) {
    const auto edit = one_edit(before, after);
    auto out = apply_edits(before, {edit});
    EXPECT_TRUE(out.ok()) << edit.old_text;
    return out ? out->text : "";
}

TEST(CommandTurnTest, OneEditNamesTheLinesThatChange) {
    const auto edit = one_edit("a\nb\nc\n", "a\nB\nc\n");
    EXPECT_EQ(edit.old_text, "b\n");
    EXPECT_EQ(edit.new_text, "B\n");
}

TEST(CommandTurnTest, OneEditTakesAsManyLinesAsItNeedsToBeThereOnce) {
    const std::string before = "x\ny\nx\ny\nx\nz\n", after = "x\ny\nX\ny\nx\nz\n";
    EXPECT_EQ(edited(before, after), after);
}

TEST(CommandTurnTest, OneEditOfAnythingGivesWhatWasMeant) {
    const std::vector<std::string> texts{"",        "a",    "a\n",        "a\na\n",  "a\nb\na\n",
                                         "b\na\nb", "\n\n", "a\n\na\n\n", "ab\nba\n"};
    for (const auto& before : texts)
        for (const auto& after : texts)
            if (before != after && !before.empty()) {
                EXPECT_EQ(edited(before, after), after) << before << "->" << after;
            }
}

TEST(CommandTurnTest, ChangesBecomeCallsInAnOrderThatWorks) {
    FileChange edit, create, remove, move;
    edit.path = "a.md";
    edit.before = "one\n";
    edit.after = "two\n";
    create.kind = FileChange::Kind::create;
    create.path = "new.md";
    create.after = "new\n";
    remove.kind = FileChange::Kind::remove;
    remove.path = "old.md";
    move.kind = FileChange::Kind::move;
    move.path = "from.md";
    move.destination = "to.md";
    move.before = "x\n";
    move.after = "y\n";
    const auto calls = calls_of({edit, create, remove, move});
    std::vector<std::string> names;
    for (const auto& call : calls) names.push_back(call.name);
    EXPECT_EQ(names, (std::vector<std::string>{"move_file", "edit_file", "edit_file", "create_file",
                                               "remove_file"}));
    EXPECT_EQ(calls[1].args.at("path"), "to.md");
    EXPECT_EQ(calls[0].id, "command-1");
}

TEST(CommandTurnTest, AFileOfMixedLineEndsIsWrittenWhole) {
    FileChange edit;
    edit.path = "a.md";
    edit.before = "one\r\ntwo\nthree\r\n";
    edit.after = "one\r\n2\nthree\r\n";
    const auto calls = calls_of({edit});
    ASSERT_EQ(calls.size(), 1u);
    if (calls[0].name == "create_file") {
        EXPECT_EQ(calls[0].args.at("content").as_string(), std::string_view(edit.after));
    }
}

}  // namespace
}  // namespace docent::agent
