#include "docs/async_api.hpp"

#include <gtest/gtest.h>

namespace docent::docs {
namespace {

constexpr std::string_view version3 = R"yaml(asyncapi: 3.0.0
info: {title: Echo}
servers:
  echo: {host: echo.example.org, pathname: /ws, protocol: wss}
channels:
  echo:
    title: Echo channel
    address: /echo/{room}
    description: Says it again.
    parameters: {room: {description: Which room.}}
    messages:
      Said: {$ref: '#/components/messages/Said'}
      Time: {$ref: '#/components/messages/Time'}
      Idle: {summary: Nothing is said., payload: {type: object, properties: {since: {type: integer}}}}
operations:
  say: {action: receive, channel: {$ref: '#/channels/echo'}, messages: [{$ref: '#/channels/echo/messages/Said'}]}
  time: {action: send, channel: {$ref: '#/channels/echo'}, messages: [{$ref: '#/channels/echo/messages/Time'}]}
components:
  messages:
    Said:
      title: What is said
      description: Words.
      payload:
        type: object
        required: [text]
        properties: {text: {type: string, description: The words., maxLength: 100}}
      examples: [{summary: A greeting, payload: {text: hello}}]
    Time:
      payload: {schemaFormat: 'application/schema+json', schema: {type: string, description: A time of day.}}
)yaml";

AsyncApi read(std::string_view text) {
    auto api = AsyncApi::parse(text, "live.yaml");
    EXPECT_TRUE(api.ok()) << (api.ok() ? "" : api.error().message);
    return *std::move(api);
}

TEST(AsyncApi, AChannelIsItsMessagesFromTheReadersSide) {
    const auto api = read(version3);
    ASSERT_EQ(api.channels().size(), 1u);
    EXPECT_EQ(api.channels()[0].title, "Echo channel");
    EXPECT_EQ(api.find("/echo/{room}"), api.find("echo"));
    EXPECT_EQ(*api.markdown("echo"), R"(Channel `/echo/{room}`

Servers: `wss://echo.example.org/ws`

Says it again.

## Parameters

- `room` (string, required): Which room.

## Messages you send

### What is said

Words.

- `text` (string, required): The words. Maximum length: `100`.

A greeting

```json
{
  "text": "hello"
}
```

## Messages you receive

### Time

Type: string. A time of day.

## Messages

### Idle

Nothing is said.

- `since` (integer)

)");
}

TEST(AsyncApi, Version2NamesChannelsByAddress) {
    const auto api = read(R"({"asyncapi":"2.6.0","servers":{"a":{"url":"wss://a.example/x","protocol":"wss"}},
        "channels":{"user/signedup":{"subscribe":{"message":{"oneOf":[{"name":"SignedUp","payload":{"type":"object",
        "properties":{"id":{"type":"string"}}}},{"name":"Left","payload":{"type":"string"}}]}}}}})");
    const auto text = *api.markdown("user/signedup");
    EXPECT_NE(text.find("Servers: `wss://a.example/x`"), std::string::npos) << text;
    EXPECT_NE(text.find("## Messages you receive\n\n### SignedUp\n\n- `id` (string)"), std::string::npos)
        << text;
    EXPECT_NE(text.find("### Left\n\nType: string."), std::string::npos) << text;
}

TEST(AsyncApi, OtherDocumentsAndCirclesAreNoTrouble) {
    EXPECT_FALSE(AsyncApi::parse(R"({"openapi":"3.0.0"})", "a.json").ok());
    EXPECT_FALSE(AsyncApi::parse(R"({"asyncapi":"1.2.0"})", "a.json").ok());
    EXPECT_FALSE(AsyncApi::parse("[", "a.json").ok());
    const auto api = read(R"({"asyncapi":"3.0.0","channels":{"a":{"$ref":"#/channels/a"},
        "b":{"messages":{"m":{"payload":{"$ref":"#/channels/b/messages/m/payload"}},"n":{"oneOf":[{"oneOf":[]}]}}}}})");
    for (const auto& channel : api.channels()) EXPECT_TRUE(api.markdown(channel.name).ok());
    EXPECT_FALSE(api.markdown("c").ok());
}

}  // namespace
}  // namespace docent::docs
