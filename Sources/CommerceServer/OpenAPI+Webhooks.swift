import Contract

/// The operations of the OpenAPI document about webhooks.
extension OpenAPIPaths {
  static var webhooks: [(String, JSONDocument)] {
    let root = "\(ContractVersion.root)/webhooks"
    let id = JSONDocument.reference("parameters/webhook")
    return [
      (root, ["get": listing, "post": creation]),
      ("\(root)/{webhook}", ["parameters": [id], "get": reading, "delete": deletion]),
      ("\(root)/{webhook}/rotate", ["parameters": [id], "post": rotation]),
      ("\(root)/{webhook}/test", ["parameters": [id], "post": trial]),
    ]
  }

  private static var listing: JSONDocument {
    [
      "operationId": "list_webhooks", "tags": ["webhooks"],
      "summary": "Who is told about changes; without secrets.",
      "responses": .object(
        [
          success(
            200, "All of them.",
            json([
              "type": "object", "required": ["data"],
              "properties": ["data": ["type": "array", "items": .reference("schemas/webhook")]],
            ]))
        ] + problems([400, 401, 403, 429, 503])),
    ]
  }

  private static var creation: JSONDocument {
    [
      "operationId": "create_webhook", "tags": ["webhooks"],
      "summary":
        "Tells an address about every change from now on; the answer alone has the secret.",
      "parameters": [.reference("parameters/Idempotency-Key-required")],
      "requestBody": ["required": true, "content": json(.reference("schemas/webhook_create"))],
      "responses": .object(
        [
          success(
            201, "The new webhook, with its secret.", json(.reference("schemas/webhook")),
            headers: replayed + [("Location", ["schema": ["type": "string"]])], links: webhookLinks)
        ] + problems([400, 401, 403, 409, 413, 415, 422, 428, 429, 503])),
    ]
  }

  /// What can be done with a new webhook.
  private static var webhookLinks: JSONDocument {
    let names = ["read_webhook", "rotate_webhook", "test_webhook", "delete_webhook"]
    return .object(
      names.map { name in
        (
          name,
          [
            "operationId": .text(name), "parameters": ["webhook": "$response.body#/id"],
          ]
        )
      })
  }

  private static var reading: JSONDocument {
    [
      "operationId": "read_webhook", "tags": ["webhooks"],
      "summary": "One webhook, and how it fares.",
      "responses": .object(
        [success(200, "The webhook.", json(.reference("schemas/webhook")))]
          + problems([400, 401, 403, 404, 410, 429, 503])),
    ]
  }

  private static var deletion: JSONDocument {
    [
      "operationId": "delete_webhook", "tags": ["webhooks"],
      "summary": "Ends a webhook at once.",
      "parameters": [.reference("parameters/Idempotency-Key")],
      "responses": .object(
        [success(204, "It is ended.", headers: replayed)]
          + problems([400, 401, 403, 404, 409, 410, 415, 422, 429, 503])),
    ]
  }

  private static var rotation: JSONDocument {
    [
      "operationId": "rotate_webhook", "tags": ["webhooks"],
      "summary": "Gives a webhook a new secret; for a time messages carry a signature of each.",
      "parameters": [.reference("parameters/Idempotency-Key-required")],
      "requestBody": [
        "required": true,
        "content": json([
          "type": "object", "additionalProperties": false,
          "properties": [
            "overlap_seconds": [
              "type": "integer", "minimum": 0, "maximum": .integer(API.longestOverlap),
              "default": .integer(API.usualOverlap),
            ]
          ],
        ]),
      ],
      "responses": .object(
        [
          success(
            200, "The webhook, with its new secret.", json(.reference("schemas/webhook")),
            headers: replayed)
        ] + problems([400, 401, 403, 404, 409, 410, 413, 415, 422, 428, 429, 503])),
    ]
  }

  private static var trial: JSONDocument {
    [
      "operationId": "test_webhook", "tags": ["webhooks"],
      "summary": "Sends a message of no change now, and says what the receiver answered.",
      "responses": .object(
        [
          success(
            200, "What the receiver answered.",
            json([
              "type": "object", "required": ["message_id", "delivered", "status", "reason"],
              "properties": [
                "message_id": ["type": "string"], "delivered": ["type": "boolean"],
                "status": ["type": ["integer", "null"]], "reason": ["type": ["string", "null"]],
              ],
            ]))
        ] + problems([400, 401, 403, 404, 410, 429, 503])),
    ]
  }
}

extension OpenAPISchemas {
  /// The schemas of webhooks.
  static var webhooks: [(String, JSONDocument)] {
    let types: JSONDocument = ["enum": .array(ResourceType.allCases.map { .text($0.rawValue) })]
    let address: JSONDocument = [
      "type": "string", "pattern": .text(WebhookTable.addressPattern),
      "maxLength": .integer(Int64(WebhookTable.longestAddress)),
    ]
    let instant: JSONDocument = ["type": ["string", "null"], "format": "date-time"]
    return [
      (
        "webhook_create",
        [
          "type": "object", "required": ["url"], "additionalProperties": false,
          "properties": [
            "url": address,
            "types": [
              "type": "array", "minItems": 1, "items": types,
              "description": "What it is about; all that the token may read where it is left out.",
            ],
          ],
        ]
      ),
      (
        "webhook",
        [
          "type": "object", "required": ["id", "url", "types", "state", "created_at", "seq"],
          "properties": [
            "id": ["type": "string"], "url": address,
            "types": ["type": "array", "items": types],
            "state": ["enum": ["active", "failing", "ended"]],
            "created_at": ["type": "string", "format": "date-time"],
            "seq": [
              "type": "integer", "description": "Position of the log up to which it was told.",
            ],
            "failures": ["type": "integer"], "next_attempt": instant, "ended_at": instant,
            "reason": ["type": ["string", "null"]], "old_secret_until": instant,
            "secret": [
              "type": "string", "description": "Only in the answer that makes it.",
            ],
          ],
        ]
      ),
    ]
  }
}
