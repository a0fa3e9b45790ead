import Contract

/// The schemas of the OpenAPI document, made from the same tables that validate records.
enum OpenAPISchemas {
  /// What a schema is for.
  enum Use {
    /// A body that creates: everything required is there, nothing unknown.
    case create
    /// A merge patch: anything may be missing, what is optional may be null.
    case patch
    /// An answer: newer servers may say more, `fields` may leave things out.
    case read
  }

  static func of(_ kind: AttributeKind, _ use: Use) -> JSONDocument {
    switch kind {
    case .text(let shape, let length): return text(shape, length)
    case .integer(let range):
      return [
        "type": "integer", "minimum": .integer(range.lowerBound),
        "maximum": .integer(range.upperBound),
      ]
    case .number(let allowed): return ["enum": .array(allowed.map { .integer($0) })]
    case .figure:
      return [
        "anyOf": [
          ["type": "integer", "minimum": 0, "maximum": 1_000_000_000_000],
          text(.decimal, 1...19),
        ]
      ]
    case .boolean: return ["type": "boolean"]
    case .choice(let words): return ["enum": .array(words.map { .text($0) })]
    case .instant: return ["type": "string", "format": "date-time"]
    case .reference(let type):
      return identifier.adding([("description", .text("Id of a \(type.rawValue)."))])
    case .list(let element, let count, let isUnique):
      var members: [(String, JSONDocument)] = [
        ("type", "array"), ("items", of(element, use == .read ? .read : .create)),
        ("minItems", .integer(Int64(count.lowerBound))),
        ("maxItems", .integer(Int64(count.upperBound))),
      ]
      if isUnique { members.append(("uniqueItems", true)) }
      return .object(members)
    case .object(let attributes): return object(attributes, use)
    case .oneOf(let attributes):
      return object(attributes.map { $0.asOptional }, use == .read ? .read : .create)
        .adding([("minProperties", 1), ("maxProperties", 1)])
    case .map(let shape, let element, let count):
      return [
        "type": "object", "propertyNames": text(shape, 1...512),
        "additionalProperties": of(element, use),
        "minProperties": .integer(Int64(count.lowerBound)),
        "maxProperties": .integer(Int64(count.upperBound)),
      ]
    case .audience: return .reference("schemas/audience")
    case .anything: return [:]
    case .nullable(let inner): return ["anyOf": [of(inner, use), ["type": "null"]]]
    }
  }

  static func text(_ shape: TextShape, _ length: ClosedRange<Int>) -> JSONDocument {
    var members: [(String, JSONDocument)] = [
      ("type", "string"), ("minLength", .integer(Int64(length.lowerBound))),
      ("maxLength", .integer(Int64(length.upperBound))),
    ]
    if let pattern = shape.pattern { members.append(("pattern", .text(pattern))) }
    return .object(members)
  }

  /// An id or external reference.
  static let identifier: JSONDocument = [
    "type": "string", "minLength": 1, "maxLength": 255,
    "pattern": "^[^\\x00-\\x1f\\x7f]+$",
  ]

  static func object(_ attributes: [Attribute], _ use: Use) -> JSONDocument {
    let properties = attributes.map { attribute in
      let schema = of(attribute.kind, use)
      let isNullable = use == .patch && !attribute.isRequired
      return (
        attribute.name,
        (isNullable ? ["anyOf": [schema, ["type": "null"]]] : schema)
          .adding([("description", .text(attribute.meaning))])
      )
    }
    var members: [(String, JSONDocument)] = [
      ("type", "object"), ("properties", .object(properties)),
    ]
    let required = attributes.filter(\.isRequired).map { JSONDocument.text($0.name) }
    if use == .create, !required.isEmpty { members.append(("required", .array(required))) }
    if use != .read { members.append(("additionalProperties", false)) }
    return .object(members)
  }

  /// The attributes of a type.
  static func attributes(_ schema: ResourceSchema, _ use: Use) -> JSONDocument {
    let described = object(schema.attributes, use)
    let names = schema.exactlyOne.filter { name in
      schema.attributes.contains { $0.name == name }
    }
    guard use == .create, !names.isEmpty else { return described }
    return described.adding([
      ("oneOf", .array(names.map { ["required": [.text($0)]] }))
    ])
  }

  /// The links of a type.
  static func links(_ schema: ResourceSchema, _ use: Use) -> JSONDocument {
    let properties = schema.links.map { link in
      let target: JSONDocument =
        link.isTyped
        ? [
          "type": "object",
          "properties": [
            "type": ["enum": .array(link.targets.map { .text($0.rawValue) })], "id": identifier,
          ], "required": ["type", "id"],
        ] : identifier
      let closed = link.isTyped && use != .read
      return (link.name, closed ? target.adding([("additionalProperties", false)]) : target)
    }
    var members: [(String, JSONDocument)] = [
      ("type", "object"), ("properties", .object(properties)),
    ]
    let required = schema.links.filter(\.isRequired).map { JSONDocument.text($0.name) }
    if use != .patch, !required.isEmpty { members.append(("required", .array(required))) }
    if use != .read { members.append(("additionalProperties", false)) }
    let names = schema.exactlyOne.filter { name in schema.links.contains { $0.name == name } }
    if use == .create, !names.isEmpty {
      members.append(("oneOf", .array(names.map { ["required": [.text($0)]] })))
    }
    return .object(members)
  }

  static let audience: JSONDocument = [
    "description": "Whom something is for.",
    "anyOf": [
      ["const": "public"],
      [
        "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
        "properties": [
          "tier_at_least": identifier, "program": identifier, "country": text(.country, 2...2),
          "any": audienceList, "all": audienceList, "not": .reference("schemas/audience"),
        ],
      ],
    ],
  ]

  private static let audienceList: JSONDocument = [
    "type": "array", "minItems": 1, "maxItems": 100, "items": .reference("schemas/audience"),
  ]

  /// All named schemas.
  static var all: JSONDocument {
    var members: [(String, JSONDocument)] = [
      ("audience", audience), ("problem", problem), ("change", change), ("bucket", bucket),
      ("key", key),
      ("batch", batch), ("stock_command", stockCommand), ("result", result),
    ]
    members += webhooks
    for schema in ResourceSchema.all {
      let name = schema.type.rawValue
      members.append((name, record(schema)))
      members.append(("\(name)_create", create(schema)))
      members.append(("\(name)_patch", patch(schema)))
    }
    members.append(
      (
        "record",
        ["anyOf": .array(ResourceType.allCases.map { .reference("schemas/\($0.rawValue)") })]
      ))
    return .object(members)
  }

  private static func record(_ schema: ResourceSchema) -> JSONDocument {
    [
      "type": "object", "description": .text(schema.meaning),
      "properties": [
        "type": ["const": .text(schema.type.rawValue)], "id": ["type": "string"],
        "external_ref": ["type": "string"], "version": ["type": "integer", "minimum": 1],
        "etag": ["type": "string"], "seq": ["type": "integer", "minimum": 1],
        "created_at": ["type": "string", "format": "date-time"],
        "updated_at": ["type": "string", "format": "date-time"],
        "updated_by": ["type": "string"],
        "content_hash": ["type": "string", "pattern": "^sha256:[0-9a-f]{64}$"],
        "attributes": attributes(schema, .read), "links": links(schema, .read),
      ],
      "required": [
        "type", "id", "version", "etag", "seq", "created_at", "updated_at", "updated_by",
        "content_hash", "attributes", "links",
      ],
    ]
  }

  private static func create(_ schema: ResourceSchema) -> JSONDocument {
    var required: [JSONDocument] = ["attributes"]
    if schema.requiresLinks || schema.links.contains(where: { schema.exactlyOne.contains($0.name) })
    {
      required.append("links")
    }
    return [
      "type": "object", "additionalProperties": false, "required": .array(required),
      "properties": [
        "type": ["const": .text(schema.type.rawValue)],
        "id": identifier.adding([
          ("description", "Chosen by the server where it is absent.")
        ]),
        "external_ref": identifier, "attributes": attributes(schema, .create),
        "links": links(schema, .create),
      ],
    ]
  }

  private static func patch(_ schema: ResourceSchema) -> JSONDocument {
    [
      "type": "object", "additionalProperties": false,
      "properties": [
        "external_ref": ["anyOf": [identifier, ["type": "null"]]],
        "attributes": attributes(schema, .patch), "links": links(schema, .patch),
      ],
    ]
  }

  private static let key: JSONDocument = ["type": "string", "pattern": "^[!-~]{1,255}$"]

  private static let change: JSONDocument = [
    "type": "object", "required": ["seq", "op", "type", "id", "version"],
    "properties": [
      "seq": ["type": "integer"], "op": ["enum": ["upsert", "delete", "gone"]],
      "type": ["type": "string"], "id": ["type": "string"], "parent": ["type": "string"],
      "version": ["type": "integer"], "at": ["type": "string", "format": "date-time"],
      "resource": .reference("schemas/record"),
    ],
  ]

  private static let bucket: JSONDocument = [
    "type": "object", "required": ["bucket", "count", "hash"],
    "properties": [
      "bucket": ["type": "integer", "minimum": 0, "maximum": 255],
      "count": ["type": "integer", "minimum": 0], "hash": ["type": "string"],
    ],
  ]

  private static var problem: JSONDocument {
    [
      "type": "object", "description": "RFC 9457 problem document.",
      "required": [
        "type", "title", "status", "detail", "instance", "request_id", "code", "errors",
        "retryable",
      ],
      "properties": [
        "type": ["type": "string"], "title": ["type": "string"],
        "status": ["type": "integer", "minimum": 400, "maximum": 599],
        "detail": ["type": "string"], "instance": ["type": "string"],
        "request_id": ["type": "string"],
        "code": ["enum": .array(ProblemCode.allCases.map { .text($0.rawValue) })],
        "errors": [
          "type": "array",
          "items": [
            "type": "object", "required": ["pointer", "code", "message", "params"],
            "properties": [
              "pointer": ["type": "string"], "code": ["type": "string"],
              "message": ["type": "string"], "params": ["type": "object"],
            ],
          ],
        ], "retryable": ["type": "boolean"], "remedy": ["type": "string"],
        "current_version": ["type": "integer"], "current": .reference("schemas/record"),
        "holder": [
          "type": "object", "required": ["type", "id"],
          "properties": ["type": ["type": "string"], "id": ["type": "string"]],
        ],
      ],
    ]
  }
}

extension Attribute {
  fileprivate var asOptional: Attribute { .optional(name, kind, meaning) }
}
