#include "agent/secrets.hpp"

#include "agent_fixture.hpp"

namespace docent::agent {
namespace {

namespace json = boost::json;

TEST(SecretsTest, EachTakesThePlaceOfThreeStarsAtAnyDepth) {
    Secrets secrets;
    secrets.add("abcdefgh");
    secrets.add("abcdefgh-and-more");
    secrets.add("short");
    json::object payload{{"a", "key=abcdefgh-and-more, key=abcdefgh, short"},
                         {"b", json::array{json::object{{"c", "abcdefghabcdefgh"}}, 5, nullptr}}};
    secrets.mask(payload);
    EXPECT_EQ(json::serialize(payload), R"({"a":"key=***, key=***, short","b":[{"c":"******"},5,null]})");
    EXPECT_EQ(secrets.masked("abcdefg"), "abcdefg");
}

class SecretsInEventsTest : public test::AgentTest {
protected:
    void let_the_provider_have(const std::string& token) {
        const auto all = run(providers->list(project_id, store::Page()));
        ASSERT_TRUE(all.ok());
        ASSERT_EQ(all->size(), 1u);
        ASSERT_TRUE(run(providers->change(all->front(), token)).ok());
    }
};

TEST_F(SecretsInEventsTest, AreMaskedWhereAFileHasThemForReadersAndForTheModel) {
    let_the_provider_have("glpat-of-the-provider");
    settings.secrets = {"sk-of-the-model"};
    script(
        R"([{"text": "It holds sk-of-the-model.", "calls": [{"name": "create_file", "args": {"path": "a.env",
                "content": "A=sk-of-the-model\nB=glpat-of-the-provider\n"}}]},
               {"calls": [{"name": "read_file", "args": {"path": "a.env"}}]}, {"text": "done"}])");
    const auto id = new_session();
    ASSERT_TRUE(send(id, "Look.").ok());
    until_idle();
    EXPECT_EQ(read(tree(id) / "a.env"), "A=sk-of-the-model\nB=glpat-of-the-provider\n");
    EXPECT_NE(json::serialize(last(id, "agent_file_read")).find(R"(A=***\nB=***\n)"), std::string::npos);
    EXPECT_EQ(payload_of(events(id, "agent_message").front()).at("message"), "It holds ***.");
    for (const auto& event : events(id)) {
        EXPECT_EQ(event.payload.find("of-the-model"), std::string::npos) << event.payload;
        EXPECT_EQ(event.payload.find("of-the-provider"), std::string::npos) << event.payload;
    }
    for (const auto& event : events(id, "agent_file_read")) {
        EXPECT_EQ(event.engine.find("of-the-model"), std::string::npos) << event.engine;
        EXPECT_EQ(event.engine.find("of-the-provider"), std::string::npos) << event.engine;
    }
}

}  // namespace
}  // namespace docent::agent
