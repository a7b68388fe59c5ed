#include "docs/openapi.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "docs/json_tree.hpp"
#include "support/temp_dir.hpp"

namespace docent::docs {
namespace {

OpenApi read(std::string_view text, std::string_view file = "api.json") {
    auto api = OpenApi::parse(text, file);
    EXPECT_TRUE(api.ok()) << (api.ok() ? "" : api.error().message);
    return *std::move(api);
}

std::string markdown(const OpenApi& api, std::string_view method, std::string_view path) {
    auto text = api.markdown(method, path);
    EXPECT_TRUE(text.ok()) << method << " " << path;
    return text.ok() ? *text : "";
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

constexpr std::string_view pets = R"yaml(openapi: 3.0.3
info: {title: Pet store}
servers: [{url: https://pets.example.com/v1}]
security: [{key: []}]
paths:
  /pets/{petId}:
    parameters:
      - {name: petId, in: path, required: true, description: The pet., schema: {type: string}}
    get:
      operationId: getPet
      tags: [pets]
      summary: Get a pet
      description: |
        Returns one pet.

        It may be asleep.
      parameters:
        - {name: fields, in: query, schema: {type: array, items: {type: string, enum: [name, age]}}}
        - {name: limit, in: query, description: How many., schema: {type: integer, default: 10, minimum: 1, maximum: 100}}
        - {name: X-Trace, in: header, schema: {type: string, format: uuid}}
      responses:
        200:
          description: The pet.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
              example: {name: Rex, age: 3}
        '404': {$ref: '#/components/responses/Missing'}
    post:
      x-hidden: true
      deprecated: true
      summary: Change a pet
      requestBody:
        required: true
        content:
          application/json:
            schema:
              allOf:
                - {$ref: '#/components/schemas/Pet'}
                - {type: object, required: [note], properties: {note: {type: string, nullable: true, description: Why.}}}
      responses: {default: {description: Done.}}
    delete: {x-excluded: true, responses: {'204': {description: Gone.}}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer, description: Your key.}
  responses:
    Missing: {description: No such pet.}
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string, description: What it is called., example: Rex}
        age: {type: integer}
        mother: {$ref: '#/components/schemas/Pet'}
        home:
          oneOf:
            - {title: House, type: object, properties: {rooms: {type: integer}}}
            - {title: Tent, type: object, properties: {colour: {type: string}}}
webhooks:
  petBorn: {post: {summary: A pet is born, requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}}
)yaml";

TEST(OpenApi, ListsItsOperationsInOrderWithoutTheExcludedOnes) {
    const auto api = read(pets, "pets.yaml");
    EXPECT_EQ(api.title(), "Pet store");
    ASSERT_EQ(api.operations().size(), 3U);
    EXPECT_EQ(api.operations()[0].method, "GET");
    EXPECT_EQ(api.operations()[0].operation_id, "getPet");
    EXPECT_EQ(api.operations()[0].tag, "pets");
    EXPECT_TRUE(api.operations()[1].hidden);
    EXPECT_TRUE(api.operations()[1].deprecated);
    EXPECT_TRUE(api.operations()[2].webhook);
    EXPECT_EQ(api.operations()[2].path, "petBorn");
    EXPECT_FALSE(api.has("DELETE", "/pets/{petId}"));
}

TEST(OpenApi, FindsAnOperationWhateverTheLetterCaseAndThePlaceholdersName) {
    const auto api = read(pets, "pets.yaml");
    EXPECT_TRUE(api.has("get", "/pets/{petId}"));
    EXPECT_TRUE(api.has("Get", "/pets/{id}/"));
    EXPECT_TRUE(api.has("webhook", "petBorn"));
    EXPECT_FALSE(api.has("get", "/pets"));
    EXPECT_EQ(api.markdown("get", "/pets").error().code, ErrorCode::not_found);
}

TEST(OpenApi, AnOperationReadsAsOnePage) {
    const auto api = read(pets, "pets.yaml");
    EXPECT_EQ(markdown(api, "GET", "/pets/{petId}"), R"md(`GET /pets/{petId}`

Get a pet

Returns one pet.

It may be asleep.

Base URL: `https://pets.example.com/v1`

## Authorizations

- `Authorization` (header, required): `Bearer <token>`. Your key.

## Path Parameters

- `petId` (string, required): The pet.

## Query Parameters

- `fields` (string[]): One of: `name`, `age`.
- `limit` (integer): How many. Default: `10`. Minimum: `1`. Maximum: `100`.

## Headers

- `X-Trace` (string <uuid>)

## Response

### 200

Content type: `application/json`.

The pet.

- `name` (string, required): What it is called. Example: `Rex`.
- `age` (integer)
- `mother` (object)
- `home` (object)
  - Option 1: House (object)
    - `rooms` (integer)
  - Option 2: Tent (object)
    - `colour` (string)

```json
{
  "name": "Rex",
  "age": 3
}
```

### 404

No such pet.

)md");
}

TEST(OpenApi, AllOfIsOneListOfFields) {
    const auto text = markdown(read(pets, "pets.yaml"), "POST", "/pets/{petId}");
    EXPECT_TRUE(contains(text, "`POST /pets/{petId}` (deprecated)"));
    EXPECT_TRUE(contains(text, "- `name` (string, required)"));
    EXPECT_TRUE(contains(text, "- `note` (string or null, required): Why."));
    EXPECT_TRUE(contains(text, "### Other statuses"));
}

TEST(OpenApi, TypesOfThreeOneAreRead) {
    const auto api = read(R"({"openapi":"3.1.0","paths":{"/a":{"get":{"responses":{"200":{"description":"",
      "content":{"application/json":{"schema":{"type":"object","properties":{
        "a":{"type":["string","null"]}, "b":{"anyOf":[{"type":"integer"},{"type":"null"}]},
        "c":{"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]},
        "d":{"type":"object","additionalProperties":{"type":"number"}}, "e":{"const":"x"},
        "f":{"$ref":"#/components/schemas/F","description":"Beside the reference."}}}}}}}}}},
      "components":{"schemas":{"F":{"type":"boolean","description":"Of F."}}}})");
    const auto text = markdown(api, "GET", "/a");
    EXPECT_TRUE(contains(text, "- `a` (string or null)\n"));
    EXPECT_TRUE(contains(text, "- `b` (integer or null)\n"));
    EXPECT_TRUE(contains(text, "- `c` (string or string[])\n"));
    EXPECT_TRUE(contains(text, "- `d` (map of number)\n"));
    EXPECT_TRUE(contains(text, "- `e` (any): Always `x`.\n"));
    EXPECT_TRUE(contains(text, "- `f` (boolean): Beside the reference.\n"));
}

TEST(OpenApi, ExtensionsForPagesAreRead) {
    const auto api = read(R"j({"openapi":"3.0.0","paths":{"/a":{"get":{"summary":"S",
      "x-mint":{"metadata":{"title":"T","description":"D"},"content":"<Note>Hi</Note>","href":"/x/y"},
      "x-codeSamples":[{"lang":"Python","label":"With the client","source":"client.a()"}],"responses":{}}}}})j");
    EXPECT_EQ(api.operations()[0].summary, "T");
    EXPECT_EQ(api.operations()[0].description, "D");
    EXPECT_EQ(api.operations()[0].content, "<Note>Hi</Note>");
    EXPECT_EQ(api.operations()[0].href, "/x/y");
    EXPECT_TRUE(contains(markdown(api, "GET", "/a"), "With the client\n\n```python\nclient.a()\n```"));
}

TEST(OpenApi, BrokenDocumentsNameTheLine) {
    EXPECT_EQ(OpenApi::parse("{\n\"openapi\": }", "a.json").error().message.substr(0, 22),
              "line 2: not valid JSON");
    EXPECT_EQ(OpenApi::parse("openapi: '3.0.0'\na: [", "a.yaml").error().message.substr(0, 7), "line 2:");
    for (const std::string_view text : {"", "[]", "42", "{}", R"({"swagger":"2.0"})", R"({"openapi":"4.0"})",
                                        "\xFF\xFE", R"({"asyncapi":"3.0.0"})", "openapi: 2"}) {
        const auto api = OpenApi::parse(text, "a.yaml");
        ASSERT_FALSE(api.ok()) << text;
        EXPECT_EQ(api.error().code, ErrorCode::invalid_argument) << text;
    }
}

TEST(OpenApi, HostileDocumentsAreBounded) {
    std::string deep = "{\"openapi\":";
    for (int i = 0; i < 100'000; ++i) deep += "[";
    EXPECT_FALSE(OpenApi::parse(deep, "a.json").ok());
    std::string yaml(100'000, '[');
    EXPECT_FALSE(OpenApi::parse("openapi: " + yaml, "a.yaml").ok());
    // Aliases of aliases: nine to the power of nine values.
    std::string bomb = "openapi: 3.0.0\na0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 9; ++i) {
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 9; ++k) bomb += (k ? ",*a" : "*a") + std::to_string(i - 1);
        bomb += "]\n";
    }
    TreeLimits limits;
    limits.values = 10'000;
    const auto tree = parse_yaml_tree(bomb, limits);
    ASSERT_FALSE(tree.ok());
    EXPECT_TRUE(contains(tree.error().message, "too many values"));
}

TEST(OpenApi, SchemasThatHoldThemselvesEnd) {
    const auto api =
        read(R"({"openapi":"3.0.0","paths":{"/a":{"post":{"requestBody":{"content":{"application/json":
      {"schema":{"$ref":"#/components/schemas/A"}}}},"responses":{"200":{"$ref":"#/components/responses/R"}}}}},
      "components":{"responses":{"R":{"$ref":"#/components/responses/R"}},"schemas":{
        "A":{"allOf":[{"$ref":"#/components/schemas/A"},{"properties":{"b":{"$ref":"#/components/schemas/B"}}}]},
        "B":{"oneOf":[{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/B"},{"items":{"$ref":"#/components/schemas/B"}}]}}}})");
    EXPECT_LT(markdown(api, "POST", "/a").size(), 10'000U);
}

TEST(OpenApi, AManyFoldChoiceOfChoicesIsBounded) {
    std::string spec =
        R"({"openapi":"3.0.0","paths":{"/a":{"post":{"requestBody":{"content":{"application/json":
      {"schema":{"$ref":"#/components/schemas/S0"}}}},"responses":{}}}},"components":{"schemas":{)";
    for (int i = 0; i < 12; ++i) {
        spec += "\"S" + std::to_string(i) + "\":{\"properties\":{";
        for (int k = 0; k < 12; ++k)
            spec += (k ? ",\"p" : "\"p") + std::to_string(k) +
                    "\":{\"oneOf\":[{\"$ref\":\"#/components/schemas/S" + std::to_string((i + 1 + k) % 12) +
                    "\"},{\"$ref\":\"#/components/schemas/S" + std::to_string((i + 2 + k) % 12) + "\"}]}";
        spec += "}},";
    }
    spec += "\"last\":{}}}}";
    const auto text = markdown(read(spec), "POST", "/a");
    EXPECT_LT(text.size(), 600'000U);
    EXPECT_TRUE(contains(text, "The rest of this reference is left out here"));
}

TEST(OpenApi, ReadsEverySpecificationOfARealSite) {
    if (test::shared_data().empty()) GTEST_SKIP() << "no shared data";
    std::size_t files = 0, operations = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(test::shared_data() / "corpora" / "mintlify")) {
        const std::string name = entry.path().filename();
        if (!name.ends_with("openapi.json")) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(in), {});
        const auto api = OpenApi::parse(text, name);
        ASSERT_TRUE(api.ok()) << name << ": " << api.error().message;
        ++files;
        for (const auto& op : api->operations()) {
            ++operations;
            const auto page = markdown(*api, op.method, op.path);
            EXPECT_GT(page.size(), 200U) << name << " " << op.path;
            EXPECT_TRUE(is_utf8(page));
            EXPECT_TRUE(contains(page, "## Response")) << name << " " << op.path;
            EXPECT_FALSE(contains(page, "left out here")) << name << " " << op.path;
        }
    }
    EXPECT_EQ(files, 24U);
    EXPECT_EQ(operations, 100U);
}

}  // namespace
}  // namespace docent::docs
