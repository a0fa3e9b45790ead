import Bytes
import CommandTree
import CommerceServer
import Contract

/// `trumeau api webhook`: who is told about changes of the reference API's catalogue.
enum WebhookCommands {
  static let command = Command(
    "webhook", "tell other programs about changes as they happen",
    discussion: """
      While `trumeau api serve` runs it sends a short signed message for each change (Standard
      Webhooks). It says what changed, not what it is now: the change feed does. A message that is
      not taken is sent again for about three days; then the webhook ends, and `list` says why.
      """,
    subcommands: [create, list, delete])

  private static let create = Command(
    "create", "make a webhook; its secret is shown once and cannot be read again",
    examples: [
      Example("trumeau api webhook create --url https://shop.example/hook", "about all changes"),
      Example(
        "trumeau api webhook create --url http://127.0.0.1:9000/ --type inventory_level",
        "about stock only"),
    ],
    options: [
      APICommands.store, APICommands.tenant,
      .value("url", "URL", "where messages go"),
      .value(
        "type", "TYPE", "which records it is about; may be repeated (default: all)",
        choices: ResourceType.allCases.map(\.rawValue), isRepeatable: true),
    ],
    work: { invocation, console in
      guard let url = invocation.value("url") else {
        throw UsageError("--url is needed: where messages go", path: invocation.path)
      }
      let store = try CommerceStore.open(path: try APICommands.path(invocation))
      let types = invocation.values("type").compactMap(ResourceType.init(rawValue:))
      let (secret, webhook) = try store.createWebhook(
        tenant: invocation.value("tenant") ?? "demo", url: url, types: types)
      console.say(secret)
      console.note("This is the only time that the secret is shown.")
      console.json(
        Document("api webhook create") { document in
          document.field("id", webhook.id)
          document.field("url", webhook.url)
          document.field("secret", secret)
          document.strings("types", types.map(\.rawValue))
        }.text)
      return .done
    })

  private static let list = Command(
    "list", "the webhooks there are, without their secrets, and how they fare",
    examples: [Example("trumeau api webhook list", "all of them, with their ids")],
    options: [APICommands.store],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try APICommands.path(invocation))
      let webhooks = try store.listWebhooks()
      for webhook in webhooks {
        let types = webhook.types.map(\.rawValue).joined(separator: " ")
        console.say(
          "\(webhook.id)  \(webhook.tenant)  \(webhook.url)  "
            + "\(types.isEmpty ? "all types" : types)  \(state(webhook))")
      }
      console.json(
        Document("api webhook list") { document in
          document.list("webhooks", webhooks) { document, webhook in
            document.field("id", webhook.id)
            document.field("tenant", webhook.tenant)
            document.field("url", webhook.url)
            document.strings("types", webhook.types.map(\.rawValue))
            document.field("failures", webhook.failureCount)
            document.field("next_attempt", webhook.nextAttempt?.rfc3339)
            document.field("disabled_at", webhook.disabledAt?.rfc3339)
            document.field("reason", webhook.reason)
          }
        }.text)
      return .done
    })

  private static func state(_ webhook: WebhookDescription) -> String {
    let reason = webhook.reason ?? "the reason is not known"
    if let disabled = webhook.disabledAt {
      return "ended \(disabled.rfc3339) after \(webhook.failureCount) failures: \(reason)"
    }
    if let next = webhook.nextAttempt {
      return "\(webhook.failureCount) failures, again at \(next.rfc3339): \(reason)"
    }
    return "active"
  }

  private static let delete = Command(
    "delete", "end a webhook at once",
    examples: [Example("trumeau api webhook delete whk_01", "the one with this id")],
    options: [APICommands.store],
    positionals: [Positional("ID", "the webhook's id, from `trumeau api webhook list`")],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try APICommands.path(invocation))
      try store.deleteWebhook(id: invocation.arguments[0])
      console.report("Deleted.")
      console.json(Document("api webhook delete") { $0.field("id", invocation.arguments[0]) }.text)
      return .done
    })
}
