#include "store/repositories.hpp"

#include "session_fixture.hpp"
#include "store/alerts.hpp"
#include "store/attachments.hpp"
#include "store/goals.hpp"

namespace docent::store {
namespace {

Task<Result<std::string>> one_text(Store& db, std::string sql) {
    co_return co_await db.read([&](Db& c) -> Result<std::string> {
        TRY(auto rows, c.query(sql));
        return text(rows.at(0), 0);
    });
}

class RepositoriesTest : public test::SessionStoreTest {
protected:
    RepositoriesTest() : providers(*db, "key of the house"), repositories(*db, "key of the house") {}

    CodeProvider provider(const std::string& secret = "glpat-1234") {
        CodeProvider wanted;
        wanted.id = new_uuid(system_clock().now());
        wanted.project_id = project;
        wanted.user_id = "owner";
        wanted.platform = "gitlab";
        wanted.name = "ci";
        wanted.base_url = "https://gitlab.example.com/api/v4";
        wanted.metadata = R"({"type":"token"})";
        wanted.created = wanted.updated = now();
        return must(run(providers.add(wanted, secret)));
    }
    Repository wanted(const CodeProvider& of, const std::string& external_id) {
        Repository out;
        out.id = new_uuid(system_clock().now());
        out.project_id = project;
        out.code_provider_id = of.id;
        out.name = "cages";
        out.full_name = "zoo/cages";
        out.clone_url = "https://gitlab.example.com/zoo/cages.git";
        out.default_branch = "main";
        out.platform = "gitlab";
        out.external_id = external_id;
        out.webhook_secret = "hook-secret";
        out.created = out.updated = now();
        return out;
    }

    CodeProviders providers;
    Repositories repositories;
};

TEST_P(RepositoriesTest, ASecretIsSealedAndOnlyTheInstallationsKeyOpensIt) {
    const auto added = provider();
    EXPECT_TRUE(added.has_secret);
    const auto stored = must(run(one_text(*db, "SELECT secret FROM code_providers")));
    EXPECT_EQ(stored.find("glpat"), std::string::npos);
    EXPECT_EQ(must(run(providers.secret(added.id))), "glpat-1234");
    CodeProviders others(*db, "another key");
    EXPECT_EQ(run(others.secret(added.id)).error().code, ErrorCode::unavailable);
    EXPECT_TRUE(must(run(others.find(project, added.id))).has_secret) << "what is no secret stays readable";

    auto changed = added;
    changed.name = "build";
    EXPECT_EQ(must(run(providers.change(changed, std::nullopt))).name, "build");
    EXPECT_EQ(must(run(providers.secret(added.id))), "glpat-1234");
    EXPECT_FALSE(must(run(providers.change(changed, ""))).has_secret);
    EXPECT_EQ(must(run(providers.secret(added.id))), "");
}

TEST_P(RepositoriesTest, ARepositoryBelongsToAProviderOfItsProject) {
    const auto home = provider();
    const auto added = must(run(repositories.add(wanted(home, "1"))));
    EXPECT_EQ(must(run(repositories.find(project, added.id))).webhook_secret, "hook-secret");
    EXPECT_EQ(must(run(one_text(*db, "SELECT webhook_secret FROM repositories"))).find("hook"),
              std::string::npos);
    EXPECT_EQ(reason(run(repositories.add(wanted(home, "1")))), "already_exists");
    EXPECT_EQ(run(repositories.find("another", added.id)).error().code, ErrorCode::not_found);
    auto foreign = wanted(home, "2");
    foreign.project_id = "another";
    EXPECT_EQ(run(repositories.add(foreign)).error().code, ErrorCode::not_found);

    const auto second = must(run(repositories.add(wanted(home, "2"))));
    EXPECT_EQ(must(run(repositories.first(project))).id, added.id);
    auto off = added;
    off.enabled = false;
    off.settings = R"({"allow_push":true})";
    EXPECT_EQ(must(run(repositories.change(off))).settings, R"({"allow_push":true})");
    EXPECT_EQ(must(run(repositories.first(project))).id, second.id);
    auto same = second;
    same.external_id = "1";
    EXPECT_EQ(reason(run(repositories.change(same))), "already_exists");

    Page page;
    page.limit = 1;
    auto listed = must(run(repositories.list(project, page)));
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].id, second.id) << "the newest first";
    page.after = listed[0].id;
    listed = must(run(repositories.list(project, page)));
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].id, added.id);

    EXPECT_TRUE(run(providers.remove(project, home.id)));
    EXPECT_EQ(run(repositories.find(project, added.id)).error().code, ErrorCode::not_found);
    EXPECT_EQ(run(providers.remove(project, home.id)).error().code, ErrorCode::not_found);
}

TEST_P(RepositoriesTest, TheStepsOfAPlanKeepTheirTasks) {
    Goals goals(*db);
    const auto session = new_session();
    const auto goal = send(session.id, "Feed the capybara").event.id;
    auto listed = must(run(goals.list(session.id, Page())));
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].id, goal);
    EXPECT_EQ(listed[0].status, "in_progress");
    EXPECT_TRUE(run(goals.describe(session.id, goal, "Feed", "It is hungry.", now())));
    EXPECT_EQ(must(run(goals.list(session.id, Page())))[0].description, "It is hungry.");

    std::vector<PlanStep> plan(2);
    plan[0].id = "a";
    plan[0].title = "Find food";
    plan[0].status = "in_progress";
    plan[1].id = "b";
    plan[1].title = "Serve it";
    const auto first = must(run(goals.set_plan(session.id, goal, plan, now())));
    ASSERT_EQ(first.size(), 2u);
    plan[0].status = "completed";
    plan[1].id = "c";
    plan[1].status = "skipped";
    std::swap(plan[0], plan[1]);
    const auto second = must(run(goals.set_plan(session.id, goal, plan, now())));
    EXPECT_EQ(second[1], first[0]) << "the same step is the same task";
    EXPECT_NE(second[0], first[1]);
    std::string seen;
    for (const auto& task : must(run(goals.tasks(session.id, goal, Page()))))
        seen += task.step + std::to_string(task.position) + task.status + " ";
    EXPECT_EQ(seen, "c1canceled b0canceled a2completed ");
    EXPECT_EQ(run(goals.set_plan(session.id, "nowhere", plan, now())).error().code, ErrorCode::not_found);
    EXPECT_TRUE(must(run(goals.tasks(session.id, "nowhere", Page()))).empty());
}

TEST_P(RepositoriesTest, AlertsAndAttachmentsGoWithTheirSession) {
    Alerts alerts(*db);
    Attachments attachments(*db);
    const auto session = new_session();
    Alert alert;
    alert.id = new_uuid(system_clock().now());
    alert.project_id = project;
    alert.session_id = session.id;
    alert.severity = "high";
    alert.category = "security";
    alert.title = "A key in the repository";
    alert.created = alert.updated = now();
    must(run(alerts.add(alert)));
    AlertQuery query;
    query.project_id = project;
    query.status = "open";
    EXPECT_EQ(must(run(alerts.list(query))).size(), 1u);
    EXPECT_EQ(must(run(alerts.set_status(project, alert.id, "resolved", now()))).status, "resolved");
    EXPECT_TRUE(must(run(alerts.list(query))).empty());
    EXPECT_EQ(run(alerts.set_status("another", alert.id, "open", now())).error().code, ErrorCode::not_found);

    Attachment shot;
    shot.id = new_uuid(system_clock().now());
    shot.session_id = session.id;
    shot.event_id = "e";
    shot.name = "screenshot.png";
    shot.media_type = "image/png";
    shot.size = 7;
    shot.file = session.id + "/" + shot.id;
    shot.created = now();
    must(run(attachments.add(shot)));
    EXPECT_EQ(must(run(attachments.list(session.id, Page()))).size(), 1u);
    EXPECT_EQ(must(run(attachments.find(session.id, shot.id))).file, shot.file);
    EXPECT_EQ(run(attachments.find("another", shot.id)).error().code, ErrorCode::not_found);
    EXPECT_EQ(must(run(attachments.size_of(session.id))), 7);

    EXPECT_TRUE(run(sessions.remove(project, session.id)));
    query.status.clear();
    EXPECT_TRUE(must(run(alerts.list(query))).empty());
    EXPECT_EQ(must(run(attachments.size_of(session.id))), 0);
    EXPECT_EQ(run(attachments.add(shot)).error().code, ErrorCode::not_found);
}

ON_BOTH_ENGINES(RepositoriesTest);

}  // namespace
}  // namespace docent::store
