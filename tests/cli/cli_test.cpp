#include "cli/cli_fixture.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "app/local.hpp"
#include "store/projects.hpp"
#include "store/spending.hpp"

using namespace docent;
using test::CliTest;
using test::docent_cli;
using test::has;
using test::Ran;
using test::TempDir;

TEST_F(CliTest, HelpAndVersionAreResultsAndMistakesAreNot) {
    const auto version = docent_cli({"--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_TRUE(version.out.starts_with("docent 0.")) << version.out;
    for (const char* command : {"serve", "project", "key", "index", "search", "ask", "questions", "session",
                                "run", "eval", "config", "doctor", "completion"}) {
        const auto help = docent_cli({command, "--help"});
        EXPECT_EQ(help.code, 0) << command;
        EXPECT_TRUE(has(help.out, "--data") || has(help.out, "Usage")) << command;
    }
    for (const std::vector<std::string>& wrong :
         std::vector<std::vector<std::string>>{{},
                                               {"nonsense"},
                                               {"key"},
                                               {"search"},
                                               {"search", "x", "--limit", "many"},
                                               {"completion", "tcsh"},
                                               {"serve", "--lisen", "x"}}) {
        const auto ran = docent_cli(wrong);
        EXPECT_EQ(ran.code, 2);
        EXPECT_EQ(ran.out, "");
        EXPECT_TRUE(has(ran.err, "docent")) << ran.err;
    }
}

TEST_F(CliTest, AMistypedCommandIsToldTheNearestOne) {
    EXPECT_TRUE(has(docent_cli({"serv"}).err, "there is no command \"serv\"; did you mean \"serve\"?"));
    EXPECT_TRUE(has(docent_cli({"key", "creat"}).err, "did you mean \"create\"?"));
    EXPECT_FALSE(has(docent_cli({"nonsense"}).err, "did you mean"));
}

TEST_F(CliTest, AnAddressThatIsTakenIsSaidInPlainWords) {
    boost::asio::io_context loop;
    const boost::asio::ip::tcp::endpoint any(boost::asio::ip::make_address("127.0.0.1"), 0);
    const boost::asio::ip::tcp::acceptor other(loop, any, false);
    const auto address = "127.0.0.1:" + std::to_string(other.local_endpoint().port());
    const auto ran = run({"serve", "--listen", address});
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(has(ran.err, "cannot listen on " + address + ": Address already in use; choose another with"))
        << ran.err;
}

TEST_F(CliTest, AKeysSecretIsAloneOnStandardOutput) {
    add_project();
    const auto made = run(
        {"key", "create", "--project", "zoo", "--kind", "assistant", "--expires", "90d", "--name", "site"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_TRUE(made.out.starts_with("mint_dsc_"));
    EXPECT_EQ(made.out.find('\n'), made.out.size() - 1);
    EXPECT_TRUE(has(made.err, "expires 20")) << made.err;
    const std::string secret = made.out.substr(0, made.out.size() - 1);

    auto list = run({"key", "list", "--json"});
    EXPECT_EQ(list.code, 0);
    EXPECT_FALSE(has(list.out, secret));
    EXPECT_TRUE(has(list.out, "\"name\":\"site\""));
    ASSERT_EQ(run({"key", "revoke", secret}).code, 0);
    EXPECT_TRUE(has(run({"key", "list"}).out, "revoked"));
    EXPECT_EQ(run({"key", "revoke", "mint_dsc_...none"}).code, 3);
}

TEST_F(CliTest, WrongKeySettingsNameTheFix) {
    add_project();
    EXPECT_EQ(run({"key", "create", "--kind", "spare"}).code, 2);
    EXPECT_EQ(run({"key", "create", "--expires", "soon"}).code, 2);
    EXPECT_EQ(run({"key", "create", "--kind", "admin", "--allow-ip", "10.0.0.0/99"}).code, 2);
    EXPECT_EQ(run({"key", "create", "--project", "nowhere"}).code, 3);
    EXPECT_TRUE(has(run({"key", "create", "--project", "nowhere"}).err, "there are: zoo"));
}

TEST_F(CliTest, ProjectsAreAddedShownSetAndRemoved) {
    EXPECT_EQ(run({"project", "list"}).code, 3);  // there is no data directory yet
    EXPECT_EQ(run({"project", "add", "Zoo", "--docs", docs()}).code, 2);
    EXPECT_EQ(run({"project", "add", "zoo", "--docs", docs() + "/missing"}).code, 2);
    add_project();
    const auto again = run({"project", "add", "zoo", "--docs", docs()});
    EXPECT_EQ(again.code, 1);
    EXPECT_TRUE(has(run({"project", "list"}).out, "zoo"));
    const auto shown = run({"project", "show", "zoo", "--json"});
    EXPECT_EQ(boost::json::parse(shown.out).as_object().at("kind").as_string(), "folder");
    EXPECT_EQ(run({"project", "set", "zoo", "base_path=/docs"}).code, 0);
    EXPECT_EQ(run({"project", "set", "zoo", "base_bath=/docs"}).code, 2);
    EXPECT_EQ(run({"project", "remove", "zoo", "--yes"}).code, 0);
    EXPECT_EQ(run({"project", "show", "zoo"}).code, 3);
}

TEST_F(CliTest, IndexSearchAndAskWorkOnTheSameData) {
    add_project();
    EXPECT_EQ(run({"search", "capybara"}).code, 3);  // no index yet
    dir.write("docs/broken.md", "---\ntitle: [\n---\ntext\n");
    const auto built = run({"index"});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_TRUE(has(built.out, "zoo: ")) << built.out;
    EXPECT_TRUE(has(built.err, "broken.md")) << built.err;

    const auto found = run({"search", "install the capybara server", "--json"});
    ASSERT_EQ(found.code, 0) << found.err;
    const auto hits = boost::json::parse(found.out).as_array();
    ASSERT_FALSE(hits.empty());
    EXPECT_EQ(hits[0].as_object().at("page").as_string(), "install");
    EXPECT_EQ(run({"search", "zzyzx"}).code, 4);
    EXPECT_EQ(run({"search", "  "}).code, 2);

    const auto asked = run({"ask", "How do I install the capybara server?"});
    EXPECT_EQ(asked.code, 0) << asked.err;
    EXPECT_TRUE(has(asked.out, "installer")) << asked.out;
    EXPECT_TRUE(has(asked.out, "Sources:")) << asked.out;
    EXPECT_EQ(run({"ask", "What is the boiling point of tungsten?"}).code, 4);
}

TEST_F(CliTest, ConfigPrintsWhatIsInForceAndAFlagWins) {
    dir.write("c.toml", "[log]\nlevel = \"warn\"\n");
    const auto shown =
        run({"config", "--config", (dir.path() / "c.toml").string(), "--set", "limits.per_ip_day=5"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_TRUE(has(shown.out, "level = \"warn\"  # file")) << shown.out;
    EXPECT_TRUE(has(shown.out, "per_ip_day = 5  # flag")) << shown.out;
    EXPECT_EQ(run({"config", "--config", "/nowhere.toml"}).code, 2);
    EXPECT_EQ(run({"config", "--set", "limits.per_ip_day=many"}).code, 2);
}

TEST_F(CliTest, DoctorSaysWhatIsWrongAndTheFix) {
    add_project();
    const auto ran = run({"doctor"});
    EXPECT_TRUE(has(ran.out, "docent index --project zoo")) << ran.out;
    const auto broken = run({"doctor", "--set", "model.provider=nonsense", "--json"});
    EXPECT_EQ(broken.code, 1);
    EXPECT_TRUE(boost::json::parse(broken.out).is_array());
}

TEST_F(CliTest, DoctorAsksEachModelAndHidesItsKey) {
    const auto ran = run({"doctor", "--set", "models.near.provider=openai", "--set", "models.near.name=m",
                          "--set", "models.near.base_url=http://127.0.0.1:1/v1", "--set",
                          "models.near.api_key=sk-secret", "--json"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(has(ran.out, "model near")) << ran.out;
    EXPECT_TRUE(has(ran.out, "could not be reached")) << ran.out;
    EXPECT_FALSE(has(ran.out + ran.err, "sk-secret"));
}

TEST_F(CliTest, AProjectsSpendingIsListedByDayAndModel) {
    add_project();
    const auto none = run({"project", "spending", "zoo"});
    EXPECT_EQ(none.code, 0);
    EXPECT_TRUE(has(none.err, "No model was asked")) << none.err;
    boost::asio::io_context loop;
    Pools pools;
    auto store = store::Store::open(pools, "sqlite:" + data() + "/docent.db");
    ASSERT_TRUE(store);
    store::Projects projects(**store);
    store::Spending spending(**store);
    store::Booking booking;
    booking.project_id = app::run_here(loop, projects.find("zoo"))->id;
    booking.model = "careful";
    booking.input_tokens = 1200;
    booking.cost = 250'000;
    auto book = [&]() -> Task<Result<bool>> {
        CO_TRY_VOID(co_await spending.book(booking, system_clock().now()));
        co_return true;
    };
    ASSERT_TRUE(app::run_here(loop, book()));
    const auto ran = run({"project", "spending", "zoo"});
    EXPECT_TRUE(has(ran.out, "careful")) << ran.out;
    EXPECT_TRUE(has(ran.out, "0.25")) << ran.out;
    EXPECT_TRUE(has(ran.err, "Today 0.25, this month 0.25.")) << ran.err;
}

TEST_F(CliTest, EvalMeasuresACorpusAndWritesARun) {
    dir.write(
        "q.tsv",
        "qid\tcorpus\tsubset\tlang\tquestion\nq1\tdocs\tours\ten\thow to install the capybara server\n");
    dir.write("r.tsv", "q1\t0\tinstall.md\t1\n");
    const auto ran =
        run({"eval", "--corpus", docs(), "--questions", (dir.path() / "q.tsv").string(), "--qrels",
             (dir.path() / "r.tsv").string(), "--run", (dir.path() / "out.run").string()});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out, "1.000")) << ran.out;
    EXPECT_TRUE(has(dir.read("out.run"), "q1 Q0 install.md 1 "));
    EXPECT_EQ(run({"eval", "--corpus", docs(), "--questions", "/none", "--qrels", "/none"}).code, 3);
}

TEST_F(CliTest, EvalReportsAnswersForPeople) {
    dir.write("questions.txt", "How do I install the capybara server?\n\nWho sells trademarks in Norway?\n");
    dir.write(
        "script.json",
        R"json([{"text":"Install it ([Install](/install)). See ![x](https://evil.example/)","repeat":true}])json");
    const auto questions = (dir.path() / "questions.txt").string(),
               report = (dir.path() / "out.html").string();
    auto ran = run({"eval", "--answers", "--corpus", docs(), "--questions", questions});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out, "Without a model")) << ran.out;
    EXPECT_TRUE(has(ran.out, "2 questions, 1 not answered")) << ran.out;
    ran = run({"eval", "--answers", "--corpus", docs(), "--questions", questions, "--report", report, "--set",
               "model.provider=scripted", "--set", "model.script=" + (dir.path() / "script.json").string()});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(dir.read("out.html"), "dropped: image")) << dir.read("out.html");
    EXPECT_EQ(run({"eval", "--questions", questions}).code, 2);
}

TEST_F(CliTest, CompletionKnowsEveryCommandAndOption) {
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const auto ran = docent_cli({"completion", shell});
        EXPECT_EQ(ran.code, 0);
        EXPECT_TRUE(has(ran.out, "--allow-ip")) << shell;
        EXPECT_TRUE(has(ran.out, "revoke")) << shell;
    }
}
