#pragma once
#include <deque>
#include <memory>
#include <optional>

#include "api/coding.hpp"
#include "net/http.hpp"

namespace docent::api {

/// What is read from the store for a stream. The reading may outlive the stream: then nobody is woken.
struct SessionReading;

/// A session as a stream, whatever its format: every change that is stored, then what happens, in order and
/// without a gap. Changes before the subscription, and those that a slow reader missed, are read from the
/// store. A format says how each is written.
class TimelineBody : public net::BodySource {
public:
    /// From after the change number `after` on.
    TimelineBody(Coding& coding, const std::string& session, std::int64_t after);
    ~TimelineBody() override;

    void start(std::function<void()> wake) override;
    Next read(std::string& out, std::size_t limit) override;

protected:
    /// Before everything else.
    virtual void begin(std::string&) {}
    virtual void put(const store::Event& event, std::string& out) = 0;
    /// When all that is stored was put, and when the session changes.
    virtual void put(store::Session session, std::string& out) = 0;
    /// Not stored: see agent::Feeds. `unbroken()` tells whether the one before was seen.
    virtual void put_delta(const std::string& event_id, const std::string& text, std::string& out) = 0;
    virtual void put_progress(const std::string& event_id, const boost::json::object& fields,
                              std::string& out) = 0;
    /// All was put, for now. `ended`: for good.
    virtual Next rest(bool ended, std::string&) { return ended ? Next::end : Next::wait; }

    /// True if nothing was missed since an event that came while it happened.
    bool unbroken() const { return unbroken_; }
    Coding& coding() const { return coding_; }

private:
    void follow();
    void put_item(const agent::Feeds::Item& item, std::string& out);

    Coding& coding_;
    const std::shared_ptr<SessionReading> reading_;
    std::shared_ptr<agent::Feeds::Follower> follower_;
    bool begun_ = false, unbroken_ = false;
};

}  // namespace docent::api
