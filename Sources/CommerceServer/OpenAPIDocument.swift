import Bytes
import Contract

/// The OpenAPI 3.1 document, made from the table of resources.
enum OpenAPIDocument {
  /// The document as JSON.
  static let bytes: [UInt8] = {
    var buffer = ByteBuffer(capacity: 1 << 18)
    document.append(to: &buffer)
    return buffer.array
  }()

  /// Its entity tag.
  static let etag = "\"\(SHA256Digest(of: bytes).hex.prefix(32))\""

  static var document: JSONDocument {
    [
      "openapi": "3.1.0",
      "info": [
        "title": "Commerce Sync API", "version": .text(ContractVersion.current),
        "description":
          "One change log, read as feed, snapshot, lists and records; every write is guarded.",
        "license": ["name": "See the repository", "identifier": "LicenseRef-Trumeau"],
      ],
      "servers": [["url": "/"]], "security": [["bearer": []]],
      "tags": .array(
        [["name": "sync"], ["name": "commands"], ["name": "webhooks"], ["name": "about"]]
          + ResourceSchema.all.map {
            ["name": .text($0.type.rawValue), "description": .text($0.meaning)]
          }),
      "paths": .object(
        OpenAPIPaths.shared + OpenAPIPaths.webhooks
          + ResourceSchema.all.flatMap { OpenAPIPaths.of($0) }),
      "components": [
        "schemas": OpenAPISchemas.all,
        "securitySchemes": [
          "bearer": ["type": "http", "scheme": "bearer"]
        ],
        "headers": headers, "responses": responses, "parameters": parameters,
      ],
    ]
  }

  private static let headers: JSONDocument = [
    "Request-Id": ["description": "Names the request.", "schema": ["type": "string"]],
    "Api-Version": ["description": "Version that answered.", "schema": ["type": "string"]],
    "RateLimit": ["description": "What is left.", "schema": ["type": "string"]],
    "RateLimit-Policy": ["description": "The rule.", "schema": ["type": "string"]],
    "ETag": ["description": "Version of the record.", "schema": ["type": "string"]],
    "Idempotency-Replayed": [
      "description": "true where this is the answer to an earlier request with the same key.",
      "schema": ["type": "string"],
    ],
  ]

  /// The header where it may be absent.
  static func ifMatch(_ description: String) -> JSONDocument {
    [
      "name": "If-Match", "in": "header", "description": .text(description),
      "schema": ["type": "string"],
    ]
  }

  static let standardHeaders: [(String, JSONDocument)] = [
    "Request-Id", "Api-Version", "RateLimit", "RateLimit-Policy",
  ].map { ($0, .reference("headers/\($0)")) }

  /// One response a status, shared by all operations.
  private static var responses: JSONDocument {
    let statuses = Set(ProblemCode.allCases.map(\.status)).sorted()
    return .object(
      statuses.map { status in
        let codes = ProblemCode.allCases.filter { $0.status == status }
        let text = codes.map { "`\($0.rawValue)`: \($0.title). \($0.remedy)" }
        return (
          "problem_\(status)",
          [
            "description": .text(text.joined(separator: "\n\n")),
            "headers": .object(standardHeaders),
            "content": [
              .init(stringLiteral: Problem.contentType): [
                "schema": .reference("schemas/problem")
              ]
            ],
          ]
        )
      })
  }

  private static let parameters: JSONDocument = [
    "id": [
      "name": "id", "in": "path", "required": true, "description": "Id of the record.",
      "schema": OpenAPISchemas.identifier,
    ],
    "ref": [
      "name": "ref", "in": "path", "required": true,
      "description": "The name under which another system knows the record.",
      "schema": OpenAPISchemas.identifier,
    ],
    "webhook": [
      "name": "webhook", "in": "path", "required": true, "description": "Id of the webhook.",
      "schema": OpenAPISchemas.identifier,
    ],
    "cursor": [
      "name": "cursor", "in": "query", "description": "Where to go on, as it was given.",
      "schema": ["type": "string", "pattern": "^[A-Za-z0-9_-]+$"],
    ],
    "limit": [
      "name": "limit", "in": "query", "description": "The most records on a page.",
      "schema": [
        "type": "integer", "minimum": 1,
        "maximum": .integer(Int64(ContractVersion.largestPageSize)),
        "default": .integer(Int64(ContractVersion.defaultPageSize)),
      ],
    ],
    "If-Match": [
      "name": "If-Match", "in": "header", "required": true,
      "description": "ETag of the version that the caller saw.", "schema": ["type": "string"],
    ],
    "If-None-Match": [
      "name": "If-None-Match", "in": "header",
      "description": "ETag of the version that the caller has.", "schema": ["type": "string"],
    ],
    "Idempotency-Key": [
      "name": "Idempotency-Key", "in": "header",
      "description":
        "Names the attempt: a repetition with the same key gets the answer of the first.",
      "schema": .reference("schemas/key"),
    ],
    "Idempotency-Key-required": [
      "name": "Idempotency-Key", "in": "header", "required": true,
      "description":
        "Names the attempt: a repetition with the same key gets the answer of the first.",
      "schema": .reference("schemas/key"),
    ],
  ]
}
