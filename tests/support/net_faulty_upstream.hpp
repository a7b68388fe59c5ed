#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace docent::test {

/// One thing that a faulty server does with a connection.
struct Step {
    enum class Kind { send, hold, reset, close };
    Kind kind = Kind::send;
    std::string bytes;
};
using Script = std::vector<Step>;

Step send(std::string bytes);
Step hold();   // nothing more, until the client goes or the server ends
Step reset();  // the connection is reset (RST)
Step close();  // without the end that the response's head promises

/// A whole response; the connection can be used again.
Script answer(int status, const std::string& body, const std::vector<std::string>& headers = {});
/// The head of an event stream, chunked.
Step stream_head(const std::string& type = "text/event-stream");
/// A chunk of one.
Step chunk(const std::string& bytes);
/// A whole event stream, each piece a chunk; the connection can be used again.
Script stream(const std::vector<std::string>& pieces);

/// A server that plays bytes as the test says, right or wrong. On 127.0.0.1 and threads of its own.
class FaultyUpstream {
public:
    FaultyUpstream();
    ~FaultyUpstream();

    std::string url(const std::string& path = "") const;
    /// Answers the next request that has no script yet.
    void next(Script script);
    /// Answers every request for which nothing else was said.
    void always(Script script);

    /// What was asked so far: heads and bodies.
    struct Asked {
        std::string head, body;
    };
    std::vector<Asked> asked() const;
    std::size_t count() const { return asked().size(); }
    std::size_t connections() const;
    /// Waits until so many clients went away from a hold(), or were too late for a send().
    bool clients_left(std::size_t many);
    /// Waits until so many requests came.
    bool was_asked(std::size_t times);

private:
    void accept();
    void serve(int socket);
    bool read_request(int socket, std::string& buffer, Asked& out);
    bool play(int socket, const Script& script);

    int listener_ = -1;
    int port_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable news_;
    std::deque<Script> scripts_;
    Script always_;
    std::vector<Asked> asked_;
    std::size_t connections_ = 0, left_ = 0;
    bool stopping_ = false;
    std::list<int> open_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace docent::test
