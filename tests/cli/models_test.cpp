#include <cstdlib>

#include "cli/cli_fixture.hpp"
#include "support/net_faulty_upstream.hpp"

namespace docent::test {
namespace {

/// The commands that ask a model, with one that always says the same.
class ModelsCliTest : public CliTest {
protected:
    ModelsCliTest() {
        ::setenv("no_proxy", "127.0.0.1", 1);
        model.always(stream({R"(data: {"choices":[{"index":0,"delta":{"content":"Run the installer."}}]})"
                             "\n\n",
                             R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],)"
                             R"("usage":{"prompt_tokens":2000,"completion_tokens":100}})"
                             "\n\n",
                             "data: [DONE]\n\n"}));
        dir.write("q.txt", "How do I install it?\n");
        add_project();
        EXPECT_EQ(run({"index"}).code, 0);
    }
    Ran with(std::vector<std::string> args) {
        for (const auto& setting : {"model.provider=openai", "model.name=m", "model.input_price=5"})
            args.insert(args.end(), {"--set", setting});
        args.insert(args.end(), {"--set", "model.base_url=" + model.url("/v1")});
        return run(std::move(args));
    }
    Ran ask() { return with({"ask", "How do I install it?"}); }
    Ran evaluate(const std::string& report) {
        return with({"eval", "--answers", "--project", "zoo", "--questions", path("q.txt"), "--report",
                     path(report)});
    }
    std::string path(const std::string& name) const { return (dir.path() / name).string(); }
    Ran spent() { return run({"project", "spending", "zoo", "--json"}); }
    void set(const std::string& setting) {
        const auto ran = run({"project", "set", "zoo", setting});
        ASSERT_EQ(ran.code, 0) << ran.err;
    }

    FaultyUpstream model;
};

TEST_F(ModelsCliTest, WhatAnAnswerCostsIsBookedAndCountsForTheCaps) {
    auto ran = ask();
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(model.count(), 1u);
    EXPECT_TRUE(has(spent().out, R"("inputTokens":2000)")) << spent().out;
    EXPECT_TRUE(has(spent().out, R"("cost":"0.01")")) << spent().out;

    set("cap_day_tokens=2000");
    ran = ask();
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(has(ran.out, "installer")) << ran.out;
    ran = evaluate("capped.md");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(model.count(), 1u);
}

TEST_F(ModelsCliTest, AProjectWithoutAModelIsAnsweredWithoutOne) {
    set("models=none");
    EXPECT_EQ(ask().code, 0);
    EXPECT_EQ(evaluate("none.md").code, 0);
    EXPECT_EQ(model.count(), 0u);
}

TEST_F(ModelsCliTest, AnEvaluationIsBookedOnItsProjectAndReportsAsAPage) {
    const auto ran = evaluate("answers.html");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(model.count(), 1u);
    EXPECT_TRUE(has(spent().out, R"("calls":1)")) << spent().out;
    const auto page = dir.read("answers.html");
    EXPECT_TRUE(has(page, "<!doctype html>")) << page;
    EXPECT_TRUE(has(page, "Run the installer")) << page;
}

}  // namespace
}  // namespace docent::test
