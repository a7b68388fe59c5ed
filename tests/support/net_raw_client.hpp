#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace docent::test {

struct RawResponse {
    int status = 0;                              // 0: the connection ended before a whole response
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;                            // chunks joined
    std::size_t chunks = 0;
    bool whole = false;
};

/// A blocking TCP connection that sends exactly the bytes it is told. Every read gives up after ten
/// seconds, so that a server that does not answer fails a test and does not hang it.
class RawClient {
public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False when the server has closed.
    bool send(std::string_view bytes);
    /// Up to `bytes` more bytes are received; false at the end of the connection (or after ten seconds).
    bool receive();
    /// One response. `head_only`: the answer to a HEAD.
    RawResponse response(bool head_only = false);
    /// Reads until `text` was received; everything up to its end is taken. False if it does not come.
    bool await_text(std::string_view text);
    /// All that comes until the server closes.
    std::string rest();
    /// True if the server closes (or resets) without sending anything more.
    bool closed_by_server();
    void half_close();
    void close();
    std::string& buffer() { return buffer_; }

private:
    int fd_ = -1;
    std::string buffer_;
    bool ended_ = false;
};

}  // namespace docent::test
