#include "store/review_comments.hpp"

#include "session_fixture.hpp"
#include "store/merge_requests.hpp"

namespace docent::store {
namespace {

class ReviewCommentsTest : public test::SessionStoreTest {
protected:
    ReviewCommentsTest() : comments(*db), requests(*db) {}

    std::string request() {
        MergeRequest wanted;
        wanted.id = new_uuid(system_clock().now());
        wanted.session_id = new_session().id;
        wanted.title = "Add a page";
        wanted.base_sha = "base";
        wanted.created = wanted.updated = now();
        return must(run(requests.add(wanted))).id;
    }
    ReviewComment wanted(const std::string& of, const std::string& body, const std::string& client_id = "") {
        ReviewComment out;
        out.id = new_uuid(now());
        out.merge_request_id = of;
        out.author = "owner";
        out.body = body;
        out.path = "a.md";
        out.side = "after";
        out.line = 3;
        out.quote = "the line";
        out.head_sha = "head";
        out.client_id = client_id;
        out.created = now();
        return out;
    }
    Page page(const std::string& after = "", std::int64_t limit = 20) { return {after, limit}; }

    ReviewComments comments;
    MergeRequests requests;
};

TEST_P(ReviewCommentsTest, TheyAreKeptInOrder) {
    const auto of = request();
    const auto first = must(run(comments.add(wanted(of, "One"))));
    const auto second = must(run(comments.add(wanted(of, "Two"))));
    const auto all = must(run(comments.list(of, page())));
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].body, "One");
    EXPECT_EQ(all[0].quote, "the line");
    EXPECT_EQ(all[0].line, 3);
    EXPECT_EQ(all[0].created, first.created);
    EXPECT_EQ(must(run(comments.list(of, page(first.id)))).at(0).id, second.id);
    EXPECT_EQ(must(run(comments.list(of, page("", 1)))).size(), 1u);
    EXPECT_TRUE(must(run(comments.list(request(), page()))).empty());
    EXPECT_EQ(run(comments.add(wanted("nothing", "Three"))).error().code, ErrorCode::not_found);
}

TEST_P(ReviewCommentsTest, OneWithTheSameClientIdIsAddedOnce) {
    const auto of = request();
    const auto first = must(run(comments.add(wanted(of, "One", "c1"))));
    EXPECT_EQ(must(run(comments.add(wanted(of, "One", "c1")))).id, first.id);
    EXPECT_EQ(reason(run(comments.add(wanted(of, "Other", "c1")))), "client_id_conflict");
    EXPECT_NE(must(run(comments.add(wanted(request(), "One", "c1")))).id, first.id);
    EXPECT_EQ(must(run(comments.sent(first.id, "event"))).event_id, "event");
    EXPECT_EQ(must(run(comments.add(wanted(of, "One", "c1")))).event_id, "event");
    EXPECT_EQ(run(comments.sent("nothing", "event")).error().code, ErrorCode::not_found);
}

TEST_P(ReviewCommentsTest, MergeRequestsAreFoundByTheirIdAndListed) {
    const auto one = request();
    const auto two = request();
    const auto found = must(run(requests.get("", one)));
    EXPECT_EQ(found.project_id, project);
    EXPECT_EQ(found.request.base_sha, "base");
    EXPECT_EQ(must(run(requests.get(project, one))).request.id, one);
    EXPECT_EQ(run(requests.get("another", one)).error().code, ErrorCode::not_found);
    EXPECT_EQ(run(requests.get("", "nothing")).error().code, ErrorCode::not_found);
    const auto all = must(run(requests.list(project, "", page())));
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].id, two);
    EXPECT_EQ(must(run(requests.list(project, "open", page(two)))).at(0).id, one);
    EXPECT_TRUE(must(run(requests.list(project, "merged", page()))).empty());
    EXPECT_TRUE(must(run(requests.list("another", "", page()))).empty());
}

TEST_P(ReviewCommentsTest, TheyGoWithTheSession) {
    const auto of = request();
    must(run(comments.add(wanted(of, "One"))));
    const auto session = must(run(requests.get("", of))).request.session_id;
    EXPECT_TRUE(run(sessions.remove(project, session)));
    EXPECT_TRUE(must(run(comments.list(of, page()))).empty());
}

ON_BOTH_ENGINES(ReviewCommentsTest);

}  // namespace
}  // namespace docent::store
