#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// A question that the documentation did not answer, and the job that is to change that.
struct QuestionFix {
    std::string turn_id;  // of the question
    std::string job_id, project_id;
    std::string cluster;  // the question that led its group
    std::string question;
    Millis created = 0;
    Millis merged = 0;  // the job's pull request; 0: not
    Millis asked = 0;   // again, since the merge; 0: not
    bool answered = false;

    /// Nobody needs to look at it: its fix is merged, and did not prove to be none.
    bool settled() const { return merged != 0 && (asked == 0 || answered); }
};

class QuestionFixes {
public:
    explicit QuestionFixes(Store& store) : store_(store) {}

    /// The questions of a group are this job's. Those that another job had are it no more.
    Task<Status> add(std::vector<QuestionFix> fixes);
    /// Oldest first, those of a job together.
    Task<Result<std::vector<QuestionFix>>> list(std::string project_id);
    /// How the question fared when it was asked again.
    Task<Status> asked_again(std::string turn_id, bool answered, Millis now);

private:
    Store& store_;
};

/// Within the transaction that merges the pull request of a session: if it is a job for questions, they are
/// answered from now on, and are to be asked again.
Status settle_questions(Db& db, const std::string& session_id, Millis now);

}  // namespace docent::store
