import Contract

/// The operations of the OpenAPI document.
enum OpenAPIPaths {
  // MARK: Building blocks

  static func json(_ schema: JSONDocument) -> JSONDocument {
    ["application/json": ["schema": schema]]
  }

  static func success(
    _ status: Int, _ description: String, _ content: JSONDocument? = nil,
    headers: [(String, JSONDocument)] = [], links: JSONDocument? = nil
  ) -> (String, JSONDocument) {
    var members: [(String, JSONDocument)] = [
      ("description", .text(description)),
      ("headers", .object(OpenAPIDocument.standardHeaders + headers)),
    ]
    if let content { members.append(("content", content)) }
    if let links { members.append(("links", links)) }
    return (String(status), .object(members))
  }

  static func problems(_ statuses: [Int]) -> [(String, JSONDocument)] {
    statuses.map { (String($0), .reference("responses/problem_\($0)")) }
  }

  static let replayed: [(String, JSONDocument)] = [
    ("Idempotency-Replayed", .reference("headers/Idempotency-Replayed"))
  ]

  static let etag: [(String, JSONDocument)] = [("ETag", .reference("headers/ETag"))]

  private static func query(_ name: String, _ description: String, _ schema: JSONDocument)
    -> JSONDocument
  {
    ["name": .text(name), "in": "query", "description": .text(description), "schema": schema]
  }

  private static func words(_ name: String, _ description: String, of words: [String])
    -> JSONDocument
  {
    query(
      name, description,
      [
        "type": "array", "minItems": 1, "uniqueItems": true,
        "items": ["type": "string", "enum": .array(words.map { .text($0) })],
      ]
    ).adding([("style", "form"), ("explode", false)])
  }

  private static let typeWords = ResourceType.allCases.map(\.rawValue)

  // MARK: Paths of the whole

  static var shared: [(String, JSONDocument)] {
    [
      (ContractVersion.discoveryPath, ["get": discovery]),
      ("\(ContractVersion.root)/openapi.json", ["get": openAPI]),
      ("\(ContractVersion.root)/changes", ["get": changes]),
      ("\(ContractVersion.root)/snapshot", ["get": snapshot]),
      ("\(ContractVersion.root)/digest", ["get": digest]),
      ("\(ContractVersion.root)/batch", ["post": batch]),
      ("\(ContractVersion.root)/inventory/commands", ["post": inventoryCommands]),
    ]
  }

  private static var discovery: JSONDocument {
    [
      "operationId": "discover", "tags": ["about"],
      "summary": "What the server is and can do; with a token, what the token sees.",
      "security": [[:], ["bearer": []]],
      "responses": .object(
        [
          success(
            200, "The server.",
            json([
              "type": "object",
              "required": ["api_versions", "server_id", "epoch", "tenant", "capabilities"],
              "properties": [
                "api_versions": ["type": "array", "items": ["type": "string"]],
                "server_id": ["type": "string"], "epoch": ["type": "string"],
                "tenant": ["type": ["string", "null"]], "capabilities": ["type": "object"],
              ],
            ]))
        ] + problems([400, 401, 429, 503])),
    ]
  }

  private static var openAPI: JSONDocument {
    [
      "operationId": "openAPI", "tags": ["about"], "summary": "This document.", "security": [],
      "responses": .object(
        [
          success(200, "The document.", json(["type": "object"])),
          success(304, "The caller has it."),
        ] + problems([400, 429])),
    ]
  }

  private static var changes: JSONDocument {
    [
      "operationId": "changes", "tags": ["sync"],
      "summary":
        "The change log from a cursor on, in commit order; only the latest row of a record.",
      "parameters": [
        .reference("parameters/cursor"), .reference("parameters/limit"),
        words("types", "Only these types.", of: typeWords),
        query(
          "wait", "Seconds to wait for a change where there is none.",
          ["type": "integer", "minimum": 0, "maximum": 30]),
      ],
      "responses": .object(
        [
          success(
            200, "A page.",
            json([
              "type": "object",
              "required": ["changes", "cursor", "has_more", "head", "watermark", "epoch"],
              "properties": [
                "changes": ["type": "array", "items": .reference("schemas/change")],
                "cursor": ["type": "string"], "has_more": ["type": "boolean"],
                "head": ["type": "integer"], "watermark": ["type": "integer"],
                "epoch": ["type": "string"],
              ],
            ]),
            links: [
              "next": [
                "operationId": "changes", "parameters": ["cursor": "$response.body#/cursor"],
              ]
            ])
        ] + problems([400, 401, 403, 410, 429, 503])),
    ]
  }

  private static var snapshot: JSONDocument {
    [
      "operationId": "snapshot", "tags": ["sync"],
      "summary": "All records at one position of the log, one a line; resumable by Range.",
      "parameters": [words("types", "Only these types.", of: typeWords)],
      "responses": .object(
        [
          success(
            200, "The records.", ["application/jsonl": ["schema": ["type": "string"]]],
            headers: etag),
          success(
            206, "A part of them.", ["application/jsonl": ["schema": ["type": "string"]]],
            headers: etag),
          success(304, "The caller has it."),
        ] + problems([400, 401, 403, 412, 416, 429, 503])),
    ]
  }

  private static var digest: JSONDocument {
    [
      "operationId": "digest", "tags": ["sync"],
      "summary": "Counts and hashes of a type in 256 buckets, or ids and hashes of one bucket.",
      "parameters": [
        query("type", "The type.", ["type": "string", "enum": .array(typeWords.map { .text($0) })])
          .adding([("required", true)]),
        query("bucket", "One bucket.", ["type": "integer", "minimum": 0, "maximum": 255]),
      ],
      "responses": .object(
        [
          success(
            200, "The digest.",
            json([
              "type": "object", "required": ["type", "seq"],
              "properties": [
                "type": ["type": "string"], "seq": ["type": "integer"],
                "buckets": ["type": "array", "items": .reference("schemas/bucket")],
                "bucket": ["type": "integer"],
                "records": [
                  "type": "array",
                  "items": [
                    "type": "object", "required": ["id", "content_hash"],
                    "properties": [
                      "id": ["type": "string"], "content_hash": ["type": "string"],
                    ],
                  ],
                ],
              ],
            ]))
        ] + problems([400, 401, 403, 429, 503])),
    ]
  }

  // MARK: Paths of a type

  static func of(_ schema: ResourceSchema) -> [(String, JSONDocument)] {
    let root = "\(ContractVersion.root)/\(schema.type.path)"
    let actions = ListAction.names(schema.type)
    var paths: [(String, JSONDocument)] = [
      (root, ["get": list(schema), "post": create(schema)]),
      (
        "\(root)/{id}",
        [
          "parameters": [.reference("parameters/id")], "get": read(schema), "patch": patch(schema),
          "delete": delete(schema),
        ]
      ),
      (
        "\(root)/by-external-ref/{ref}",
        [
          "parameters": [.reference("parameters/ref")], "get": readByReference(schema),
          "put": upsert(schema),
        ]
      ),
    ]
    if !actions.isEmpty {
      paths.append(
        (
          "\(root)/{id}/actions",
          ["parameters": [.reference("parameters/id")], "post": listActions(schema)]
        ))
    }
    return paths
  }

  private static func fields(_ schema: ResourceSchema) -> [JSONDocument] {
    let shown = [schema.type] + Inclusion.possible(with: schema.type)
    return shown.map { type in
      words(
        "fields[\(type.rawValue)]", "Only these attributes of each \(type.rawValue).",
        of: ResourceSchema.of(type).attributes.map(\.name))
    }
  }

  private static func include(_ schema: ResourceSchema) -> [JSONDocument] {
    let possible = Inclusion.possible(with: schema.type)
    if possible.isEmpty { return [] }
    return [
      words("include", "Parts to send along.", of: possible.map(\.path))
    ]
  }

  private static func list(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    let filters = ListQuery.parameters(schema.type).map { filter -> JSONDocument in
      filter.hasPrefix("filter[updated_at]")
        ? query(filter, "Only records written then.", ["type": "string", "format": "date-time"])
        : query(filter, "Only records with this value.", ["type": "string"])
    }
    return [
      "operationId": .text("list_\(name)"), "tags": [.text(name)],
      "summary": "A page of records by id, or by time where the filter is by time.",
      "parameters": .array(
        [.reference("parameters/cursor"), .reference("parameters/limit")] + filters
          + include(schema) + fields(schema)),
      "responses": .object(
        [
          success(
            200, "A page.",
            json([
              "type": "object", "required": ["data", "next_cursor", "has_more"],
              "properties": [
                "data": ["type": "array", "items": .reference("schemas/\(name)")],
                "included": ["type": "array", "items": .reference("schemas/record")],
                "next_cursor": ["type": ["string", "null"]], "has_more": ["type": "boolean"],
              ],
            ]))
        ] + problems([400, 401, 403, 429, 503])),
    ]
  }

  private static func create(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    return [
      "operationId": .text("create_\(name)"), "tags": [.text(name)],
      "summary": .text("Creates a \(name)."),
      "parameters": [.reference("parameters/Idempotency-Key-required")],
      "requestBody": [
        "required": true, "content": json(.reference("schemas/\(name)_create")),
      ],
      "responses": .object(
        [
          success(
            201, "The new record.", json(.reference("schemas/\(name)")),
            headers: etag + replayed + [("Location", ["schema": ["type": "string"]])],
            links: links(schema))
        ] + problems([400, 401, 403, 409, 413, 415, 422, 428, 429, 503])),
    ]
  }

  /// What can be done with a new record.
  private static func links(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    let id: (String, JSONDocument) = ("id", "$response.body#/id")
    let tag: (String, JSONDocument) = ("header.If-Match", "$response.body#/etag")
    var links: [(String, JSONDocument)] = [
      ("read", ["operationId": .text("read_\(name)"), "parameters": .object([id])]),
      ("delete", ["operationId": .text("delete_\(name)"), "parameters": .object([id, tag])]),
      ("patch", ["operationId": .text("patch_\(name)"), "parameters": .object([id, tag])]),
    ]
    if !ListAction.names(schema.type).isEmpty {
      links.append(
        ("act", ["operationId": .text("act_on_\(name)"), "parameters": .object([id, tag])]))
    }
    if schema.type == .inventoryLevel {
      let set: JSONDocument = [
        "op": "set", "id": "$response.body#/id",
        "from": "$response.body#/attributes/available", "to": 7,
      ]
      links.append(
        ("set", ["operationId": "inventoryCommands", "requestBody": ["commands": [set]]]))
    }
    return .object(links)
  }

  private static func read(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    return [
      "operationId": .text("read_\(name)"), "tags": [.text(name)],
      "summary": .text("One \(name)."),
      "parameters": .array(
        [.reference("parameters/If-None-Match")] + include(schema) + fields(schema)),
      "responses": .object(
        [
          success(200, "The record.", json(.reference("schemas/\(name)")), headers: etag),
          success(304, "The caller has this version."),
        ] + problems([400, 401, 403, 404, 410, 429, 503])),
    ]
  }

  private static func readByReference(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    return [
      "operationId": .text("read_\(name)_by_external_ref"), "tags": [.text(name)],
      "summary": .text("One \(name) by the name under which another system knows it."),
      "parameters": .array(
        [.reference("parameters/If-None-Match")] + include(schema) + fields(schema)),
      "responses": .object(
        [
          success(200, "The record.", json(.reference("schemas/\(name)")), headers: etag),
          success(304, "The caller has this version."),
        ] + problems([400, 401, 403, 404, 429, 503])),
    ]
  }

  private static func patch(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    return [
      "operationId": .text("patch_\(name)"), "tags": [.text(name)],
      "summary": "Changes what the JSON Merge Patch names (RFC 7396).",
      "parameters": [
        .reference("parameters/If-Match"), .reference("parameters/Idempotency-Key"),
      ],
      "requestBody": [
        "required": true,
        "content": [
          "application/merge-patch+json": ["schema": .reference("schemas/\(name)_patch")],
          "application/json": ["schema": .reference("schemas/\(name)_patch")],
        ],
      ],
      "responses": .object(
        [
          success(
            200, "The record now.", json(.reference("schemas/\(name)")),
            headers: etag + replayed)
        ]
          + problems([400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428, 429, 503])),
    ]
  }

  private static func delete(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    return [
      "operationId": .text("delete_\(name)"), "tags": [.text(name)],
      "summary": .text("Deletes a \(name) and its parts; tombstones remain in the change log."),
      "parameters": [
        .reference("parameters/If-Match"), .reference("parameters/Idempotency-Key"),
      ],
      "responses": .object(
        [success(204, "It is deleted.", headers: replayed)]
          + problems([400, 401, 403, 404, 409, 410, 412, 422, 428, 429, 503])),
    ]
  }
}
