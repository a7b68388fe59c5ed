#include "assistant/assistant_fixture.hpp"
#include "search/vectors.hpp"

namespace docent::assistant {
namespace {

Task<> point_at_install(std::vector<std::string>& asked, search::Query& query) {
    asked.push_back(query.text);
    query.vector = {1, 0};
    co_return;
}

class MeaningTest : public AssistantTest {
protected:
    /// Everything on the page "install" is near to every question, whatever its words.
    void start_with_meaning(const std::string& script = "") {
        const auto file = dir_.path() / "vectors";
        std::vector<search::TextKey> keys;
        std::vector<std::vector<float>> vectors;
        for (std::uint32_t i = 0; i < index_->chunk_count(); ++i) {
            keys.push_back(search::text_key(search::section_text(*index_, i)));
            const bool install = index_->page(index_->chunk(i).page).path == "install";
            vectors.push_back(install ? std::vector<float>{1, 0} : std::vector<float>{0, 1});
        }
        auto written = search::VectorsWriter::open(file, 1)->append(keys, vectors);
        ASSERT_TRUE(written.ok());
        index_ = index_->with(search::Vectors::of(*index_, *search::VectorsFile::open(file, 1)));
        start(script);
        assistant_->use_meaning(
            [this](const std::string&, search::Query& query) { return point_at_install(asked_, query); });
    }
    static bool shows_install(const Answer& answer, std::size_t part) {
        const auto& output = std::get<ToolAnswered>(answer.parts().at(part)).output.as_array();
        return !output.empty() && output[0].at("path").as_string() == "install";
    }
    std::vector<std::string> asked_;
};

TEST_F(MeaningTest, TheQuestionFindsSectionsByItsMeaning) {
    start_with_meaning();
    const auto answer = ended(question("Zyzzyva quux?"));
    EXPECT_EQ(asked_, std::vector<std::string>{"Zyzzyva quux?"});
    EXPECT_TRUE(shows_install(*answer, 2));
    EXPECT_FALSE(finished(*answer)->answered);  // no sentence has a word of it
}

TEST_F(MeaningTest, SoDoTheQueriesOfAModel) {
    start_with_meaning(
        R"([{"calls":[{"id":"1","name":"search","args":{"query":"quux"}}]},{"text":"Nothing to see."}])");
    const auto answer = ended(question("Zyzzyva?"));
    EXPECT_EQ(asked_, (std::vector<std::string>{"Zyzzyva?", "quux"}));
    std::size_t searches = 0;
    for (std::size_t i = 0; i < answer->parts().size(); ++i) {
        if (std::holds_alternative<ToolAnswered>(answer->parts()[i]) &&
            std::get<ToolAnswered>(answer->parts()[i]).name == "search") {
            EXPECT_TRUE(shows_install(*answer, i));
            ++searches;
        }
    }
    EXPECT_EQ(searches, 2u);
}

}  // namespace
}  // namespace docent::assistant
