#include "support/net_test_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <chrono>

namespace docent::test {

TestServer::TestServer(const std::function<void(net::Router&)>& routes, net::ServerConfig config,
                       net::Server::Decorate decorate) {
    routes(router_);
    server_ =
        std::make_unique<net::Server>(loop_.get_executor(), std::move(config), router_, std::move(decorate));
    thread_ = std::thread([this] { loop_.run(); });
}

TestServer::~TestServer() { stop(); }

void TestServer::begin_stop() {
    if (stopping_) return;
    stopping_ = true;
    boost::asio::post(loop_, [this] {
        boost::asio::co_spawn(loop_, server_->stop(), [this](std::exception_ptr) { stopped_.set_value(); });
    });
}

void TestServer::stop() {
    if (!thread_.joinable()) return;
    begin_stop();
    stopped_.get_future().wait();
    thread_.join();
}

bool TestServer::reaches(const std::function<bool(const net::ServerStats&)>& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
        if (holds(stats())) return true;
        std::this_thread::yield();
    }
    return false;
}

Imposter::Imposter() {
    server_ = std::make_unique<TestServer>([this](net::Router& router) {
        for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) {
            router.add(method, "/{path...}", [this](net::Request& request) { return answer(request); });
        }
    });
}

void Imposter::on(const std::string& method, const std::string& path, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[method + " " + path] = std::move(answer);
}

void Imposter::on(const std::string& method, const std::string& path, int status, std::string type,
                  std::string body) {
    on(method, path, [=](const net::Request&) { return net::reply(status, type, body); });
}

void Imposter::on_stream(const std::string& method, const std::string& path, std::string type,
                         std::vector<std::string> pieces) {
    on(method, path, [=](const net::Request&) {
        auto response = net::reply(200, type, "");
        response.stream = std::make_unique<Pieces>(pieces);
        return response;
    });
}

std::vector<net::Request> Imposter::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

Task<Result<net::Response>> Imposter::answer(net::Request& request) {
    Answer found;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        const auto it = answers_.find(request.method + " " + request.path);
        if (it != answers_.end()) found = it->second;
    }
    if (!found) co_return not_found("the imposter has no answer for " + request.method + " " + request.path);
    co_return found(request);
}

}  // namespace docent::test
