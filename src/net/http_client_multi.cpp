#include "net/http_client_multi.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <new>
#include <system_error>

namespace docent::net {
namespace {

constexpr long max_streams = 16;  // of one HTTP/2 connection: they share its flow control window
constexpr int at_once = 64;       // sockets in one turn, before others' work on the loop

int epoll_set() {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return set;
}

int curl_bits(std::uint32_t events) {
    int bits = 0;
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) bits |= CURL_CSELECT_IN;
    if (events & EPOLLOUT) bits |= CURL_CSELECT_OUT;
    if (events & (EPOLLERR | EPOLLHUP)) bits |= CURL_CSELECT_ERR;
    return bits;
}

}  // namespace

CurlMulti::CurlMulti(boost::asio::any_io_executor loop, Done done)
    : done_(std::move(done)), sockets_(loop, epoll_set()), timer_(loop) {
    static const auto ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    multi_ = curl_multi_init();
    if (ready != CURLE_OK || !multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, max_streams);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

CurlMulti::~CurlMulti() { curl_multi_cleanup(multi_); }

bool CurlMulti::add(CURL* easy) {
    if (curl_multi_add_handle(multi_, easy) != CURLM_OK) return false;
    if (++running_ == 1) wait();
    return true;
}

void CurlMulti::remove(CURL* easy) {
    curl_multi_remove_handle(multi_, easy);
    if (--running_ > 0) return;
    ++waits_;
    sockets_.cancel();
    timer_.cancel();
}

void CurlMulti::resume(CURL* easy) { curl_easy_pause(easy, CURLPAUSE_CONT); }

int CurlMulti::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    const int set = static_cast<CurlMulti*>(self)->sockets_.native_handle();
    epoll_event event{};
    event.data.fd = socket;
    if (what == CURL_POLL_REMOVE) {
        ::epoll_ctl(set, EPOLL_CTL_DEL, socket, &event);  // fails where it is closed already
        return 0;
    }
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (::epoll_ctl(set, EPOLL_CTL_MOD, socket, &event) == 0) return 0;
    return ::epoll_ctl(set, EPOLL_CTL_ADD, socket, &event) == 0 ? 0 : -1;
}

int CurlMulti::on_timer(CURLM*, long milliseconds, void* self) {
    auto& me = *static_cast<CurlMulti*>(self);
    if (milliseconds < 0) {
        me.timer_.cancel();
        return 0;
    }
    me.timer_.expires_after(std::chrono::milliseconds(milliseconds));
    me.timer_.async_wait([weak = me.weak_from_this()](boost::system::error_code failed) {
        const auto alive = weak.lock();
        if (failed || !alive) return;
        int running = 0;
        curl_multi_socket_action(alive->multi_, CURL_SOCKET_TIMEOUT, 0, &running);
        alive->report();
    });
    return 0;
}

void CurlMulti::wait() {
    sockets_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [weak = weak_from_this(), number = ++waits_](boost::system::error_code failed) {
                            const auto alive = weak.lock();
                            if (failed || !alive || alive->waits_ != number) return;
                            alive->take_ready();
                            if (alive->waits_ == number) alive->wait();
                        });
}

void CurlMulti::take_ready() {
    epoll_event events[at_once];
    const int count = ::epoll_wait(sockets_.native_handle(), events, at_once, 0);
    int running = 0;
    for (int i = 0; i < count; ++i)
        curl_multi_socket_action(multi_, events[i].data.fd, curl_bits(events[i].events), &running);
    report();
}

void CurlMulti::report() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        const auto result = message->data.result;  // the message does not outlive its transfer
        remove(easy);
        done_(easy, result);
    }
}

}  // namespace docent::net
