public import Bytes
import Formats

/// What a server says about itself at `/.well-known/commerce-sync`.
public struct Discovery: Sendable {
  /// Versions of the contract that it speaks, newest first.
  public var apiVersions: [String]
  /// Names the server, for good.
  public var serverID: String
  /// Names the change log; another epoch means that everything must be compared.
  public var epoch: String
  /// The tenant of the token, where one was given.
  public var tenant: String?
  /// Types that the token may read; all types where none was given.
  public var types: [ResourceType]
  /// Digest of what the token may see; "" where none was given.
  public var scope: String
  /// The most records on a page.
  public var largestPage: Int
  /// Days for which tombstones are kept at least.
  public var tombstoneRetentionDays: Int
  /// Requests that a token may send in a row, and how many a second it gains.
  public var rate: Rate
  /// Seconds for which the answer under an idempotency key is kept; nil where keys mean nothing.
  public var keyRetentionSeconds: Int?
  /// The most operations of a batch; 1 where there are no batches.
  public var largestBatch: Int
  /// Fields that can be changed by a difference, for example `inventory_level.available`.
  public var deltas: [String]
  /// Whether the server tells others about changes by webhooks.
  public var hasWebhooks: Bool
  /// Locales of the tenant's markets.
  public var locales: [String]
  /// Currencies of the tenant's price lists.
  public var currencies: [String]
  /// When this version ends, if that is known.
  public var sunset: Instant?

  /// A token bucket.
  public struct Rate: Sendable, Hashable {
    /// Requests that fit into the bucket.
    public var burst: Int
    /// Requests gained a second.
    public var perSecond: Int

    /// Describes a bucket.
    public init(burst: Int, perSecond: Int) {
      self.burst = burst
      self.perSecond = perSecond
    }
  }

  /// Describes a server of this version of the contract.
  public init(
    serverID: String, epoch: String, tenant: String?, types: [ResourceType], scope: String,
    rate: Rate, locales: [String], currencies: [String],
    tombstoneRetentionDays: Int = ContractVersion.tombstoneRetentionDays,
    keyRetentionSeconds: Int = ContractVersion.keyRetentionSeconds
  ) {
    apiVersions = ContractVersion.all
    self.serverID = serverID
    self.epoch = epoch
    self.tenant = tenant
    self.types = types
    self.scope = scope
    largestPage = ContractVersion.largestPageSize
    self.tombstoneRetentionDays = tombstoneRetentionDays
    self.rate = rate
    self.locales = locales
    self.currencies = currencies
    self.keyRetentionSeconds = keyRetentionSeconds
    largestBatch = ContractVersion.largestBatch
    deltas = types.contains(.inventoryLevel) ? ["inventory_level.available"] : []
    hasWebhooks = true
  }

  /// The document as JSON.
  public func json() -> ByteBuffer {
    let table = fieldCapabilities
    var writer = JSONWriter()
    writer.beginObject()
    writer.strings("api_versions", apiVersions)
    writer.key("server_id"); writer.value(serverID)
    writer.key("epoch"); writer.value(epoch)
    writer.key("tenant"); writer.value(tenant)
    writer.key("scope"); writer.value(scope)
    writer.key("capabilities")
    writer.beginObject()
    writer.key("changes"); writer.value(true)
    writer.key("snapshot"); writer.value(true)
    writer.key("digest"); writer.value(true)
    writer.key("deletions"); writer.value("tombstones")
    writer.key("tombstone_retention_days"); writer.value(tombstoneRetentionDays)
    writer.strings("types", types.map(\.rawValue))
    writer.key("paths")
    writer.beginObject()
    for type in types {
      writer.key(type.rawValue); writer.value("\(ContractVersion.root)/\(type.path)")
    }
    writer.end()
    writer.key("guards")
    writer.beginObject()
    for type in types {
      let name = type.rawValue
      writer.key(name); writer.value(table.of(type).guard.rawValue)
      for field in table.fields(of: type) {
        writer.key("\(name).\(field)"); writer.value(table.of(type, field: field).guard.rawValue)
      }
    }
    writer.end()
    writer.key("idempotency")
    if let keyRetentionSeconds {
      writer.beginObject()
      writer.key("retention_s"); writer.value(keyRetentionSeconds)
      writer.end()
    } else {
      writer.null()
    }
    writer.key("batch")
    if largestBatch > 1 {
      writer.beginObject()
      writer.key("max"); writer.value(largestBatch)
      writer.key("atomic"); writer.value(true)
      writer.end()
    } else {
      writer.null()
    }
    writer.strings("deltas", deltas)
    writer.strings("locales", locales)
    writer.strings("currencies", currencies)
    writer.key("page_max"); writer.value(largestPage)
    writer.key("rate")
    writer.beginObject()
    writer.key("burst"); writer.value(rate.burst)
    writer.key("per_second"); writer.value(rate.perSecond)
    writer.end()
    writer.key("webhooks"); writer.value(hasWebhooks)
    writer.end()
    if let sunset { writer.key("sunset"); writer.value(sunset) }
    writer.end()
    return writer.finish()
  }

  /// Reads the document of a server.
  public init(_ value: TapeValue) throws(EnvelopeError) {
    func words(_ value: TapeValue?) -> [String] { (value?.children ?? []).compactMap(\.string) }
    apiVersions = words(value["api_versions"])
    guard !apiVersions.isEmpty else {
      throw EnvelopeError(member: "api_versions", reason: "a list of versions is needed here")
    }
    guard let server = value["server_id"]?.string, let epoch = value["epoch"]?.string else {
      throw EnvelopeError(member: "server_id", reason: "server_id and epoch are needed")
    }
    serverID = server
    self.epoch = epoch
    tenant = value["tenant"]?.string
    scope = value["scope"]?.string ?? ""
    let capabilities = value["capabilities"]
    types = words(capabilities?["types"]).compactMap(ResourceType.init(rawValue:)).sorted()
    largestPage = Int(clamping: capabilities?["page_max"]?.integer ?? 250)
    tombstoneRetentionDays = Int(
      clamping: capabilities?["tombstone_retention_days"]?.integer ?? 0)
    rate = Rate(
      burst: Int(clamping: capabilities?["rate"]?["burst"]?.integer ?? 0),
      perSecond: Int(clamping: capabilities?["rate"]?["per_second"]?.integer ?? 0))
    keyRetentionSeconds = capabilities?["idempotency"]?["retention_s"]?.integer.map {
      Int(clamping: $0)
    }
    largestBatch = max(Int(clamping: capabilities?["batch"]?["max"]?.integer ?? 1), 1)
    deltas = words(capabilities?["deltas"])
    hasWebhooks = capabilities?["webhooks"]?.boolean ?? false
    locales = words(capabilities?["locales"])
    currencies = words(capabilities?["currencies"])
    sunset = value["sunset"]?.string.flatMap(Instant.init(rfc3339:))
  }

  /// What the native contract protects: every write by version, stock by the number seen besides,
  /// every deletion by tombstone.
  public var fieldCapabilities: Capabilities {
    let standard = FieldCapability(
      guard: .version,
      idempotency: keyRetentionSeconds.map { .key(retentionSeconds: $0) } ?? .natural,
      hasExternalReference: true, deletions: .tombstones, signal: .feed, hasStableOrder: true,
      largestBatch: largestBatch)
    var table = Capabilities(standard: standard)
    if deltas.contains("inventory_level.available") {
      var stock = standard
      stock.guard = .compareAndSet
      stock.hasDelta = true
      table.set(.inventoryLevel, field: "available", stock)
    }
    return table
  }
}

extension JSONWriter {
  /// Writes a member that is an array of texts.
  mutating func strings(_ name: String, _ values: [String]) {
    key(name)
    beginArray()
    for text in values { value(text) }
    end()
  }
}
