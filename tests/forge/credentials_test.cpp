// The tokens of GitHub Apps.
#include "forge/credentials.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "forge/forge.hpp"
#include "net/http_client.hpp"
#include "store/projects.hpp"
#include "support/net_fake_forge.hpp"
#include "support/run.hpp"
#include "support/store_postgres.hpp"

namespace docent::forge {
namespace {

class CredentialsTest : public testing::Test {
protected:
    CredentialsTest() : fake(test::FakeForge::Kind::github), http(loop.get_executor()) {
        fake.add_app("1234");
        shell(
            "openssl genrsa -out key.pem 2048 2>/dev/null && openssl rsa -in key.pem -pubout -out public.pem "
            "2>/dev/null");
        db = must(store::Store::open(pools, test::new_store_url(false, folder)));
        store::Projects projects(*db);
        store::Project project;
        project.slug = "docs";
        project.name = "Docs";
        project.source_kind = "folder";
        project.hosts = "[]";
        project.settings = "{}";
        store::CodeProvider provider;
        provider.project_id = must(test::run(loop, projects.add(project))).id;
        provider.id = "p";
        provider.user_id = "u";
        provider.name = "ours";
        provider.platform = "github";
        provider.base_url = fake.api_url();
        provider.metadata = R"({"type":"app","app_id":1234,"installation_id":"99"})";
        providers = std::make_unique<store::CodeProviders>(*db, "the key of this test");
        app = must(test::run(loop, providers->add(provider, folder.read("key.pem"))));
        credentials = std::make_unique<Credentials>(clock, *providers, &http);
    }
    ~CredentialsTest() override { EXPECT_EQ(fake.mistakes(), std::vector<std::string>()); }

    template <class T>
    static T must(Result<T> result) {
        if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
        return *std::move(result);
    }
    Finished shell(const std::string& script) {
        Command command;
        command.argv = {"sh", "-c", "cd '" + folder.path().string() + "' && " + script};
        return must(blocking_run(command));
    }
    std::string token() { return must(test::run(loop, credentials->token(app))); }

    boost::asio::io_context loop;
    Pools pools;
    FakeClock clock;
    test::TempDir folder;
    test::FakeForge fake;
    net::HttpClient http;
    std::unique_ptr<store::Store> db;
    std::unique_ptr<store::CodeProviders> providers;
    std::unique_ptr<Credentials> credentials;
    store::CodeProvider app;
};

TEST_F(CredentialsTest, AnAppsWordIsSignedAsGitHubChecksIt) {
    const auto jwt = must(app_token("1234", folder.read("key.pem"), clock.now()));
    const auto parts = split(jwt, '.');
    ASSERT_EQ(parts.size(), 3u);
    auto signature = parts[2];
    for (auto& c : signature) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (signature.size() % 4) signature += '=';
    std::string bytes;
    ASSERT_TRUE(base64_decode(signature, bytes));
    folder.write("signature", bytes);
    folder.write("text", parts[0] + "." + parts[1]);
    EXPECT_EQ(shell("openssl dgst -sha256 -verify public.pem -signature signature text").exit_code, 0);
    EXPECT_FALSE(app_token("1234", "no key", clock.now()));
}

TEST_F(CredentialsTest, ATokenIsKeptUntilShortlyBeforeItsEnd) {
    fake.set_expiry(iso8601(clock.now() + 3'600'000));
    const auto early = token();
    EXPECT_TRUE(early.starts_with("ghs_"));
    clock.advance(std::chrono::minutes(54));
    EXPECT_EQ(token(), early);
    clock.advance(std::chrono::minutes(2));
    fake.set_expiry(iso8601(clock.now() + 3'600'000));
    EXPECT_NE(token(), early);
    EXPECT_EQ(fake.tokens_made(), 2);
}

TEST_F(CredentialsTest, ATokenThatWasRefusedIsReplacedOnce) {
    const auto first = token();
    EXPECT_EQ(token(), first);
    EXPECT_EQ(fake.tokens_made(), 1);
    EXPECT_NE(must(test::run(loop, credentials->renew("p", first))), first);
    const auto second = token();
    EXPECT_EQ(must(test::run(loop, credentials->renew("p", first))), second) << "it was renewed already";
    EXPECT_EQ(fake.tokens_made(), 2);
}

TEST_F(CredentialsTest, ATokenThatExpiresHalfwayIsRenewedOnce) {
    Forges forges(pools, clock, &http);
    Place place;
    place.repository.platform = "github";
    place.repository.full_name = "zoo/repo";
    place.repository.code_provider_id = "p";
    place.api_url = fake.api_url();
    place.token = token();
    place.credentials = credentials.get();
    fake.expire_tokens();
    fake.commit("page", "a.md", "A\n");
    store::MergeRequest request;
    request.title = "A page";
    request.source_branch = "page";
    request.target_branch = "main";
    EXPECT_EQ(must(test::run(loop, forges.of(place.repository).open(place, request))).external_id, "1");
    EXPECT_GE(fake.tokens_made(), 2);
    EXPECT_EQ(fake.pulls().size(), 1u);
}

TEST_F(CredentialsTest, WhatGitHubRefusesIsSaidWithoutTheKey) {
    fake.add_app("another");
    const auto refused = test::run(loop, credentials->token(app));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "forge_refused");
    EXPECT_NE(refused.error().message.find("app_id"), std::string::npos);
}

}  // namespace
}  // namespace docent::forge
