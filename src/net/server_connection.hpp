#pragma once
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>

#include "net/request_head.hpp"
#include "net/server_core.hpp"

namespace docent::net {

/// One TCP connection. A coroutine (serve) reads requests, calls handlers and writes whole bodies. For a
/// streamed body it ends, and callbacks take over: flush() when the source has something, on_writable()
/// when the socket takes more, on_readable() when the client goes away. So an idle stream holds this
/// object, its source, and nothing else. After the stream a new serve() reads the next request.
class Connection final : public std::enable_shared_from_this<Connection>, private TimerWheel::Entry {
public:
    using Socket =
        boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

    Connection(std::shared_ptr<ServerCore> core, Socket socket, std::string peer);
    ~Connection() override;

    void start();
    /// The server stops: closes an idle connection, lets a busy one end its answer.
    void drain();
    /// At once. The source is destroyed.
    void close();
    /// Sends what the stream has. Called by ServerCore only.
    void flush();

private:
    enum class Phase { idle, head, body, handling, writing, streaming, lingering, closed };

    /// What receive() read, or why it did not.
    struct Incoming {
        Request request;
        bool http10 = false;
        bool keep_alive = false;
        bool gone = false;  // nobody is left to answer
        std::optional<Response> refusal;
    };

    // The coroutine: server_connection.cpp; receive() is in server_receive.cpp.
    static Task<> serve(std::shared_ptr<Connection> self);
    static Task<> finish(std::shared_ptr<Connection> self);
    Task<bool> exchange();
    Task<> receive(Incoming& in);
    Task<> receive_head(Incoming& in, HeadScanner& scanner);
    Task<bool> read_some();
    Task<bool> write_all(std::string_view first, std::string_view second);
    Task<Response> answer(Incoming& in);
    Task<> linger();
    std::string head_of(const Response& response, const Incoming& in, bool keep_alive) const;
    void refuse(Incoming& in, const Refusal& refusal) const;
    void expired() override;

    // The stream: server_stream.cpp.
    void begin_stream(std::string head, std::unique_ptr<BodySource> source, bool chunked, bool keep_alive);
    void wake();
    void watch();
    void on_readable(unsigned stream_number);
    void wait_writable();
    void on_writable();
    bool send(std::string_view bytes);
    bool send_keep_alive();
    void end_stream();
    void rest();

    bool closed() const { return phase_ == Phase::closed; }

    std::shared_ptr<ServerCore> core_;
    Socket socket_;
    std::string peer_;
    std::string input_;  // received and not yet used
    Phase phase_ = Phase::idle;
    bool timed_out_ = false;

    std::unique_ptr<BodySource> source_;
    std::string pending_;  // the rest of a write that the socket did not take at once
    unsigned stream_number_ = 0;
    bool chunked_ = false;
    bool keep_alive_ = false;
    bool queued_ = false;   // in ServerCore's list
    bool writing_ = false;  // a wait for writability is under way
    bool woken_ = false;    // the source has said so since it was last read dry
    bool ended_ = false;    // the source has
};

}  // namespace docent::net
