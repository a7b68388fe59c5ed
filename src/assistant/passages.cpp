#include "assistant/passages.hpp"

#include <boost/json/object.hpp>

#include "assistant/conversation.hpp"
#include "base/text.hpp"
#include "llm/untrusted.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t shown_content = 600;     // bytes of a section in the search tool's answer
constexpr std::size_t longest_passage = 6000;  // bytes of a section that a model is given

}  // namespace

std::vector<Passage> passages_of(const search::Index& index, const std::vector<search::Hit>& hits,
                                 const std::string& base_path) {
    std::vector<Passage> passages;
    for (const auto& hit : hits) {
        const auto page = index.page(hit.page);
        const auto chunk = index.chunk(hit.chunk);
        Passage passage;
        passage.page = hit.page;
        passage.url = page_url(page, base_path, chunk.anchor);
        passage.title = page.title;
        for (const auto heading : chunk.headings) passage.title += " > " + std::string(heading);
        passage.markdown = cut_utf8(chunk.markdown, longest_passage);
        passages.push_back(std::move(passage));
    }
    return passages;
}

std::string passage_text(const Passage& passage) {
    return llm::document(passage.url, passage.title, passage.markdown);
}

boost::json::array search_output(const search::Index& index, const std::vector<search::Hit>& hits,
                                 const std::string& base_path) {
    boost::json::array out;
    for (const auto& hit : hits) {
        const auto page = index.page(hit.page);
        const auto chunk = index.chunk(hit.chunk);
        boost::json::object metadata;
        metadata["title"] = page.title;
        if (!page.description.empty()) metadata["description"] = page.description;
        if (!chunk.headings.empty()) metadata["section"] = chunk.headings.back();
        boost::json::object one;
        one["path"] = page.path;
        one["url"] = page_url(page, base_path, chunk.anchor);
        one["metadata"] = std::move(metadata);
        one["content"] = cut_utf8(chunk.markdown, shown_content);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace docent::assistant
