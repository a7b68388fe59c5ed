// The jobs API, second version: create, get, message, and what is ours beside.
#include "api/jobs_fixture.hpp"

namespace docent::api {
namespace {

bool contains(const std::string& all, std::string_view part) { return all.find(part) != std::string::npos; }

class NoModelJobsTest : public JobsTest {
protected:
    NoModelJobsTest() : JobsTest("") {}
};
class ThinkingJobsTest : public JobsTest {
protected:
    ThinkingJobsTest() : JobsTest(thinks) {}
};

TEST_F(JobsTest, APromptBecomesAPullRequest) {
    const auto reply = job("POST", "", prompt("Write about cages"));
    ASSERT_EQ(reply.status, 201) << reply.body;
    const auto made = object(reply);
    const auto id = text(made, "id");
    EXPECT_EQ(text(made, "status"), "active");
    EXPECT_EQ(text(made, "model"), "m");
    EXPECT_TRUE(made.at("prLink").is_null());
    EXPECT_TRUE(made.at("archivedAt").is_null());
    const auto& source = made.at("source").as_object();
    EXPECT_EQ(text(source, "repository"), (server.folder.path() / "repo").string());
    EXPECT_EQ(text(source, "ref"), "main");
    EXPECT_FALSE(text(made, "createdAt").empty());

    const auto done = ended(id);
    EXPECT_EQ(text(done, "status"), "active") << "it takes follow-ups";
    EXPECT_FALSE(text(done, "followUpUntil").empty());
    EXPECT_TRUE(text(done, "prLink").starts_with(server.origin + "/review/")) << text(done, "prLink");
    EXPECT_EQ(text(done, "title"), "Write about cages");
    EXPECT_EQ(text(done, "message"), "The page a.md says what a cage is.");
    EXPECT_EQ(text(done, "sessionId"), id);
    EXPECT_EQ(done.at("diffStat").as_object().at("filesChanged"), json::value(1));
    EXPECT_EQ(done.at("error"), json::value());
    EXPECT_EQ(in_repository("show " + text(done, "branch") + ":a.md"),
              "---\ntitle: A\n---\n\nAbout cages.\n");

    const auto more = job("POST", "/" + id + "/message", prompt("Now the locks"));
    EXPECT_EQ(more.status, 200) << more.body;
    EXPECT_EQ(text(object(more), "id"), id);
    const auto again = ended(id);
    EXPECT_EQ(text(again, "prLink"), text(done, "prLink")) << "it stays one pull request";
    EXPECT_EQ(again.at("diffStat").as_object().at("filesChanged"), json::value(2));
    EXPECT_TRUE(contains(in_repository("show " + text(done, "branch") + ":b.md"), "locks"));
}

TEST_F(JobsTest, AJobThatEndedTakesNoMessage) {
    const auto id = create("Write");
    ended(id);
    EXPECT_EQ(text(object(job("POST", "/" + id + "/complete")), "status"), "completed");
    const auto refused = job("POST", "/" + id + "/message", prompt("More"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_TRUE(contains(refusal(refused), "the job is completed")) << refused.body;
    EXPECT_EQ(text(object(job("POST", "/" + id + "/archive")), "status"), "archived");
    EXPECT_FALSE(text(get(id), "archivedAt").empty());
    EXPECT_FALSE(text(get(id), "prLink").empty()) << "it stays";
    EXPECT_EQ(job("POST", "/" + id + "/message", prompt("More")).status, 400);
    EXPECT_EQ(text(object(job("POST", "/" + id + "/cancel")), "status"), "archived") << "no change";
}

TEST_F(JobsTest, AProjectMayLetCompletedJobsReopen) {
    set(R"({"job_reopen":true,"job_follow_up":"0"})");
    const auto id = create("Write");
    const auto done = ended(id);
    EXPECT_EQ(text(done, "status"), "completed") << "no follow-up time";
    const auto more = job("POST", "/" + id + "/message", prompt("Now the locks"));
    ASSERT_EQ(more.status, 200) << more.body;
    EXPECT_EQ(text(object(more), "status"), "active");
    EXPECT_EQ(text(ended(id), "prLink"), text(done, "prLink"));
}

TEST_F(JobsTest, TheFollowUpTimeEndsByItself) {
    set(R"({"job_follow_up":"10m"})");
    const auto id = create("Write");
    const auto done = ended(id);
    EXPECT_EQ(text(done, "followUpUntil"), iso8601(server.clock.now() + 600'000));
    server.clock.advance(std::chrono::milliseconds(600'001));
    while (text(get(id), "status") == "active") continue;
    EXPECT_EQ(text(get(id), "status"), "completed");
    EXPECT_FALSE(text(get(id), "endedAt").empty());
}

TEST_F(JobsTest, WhatTheBodySaysIsDone) {
    in_repository("branch next");
    const auto id =
        create("Write", R"(,"asDraft":true,"branch":"docs/cages","target":"next","model":"m","unknown":1)");
    const auto done = ended(id);
    EXPECT_EQ(text(done.at("source").as_object(), "ref"), "next");
    EXPECT_EQ(text(done, "branch"), "docs/cages");
    EXPECT_EQ(done.at("asDraft"), json::value(true));
    EXPECT_FALSE(in_repository("rev-parse docs/cages").empty());
    set(R"({"job_draft":true})");
    EXPECT_EQ(get(create("Nothing")).at("asDraft"), json::value(true));
    EXPECT_EQ(get(create("Nothing", R"(,"asDraft":false,"branch":null,"ref":null)")).at("asDraft"),
              json::value(false));
}

TEST_F(JobsTest, ADryRunLeavesAPatchAndNoPullRequest) {
    const auto id = create("Write", R"(,"dryRun":true)");
    const auto done = ended(id);
    EXPECT_EQ(text(done, "status"), "completed");
    EXPECT_TRUE(done.at("prLink").is_null());
    EXPECT_EQ(in_repository("branch --list 'docent/*'"), "") << "nothing was pushed";
    const auto patch = job("GET", "/" + id + "/diff");
    EXPECT_EQ(patch.status, 200) << patch.body;
    EXPECT_TRUE(patch.headers.at("content-type").starts_with("text/x-diff"));
    EXPECT_TRUE(contains(patch.body, "+About cages.")) << patch.body;
    server.folder.write("change.patch", patch.body);
    in_repository("apply ../change.patch");
    EXPECT_TRUE(contains(server.folder.read("repo/a.md"), "About cages."));
}

TEST_F(JobsTest, AWrongBodyIsNamedAndMakesNoJob) {
    for (const auto& [body, said] : std::vector<std::pair<std::string, std::string>>{
             {"{}", "prompt: is missing"},
             {R"({"prompt":null})", "prompt: is missing"},
             {R"({"prompt":""})", "prompt: is empty"},
             {R"({"prompt":" \n\t "})", "prompt: is empty"},
             {R"({"prompt":5})", "prompt: expected a string"},
             {R"({"prompt":"x","asDraft":"yes"})", "asDraft: expected true or false"},
             {R"({"prompt":"x","branch":"a..b"})", "branch: \"a..b\" is no name"},
             {R"({"prompt":"x","branch":"main"})", "branch: is the branch that the pull request is for"},
             {R"({"prompt":"x","ref":"a","target":"b"})", "target: is another branch than ref"},
             {R"({"prompt":"x","model":"gpt-9"})", "gpt-9"},
             {R"({"prompt":"x","repository":"nowhere"})", "repository: \"nowhere\" is no connected"},
             {"[]", "the body must be a JSON object"},
             {"{", "JSON"},
             {"", "empty"}}) {
        const auto refused = job("POST", "", body);
        EXPECT_EQ(refused.status, 400) << body;
        EXPECT_TRUE(contains(refusal(refused), said)) << refused.body;
    }
    const auto two = object(job("POST", "", R"({"prompt":"","asDraft":1})"));
    ASSERT_EQ(two.at("details").as_array().size(), 2u);
    EXPECT_EQ(two.at("details").at(1).at("message"), json::value("asDraft: expected true or false"));
    const auto huge = job("POST", "", prompt(std::string((256 << 10) + 1, 'x')));
    EXPECT_TRUE(contains(refusal(huge), "prompt: is longer than 262144 bytes")) << huge.status;
    EXPECT_EQ(job("POST", "", prompt(std::string(2 << 20, 'x'))).status, 413);
    EXPECT_EQ(object(ask("GET", "/v2/agent/docs/jobs")).at("total"), json::value(0));
}

TEST_F(JobsTest, TheProjectIsAnIdASlugOrAHostThatTheKeyOpens) {
    const auto id = create("Write");
    for (const auto& name :
         {server.docs_id, std::string("docs.mintlify.app"), std::string("docs.example.com")})
        EXPECT_EQ(ask("GET", "/v2/agent/" + name + "/job/" + id).status, 200) << name;
    const auto other = server.add_key(KeyKind::admin, server.other_id);
    const auto as_other = [&](const std::string& path) {
        return server.call("GET", path, {}, {{"Authorization", "Bearer " + other}});
    };
    EXPECT_EQ(as_other("/v2/agent/docs/job/" + id).status, 404);
    EXPECT_EQ(as_other("/v2/agent/other/job/" + id).status, 404) << "a job of another project";
    EXPECT_TRUE(refusal(ask("GET", "/v2/agent/nowhere/jobs")).starts_with("404 there is no project"));
    EXPECT_EQ(refusal(job("GET", "/" + std::string(some_id))), "404 there is no such job");
    EXPECT_EQ(refusal(job("GET", "/job-123")), "404 there is no such job");
    EXPECT_EQ(job("POST", "/" + std::string(some_id) + "/message", prompt("x")).status, 404);
}

TEST_F(JobsTest, AnAdminKeyOpensItAndNoOther) {
    const auto path = "/v2/agent/docs/jobs";
    EXPECT_EQ(server.call("GET", path).status, 401);
    EXPECT_EQ(refusal(server.asked("GET", path)).substr(0, 4), "403 ");
    EXPECT_EQ(server.call("GET", path, {}, {{"Authorization", "Bearer " + settings_key}}).status, 403);
    admin = server.add_key(KeyKind::admin, server.docs_id, [](store::Key& key) { key.scopes = "read"; });
    EXPECT_EQ(job("POST", "", prompt("Write")).status, 403);
    EXPECT_EQ(ask("GET", path).status, 200);
}

TEST_F(JobsTest, ARepeatedIdempotencyKeyIsOneJob) {
    const net::Headers key = {{"Idempotency-Key", "k-1"}};
    const auto first = job("POST", "", prompt("Write"), key);
    const auto second = job("POST", "", prompt("Write"), key);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(text(object(second), "id"), text(object(first), "id"));
    EXPECT_EQ(job("POST", "", prompt("Something else"), key).status, 409);
    EXPECT_EQ(object(ask("GET", "/v2/agent/docs/jobs")).at("total"), json::value(1));
    const auto id = text(object(first), "id");
    ended(id);
    EXPECT_EQ(job("POST", "/" + id + "/message", prompt("More"), key).status, 200);
    EXPECT_EQ(job("POST", "/" + id + "/message", prompt("More"), key).status, 200);
    server.clock.advance(std::chrono::milliseconds(5'000));  // it looks once more whether there is work
    ended(id);
    int messages = 0;
    for (const auto& event : events(id))
        messages += text(event.as_object(), "type") == "user_message" &&
                    text(event.at("payload").as_object(), "message") == "More";
    EXPECT_EQ(messages, 1);
    EXPECT_EQ(job("POST", "", prompt("Write"), {{"Idempotency-Key", std::string(201, 'k')}}).status, 400);
}

TEST_F(JobsTest, CreatingAndMessagesShareAnHourlyLimit) {
    server.settings.jobs_hour = 2;
    const auto first = job("POST", "", prompt("Write"));
    EXPECT_EQ(first.headers.at("ratelimit-limit"), "2");
    EXPECT_EQ(first.headers.at("ratelimit-remaining"), "1");
    const auto id = text(object(first), "id");
    ended(id);
    EXPECT_EQ(job("POST", "", "{}").status, 400) << "a wrong body is not counted";
    EXPECT_EQ(job("POST", "/" + id + "/message", prompt("More")).status, 200);
    for (const auto& path : {std::string(), "/" + id + "/message"}) {
        const auto refused = job("POST", path, prompt("Once more"));
        EXPECT_EQ(refused.status, 429);
        EXPECT_EQ(refused.body, R"({"error":"Too many sessions created. Please try again later."})");
        EXPECT_FALSE(refused.headers.at("retry-after").empty());
        EXPECT_EQ(refused.headers.at("ratelimit-remaining"), "0");
    }
    EXPECT_EQ(job("GET", "/" + id).status, 200) << "reading is not limited";
    server.clock.advance(std::chrono::milliseconds(3'600'000));
    EXPECT_EQ(job("POST", "", prompt("Write")).status, 201);
}

TEST_F(ThinkingJobsTest, TheListIsNewestFirstWithAStatusAndPages) {
    const auto first = create("One"), second = create("Two"), third = create("Three");
    job("POST", "/" + first + "/cancel");
    auto page = object(ask("GET", "/v2/agent/docs/jobs?limit=2"));
    ASSERT_EQ(page.at("jobs").as_array().size(), 2u);
    EXPECT_EQ(text(page.at("jobs").at(0).as_object(), "id"), third);
    EXPECT_EQ(page.at("hasMore"), json::value(true));
    EXPECT_EQ(page.at("total"), json::value(3));
    page = object(ask("GET", "/v2/agent/docs/jobs?limit=2&skip=2"));
    EXPECT_EQ(text(page.at("jobs").at(0).as_object(), "id"), first);
    EXPECT_EQ(page.at("hasMore"), json::value(false));
    page = object(ask("GET", "/v2/agent/docs/jobs?status=failed"));
    ASSERT_EQ(page.at("total"), json::value(1));
    EXPECT_EQ(text(page.at("jobs").at(0).as_object(), "id"), first);
    for (const auto* wrong : {"status=done", "limit=0", "limit=101", "skip=-1"})
        EXPECT_EQ(refusal(ask("GET", std::string("/v2/agent/docs/jobs?") + wrong)).substr(0, 4), "400 ")
            << wrong;
}

TEST_F(ThinkingJobsTest, AWorkingJobIsCancelledNotCompleted) {
    const auto id = create("Think");
    EXPECT_EQ(refusal(job("POST", "/" + id + "/complete")).substr(0, 4), "409 ");
    const auto cancelled = object(job("POST", "/" + id + "/cancel"));
    EXPECT_EQ(text(cancelled, "status"), "failed");
    EXPECT_EQ(text(cancelled.at("error").as_object(), "code"), "canceled");
    EXPECT_EQ(job("POST", "/" + id + "/message", prompt("More")).status, 400);
    const auto other = create("Think");
    EXPECT_EQ(text(object(job("POST", "/" + other + "/archive")), "status"), "archived");
}

TEST_F(NoModelJobsTest, FreeTextNeedsAModelAndACommandDoesNot) {
    const auto refused = job("POST", "", prompt("Write about cages"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_TRUE(contains(refusal(refused), "no language model is configured")) << refused.body;
    EXPECT_EQ(object(ask("GET", "/v2/agent/docs/jobs")).at("total"), json::value(0));

    server.folder.write(
        "repo/docs.json",
        R"({"name":"Zoo","theme":"mint","colors":{"primary":"#000000"},"navigation":{"groups":[{"group":"G","pages":["index","Cages"]}]}})");
    server.folder.write("repo/index.md", "---\ntitle: Zoo\n---\n\nSee [the cages](/cages).\n");
    server.folder.write("repo/Cages.md", "---\ntitle: Cages\n---\n\nTwo cages.\n");
    in_repository("add .");
    in_repository("commit -qm pages");
    const auto id = create("/fix-links");
    const auto done = ended(id);
    EXPECT_EQ(text(done, "model"), "builtin");
    EXPECT_FALSE(text(done, "prLink").empty()) << json::serialize(done);
    EXPECT_TRUE(contains(in_repository("show " + text(done, "branch") + ":index.md"), "(/Cages)"));
    EXPECT_EQ(job("POST", "", prompt("/no-such-command")).status, 400);
}

TEST(JobRepositoryTest, AProjectWithoutARepositorySaysHowToConnectOne) {
    test::ApiServer server({}, {}, answers);
    const auto admin = server.add_key(KeyKind::admin, server.docs_id);
    const auto refused = server.call("POST", "/v2/agent/docs/job", R"({"prompt":"x"})",
                                     {{"Authorization", "Bearer " + admin}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_TRUE(contains(refused.body, "connect one with POST /api/v1/repositories")) << refused.body;
}

}  // namespace
}  // namespace docent::api
