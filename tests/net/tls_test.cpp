#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/process.hpp"
#include "net/http_client.hpp"
#include "support/net_test_server.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::net {
namespace {

using test::Imposter;

/// A variable of the environment for the time of a test.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

/// A real HTTPS server (openssl s_server) whose certificate is its own authority, for 127.0.0.1 and `name`.
class HttpsServer {
public:
    explicit HttpsServer(const std::string& subject) {
        Command make;
        make.argv = {
            "openssl", "req",   "-x509", "-newkey",    "ec",       "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes",  "-days", "2",     "-subj",      "/CN=test", "-addext",  "subjectAltName=" + subject,
            "-keyout", key(),   "-out",  certificate()};
        const auto made = blocking_run(make);
        if (!made || made->exit_code != 0) throw std::runtime_error(made ? made->err : made.error().message);
        int out[2];
        if (::pipe(out) != 0) throw std::runtime_error("pipe");
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(out[1], 1);
            ::close(out[0]);
            ::execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert",
                     certificate().c_str(), "-key", key().c_str(), nullptr);
            ::_exit(127);
        }
        ::close(out[1]);
        // "ACCEPT 127.0.0.1:40123" when it listens.
        FILE* lines = ::fdopen(out[0], "r");
        char line[200];
        while (port_.empty() && std::fgets(line, sizeof line, lines)) {
            const std::string text = line;
            if (text.starts_with("ACCEPT"))
                port_ = text.substr(text.rfind(':') + 1, text.find('\n') - text.rfind(':') - 1);
        }
        lines_ = lines;
        if (port_.empty()) throw std::runtime_error("openssl s_server did not start");
    }
    ~HttpsServer() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        std::fclose(lines_);
    }
    HttpsServer(const HttpsServer&) = delete;
    HttpsServer& operator=(const HttpsServer&) = delete;

    std::string url() const { return "https://127.0.0.1:" + port_ + "/"; }
    std::string certificate() const { return (folder_.path() / "cert.pem").string(); }

private:
    std::string key() const { return (folder_.path() / "key.pem").string(); }
    test::TempDir folder_;
    std::string port_;
    pid_t child_ = -1;
    FILE* lines_ = nullptr;
};

class TlsTest : public ::testing::Test {
protected:
    Result<Reply> fetch(const std::string& url) {
        Call call;
        call.url = url;
        return test::run(loop, client.fetch(std::move(call)));
    }
    const Variable direct{"no_proxy", "127.0.0.1"};
    // Whoever runs the tests may have an authority of their own.
    const Variable no_bundle{"CURL_CA_BUNDLE", ""}, no_file{"SSL_CERT_FILE", ""};
    boost::asio::io_context loop;
    HttpClient client{loop.get_executor()};
};

TEST_F(TlsTest, AnUnknownAuthorityIsRefusedAndItsOwnBundleIsTrusted) {
    const HttpsServer server("IP:127.0.0.1");
    const auto refused = fetch(server.url());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::upstream_failed);
    EXPECT_NE(refused.error().message.find("SSL_CERT_FILE"), std::string::npos);
    const Variable bundle("SSL_CERT_FILE", server.certificate());
    const auto reply = fetch(server.url());
    ASSERT_TRUE(reply) << reply.error().detail;
    EXPECT_EQ(reply->status, 200);
}

TEST_F(TlsTest, ACertificateForAnotherNameIsRefused) {
    const HttpsServer server("DNS:docs.example.com");
    const Variable bundle("CURL_CA_BUNDLE", server.certificate());
    const auto refused = fetch(server.url());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::upstream_failed);
}

TEST_F(TlsTest, ABundleThatIsNotThereIsAnErrorNotTrust) {
    const HttpsServer server("IP:127.0.0.1");
    const Variable bundle("SSL_CERT_FILE", "/nowhere/ca.pem");
    const auto refused = fetch(server.url());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::upstream_failed);
    EXPECT_EQ(refused.error().message.find("/nowhere"), std::string::npos);
}

TEST_F(TlsTest, TheEnvironmentsProxyIsAskedForOtherHosts) {
    Imposter proxy;
    proxy.on("GET", "/page.md", 200, "text/plain", "through the proxy");
    const Variable http("http_proxy", proxy.url()), https("https_proxy", proxy.url());
    const auto reply = fetch("http://docs.example.invalid/page.md");
    ASSERT_TRUE(reply) << reply.error().detail;
    EXPECT_EQ(reply->body, "through the proxy");
    ASSERT_EQ(proxy.requests().size(), 1u);
    EXPECT_EQ(proxy.requests()[0].header("host"), "docs.example.invalid");
    // A tunnel that the proxy refuses is never gone around.
    const auto refused = fetch("https://docs.example.invalid/page.md");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::upstream_failed);
}

}  // namespace
}  // namespace docent::net
