#pragma once
#include <map>
#include <string>
#include <vector>

#include "api/services.hpp"
#include "assistant/question_clusters.hpp"

namespace docent::api {

/// What was asked, in groups of similar questions. The group of a question is named by the id of any question
/// in it: groups are made anew each time, from what is there.
struct QuestionGroups {
    std::vector<assistant::AskedQuestion> questions;  // oldest first
    std::vector<assistant::QuestionCluster> clusters;
    std::map<std::string, std::string> jobs;  // by question: the job that is at work on it
};

struct GroupQuery {
    std::string project_id;
    Millis from = 0, to = 0;
    std::string resolution = "unanswered";  // "answered", "" for both
};

/// The newest 5,000 questions. Unanswered ones for which a job's pull request was merged are left out, unless
/// they were asked again and not answered.
Task<Result<QuestionGroups>> grouped_questions(GroupQuery query, Services& services);

/// Null when there is none.
const assistant::QuestionCluster* cluster_with(const QuestionGroups& groups, const std::string& question_id);

/// What a job is asked to do about a group: the questions, and the pages that are nearest to them, as data.
std::string fix_prompt(const QuestionGroups& groups, const assistant::QuestionCluster& cluster,
                       const search::Index* index, const std::string& instructions);

}  // namespace docent::api
