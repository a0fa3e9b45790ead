import Contract

/// The operations of the OpenAPI document that do many things at once.
extension OpenAPIPaths {
  static var batch: JSONDocument {
    [
      "operationId": "batch", "tags": ["commands"],
      "summary":
        "Up to 100 writes in one transaction: each on its own, or with atomic all or none.",
      "requestBody": ["required": true, "content": json(.reference("schemas/batch"))],
      "responses": .object(
        [
          success(
            200, "The answers of the operations, in their order.",
            json(results(naming: "op_id")))
        ] + problems([400, 401, 403, 409, 413, 415, 422, 429, 503])),
    ]
  }

  static var inventoryCommands: JSONDocument {
    [
      "operationId": "inventoryCommands", "tags": ["commands"],
      "summary":
        "Changes stock levels by the number seen or by a difference; an answer for each command.",
      "parameters": [.reference("parameters/Idempotency-Key")],
      "requestBody": [
        "required": true,
        "content": json([
          "type": "object", "required": ["commands"], "additionalProperties": false,
          "properties": [
            "commands": [
              "type": "array", "minItems": 1,
              "maxItems": .integer(Int64(ContractVersion.largestBatch)),
              "items": .reference("schemas/stock_command"),
            ]
          ],
        ]),
      ],
      "responses": .object(
        [
          success(
            200, "The answers of the commands, in their order.", json(results(naming: "key")),
            headers: replayed)
        ] + problems([400, 401, 403, 409, 413, 415, 422, 428, 429, 503])),
    ]
  }

  static func upsert(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    let record = json(.reference("schemas/\(name)"))
    return [
      "operationId": .text("upsert_\(name)"), "tags": [.text(name)],
      "summary": .text(
        "Creates the \(name) of this name, or gives it this content; lists left out stay."),
      "parameters": [
        OpenAPIDocument.ifMatch(
          "ETag of the version to be overwritten; not needed to create one."),
        [
          "name": "If-None-Match", "in": "header",
          "description": "Only creates; a record that is there is a 412.", "schema": ["const": "*"],
        ], .reference("parameters/Idempotency-Key"),
      ],
      "requestBody": [
        "required": true, "content": json(.reference("schemas/\(name)_create")),
      ],
      "responses": .object(
        [
          success(200, "The record now.", record, headers: etag + replayed),
          success(
            201, "The new record.", record,
            headers: etag + replayed + [("Location", ["schema": ["type": "string"]])]),
        ] + problems([400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503])),
    ]
  }

  static func listActions(_ schema: ResourceSchema) -> JSONDocument {
    let name = schema.type.rawValue
    return [
      "operationId": .text("act_on_\(name)"), "tags": [.text(name)],
      "summary": "Changes single elements of the record's lists; all actions or none.",
      "parameters": [
        OpenAPIDocument.ifMatch("ETag of the version seen; needed where a move has no from."),
        .reference("parameters/Idempotency-Key"),
      ],
      "requestBody": [
        "required": true,
        "content": json([
          "type": "object", "required": ["actions"], "additionalProperties": false,
          "properties": [
            "actions": [
              "type": "array", "minItems": 1,
              "maxItems": .integer(Int64(ContractVersion.largestBatch)),
              "items": ["oneOf": .array(ListAction.names(schema.type).map(action))],
            ]
          ],
        ]),
      ],
      "responses": .object(
        [
          success(
            200, "The record now.", json(.reference("schemas/\(name)")),
            headers: etag + replayed)
        ] + problems([400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 428, 429, 503])),
    ]
  }

  private static func action(_ name: String) -> JSONDocument {
    let text = OpenAPISchemas.text(.any, 1...512)
    let members = ListAction.members(name)
    let properties = members.map { member in
      (
        member.name,
        ["after", "from"].contains(member.name) ? ["anyOf": [text, ["type": "null"]]] : text
      )
    }
    return [
      "type": "object", "additionalProperties": false,
      "required": .array(
        [.text("action")] + members.filter(\.isRequired).map { .text($0.name) }),
      "properties": .object([("action", ["const": .text(name)])] + properties),
    ]
  }

  private static func results(naming name: String) -> JSONDocument {
    let named = JSONDocument.object([(name, ["type": "string"])])
    return [
      "type": "object", "required": ["results"],
      "properties": [
        "results": [
          "type": "array",
          "items": [
            "allOf": [
              .reference("schemas/result"), .object([("type", "object"), ("properties", named)]),
            ]
          ],
        ]
      ],
    ]
  }
}

extension OpenAPISchemas {
  static let batch: JSONDocument = [
    "type": "object", "required": ["operations"], "additionalProperties": false,
    "properties": [
      "atomic": ["type": "boolean", "default": false],
      "operations": [
        "type": "array", "minItems": 1,
        "maxItems": .integer(Int64(ContractVersion.largestBatch)),
        "items": [
          "type": "object", "required": ["op_id", "method", "path"],
          "additionalProperties": false,
          "properties": [
            "op_id": identifier.adding([("description", "Names the operation in the answer.")]),
            "key": ["anyOf": [.reference("schemas/key"), ["type": "null"]]],
            "method": ["enum": ["POST", "PUT", "PATCH", "DELETE"]],
            "path": [
              "type": "string", "pattern": "^/[!-~]*$",
              "description": "As in a request; what stands before the type may be left out.",
            ],
            "if_match": ["anyOf": [identifier, ["type": "null"]]],
            "if_none_match": ["anyOf": [identifier, ["type": "null"]]], "body": [:],
          ],
        ],
      ],
    ],
  ]

  /// A command on a stock level, addressed by its id or by variant and location.
  static var stockCommand: JSONDocument {
    let byID: [(String, JSONDocument)] = [("id", identifier)]
    let byPlace: [(String, JSONDocument)] = [("variant", identifier), ("location", identifier)]
    let set: [(String, JSONDocument)] = [
      ("op", ["const": "set"]),
      (
        "from",
        quantity.adding([
          ("type", ["integer", "null"]),
          ("description", "The number that the caller saw; null where there was no level."),
        ])
      ),
      ("to", quantity.adding([("type", "integer")])),
    ]
    let adjust: [(String, JSONDocument)] = [
      ("op", ["const": "adjust"]),
      (
        "delta",
        [
          "type": "integer", "minimum": .integer(-StockCommand.range.upperBound),
          "maximum": .integer(StockCommand.range.upperBound),
        ]
      ),
    ]
    return [
      "oneOf": [form(set + byID), form(set + byPlace), form(adjust + byID), form(adjust + byPlace)]
    ]
  }

  private static let quantity: JSONDocument = [
    "minimum": .integer(StockCommand.range.lowerBound),
    "maximum": .integer(StockCommand.range.upperBound),
  ]

  private static func form(_ members: [(String, JSONDocument)]) -> JSONDocument {
    [
      "type": "object", "required": .array(members.map { .text($0.0) }),
      "additionalProperties": false,
      "properties": .object(members + [("key", .reference("schemas/key"))]),
    ]
  }

  /// The answer to one of many.
  static let result: JSONDocument = [
    "type": "object", "required": ["status", "headers", "body"],
    "properties": [
      "status": ["type": "integer", "minimum": 200, "maximum": 499],
      "headers": ["type": "object", "additionalProperties": ["type": "string"]],
      "body": ["type": ["object", "null"]],
    ],
  ]
}
