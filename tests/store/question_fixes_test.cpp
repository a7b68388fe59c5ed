#include "store/question_fixes.hpp"

#include "session_fixture.hpp"
#include "store/merge_requests.hpp"

namespace docent::store {
namespace {

class QuestionFixesTest : public test::SessionStoreTest {
protected:
    QuestionFixesTest() : fixes(*db) {}

    QuestionFix fix(const std::string& turn, const std::string& job) {
        QuestionFix out;
        out.turn_id = turn;
        out.job_id = job;
        out.project_id = project;
        out.cluster = "a";
        out.question = "How do I " + turn + "?";
        out.created = now();
        return out;
    }
    std::vector<QuestionFix> all() { return must(run(fixes.list(project))); }

    QuestionFixes fixes;
};

TEST_P(QuestionFixesTest, AMergeOfTheJobsPullRequestSettlesItsQuestions) {
    MergeRequests requests(*db);
    MergeRequest wanted;
    wanted.id = new_uuid(now());
    wanted.session_id = new_session().id;
    wanted.created = now();
    must(run(requests.add(wanted)));
    ASSERT_TRUE(
        run(fixes.add({fix("a", wanted.session_id), fix("b", wanted.session_id), fix("c", "another")})));
    EXPECT_FALSE(all()[0].settled());
    MergeRequestEnd end;
    end.status = "merged";
    end.event = event("merge_request_merged");
    end.now = now();
    must(run(requests.end(wanted.id, end)));
    EXPECT_EQ(all()[0].merged, end.now);
    EXPECT_TRUE(all()[0].settled());
    EXPECT_TRUE(all()[1].settled());
    EXPECT_FALSE(all()[2].settled());
}

TEST_P(QuestionFixesTest, AQuestionThatIsStillUnansweredIsOpenAgain) {
    ASSERT_TRUE(run(fixes.add({fix("a", "job"), fix("b", "job")})));
    ASSERT_TRUE(run(db->write([&](Db& d) { return settle_questions(d, "job", now()); })));
    ASSERT_TRUE(run(fixes.asked_again("a", true, now())));
    ASSERT_TRUE(run(fixes.asked_again("b", false, now())));
    EXPECT_TRUE(all()[0].settled());
    EXPECT_FALSE(all()[1].settled());
    // The next job begins anew.
    ASSERT_TRUE(run(fixes.add({fix("b", "next")})));
    ASSERT_EQ(all().size(), 2u);
    EXPECT_EQ(all()[1].job_id, "next");
    EXPECT_EQ(all()[1].merged, 0);
    EXPECT_EQ(all()[1].asked, 0);
}

ON_BOTH_ENGINES(QuestionFixesTest);

}  // namespace
}  // namespace docent::store
