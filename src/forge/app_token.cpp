#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/base64.hpp"
#include "forge/credentials.hpp"

namespace docent::forge {
namespace {

using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string base64_url(std::string_view bytes) {
    auto out = base64(bytes);
    for (auto& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (out.ends_with('=')) out.pop_back();
    return out;
}

Result<std::string> rs256(const std::string& pem, const std::string& text) {
    const auto wrong = invalid("metadata.private_key: expected the App's RSA private key in PEM form");
    const std::unique_ptr<BIO, decltype(&BIO_free)> in(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    // No question for a passphrase on the terminal.
    const auto no_passphrase = [](char*, int, int, void*) { return 0; };
    const PrivateKey key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
    if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) return wrong;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1)
        return wrong;
    std::string out(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                       text.size()) != 1)
        return wrong;
    out.resize(size);
    return out;
}

}  // namespace

Result<std::string> app_token(const std::string& app_id, const std::string& key, Millis now) {
    const auto seconds = now / 1'000;
    const boost::json::object header{{"alg", "RS256"}, {"typ", "JWT"}};
    const boost::json::object claims{{"iat", seconds - 60}, {"exp", seconds + 540}, {"iss", app_id}};
    const auto text =
        base64_url(boost::json::serialize(header)) + "." + base64_url(boost::json::serialize(claims));
    TRY(const auto signature, rs256(key, text));
    return text + "." + base64_url(signature);
}

}  // namespace docent::forge
