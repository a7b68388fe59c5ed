#include "assistant/live_answers.hpp"

#include "base/crypto.hpp"

namespace docent::assistant {

void LiveAnswers::retire(const Shared& c) {
    running_.remove(c);
    c->ended_at = clock_.now();
    c->index.reset();  // a kept answer must not keep a replaced index mapped
    if (!c->question.chat_id.empty()) finished_.push_back(c);
    c->history.clear();
    drop_expired();
}

void LiveAnswers::drop_expired() {
    const Millis oldest = clock_.now() - keep_finished_.count();
    while (!finished_.empty() &&
           (finished_.front()->ended_at <= oldest || finished_.size() > max_finished_)) {
        finished_.pop_front();
    }
}

LiveAnswers::Shared LiveAnswers::find(const std::string& project_id, const std::string& chat_id,
                                      const std::string& key_id, const std::string& thread_key) const {
    if (chat_id.empty()) return nullptr;
    const std::string hash = thread_key.empty() ? std::string() : hash_hex(thread_key);
    const Millis oldest = clock_.now() - keep_finished_.count();
    const auto fits = [&](const Shared& c) {
        const Question& q = c->question;
        if (q.chat_id != chat_id || q.project_id != project_id || q.key_id != key_id) return false;
        if (c->ended_at != 0 && c->ended_at <= oldest) return false;
        if (!hash.empty()) return equal_constant_time(hash, c->thread_key_hash);
        return is_unguessable(chat_id);
    };
    for (auto it = running_.rbegin(); it != running_.rend(); ++it) {
        if (fits(*it)) return *it;
    }
    for (auto it = finished_.rbegin(); it != finished_.rend(); ++it) {
        if (fits(*it)) return *it;
    }
    return nullptr;
}

}  // namespace docent::assistant
