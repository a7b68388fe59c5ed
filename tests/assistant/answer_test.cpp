#include "assistant/answer.hpp"

#include <gtest/gtest.h>

namespace docent::assistant {
namespace {

TEST(Answer, WakesItsFollowersUntilTheyLeave) {
    Answer answer("m", "t", "");
    int first = 0, second = 0;
    auto one = answer.follow([&] { ++first; });
    auto two = answer.follow([&] { ++second; });
    answer.append(StepStart{});
    two.reset();
    answer.append(Text("x"));
    EXPECT_EQ(first, 2);
    EXPECT_EQ(second, 1);
}

TEST(Answer, AFollowerMayLeaveAndRemoveAnotherWhileItIsWoken) {
    Answer answer("m", "t", "");
    Answer::Handle one, two, three;
    int woken = 0;
    one = answer.follow([&] {
        ++woken;
        one.reset();
        two.reset();
    });
    two = answer.follow([&] { ++woken; });
    three = answer.follow([&] { ++woken; });
    answer.append(Text("x"));
    EXPECT_EQ(woken, 2);
    answer.append(Text("y"));
    EXPECT_EQ(woken, 3);
}

TEST(Answer, AHandleMayOutliveTheAnswer) {
    auto answer = std::make_unique<Answer>("m", "t", "");
    auto handle = answer->follow([] {});
    answer.reset();
    handle.reset();
}

TEST(Answer, NothingFollowsTheEnd) {
    Answer answer("m", "t", "");
    answer.append(Finished("stop", {}, true));
    answer.append(Text("late"));
    EXPECT_EQ(answer.parts().size(), 1u);
    EXPECT_TRUE(answer.ended());
}

TEST(Answer, TextThatExceedsTheBoundIsCutBetweenCharactersAndSaidSo) {
    Answer answer("m", "t", "");
    answer.append(Text(std::string(Answer::max_text - 1, 'a')));
    answer.append(Text("é and more"));
    answer.append(Text("nothing"));
    answer.append(StepEnd("stop", {}));
    answer.append(Finished("stop", {}, true));
    ASSERT_EQ(answer.parts().size(), 3u);
    EXPECT_EQ(std::get<StepEnd>(answer.parts()[1]).reason, "length");
    EXPECT_EQ(std::get<Finished>(answer.parts()[2]).reason, "length");
}

}  // namespace
}  // namespace docent::assistant
