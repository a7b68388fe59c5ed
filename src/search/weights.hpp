#pragma once
#include <string_view>
#include <utility>
#include <vector>

namespace docent::search {

/// The figures of the ranking (BM25F over the fields of a chunk). bench/README.md says what each is worth.
struct Weights {
    // In the index: changing one takes a rebuild.
    float title = 5, heading = 1, body = 1, code = 0.25f, parts = 0.1f, keywords = 1, description = 1;
    float k1 = 2;    // how soon more of the same word stops counting
    float b = 0.5f;  // how much a long body weakens its words

    // In the query.
    float second = 0.3f, third = 0.15f;  // of a page's score: its second and third best sections
    float other_language = 0.6f;         // pages in another language than the question's
    float boost_power = 0.1f;            // of a page's own boost above 1: 3 counts as 3^0.1
    float mend_spelling = 1;             // 0: off
    float fusion_k = 60;                 // of reciprocal rank fusion with the order by meaning
    float meaning = 1;                   // of that order, words count 1
};

/// By name, for measuring.
inline std::vector<std::pair<std::string_view, float*>> figures(Weights& w) {
    return {{"title", &w.title},
            {"heading", &w.heading},
            {"body", &w.body},
            {"code", &w.code},
            {"parts", &w.parts},
            {"keywords", &w.keywords},
            {"description", &w.description},
            {"k1", &w.k1},
            {"b", &w.b},
            {"second", &w.second},
            {"third", &w.third},
            {"other_language", &w.other_language},
            {"boost_power", &w.boost_power},
            {"mend_spelling", &w.mend_spelling},
            {"fusion_k", &w.fusion_k},
            {"meaning", &w.meaning}};
}

}  // namespace docent::search
