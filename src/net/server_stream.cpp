#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <charconv>

#include "base/log.hpp"
#include "net/server_connection.hpp"

namespace docent::net {
namespace asio = boost::asio;
namespace {

constexpr std::size_t chunk_head = 18;         // 16 hexadecimal digits and CRLF
constexpr std::size_t scratch_kept = 1 << 20;  // bytes; a larger scratch is given back
constexpr std::size_t fair_share = 256 << 10;  // bytes of one stream before the others' turn

/// Writes "<size in hex>\r\n" so that it ends at `end`; returns where it begins.
std::size_t put_chunk_head(std::string& out, std::size_t end, std::size_t size) {
    char digits[16];
    const auto last = std::to_chars(digits, digits + sizeof digits, size, 16).ptr;
    const auto count = static_cast<std::size_t>(last - digits);
    const auto begin = end - 2 - count;
    std::copy(digits, last, out.begin() + static_cast<std::ptrdiff_t>(begin));
    out[end - 2] = '\r';
    out[end - 1] = '\n';
    return begin;
}

}  // namespace

void Connection::begin_stream(std::string head, std::unique_ptr<BodySource> source, bool chunked,
                              bool keep_alive) {
    phase_ = Phase::streaming;
    ++core_->stats.streams;
    ++stream_number_;
    source_ = std::move(source);
    pending_ = std::move(head);  // goes out with the first chunk
    chunked_ = chunked;
    keep_alive_ = keep_alive;
    ended_ = false;
    source_->start([this] { wake(); });  // the source does not outlive this, and does not wake after its end
    wake();
    watch();
}

void Connection::wake() {
    woken_ = true;
    if (queued_ || writing_ || closed()) return;  // flush() follows anyway
    queued_ = true;
    core_->flush_soon(shared_from_this());
}

void Connection::flush() {
    queued_ = false;
    if (phase_ != Phase::streaming || writing_) return;
    auto& out = core_->write_scratch;
    for (std::size_t given = 0; given < fair_share;) {
        const auto body = pending_.size() + chunk_head;
        out.resize(body);
        woken_ = false;
        auto next = BodySource::Next::end;
        try {
            next = source_->read(out, core_->config.write_buffer);
        } catch (const std::exception& e) {
            log::error(std::string("a response's body failed: ") + e.what());
            close();  // without the last chunk: the client can tell that it is not whole
            return;
        }
        const auto size = out.size() - body;
        auto begin = body;
        if (size > 0 && chunked_) {
            begin = put_chunk_head(out, body, size);
            out += "\r\n";
        }
        if (next == BodySource::Next::end) {
            ended_ = true;
            if (chunked_) out += "0\r\n\r\n";
        }
        begin -= pending_.size();
        std::copy(pending_.begin(), pending_.end(), out.begin() + static_cast<std::ptrdiff_t>(begin));
        std::string().swap(pending_);
        given += out.size() - begin;
        const bool all = send(std::string_view(out).substr(begin));
        if (out.capacity() > scratch_kept) std::string().swap(out);
        if (!all) return;
        if (ended_) {
            end_stream();
            return;
        }
        if (next == BodySource::Next::wait && !woken_) {
            rest();
            return;
        }
    }
    wake();
}

/// True if all of it is out; otherwise the rest waits in pending_, or the connection is closed.
bool Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n =
            ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            core_->stats.bytes_sent += static_cast<std::size_t>(n);
            bytes.remove_prefix(static_cast<std::size_t>(n));
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            pending_.assign(bytes);
            wait_writable();
        } else {
            close();
        }
        return false;
    }
    return true;
}

void Connection::wait_writable() {
    writing_ = true;
    core_->wheel->arm(*this, core_->config.write);
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](boost::system::error_code failed) {
        self->writing_ = false;
        if (self->closed()) return;
        if (failed) {
            self->close();
        } else {
            self->on_writable();
        }
    });
}

void Connection::on_writable() {
    const std::string bytes = std::move(pending_);
    pending_.clear();
    const bool all = send(bytes);
    if (!all) return;
    if (ended_) {
        end_stream();
    } else {
        flush();  // what has come meanwhile goes out together
    }
}

/// Nothing to send: the keep-alive is the next thing to happen unless the source wakes us.
void Connection::rest() {
    if (source_->keep_alive().empty()) {
        core_->wheel->disarm(*this);
    } else {
        core_->wheel->arm(*this, core_->config.keep_alive);
    }
}

bool Connection::send_keep_alive() {
    const auto text = source_->keep_alive();
    if (text.empty()) return true;
    std::string out(chunk_head, ' ');
    out += text;
    std::size_t begin = chunk_head;
    if (chunked_) {
        begin = put_chunk_head(out, chunk_head, text.size());
        out += "\r\n";
    }
    const bool all = send(std::string_view(out).substr(begin));
    if (all) rest();
    return !closed();
}

/// A client that goes away makes its socket readable, also where nothing is being sent.
void Connection::watch() {
    socket_.async_wait(Socket::wait_read, [self = shared_from_this(),
                                           number = stream_number_](boost::system::error_code failed) {
        if (!failed) self->on_readable(number);
    });
}

void Connection::on_readable(unsigned stream_number) {
    if (phase_ != Phase::streaming || stream_number != stream_number_) return;
    char byte = 0;
    const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) return;  // the next request: it waits, and would make the socket readable for ever
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        watch();
    } else {
        close();
    }
}

void Connection::end_stream() {
    --core_->stats.streams;
    phase_ = Phase::idle;
    source_.reset();
    boost::system::error_code ignored;
    socket_.cancel(ignored);  // the watch
    if (keep_alive_ && !core_->draining) {
        start();
    } else {
        core_->tasks.spawn("http connection", finish(shared_from_this()));
    }
}

}  // namespace docent::net
