#include "cli/cli_fixture.hpp"
#include "support/net_embeddings_server.hpp"

namespace docent::test {
namespace {

/// The commands with an endpoint to which "automobile" means "car"; no page says "automobile".
class EmbeddingsCliTest : public CliTest {
protected:
    EmbeddingsCliTest() {
        dir.write("docs/car.md", "# Delivery\n\nA car brings it.\n");
        dir.write("q.tsv",
                  "qid\tcorpus\tsubset\tlang\tquestion\nq1\tdocs\tours\ten\tautomobile\n"
                  "q2\tdocs\tours\ten\tinstall the capybara server\n");
        dir.write("r.tsv", "q1\t0\tcar.md\t1\nq2\t0\tinstall.md\t1\n");
    }
    Ran with(std::vector<std::string> args) {
        args.insert(args.end(), {"--set", "embeddings.base_url=" + embeddings.base_url(), "--set",
                                 "embeddings.model=letters"});
        return run(std::move(args));
    }
    Ran eval(bool on) {
        std::vector<std::string> args{"eval",        "--corpus", docs(),       "--questions",
                                      file("q.tsv"), "--qrels",  file("r.tsv")};
        return on ? with(args) : run(args);
    }
    std::string file(const std::string& name) const { return (dir.path() / name).string(); }

    EmbeddingsServer embeddings;
};

TEST_F(EmbeddingsCliTest, IndexEmbedsWhatIsNewAndSearchFindsByMeaning) {
    add_project();
    auto ran = with({"index"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out, "zoo: 4 sections embedded")) << ran.out;
    EXPECT_EQ(embeddings.texts(), 4u);
    dir.write("docs/car.md", "# Delivery\n\nA car brings it soon.\n");
    EXPECT_EQ(with({"index"}).code, 0);
    EXPECT_EQ(embeddings.texts(), 5u);
    ran = with({"search", "automobile", "--limit", "1"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out, "/car")) << ran.out;
    ran = with({"ask", "What brings the delivery?"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(embeddings.texts(), 7u);
}

TEST_F(EmbeddingsCliTest, WithoutThemNothingIsSent) {
    add_project();
    EXPECT_EQ(run({"index"}).code, 0);
    EXPECT_EQ(run({"search", "automobile"}).code, 4);
    EXPECT_EQ(run({"ask", "What brings the delivery?"}).code, 0);
    const auto ran = eval(false);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_FALSE(has(ran.out, "mbeddings")) << ran.out;
    EXPECT_TRUE(embeddings.requests().empty());
}

TEST_F(EmbeddingsCliTest, AnEndpointThatRefusesLeavesAnIndexThatSearchesByWords) {
    add_project();
    embeddings.fail_next(401);
    auto ran = with({"index"});
    EXPECT_EQ(ran.code, 2) << "a setting is wrong";
    EXPECT_TRUE(has(ran.out, "zoo: 3 pages")) << ran.out;
    EXPECT_TRUE(has(ran.err, "check embeddings.api_key")) << ran.err;
    EXPECT_TRUE(has(ran.err, "The index is in force, 0 of its sections are embedded")) << ran.err;
    EXPECT_EQ(with({"search", "capybara"}).code, 0);
    EXPECT_EQ(embeddings.requests().size(), 1u) << "where no section has a vector, a question needs none";

    ASSERT_EQ(with({"index"}).code, 0);
    embeddings.fail_next(500);
    ran = with({"search", "capybara"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(has(ran.err, "searched by words alone")) << ran.err;
}

TEST_F(EmbeddingsCliTest, DoctorAsksTheEndpointOnce) {
    add_project();
    auto ran = with({"doctor"});
    EXPECT_TRUE(has(ran.out, "letters answers with 64 dimensions")) << ran.out;
    embeddings.fail_next(503);
    ran = with({"doctor"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(has(ran.out, "The embeddings endpoint failed. (503")) << ran.out;
    EXPECT_EQ(embeddings.requests().size(), 2u);
    EXPECT_TRUE(has(run({"doctor"}).out, "off: search goes by words"));
}

TEST_F(EmbeddingsCliTest, AskUsesTheVectorsThatThereAreAndMakesNone) {
    add_project();
    ASSERT_EQ(run({"index"}).code, 0);
    EXPECT_EQ(with({"ask", "What brings the delivery?"}).code, 0);
    EXPECT_TRUE(embeddings.requests().empty());
}

TEST_F(EmbeddingsCliTest, EvalShowsTheFiguresWithoutAndWithThem) {
    const auto ran = eval(true);
    EXPECT_EQ(ran.code, 0) << ran.err;
    const auto without = ran.out.find("Without embeddings"), with = ran.out.find("With embeddings");
    ASSERT_NE(with, std::string::npos) << ran.out;
    EXPECT_LT(without, with);
    EXPECT_TRUE(has(ran.out.substr(0, with), "mean of sets  2          0.500")) << ran.out;
    EXPECT_TRUE(has(ran.out.substr(with), "mean of sets  2          1.000")) << ran.out;
    EXPECT_TRUE(has(ran.out, "What embeddings change: nDCG@10 +0.500")) << ran.out;
}

TEST_F(EmbeddingsCliTest, EvalWithAFailingEndpointStillShowsWhatWordsFind) {
    embeddings.fail_next(404);
    const auto ran = eval(true);
    EXPECT_EQ(ran.code, 2) << "a setting is wrong";
    EXPECT_TRUE(has(ran.out, "mean of sets  2          0.500")) << ran.out;
    EXPECT_FALSE(has(ran.out, "With embeddings")) << ran.out;
    EXPECT_TRUE(has(ran.err, "check embeddings.base_url")) << ran.err;
}

}  // namespace
}  // namespace docent::test
