#pragma once
#include <boost/json/object.hpp>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/timeline.hpp"

namespace docent::agent {

/// What happens in sessions, for those who watch them: each stored change, each change of the session itself,
/// and what is not stored: the text that the model is writing and the progress of a running tool.
///
/// A follower reads what lies before its subscription from the store, by the number of the change; what
/// comes after it comes from here, in order, without a gap. On the event loop.
class Feeds {
public:
    struct Item {
        enum class Kind { event, session, delta, progress };
        Kind kind = Kind::event;
        std::int64_t change = 0;                        // kind event
        std::shared_ptr<const store::Event> event;      // kind event
        std::shared_ptr<const store::Session> session;  // kind session
        std::string event_id, text;                     // kind delta: more text of this agent_message
        boost::json::object fields;                     // kind progress: of this event's payload
        std::size_t bytes = 0;                          // about
    };

    /// One who watches. Bounded: one that reads too slowly loses its place (`lost`) and must begin again
    /// from the store, after the last change that it has.
    class Follower {
    public:
        explicit Follower(std::function<void()> w) : wake(std::move(w)) {}
        /// The oldest item; null when there is none.
        std::shared_ptr<const Item> take();
        void clear();
        std::deque<std::shared_ptr<const Item>> items;
        std::function<void()> wake;
        std::size_t bytes = 0;
        bool lost = false;
        bool ended = false;  // the server stops, or the session is gone
        std::shared_ptr<std::size_t> all_bytes;
        ~Follower();
    };
    static constexpr std::size_t max_follower_bytes = 1 << 20;
    static constexpr std::size_t max_bytes = 64 << 20;  // of all that wait, for all followers

    /// Follows a session from now on until the pointer is dropped. `wake` is called after each item.
    std::shared_ptr<Follower> follow(const std::string& session, std::function<void()> wake);

    /// After a transaction: its changes and the session after it.
    void publish(const store::Session& session, const std::vector<store::Event>& changes);
    void delta(const std::string& session, const std::string& event, std::string text);
    void progress(const std::string& session, const std::string& event, boost::json::object fields);
    /// The session is gone, or all are ("").
    void end(const std::string& session);

    std::size_t followers() const;
    /// Bytes of the items that wait to be taken. An item counts for each follower that has it.
    std::size_t bytes() const { return *bytes_; }

    /// The sessions that somebody follows.
    std::vector<std::string> followed() const;
    /// True if this state of a followed session was not published: another process wrote it.
    bool is_news(const store::Session& session) const;

private:
    struct Followed {
        std::list<std::weak_ptr<Follower>> followers;
        std::int64_t change = -1;  // of what was published last
        Millis updated = 0;
    };
    void put(const std::string& session, Item item, std::size_t bytes);
    std::map<std::string, Followed> sessions_;
    std::shared_ptr<std::size_t> bytes_ = std::make_shared<std::size_t>(0);
};

}  // namespace docent::agent
