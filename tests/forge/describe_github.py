#!/usr/bin/env python3
"""Makes descriptions/github.json: of GitHub's published API description, the operations that Docent calls.

Usage: npm pack @octokit/openapi@VERSION; tar xzf octokit-openapi-VERSION.tgz; describe_github.py package
"""
import json
import pathlib
import sys

OPERATIONS = ["pulls/list", "pulls/create", "pulls/get", "pulls/update", "pulls/merge", "issues/create-comment",
              "issues/list-comments", "apps/create-installation-access-token"]


def main():
    package = pathlib.Path(sys.argv[1])
    about = json.loads((package / "package.json").read_text())
    api = json.loads((package / "generated/api.github.com.json").read_text())

    def resolved(node):
        while "$ref" in node:
            found = api
            for part in node["$ref"][2:].split("/"):
                found = found[part]
            node = found
        return node

    def field(schema):
        schema = resolved(schema)
        kinds = schema.get("type") or [k for s in schema.get("oneOf", []) for k in [resolved(s).get("type")]] or "object"
        out = {"types": kinds if isinstance(kinds, list) else [kinds]}
        if "enum" in schema:
            out["enum"] = schema["enum"]
        return out

    operations = []
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            if not isinstance(operation, dict) or operation.get("operationId") not in OPERATIONS:
                continue
            out = {"operation": operation["operationId"], "method": method.upper(), "path": path, "query": {},
                   "statuses": sorted(int(s) for s in operation["responses"])}
            for parameter in map(resolved, operation.get("parameters", [])):
                if parameter["in"] == "query":
                    out["query"][parameter["name"]] = field(parameter["schema"])
            if "requestBody" in operation:
                schema = resolved(resolved(operation["requestBody"])["content"]["application/json"]["schema"])
                out["body"] = {"required": schema.get("required", []),
                               "fields": {name: field(s) for name, s in schema["properties"].items()}}
            operations.append(out)
    assert sorted(o["operation"] for o in operations) == sorted(OPERATIONS)
    result = {"source": f"npm {about['name']} {about['version']}, generated/api.github.com.json",
              "license": "MIT, Copyright (c) 2020 Octokit contributors", "operations": operations}
    target = pathlib.Path(__file__).parent / "descriptions/github.json"
    target.write_text(json.dumps(result, indent=1) + "\n")


main()
