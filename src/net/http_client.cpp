#include "net/http_client.hpp"

#include <curl/curl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/text.hpp"

namespace docent::net {
namespace asio = boost::asio;
namespace {

constexpr std::size_t high_water = 64 << 10;         // bytes waiting for the sink before the peer is held up
constexpr std::size_t max_header_bytes = 256 << 10;  // of all headers together
constexpr long max_streams = 16;  // of one HTTP/2 connection: they share its flow control window

/// One call. Shared by the coroutine that waits for it (on the loop) and the thread that runs it.
struct Transfer {
    Transfer(asio::any_io_executor l, Call c, bool w) : call(std::move(c)), whole(w), loop(l), news(l) {}
    ~Transfer() {
        if (easy) curl_easy_cleanup(easy);
        curl_slist_free_all(header_list);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    const Call call;
    const bool whole;  // fetch(): the body is kept, up to call.max_body
    CURL* easy = nullptr;
    curl_slist* header_list = nullptr;
    char error_text[CURL_ERROR_SIZE] = "";

    asio::any_io_executor loop;
    asio::steady_timer news;  // cancelled on the loop when there are some

    std::mutex mutex;  // for what follows
    std::string body;
    Reply reply;
    std::size_t header_bytes = 0;
    bool told = false;  // the loop has been posted to and has not looked yet
    bool paused = false;
    bool too_large = false;
    bool finished = false;
    CURLcode result = CURLE_OK;
};

/// Under transfer's mutex, from the thread.
void tell(const std::shared_ptr<Transfer>& transfer) {
    if (transfer->told) return;
    transfer->told = true;
    asio::post(transfer->loop, [transfer] { transfer->news.cancel(); });
}

/// Libcurl's callbacks get the shared_ptr's address: it is in the thread's table as long as they are called.
std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* user) {
    const auto& transfer = *static_cast<std::shared_ptr<Transfer>*>(user);
    const std::lock_guard lock(transfer->mutex);
    if (transfer->whole && transfer->body.size() + size > transfer->call.max_body) {
        transfer->too_large = true;
        return 0;
    }
    if (!transfer->whole && transfer->body.size() >= high_water) {
        transfer->paused = true;
        tell(transfer);
        return CURL_WRITEFUNC_PAUSE;
    }
    transfer->body.append(bytes, size);
    tell(transfer);
    return size;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* user) {
    const auto& transfer = *static_cast<std::shared_ptr<Transfer>*>(user);
    const std::string_view line(bytes, size);
    const std::lock_guard lock(transfer->mutex);
    auto& headers = transfer->reply.headers;
    transfer->header_bytes += size;
    if (transfer->header_bytes > max_header_bytes) return 0;
    tell(transfer);
    if (line.starts_with("HTTP/")) {  // another response: after a redirect, or 100 Continue
        headers.clear();
        const auto space = line.find(' ');
        const auto digits = space == line.npos ? std::string_view() : line.substr(space + 1, 3);
        std::from_chars(digits.data(), digits.data() + digits.size(), transfer->reply.status);
        return size;
    }
    const auto colon = line.find(':');
    if (colon == line.npos) return size;
    auto& value = headers[lower_ascii(trim(line.substr(0, colon)))];
    if (!value.empty()) value += ", ";
    value += trim(line.substr(colon + 1));
    return size;
}

bool has_line_end(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

Status check(const Call& call) {
    const auto scheme = lower_ascii(std::string_view(call.url).substr(0, 8));
    if (!scheme.starts_with("http://") && scheme != "https://")
        return invalid("url: must begin with http:// or https://");
    if (has_line_end(call.url) || has_line_end(call.method)) return invalid("url: must be one line");
    for (const auto& [name, value] : call.headers) {
        if (name.empty() || has_line_end(name) || has_line_end(value))
            return invalid("a header must be one line");
    }
    return {};
}

/// A file with the certificates to trust instead of the system's, named as other programs have it named.
/// The library itself does not look at these.
const char* own_authorities() {
    for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"})
        if (const char* file = std::getenv(name); file && *file) return file;
    return nullptr;
}

void set_up(Transfer& t) {
    t.easy = curl_easy_init();
    if (!t.easy) throw std::bad_alloc();
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(t.easy, option, value); };
    const Call& call = t.call;
    set(CURLOPT_URL, call.url.c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_BUFFERSIZE, 16384L);
    set(CURLOPT_ERRORBUFFER, t.error_text);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, call.max_redirects > 0 ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, static_cast<long>(call.max_redirects));
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (const char* bundle = own_authorities()) set(CURLOPT_CAINFO, bundle);
    set(CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can undo
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.connect_limit.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(call.limit.count()));
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_HEADERFUNCTION, &on_header);

    if (call.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (call.method == "POST" || !call.body.empty()) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        set(CURLOPT_POSTFIELDS, call.body.data());
    }
    if (call.method != "GET" && call.method != "HEAD" && call.method != "POST") {
        set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
    }
    // libcurl would wait a second for a "100 Continue" that few servers send.
    t.header_list = curl_slist_append(t.header_list, "Expect:");
    for (const auto& [name, value] : call.headers) {
        const auto line = value.empty() ? name + ";" : name + ": " + value;
        t.header_list = curl_slist_append(t.header_list, line.c_str());
    }
    set(CURLOPT_HTTPHEADER, t.header_list);
}

Error error_of(const Transfer& t) {
    const std::string detail = t.error_text[0] ? t.error_text : curl_easy_strerror(t.result);
    if (t.too_large) return Error(ErrorCode::too_large, "the reply is larger than the limit", detail);
    switch (t.result) {
        case CURLE_OPERATION_TIMEDOUT:
            return Error(ErrorCode::timed_out, "the other server took too long", detail);
        case CURLE_URL_MALFORMAT:
            return Error(ErrorCode::invalid_argument, "url: is malformed", detail);
        case CURLE_ABORTED_BY_CALLBACK:
            return Error(ErrorCode::cancelled, "the call was cancelled", detail);
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return Error(ErrorCode::upstream_failed,
                         "the other server's certificate is not trusted; name the file of your certificate "
                         "authority in SSL_CERT_FILE",
                         detail);
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
            return Error(ErrorCode::upstream_failed, "the other server could not be reached", detail);
        default:
            return Error(ErrorCode::upstream_failed, "the call to the other server failed", detail);
    }
}

}  // namespace

/// The thread and what it is told to do. Outlives HttpClient where a call still holds it.
struct HttpClient::Impl {
    enum class Order { start, resume, abort };

    explicit Impl(asio::any_io_executor l) : loop(std::move(l)) {
        static const auto ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        multi = curl_multi_init();
        if (ready != CURLE_OK || !multi) throw std::bad_alloc();
        curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, max_streams);
        thread = std::thread([this] { run(); });
    }

    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            stopping = true;
        }
        curl_multi_wakeup(multi);
        thread.join();
        curl_multi_cleanup(multi);
    }

    void order(Order what, std::shared_ptr<Transfer> transfer) {
        const std::lock_guard lock(mutex);
        orders.emplace_back(what, std::move(transfer));
        curl_multi_wakeup(multi);
    }

    void run() {
        for (bool stop = false; !stop;) {
            std::vector<std::pair<Order, std::shared_ptr<Transfer>>> now;
            {
                const std::lock_guard lock(mutex);
                now.swap(orders);
                stop = stopping;
            }
            for (auto& [what, transfer] : now) obey(what, transfer);
            now.clear();
            int running = 0;
            curl_multi_perform(multi, &running);
            int left = 0;
            while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
                if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
            }
            if (!stop) curl_multi_poll(multi, nullptr, 0, 60'000, nullptr);
        }
        while (!active.empty()) finish(active.begin()->first, CURLE_ABORTED_BY_CALLBACK);
    }

    void obey(Order what, const std::shared_ptr<Transfer>& transfer) {
        CURL* easy = transfer->easy;
        const auto it = active.find(easy);
        switch (what) {
            case Order::start: {
                auto& kept = active.emplace(easy, transfer).first->second;  // a node: its address stays
                curl_easy_setopt(easy, CURLOPT_WRITEDATA, &kept);
                curl_easy_setopt(easy, CURLOPT_HEADERDATA, &kept);
                if (curl_multi_add_handle(multi, easy) != CURLM_OK) finish(easy, CURLE_FAILED_INIT);
                break;
            }
            case Order::resume:
                if (it != active.end()) curl_easy_pause(easy, CURLPAUSE_CONT);
                break;
            case Order::abort:
                if (it != active.end()) finish(easy, CURLE_ABORTED_BY_CALLBACK);
                break;
        }
    }

    void finish(CURL* easy, CURLcode result) {
        const auto it = active.find(easy);
        if (it == active.end()) return;
        const auto transfer = it->second;
        curl_multi_remove_handle(multi, easy);
        active.erase(it);
        long status = 0;
        char* url = nullptr;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
        const std::lock_guard lock(transfer->mutex);
        transfer->reply.status = static_cast<int>(status);  // of the last response
        transfer->reply.url = url ? url : "";
        transfer->result = result;
        transfer->finished = true;
        tell(transfer);
    }

    /// Ends the call when the coroutine that waits for it does, however it does.
    struct Hold {
        Hold(Impl& i, std::shared_ptr<Transfer> t) : impl(i), transfer(std::move(t)) {
            impl.order(Order::start, transfer);
        }
        ~Hold() {
            bool finished = false;
            {
                const std::lock_guard lock(transfer->mutex);
                finished = transfer->finished;
            }
            if (!finished) impl.order(Order::abort, transfer);
        }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        Impl& impl;
        std::shared_ptr<Transfer> transfer;
    };

    Task<Result<Reply>> call(Call call, Sink<std::string>* out, OnHead on_head) {
        CO_TRY_VOID(check(call));
        auto transfer = std::make_shared<Transfer>(loop, std::move(call), out == nullptr);
        set_up(*transfer);
        const Hold hold(*this, transfer);
        Transfer& t = *transfer;
        for (;;) {
            std::string body;
            bool finished = false, paused = false;
            {
                const std::lock_guard lock(t.mutex);
                t.told = false;
                finished = t.finished;
                if (out) {
                    body.swap(t.body);
                    paused = std::exchange(t.paused, false);
                }
            }
            if (on_head && (!body.empty() || finished)) {
                CO_TRY_VOID(look_at_head(t, on_head));
                on_head = nullptr;
            }
            if (!body.empty()) {
                Status taken = co_await out->put(std::move(body));
                if (!taken) co_return std::move(taken).error();
            }
            if (paused) order(Order::resume, transfer);
            if (finished) break;  // nothing is added to the body after that
            const bool news = co_await wait(t);
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) {
                co_return Error(ErrorCode::cancelled, "the call was cancelled");
            }
            if (!news) co_return Error(ErrorCode::timed_out, "the other server sent nothing for too long");
        }
        const std::lock_guard lock(t.mutex);
        if (t.result != CURLE_OK) co_return error_of(t);
        if (!out) t.reply.body = std::move(t.body);
        co_return std::move(t.reply);
    }

    /// Nothing when the call ended before it had a head.
    static Status look_at_head(Transfer& t, const OnHead& on_head) {
        Reply head;
        {
            const std::lock_guard lock(t.mutex);
            head.status = t.reply.status;
            head.headers = t.reply.headers;
        }
        return head.status == 0 ? Status() : on_head(head);
    }

    /// Until the thread has told something; false after the idle limit without.
    Task<bool> wait(Transfer& t) {
        {
            const std::lock_guard lock(t.mutex);
            if (t.told) co_return true;
        }
        t.news.expires_after(t.call.idle_limit);
        auto [failed] = co_await t.news.async_wait(asio::as_tuple(asio::use_awaitable));
        const std::lock_guard lock(t.mutex);
        co_return failed || t.told || t.paused;
    }

    asio::any_io_executor loop;
    CURLM* multi = nullptr;
    std::thread thread;
    std::mutex mutex;
    std::vector<std::pair<Order, std::shared_ptr<Transfer>>> orders;
    bool stopping = false;
    std::unordered_map<CURL*, std::shared_ptr<Transfer>> active;  // the thread's own
};

HttpClient::HttpClient(asio::any_io_executor loop) : impl_(std::make_unique<Impl>(std::move(loop))) {}
HttpClient::~HttpClient() = default;

Task<Result<Reply>> HttpClient::fetch(Call call) { return impl_->call(std::move(call), nullptr, nullptr); }

Task<Result<Reply>> HttpClient::stream(Call call, Sink<std::string>& out, OnHead on_head) {
    return impl_->call(std::move(call), &out, std::move(on_head));
}

}  // namespace docent::net
