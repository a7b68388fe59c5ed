#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "support/net_test_server.hpp"

namespace docent::test {

/// An embeddings endpoint whose vectors are made of the letters: every run of three letters of a word points
/// somewhere, so that texts with like words are near each other. Some words mean the same to it ("automobile"
/// and "car"), which no search by words could know.
class EmbeddingsServer {
public:
    explicit EmbeddingsServer(std::size_t dimensions = 64);

    std::string base_url() const { return imposter_.url("/v1"); }
    /// The vector of a text, not made to length 1.
    std::vector<float> vector(const std::string& text) const;
    /// Texts embedded so far.
    std::size_t texts() const { return texts_; }
    std::vector<net::Request> requests() const { return imposter_.requests(); }

    /// What the next request gets instead of vectors; several are used up in order.
    void fail_next(int status, net::Headers headers = {}, std::string body = R"({"error":{"message":"no"}})");
    void answer_next(std::string body);
    /// From now on: nothing is answered to, until the caller gives up.
    void go_silent(bool silent = true) { silent_ = silent; }
    /// Texts longer than this are refused with 400.
    void set_longest_text(std::size_t bytes) { longest_text_ = bytes; }
    void set_dimensions(std::size_t dimensions) { dimensions_ = dimensions; }

private:
    net::Response answer(const net::Request& request);

    std::atomic<std::size_t> dimensions_, texts_ = 0, longest_text_ = 1 << 20;
    std::atomic<bool> silent_ = false;
    std::mutex mutex_;
    std::vector<net::Response> failures_;  // first is next
    Imposter imposter_;
};

}  // namespace docent::test
