#include <boost/json/serialize.hpp>

#include "api/server_fixture.hpp"
#include "search/vectors.hpp"
#include "support/net_embeddings_server.hpp"

namespace docent::api {
namespace {

using namespace std::chrono_literals;
using test::ApiServer;
namespace json = boost::json;

llm::EmbeddingsConfig config_for(const test::EmbeddingsServer& embeddings) {
    llm::EmbeddingsConfig config;
    config.base_url = embeddings.base_url();
    config.model = "letters";
    config.query_limit = 10s;
    config.retry_first = 1ms;
    return config;
}

/// Every section of `docs` has its vector; "automobile" means "car" to the endpoint, and no page says it.
class MeaningTest : public testing::Test {
protected:
    MeaningTest() {
        server.folder.write("docs/car.md", "# Delivery\n\nA car brings it.\n");
        ApiServer::must(test::run(server.loop, server.sources->rebuild(server.docs_id, true)));
        while (!embedded())
            if (server.loop.run_one_for(20s) == 0) throw std::runtime_error("the sections are not embedded");
    }
    bool embedded() const {
        const auto index = server.sources->index(server.docs_id);
        return index->vectors() && index->vectors()->missing().empty() &&
               !server.sources->state(server.docs_id).embedding;
    }
    std::string first_of_search() {
        const auto reply = server.asked("POST", "/v1/search/docs", R"({"query":"automobile"})");
        EXPECT_EQ(reply.status, 200) << reply.body;
        const auto found = json::parse(reply.body).as_array();
        return found.empty() ? "" : std::string(found[0].at("path").as_string());
    }
    std::string mcp_search() {
        const auto reply = server.call(
            "POST", "/docs/mcp",
            R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_acme","arguments":{"query":"automobile"}}})",
            {{"Accept", "application/json, text/event-stream"}, {"Content-Type", "application/json"}});
        EXPECT_EQ(reply.status, 200) << reply.body;
        return std::string(json::parse(reply.body).at_pointer("/result/content/0/text").as_string());
    }

    test::EmbeddingsServer embeddings;
    ApiServer server{{}, config_for(embeddings)};
};

TEST_F(MeaningTest, SearchesOfReadersAndProgramsFindByIt) {
    EXPECT_EQ(first_of_search(), "car");
    EXPECT_NE(mcp_search().find("Page: car\n"), std::string::npos);
}

TEST_F(MeaningTest, AFailingEndpointLeavesTheWordsAndNoErrorToTheReader) {
    embeddings.fail_next(500);
    EXPECT_EQ(first_of_search(), "");
    embeddings.fail_next(401);
    EXPECT_EQ(mcp_search(), "No results. Try other or fewer words.");
    EXPECT_EQ(first_of_search(), "car");
}

TEST(WithoutMeaningTest, NothingIsSentAnywhere) {
    test::EmbeddingsServer embeddings;
    auto off = config_for(embeddings);
    off.base_url.clear();
    ApiServer server({}, off);
    EXPECT_EQ(server.asked("POST", "/v1/search/docs", R"({"query":"install"})").status, 200);
    EXPECT_TRUE(embeddings.requests().empty());
}

}  // namespace
}  // namespace docent::api
