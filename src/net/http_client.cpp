#include "net/http_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "net/http_client_multi.hpp"

namespace docent::net {
namespace asio = boost::asio;
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t high_water = 64 << 10;         // bytes waiting for the sink before the peer is held up
constexpr std::size_t max_header_bytes = 256 << 10;  // of all headers together

/// One call, in the frame of the coroutine that waits for it.
struct Transfer {
    Transfer(const asio::any_io_executor& loop, Call c, bool w)
        : call(std::move(c)), whole(w), easy(curl_easy_init()), news(loop) {
        if (!easy) throw std::bad_alloc();
    }
    ~Transfer() {
        curl_easy_cleanup(easy);
        curl_slist_free_all(header_list);
        curl_slist_free_all(connect_to);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    void tell() {
        if (!std::exchange(told, true)) news.cancel();
    }

    const Call call;
    const bool whole;  // fetch(): the body is kept, up to call.max_body
    CURL* const easy;
    curl_slist* header_list = nullptr;
    curl_slist* connect_to = nullptr;
    char error_text[CURL_ERROR_SIZE] = "";

    asio::steady_timer news;  // cancelled when there are some
    Clock::time_point heard;  // when the last byte came
    std::string body;
    Reply reply;
    std::size_t header_bytes = 0;
    bool told = false;  // there is something that the coroutine has not looked at
    bool paused = false;
    bool too_large = false;
    bool finished = false;  // and no longer libcurl's
    CURLcode result = CURLE_OK;
};

std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* user) {
    auto& t = *static_cast<Transfer*>(user);
    t.heard = Clock::now();
    if (t.whole) {
        t.too_large = t.body.size() + size > t.call.max_body;
        if (t.too_large) return 0;
        t.body.append(bytes, size);
        return size;
    }
    t.tell();
    if (t.body.size() >= high_water) {
        t.paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    t.body.append(bytes, size);
    return size;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* user) {
    auto& t = *static_cast<Transfer*>(user);
    const std::string_view line(bytes, size);
    auto& headers = t.reply.headers;
    t.heard = Clock::now();
    t.header_bytes += size;
    if (t.header_bytes > max_header_bytes) return 0;
    if (line.starts_with("HTTP/")) {  // another response: after a redirect, or 100 Continue
        headers.clear();
        const auto space = line.find(' ');
        const auto digits = space == line.npos ? std::string_view() : line.substr(space + 1, 3);
        std::from_chars(digits.data(), digits.data() + digits.size(), t.reply.status);
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
    if (!call.connect_to.empty()) {
        const bool v6 = call.connect_to.find(':') != std::string::npos;
        const auto line = "::" + (v6 ? "[" + call.connect_to + "]" : call.connect_to) + ":";
        t.connect_to = curl_slist_append(nullptr, line.c_str());
        set(CURLOPT_CONNECT_TO, t.connect_to);
        set(CURLOPT_PROXY, "");
        set(CURLOPT_FRESH_CONNECT, 1L);
        set(CURLOPT_FORBID_REUSE, 1L);
    }
    if (const char* bundle = own_authorities()) set(CURLOPT_CAINFO, bundle);
    // Without the folder that stands beside the system's bundle: that would be trusted too, and keep libcurl
    // from reading the bundle once and for all calls.
    if (curl_version_info(CURLVERSION_NOW)->cainfo) set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    set(CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can undo
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.connect_limit.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(call.limit.count()));
    set(CURLOPT_QUICK_EXIT,
        1L);  // a call that ends while its host's name is looked up does not wait for that
    set(CURLOPT_PRIVATE, &t);
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, &t);
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, &t);

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
            return Error(ErrorCode::upstream_failed, "the other server could not be reached", detail)
                .because(t.call.connect_to.empty() ? "" : "unreachable");
        default:
            return Error(ErrorCode::upstream_failed, "the call to the other server failed", detail);
    }
}

}  // namespace

/// The calls and what runs them. Outlives HttpClient where a call still holds it.
struct HttpClient::Impl {
    explicit Impl(asio::any_io_executor l)
        : loop(std::move(l)), multi(std::make_shared<CurlMulti>(loop, &Impl::finish)) {}

    static void finish(CURL* easy, CURLcode result) {
        char* user = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &user);
        Transfer& t = *reinterpret_cast<Transfer*>(user);
        long status = 0;
        char* url = nullptr;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
        t.reply.status = static_cast<int>(status);  // of the last response
        t.reply.url = url ? url : "";
        t.result = result;
        t.finished = true;
        t.tell();
    }

    /// Ends the transfer when the coroutine that waits for it does, however it does.
    struct Running {
        Running(CurlMulti& m, Transfer& t) : multi(m), transfer(t) {
            if (multi.add(t.easy)) return;
            t.result = CURLE_FAILED_INIT;
            t.finished = true;
        }
        ~Running() {
            if (!transfer.finished) multi.remove(transfer.easy);
        }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;
        CurlMulti& multi;
        Transfer& transfer;
    };

    static Task<Result<Reply>> call(std::shared_ptr<Impl> self, Call call, Sink<std::string>* out,
                                    OnHead on_head) {
        CO_TRY_VOID(check(call));
        Transfer t(self->loop, std::move(call), out == nullptr);
        set_up(t);
        const Running running(*self->multi, t);
        for (;;) {
            std::string body;
            t.told = false;
            if (out) body.swap(t.body);
            const bool finished = t.finished, paused = std::exchange(t.paused, false);
            if (on_head && (!body.empty() || finished)) {
                CO_TRY_VOID(look_at_head(t, on_head));
                on_head = nullptr;
            }
            if (!body.empty()) {
                Status taken = co_await out->put(std::move(body));
                if (!taken) co_return std::move(taken).error();
            }
            if (finished) break;  // nothing is added to the body after that
            if (paused && !t.finished) self->multi->resume(t.easy);
            const bool news = co_await wait(t);
            const auto state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) {
                co_return Error(ErrorCode::cancelled, "the call was cancelled");
            }
            if (!news) co_return Error(ErrorCode::timed_out, "the other server sent nothing for too long");
        }
        if (t.result != CURLE_OK) co_return error_of(t);
        if (!out) t.reply.body = std::move(t.body);
        co_return std::move(t.reply);
    }

    /// Nothing when the call ended before it had a head.
    static Status look_at_head(const Transfer& t, const OnHead& on_head) {
        if (t.reply.status == 0) return {};
        Reply head;
        head.status = t.reply.status;
        head.headers = t.reply.headers;
        return on_head(head);
    }

    /// Until there is something to look at, or a cancellation; false after the idle limit without a byte.
    static Task<bool> wait(Transfer& t) {
        t.heard = Clock::now();  // the time that the sink took is not the peer's
        while (!t.told) {
            t.news.expires_at(t.heard + t.call.idle_limit);
            auto [woken] = co_await t.news.async_wait(asio::as_tuple(asio::use_awaitable));
            if (woken) break;
            if (!t.told && Clock::now() >= t.heard + t.call.idle_limit) co_return false;
        }
        co_return true;
    }

    const asio::any_io_executor loop;
    const std::shared_ptr<CurlMulti> multi;
};

HttpClient::HttpClient(asio::any_io_executor loop) : impl_(std::make_shared<Impl>(std::move(loop))) {}
HttpClient::~HttpClient() = default;

Task<Result<Reply>> HttpClient::fetch(Call call) {
    return Impl::call(impl_, std::move(call), nullptr, nullptr);
}

Task<Result<Reply>> HttpClient::stream(Call call, Sink<std::string>& out, OnHead on_head) {
    return Impl::call(impl_, std::move(call), &out, std::move(on_head));
}

}  // namespace docent::net
