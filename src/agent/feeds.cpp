#include "agent/feeds.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace docent::agent {

std::shared_ptr<Feeds::Follower> Feeds::follow(const std::string& session, std::function<void()> wake) {
    auto follower = std::make_shared<Follower>(std::move(wake));
    follower->all_bytes = bytes_;
    sessions_[session].followers.push_back(follower);
    return follower;
}

std::shared_ptr<const Feeds::Item> Feeds::Follower::take() {
    if (items.empty()) return nullptr;
    auto item = std::move(items.front());
    items.pop_front();
    bytes -= item->bytes;
    if (all_bytes) *all_bytes -= item->bytes;
    return item;
}

void Feeds::Follower::clear() {
    items.clear();
    if (all_bytes) *all_bytes -= bytes;
    bytes = 0;
}

Feeds::Follower::~Follower() { clear(); }

void Feeds::put(const std::string& session, Item item, std::size_t bytes) {
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) return;
    item.bytes = bytes;
    const auto shared = std::make_shared<const Item>(std::move(item));
    std::vector<std::shared_ptr<Follower>> woken;
    auto& list = found->second.followers;
    for (auto it = list.begin(); it != list.end();) {
        auto follower = it->lock();
        if (!follower) {
            it = list.erase(it);
            continue;
        }
        ++it;
        if (follower->lost) continue;
        if (follower->bytes + bytes > max_follower_bytes || *bytes_ + bytes > max_bytes) {
            follower->lost = true;
            follower->clear();
        } else {
            follower->items.push_back(shared);
            follower->bytes += bytes;
            *bytes_ += bytes;
        }
        woken.push_back(std::move(follower));
    }
    if (list.empty()) sessions_.erase(found);
    // A wake may follow, leave or publish: the lists are not touched any more.
    for (const auto& follower : woken) {
        if (follower->wake) follower->wake();
    }
}

void Feeds::publish(const store::Session& session, const std::vector<store::Event>& changes) {
    const auto found = sessions_.find(session.id);
    if (found == sessions_.end()) return;
    found->second.change = session.last_change;
    found->second.updated = session.updated;
    for (const auto& change : changes) {
        Item item;
        item.change = change.change;
        item.event = std::make_shared<const store::Event>(change);
        put(session.id, std::move(item), change.payload.size() + 300);
    }
    Item item;
    item.kind = Item::Kind::session;
    item.session = std::make_shared<const store::Session>(session);
    put(session.id, std::move(item), 600);
}

void Feeds::delta(const std::string& session, const std::string& event, std::string text) {
    Item item;
    item.kind = Item::Kind::delta;
    item.event_id = event;
    const auto bytes = text.size() + 100;
    item.text = std::move(text);
    put(session, std::move(item), bytes);
}

void Feeds::progress(const std::string& session, const std::string& event, boost::json::object fields) {
    if (!sessions_.contains(session)) return;
    Item item;
    item.kind = Item::Kind::progress;
    item.event_id = event;
    const auto bytes = boost::json::serialize(fields).size() + 100;
    item.fields = std::move(fields);
    put(session, std::move(item), bytes);
}

void Feeds::end(const std::string& session) {
    std::vector<std::shared_ptr<Follower>> woken;
    for (auto it = sessions_.begin(); it != sessions_.end();) {
        if (!session.empty() && it->first != session) {
            ++it;
            continue;
        }
        for (const auto& one : it->second.followers) {
            if (auto follower = one.lock()) woken.push_back(std::move(follower));
        }
        it = sessions_.erase(it);
    }
    for (const auto& follower : woken) {
        follower->ended = true;
        if (follower->wake) follower->wake();
    }
}

std::size_t Feeds::followers() const {
    std::size_t count = 0;
    for (const auto& [session, all] : sessions_) {
        for (const auto& one : all.followers) count += one.expired() ? 0 : 1;
    }
    return count;
}

std::vector<std::string> Feeds::followed() const {
    std::vector<std::string> out;
    for (const auto& [session, all] : sessions_) {
        if (std::ranges::any_of(all.followers, [](const auto& one) { return !one.expired(); }))
            out.push_back(session);
    }
    return out;
}

bool Feeds::is_news(const store::Session& session) const {
    const auto found = sessions_.find(session.id);
    return found != sessions_.end() &&
           (found->second.change < session.last_change ||
            (found->second.change == session.last_change && found->second.updated != session.updated));
}

}  // namespace docent::agent
