#pragma once
#include "api/gate.hpp"
#include "api/traffic.hpp"
#include "store/challenges.hpp"
#include "store/conversations.hpp"
#include "store/feedback.hpp"
#include "store/question_fixes.hpp"
#include "store/searches.hpp"
#include "store/views.hpp"

namespace docent::api {

/// What readers ask, say, search and read: the store's nouns for it, and what stands before them.
struct Analytics {
    Analytics(store::Store& store, const Clock& clock)
        : conversations(store),
          feedback(store),
          searches(store),
          views(store),
          challenges(store),
          fixes(store),
          traffic(searches, views, clock),
          gate(challenges, clock) {}
    Analytics(const Analytics&) = delete;
    Analytics& operator=(const Analytics&) = delete;

    store::Conversations conversations;
    store::FeedbackItems feedback;
    store::Searches searches;
    store::Views views;
    store::Challenges challenges;
    store::QuestionFixes fixes;
    Traffic traffic;
    Gate gate;
};

}  // namespace docent::api
